"""Tables of the page of an earthquake: rows of words and figures, ready to print."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from riskcloud.report.figures import MISSING, MoneyUnit, column_unit, in_unit
from riskcloud.report.tables import Table, of_currency
from riskcloud.report.text import Text

WORST = 15
"""Rows of a worst-first table; ours."""
LISTED = 20
"""Policies on the page; ours."""

Entry = Mapping[str, Any]


def sums_table(entries: Sequence[Entry], name: str, currency: str, text: Text,
               *, limit: int | None = WORST) -> Table | None:
    """Return who is inside by group for one currency, highest expected loss first.

    name : branch, place, asset_class or client.
    """
    groups = sorted(of_currency(entries, currency), key=lambda entry: -loss_of(entry))
    if not groups:
        return None
    shown = groups[:limit]
    value = column_unit([entry["tiv"] for entry in shown], currency, text.lang)
    loss = column_unit([loss_of(entry) for entry in shown], currency, text.lang)
    rows = tuple(
        (_word(entry, name, text), text.number(entry["n_policies"]),
         text.number(entry["n_locations"]), text.number(entry["insured_people"]),
         in_unit(entry["tiv"], value, text.lang), *_losses(entry["expected_loss"], loss, text),
         _share(loss_of(entry), entry["tiv"], text)) for entry in shown)
    headings = (text(f"quake_table.{name}"), *(text(f"quake_table.{key}") for key in (
        "policies", "locations", "people")), text("quake_table.tiv", unit=value.label),
        *(text(f"quake_table.{key}", unit=loss.label) for key in ("mean", "band", "gross")),
        text("quake_table.ratio"))
    left = len(groups) - len(shown)
    note = text("quake_table.left_out", count=text.number(left)) if left else ""
    return Table(text(f"quake_table.by_{name}"), headings, rows, kind="quake", note=note)


def loss_of(entry: Entry) -> float:
    """Return the expected loss of an entry."""
    return float(entry["expected_loss"]["mean"])


def _word(entry: Entry, name: str, text: Text) -> str:
    if name == "place":
        words = [word for word in (entry["province"], entry["county"]) if word]
        return " ".join(words) or text("common.not_given")
    key = {"client": "client_id"}.get(name, name)
    return text.label(key, entry[key])


def _losses(loss: Entry, unit: MoneyUnit, text: Text) -> tuple[str, str, str]:
    band = " – ".join(in_unit(loss[name], unit, text.lang) for name in ("q05", "q95"))
    return (in_unit(loss["mean"], unit, text.lang), band,
            in_unit(loss["gross_mean"], unit, text.lang))


def _share(part: float, whole: float, text: Text) -> str:
    return text.percent(part / whole) if whole > 0.0 else MISSING


def policies_table(policies: pd.DataFrame, currency: str, text: Text) -> Table | None:
    """Return the policies with most to lose inside: what lies inside and what they insure in all.

    The note says how many are partly inside, and how many more there are.
    """
    rows_of = policies[(policies["currency"] == currency) & policies["inside"]]
    if rows_of.empty:
        return None
    shown = rows_of.nlargest(LISTED, "expected_loss", keep="first")
    value = column_unit(shown["tiv_total"], currency, text.lang)
    loss = column_unit(shown["expected_loss"], currency, text.lang)
    rows = tuple(
        (str(row.policy_id) or text("common.not_given"), text.label("branch", row.branch),
         text("quake_table.of", part=text.number(row.n_inside), whole=text.number(row.n_total)),
         in_unit(row.tiv_inside, value, text.lang), in_unit(row.tiv_total, value, text.lang),
         text.number(row.nearest_km, 1), in_unit(row.expected_loss, loss, text.lang),
         in_unit(row.gross_loss, loss, text.lang)) for row in shown.itertuples())
    headings = (text("quake_table.policy"), text("quake_table.branch"),
                text("quake_table.locations_inside"),
                text("quake_table.tiv_inside", unit=value.label),
                text("quake_table.tiv_total", unit=value.label), text("quake_table.nearest"),
                text("quake_table.mean", unit=loss.label),
                text("quake_table.gross", unit=loss.label))
    notes = [text("quake_table.partly", count=text.number(int(rows_of["partly_inside"].sum())),
                  whole=text.number(len(rows_of)))]
    left = len(rows_of) - len(shown)
    if left:
        notes.append(text("quake_table.policies_left", count=text.number(left)))
    return Table(text("quake_table.policies_title"), headings, rows, 2, "policies",
                 " ".join(notes))


def intensity_table(origin: Entry, text: Text) -> Table | None:
    """Return the degrees of intensity: area, area by model, locations and sums insured."""
    rows_of = origin["intensity"]
    if not rows_of:
        return None
    models = list(rows_of[0]["area_at_least_by_model_km2"])
    leading = origin["intensity_model"]
    if leading in models:  # its areas are the main column
        models.remove(leading)
    mean = bool(leading and models)
    rows = tuple(
        (text("quake_table.degree", roman=entry["roman"]),
         text.number(entry["area_at_least_km2"]),
         *(text.number(entry["area_at_least_by_model_km2"][name]) for name in models),
         *((text.number(entry["area_at_least_of_mean_km2"]),) if mean else ()),
         text.number(entry["n_locations"]),
         text("common.list_join").join(text.money(tiv, currency) for currency, tiv
                                       in entry["tiv"].items() if tiv > 0.0) or MISSING)
        for entry in rows_of)
    shown = whose_intensity(origin, text)
    headings = (text("quake_table.intensity"), text("quake_table.area", model=shown),
                *(text("quake_table.area_by", model=text.label("ground_motion", name))
                  for name in models), *((text("quake_table.area_mean"),) if mean else ()),
                text("quake_table.locations"), text("quake_table.value"))
    notes = [text("quake_table.intensity_note")]
    if mean:
        notes.insert(0, text("quake_table.intensity_model", model=shown))
    return Table(text("quake_table.intensity_title"), headings, rows, kind="shaken",
                 note=" ".join(notes))


def whose_intensity(origin: Entry, text: Text) -> str:
    """Return the model whose intensity is shown, in words; the mean where none leads."""
    leading = origin["intensity_model"]
    return text.label("ground_motion", leading) if leading else text("quake_table.of_mean")


def variance_table(origin: Entry, currency: str, text: Text) -> Table | None:
    """Return which part of the variance of the loss each source of uncertainty has."""
    found = of_currency(origin["variance"], currency)
    if not found:
        return None
    keys = ("between_events", "model", "curves", "within_event_and_assets")
    rows = tuple((text(f"quake_variance.{key}"), text.percent(found[0][key])) for key in keys)
    return Table(text("quake_variance.title"), (text("quake_variance.source"),
                 text("quake_variance.share")), rows, kind="facts",
                 note=text("quake_variance.note"))


def curves_table(origin: Entry, text: Text) -> Table | None:
    """Return the damage curves used, with source, how far confirmed, and what to know of them."""
    rows = tuple(
        (entry[f"title_{text.lang}"] if text.lang == "zh" else entry["title"], entry["source"],
         text.label("verified", entry["verified"]),
         entry["notes_zh"] if text.lang == "zh" else entry["notes"],
         text.number(entry["n_locations"])) for entry in origin["curves"])
    headings = (text("curves.title"), text("curves.source"), text("curves.verified"),
                text("quake_table.remarks"), text("quake_table.locations"))
    return Table(text("curves.title"), headings, rows, 4, "remarks") if rows else None


def origins_table(summary: Entry, currencies: Sequence[str], text: Text) -> Table | None:
    """Return what two or more origins of one earthquake mean, side by side, in each currency."""
    origins = summary["origins"]
    if len(origins) < 2:
        return None
    rows: list[tuple[str, ...]] = []

    def add(key: str, cells: Sequence[str]) -> None:
        rows.append((text(f"quake_origins.{key}"), *cells))

    add("time", [text.moment(one["event"]["time_utc"]) for one in origins])
    add("place", [position(one["event"], text) for one in origins])
    add("depth", [text("quake.km", value=text.number(one["event"]["depth_km"], 1))
                  for one in origins])
    add("magnitude", [magnitude(one["event"]) for one in origins])
    for key in ("n_policies", "n_locations", "insured_people"):
        add(key, [text.number(one[key]) for one in origins])
    for currency in currencies:
        totals = [of_currency(one["totals"], currency) for one in origins]
        for key in ("tiv", "mean", "band", "gross"):
            add(key, [_figure(key, total[0], currency, text) if total else MISSING
                      for total in totals])
    headings = (text("quake_origins.what"), *(origin_name(one["event"], k, text)
                                              for k, one in enumerate(origins)))
    return Table(text("quake_origins.title"), headings, tuple(rows), kind="facts")


def _figure(key: str, total: Entry, currency: str, text: Text) -> str:
    loss = total["expected_loss"]
    if key == "band":
        return text.money_range(loss["q05"], loss["q95"], currency)
    return text.money({"tiv": total["tiv"], "mean": loss["mean"], "gross": loss["gross_mean"]}[key],
                      currency)


def origin_name(event: Entry, k: int, text: Text) -> str:
    """Return whose origin it is; its number where nobody says."""
    return str(event["agency"]) or text("quake_origins.nth", k=k + 1)


def magnitude(event: Entry) -> str:
    """Return a magnitude with its type: ``M 6.4``."""
    return f"{event['magnitude_type'] or 'M'} {event['magnitude']:g}"


def position(event: Entry, text: Text) -> str:
    """Return a position in degrees with its hemispheres."""
    lon, lat = event["lon"], event["lat"]
    return text("quake.position", lon=text.number(abs(lon), 3), east="E" if lon >= 0 else "W",
                lat=text.number(abs(lat), 3), north="N" if lat >= 0 else "S")


def only_table(policies: pd.DataFrame, summary: Entry, text: Text) -> Table | None:
    """Return the policies that are inside for one of two origins alone."""
    if "origin_2_inside" not in policies:
        return None
    differs = policies[policies["inside"] != policies["origin_2_inside"]]
    if differs.empty:
        return None
    names = [origin_name(one["event"], k, text) for k, one in enumerate(summary["origins"])]
    rows = tuple(
        (str(row.policy_id) or text("common.not_given"), text.label("branch", row.branch),
         names[0] if row.inside else names[1],
         text.money(row.tiv_inside if row.inside else row.origin_2_tiv_inside,
                    str(row.currency)),
         text.money(row.tiv_total, str(row.currency))) for row in differs.head(LISTED).itertuples())
    headings = (text("quake_table.policy"), text("quake_table.branch"),
                text("quake_origins.only_for"), text("quake_table.tiv_inside_plain"),
                text("quake_table.tiv_total_plain"))
    return Table(text("quake_origins.only_title"), headings, rows, 3, "only")
