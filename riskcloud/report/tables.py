"""Tables of the report: rows of words and figures, ready to print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from riskcloud.report.figures import MISSING, MoneyUnit, column_unit, in_unit
from riskcloud.report.text import Text
from riskcloud.vulnerability.curve import STATES

WORST = 10
"""Rows of a worst-first table."""

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows; the first ``n_words`` columns are words, the others figures."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_words: int = 1
    kind: str = "words"
    note: str = ""


def of_currency(entries: Sequence[Entry], currency: str) -> list[Entry]:
    """Return the entries of one currency, in their order."""
    return [entry for entry in entries if entry["currency"] == currency]


def loss_table(entries: Sequence[Entry], key: str, currency: str, text: Text,
               *, title: str, limit: int | None = WORST) -> Table | None:
    """Return losses by group for one currency, worst first; None if no group has a name.

    ``key`` is the entry's field that names the group. The note says how many rows are left out.
    """
    groups = of_currency(entries, currency)
    if not any(_named(entry.get(key)) for entry in groups):
        return None
    shown = groups[:limit]
    value = column_unit([entry["tiv"] for entry in shown], currency, text.lang)
    loss = column_unit([entry["mean"] for entry in shown], currency, text.lang)
    rows = tuple(
        (text.label(key, entry.get(key)), text.number(entry["n_locations"]),
         in_unit(entry["tiv"], value, text.lang), in_unit(entry["mean"], loss, text.lang),
         _band(entry, loss, text), _share(entry["mean"], entry["tiv"], text),
         in_unit(entry["gross_mean"], loss, text.lang),
         text.number(entry["max_gust_3s_m_s"], 1)) for entry in shown)
    headings = (title, text("table.assets"), text("table.tiv", unit=value.label),
                text("table.mean", unit=loss.label), text("table.band", unit=loss.label),
                text("table.ratio"), text("table.gross", unit=loss.label), text("table.gust"))
    left = len(groups) - len(shown)
    note = text("table.left_out", count=text.number(left)) if left else ""
    return Table(title, headings, rows, kind="losses", note=note)


def perils_table(summary: Entry, currency: str, text: Text) -> Table | None:
    """Return the loss by each peril alone and by all together; None where wind is the only one."""
    alone = of_currency(summary.get("by_peril", ()), currency)
    if not alone:
        return None
    total = next(entry for entry in summary["total"] if entry["currency"] == currency)
    unit = column_unit([entry["mean"] for entry in (*alone, total)], currency, text.lang)
    rows = tuple((name, in_unit(entry["mean"], unit, text.lang), _band(entry, unit, text))
                 for name, entry in (*((text.label("peril", one["peril"]), one) for one in alone),
                                     (text("perils.together"), total)))
    headings = (text("perils.title"), text("table.mean", unit=unit.label),
                text("table.band", unit=unit.label))
    return Table(text("perils.title"), headings, rows, note=text("perils.note"))


def contracts_table(summary: Entry, currency: str, text: Text) -> Table | None:
    """Return what each reinsurance contract pays; None where there is none."""
    contracts = of_currency(summary.get("contracts", ()), currency)
    if not contracts:
        return None
    unit = column_unit([entry["mean"] for entry in contracts], currency, text.lang)
    rows = tuple((" ".join(filter(None, (one["ReinsNumber"], one["ReinsType"], one["ReinsName"]))),
                  str(one["InuringPriority"]), in_unit(one["mean"], unit, text.lang),
                  _band(one, unit, text)) for one in contracts)
    headings = (text("forecast_terms.contracts"), text("forecast_terms.priority"),
                text("forecast_terms.recovered", unit=unit.label),
                text("table.band", unit=unit.label))
    return Table(text("forecast_terms.contracts"), headings, rows)


def _band(entry: Entry, unit: MoneyUnit, text: Text) -> str:
    return " – ".join(in_unit(entry[name], unit, text.lang) for name in ("q05", "q95"))


def _share(part: float, whole: float, text: Text) -> str:
    return text.percent(part / whole) if whole > 0.0 else MISSING


def _named(value: Any) -> bool:
    return value is not None and value == value and str(value).strip() != ""


def damage_table(entries: Sequence[Entry], text: Text) -> Table | None:
    """Return the expected number of assets in each damage state or worse, heavy damage first."""
    if not entries:
        return None
    counts = {(entry["asset_class"], entry["state"]): entry for entry in entries}
    worst = {entry["asset_class"]: 0.0 for entry in entries}
    for entry in entries:
        if entry["state"] in STATES[2:]:
            worst[entry["asset_class"]] += entry["expected_count"]
    classes = sorted(worst, key=lambda name: (-worst[name], name))
    totals = {entry["asset_class"]: entry["n_assets"] for entry in entries}
    rows = tuple(
        (text.label("asset_class", name), text.number(totals[name]),
         *(_count(counts.get((name, state)), text) for state in STATES)) for name in classes)
    headings = (text("table.asset_class"), text("table.assets"),
                *(text.label("state", state) for state in STATES))
    return Table(text("damage.title"), headings, rows, kind="damage", note=text("damage.note"))


def _count(entry: Entry | None, text: Text) -> str:
    if entry is None:
        return MISSING
    count = entry["expected_count"]
    return "<0.01" if 0.0 < count < 0.005 else text.number(count, 2 if count < 10.0 else 1)


def curves_table(entries: Sequence[Entry], text: Text) -> Table | None:
    """Return the damage curves used, with source, how far confirmed, and what they include."""
    rows = tuple(
        (_in_language(entry, "title", text), entry["source"],
         text.label("verified", entry["verified"]), _list(entry["includes"], text),
         text.number(entry["n_assets"])) for entry in entries)
    headings = (text("curves.title"), text("curves.source"), text("curves.verified"),
                text("curves.includes"), text("table.assets"))
    return Table(text("curves.title"), headings, rows, 4, "curves") if rows else None


def _in_language(entry: Entry, field: str, text: Text) -> str:
    """Return a field's text in the report's language where the entry has it."""
    return str(entry.get(f"{field}_{text.lang}") or entry[field])


def _list(values: Any, text: Text) -> str:
    names = [values] if isinstance(values, str) else list(values)
    return text("common.list_join").join(text.label("peril", name) for name in names) or MISSING


def filled_table(entries: Sequence[Entry], text: Text) -> Table | None:
    """Return what the track's source lacked and which regression supplied it."""
    rows = tuple((text.label("track_field", entry["field"]),
                  text.label("fill_method", entry["method"]), entry["source"],
                  text.number(entry["n_fixes"])) for entry in entries)
    headings = tuple(text(f"filled.{name}") for name in ("field", "method", "source", "n_fixes"))
    return Table(text("filled.title"), headings, rows, 3, "filled") if rows else None


