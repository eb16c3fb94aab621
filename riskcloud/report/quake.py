"""The page of an earthquake: what happened, who is inside the radius, what it may cost."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from riskcloud import __version__
from riskcloud.analysis.quake.run import QuakeResult
from riskcloud.report import quake_tables as tables
from riskcloud.report.figures import currency_title
from riskcloud.report.pages import render_page
from riskcloud.report.quake_sketch import draw_quake_sketch
from riskcloud.report.tables import Table, of_currency
from riskcloud.report.text import Text

MAX_CURRENCIES = 4
"""Currencies with tables of their own; all others stand in summary.json. Our choice."""
NOT_INCLUDED = ("aftershocks", "ground_failure", "fire", "bi", "site", "people", "curves")

Entry = Mapping[str, Any]


def render_quake(result: QuakeResult, text: Text) -> str:
    """Return the page as one HTML file that needs nothing else."""
    summary = result.summary
    first = summary["origins"][0]
    currencies = [total["currency"] for total in first["totals"][:MAX_CURRENCIES]]
    return render_page("quake.html.j2", text, {
        "title": page_title(summary, text), "lines": _lines(summary, text),
        "at": text("quake.at", time=text.moment(summary["at_utc"]),
                   source=Path(str(summary["portfolio"]["source"])).name),
        "headlines": [_headline(first, total, text) for total in first["totals"]],
        "people": text.number(first["insured_people"]),
        "policies": text.number(first["n_policies"]),
        "locations": text.number(first["n_locations"]),
        "radius": f"{summary['radius_km']:g}",
        "without_people": text("quake.without_people", count=text.number(
            first["n_without_people"])) if first["n_without_people"] else "",
        "facts": _facts(first, summary, text), "sketch": draw_quake_sketch(result, text),
        "map_caption": text("quake.map_caption", model=tables.whose_intensity(first, text)),
        "difference": _difference(summary, text),
        "origins": _present(tables.origins_table(summary, _currencies(summary), text),
                            tables.only_table(result.policies, summary, text)),
        "books": [_book(result, currency, text) for currency in currencies],
        "others": _others(summary, text), "shaken": tables.intensity_table(first, text),
        "all_shaken": [_all(first, entry, text) for entry in first["all_shaken"]],
        "not_included": [text(f"quake_not_included.{key}") for key in NOT_INCLUDED],
        "quality": _quality(summary, text), "notes": quake_notes(summary, text),
        "sources": _present(tables.curves_table(first, text)),
        "models": _models(first, text),
        "provenance": [text("provenance.run", members=text.number(summary["members"]),
                            seed=summary["seed"]),
                       text("quake.sampled", how=text(f"quake.{first['sampled']}")),
                       text("provenance.version", version=__version__)],
    })


def page_title(summary: Entry, text: Text) -> str:
    """Return the earthquake's name: place and magnitude."""
    event = summary["origins"][0]["event"]
    place = event["place"] or tables.position(event, text)
    return text("quake.name", place=place, magnitude=tables.magnitude(event))


def _currencies(summary: Entry) -> list[str]:
    """Return the currencies inside for any origin, those of the first before the others."""
    return list(dict.fromkeys(total["currency"] for one in summary["origins"]
                              for total in one["totals"]))[:MAX_CURRENCIES]


def _present(*found: Table | None) -> list[Table]:
    return [table for table in found if table is not None]


def _lines(summary: Entry, text: Text) -> list[str]:
    """Return one line an origin: whose, when, where, how deep, how strong."""
    return [text("quake.origin_line", agency=tables.origin_name(one["event"], k, text),
                 magnitude=tables.magnitude(one["event"]),
                 time=text.moment(one["event"]["time_utc"]),
                 place=tables.position(one["event"], text),
                 depth=text.number(one["event"]["depth_km"], 1),
                 status=text.label("quake_status", one["event"]["status"] or "none"))
            for k, one in enumerate(summary["origins"])]


def _headline(origin: Entry, total: Entry, text: Text) -> dict[str, str]:
    currency, loss = total["currency"], total["expected_loss"]
    ratio = loss["mean"] / total["tiv"] if total["tiv"] > 0.0 else None
    return {"tiv": text.money(total["tiv"], currency),
            "mean": text.money(loss["mean"], currency), "ratio": text.percent(ratio),
            "band": text.money_range(loss["q05"], loss["q95"], currency),
            "gross": text.money(loss["gross_mean"], currency),
            "gross_band": text.money_range(loss["gross_q05"], loss["gross_q95"], currency)}


def _facts(origin: Entry, summary: Entry, text: Text) -> list[tuple[str, str]]:
    event = origin["event"]
    rows = [("epicentre", tables.position(event, text)),
            ("depth", text("quake.km", value=text.number(event["depth_km"], 1))),
            ("magnitude", text("quake.magnitude", given=tables.magnitude(event),
                               mw=text.number(event["mw"], 2))),
            ("rupture", _rupture(event, text)),
            ("shaking", _shaking(origin, text)),
            ("reach", text("quake.reach_value", km=text.number(origin["reach_km"])))]
    return [(text(f"quake.fact_{key}"), value) for key, value in rows]