def layers_table(entries: Sequence[Entry], text: Text) -> Table | None:
    """Return the data layers, each marked as real data or as a default."""
    rows = tuple((text.label("layer", entry["layer"]), text.label("layer_kind", entry["kind"]),
                  _in_language(entry, "what", text)) for entry in entries)
    headings = tuple(text(f"layers.{name}") for name in ("layer", "kind", "what"))
    return Table(text("layers.title"), headings, rows, n_words=3) if rows else None


def agency_names(forecast: Entry, text: Text) -> str:
    """Return whose forecasts count, the weightiest first, and the ensemble."""
    ordered = sorted(forecast["agencies"], key=lambda entry: -entry["weight"])
    names = [text.label("agency", entry["agency"]) for entry in ordered if entry["agency"]]
    ensemble = forecast["ensemble"]
    if ensemble:
        names.append(text("facts.ensemble", agency=text.label("agency", ensemble["agency"]),
                          n=text.number(ensemble["n_members"])))
    return text("common.list_join").join(names) or text("common.not_given")


def agencies_table(forecast: Entry, text: Text) -> Table | None:
    """Return whose forecasts count, how much, and how wrong they usually are by lead."""
    def errors(entry: Entry, lead_h: float) -> str:
        found = [error for error in entry.get("errors", ()) if error["lead_h"] == lead_h]
        return text("forecast.error", along=text.number(found[0]["sd_along_km"]),
                    cross=text.number(found[0]["sd_cross_km"]),
                    wind=text.number(found[0]["sd_wind_m_s"], 1)) if found else MISSING

    rows = tuple(
        (text.label("agency", entry["agency"]),
         text.moment(entry["base_utc"]) if entry["base_utc"] else MISSING,
         text.percent(entry["weight"]), *(errors(entry, lead) for lead in (12.0, 24.0, 48.0)))
        for entry in forecast["agencies"])
    headings = tuple(text(f"forecast.{name}") for name in (
        "agency", "base", "weight", "error_12h", "error_24h", "error_48h"))
    known = any(entry["base_utc"] for entry in forecast["agencies"])
    if not rows or not known:
        return None
    return Table(text("forecast.title"), headings, rows, 2, "agencies", text("forecast.note"))