def _rupture(event: Entry, text: Text) -> str:
    if event["rupture"] is None:
        return text("quake.point_source")
    return text("quake.rupture", strike=text.number(event["strike_deg"]),
                length=text.number(event["rupture"]["length_km"], 1),
                width=text.number(event["rupture"]["width_km"], 1))


def _shaking(origin: Entry, text: Text) -> str:
    if origin["event"]["shakemap"]:
        return text("quake.shakemap")
    return text("common.list_join").join(
        f"{text.label('ground_motion', entry['model'])} ({text.percent(entry['weight'])})"
        for entry in origin["models"])


def _difference(summary: Entry, text: Text) -> list[str]:
    """Return what two origins do not agree on, in words."""
    found = summary["difference"]
    if found is None:
        return []
    names = [tables.origin_name(one["event"], k, text) for k, one
             in enumerate(summary["origins"])]
    lines = [text("quake_origins.apart", km=text.number(found["distance_km"], 1),
                  first=names[0], second=names[1], radius=f"{summary['radius_km']:g}")]
    for key in ("locations", "policies"):
        part = found[key]
        lines.append(text(f"quake_origins.{key}", both=text.number(part["both"]),
                          first=names[0], n_first=text.number(part["only_first"]["n"]),
                          second=names[1], n_second=text.number(part["only_second"]["n"]),
                          tiv_first=_sums(part["only_first"]["tiv"], text),
                          tiv_second=_sums(part["only_second"]["tiv"], text)))
    return lines


def _sums(tiv: Mapping[str, float], text: Text) -> str:
    return text("common.list_join").join(
        text.money(value, currency) for currency, value in tiv.items()) or "0"


def _book(result: QuakeResult, currency: str, text: Text) -> dict[str, Any]:
    """Return the tables of one currency."""
    first = result.summary["origins"][0]
    found = _present(
        tables.sums_table(first["by_branch"], "branch", currency, text, limit=None),
        tables.policies_table(result.policies, currency, text),
        tables.sums_table(first["by_place"], "place", currency, text),
        tables.sums_table(first["by_asset_class"], "asset_class", currency, text, limit=None),
        tables.sums_table(first["by_client"], "client", currency, text),
        tables.variance_table(first, currency, text))
    return {"currency": currency_title(currency, text.lang), "tables": found}


def _others(summary: Entry, text: Text) -> list[dict[str, Any]]:
    """Return the list by branch of the other origins."""
    return [{"name": tables.origin_name(one["event"], k, text), "tables": _present(
        *(tables.sums_table(one["by_branch"], "branch", total["currency"], text, limit=None)
          for total in one["totals"][:MAX_CURRENCIES]))}
        for k, one in enumerate(summary["origins"]) if k > 0]


def _all(origin: Entry, entry: Entry, text: Text) -> str:
    """Return what all shaken locations lose, beside those inside the radius."""
    currency, loss = entry["currency"], entry["expected_loss"]
    inside = of_currency(origin["totals"], currency)
    mean_inside = inside[0]["expected_loss"]["mean"] if inside else 0.0
    return text("quake.all_shaken", km=text.number(origin["reach_km"]),
                count=text.number(entry["n_locations"]), tiv=text.money(entry["tiv"], currency),
                mean=text.money(loss["mean"], currency),
                band=text.money_range(loss["q05"], loss["q95"], currency),
                outside=text.money(max(loss["mean"] - mean_inside, 0.0), currency))


def _quality(summary: Entry, text: Text) -> list[tuple[str, str]]:
    book, first = summary["portfolio"], summary["origins"][0]
    return [(text("quake.quality_source"), Path(str(book["source"])).name),
            (text("quake.quality_locations"), text.number(book["n_locations"])),
            (text("quake.quality_rejected"), text.number(book["n_rejected"])),
            (text("quake.quality_no_policy"), text.number(first["n_without_policy_id"]))]


def quake_notes(summary: Entry, text: Text) -> list[str]:
    """Return what was assumed of the portfolio, the sites, and each origin."""
    key = "notes_zh" if text.lang == "zh" else "notes"
    first = summary["origins"][0]
    found = [*summary["portfolio"][key], *first[f"site_{key}"], *first[key]]
    for k, one in enumerate(summary["origins"][1:], 1):
        name = tables.origin_name(one["event"], k, text)
        found += [text("quake.note_of", name=name, note=note) for note in one[key]
                  if note not in first[key]]
    return list(dict.fromkeys(str(note) for note in found))


def _models(origin: Entry, text: Text) -> list[tuple[str, str]]:
    if origin["event"]["shakemap"]:
        return [(text("quake.shakemap"), "")]
    return [(text.label("ground_motion", entry["model"]),
             text(f"ground_motion_source.{entry['model']}")) for entry in origin["models"]]
