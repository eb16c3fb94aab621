"""The report of a forecast: what a chief underwriter reads in two minutes, on A4 paper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from riskcloud import __version__
from riskcloud.report import tables
from riskcloud.report.charts import band_chart, exceedance_chart, model_chart
from riskcloud.report.coinsurance import coinsurance_tables
from riskcloud.report.figures import currency_title
from riskcloud.report.pages import render_page
from riskcloud.report.palette import gust_class, load_palette
from riskcloud.report.sketch import draw_sketch
from riskcloud.report.text import Text
from riskcloud.types import ForecastResult

MAX_CURRENCIES = 4
"""Currencies with tables of their own; all others stand in the table of totals. Our choice."""
FORCE_8_M_S = 17.2
"""Lower bound of wind force 8, a gale in forecasts (GB/T 28591-2012)."""
TAIL_PROBABILITY = 0.01
"""Chance of the worst-case line: one realisation in a hundred. Our choice."""

LARGEST = (("rain_mm", 0, "mm"), ("surge_level_m", 1, "m"), ("depth_q95_m", 1, "m"))
"""Largest values of the water at the locations: digits and unit."""

Entry = Mapping[str, Any]


def render_report(result: ForecastResult, text: Text) -> str:
    """Return the report as one HTML page that needs nothing else."""
    summary = result.summary
    currencies = [total["currency"] for total in summary["total"][:MAX_CURRENCIES]]
    return render_page("report.html.j2", text, {
        "event": summary["event"], "portfolio": summary["portfolio"], "summary": summary,
        "notes": [*summary["portfolio"].get(f"notes_{text.lang}", summary["portfolio"]["notes"]),
                  *summary["forecast"].get(f"notes_{text.lang}", summary["forecast"]["notes"])],
        "headlines": [_headline(total, summary, text) for total in summary["total"]],
        "facts": _facts(result, text), "sketch": draw_sketch(result, text),
        "map_caption": _map_caption(result, text),
        "books": [_book(summary, currency, text) for currency in currencies],
        "unlisted": len(summary["total"]) - len(currencies),
        "damage": tables.damage_table(summary["expected_damage"], text),
        "sources": _present(tables.agencies_table(summary["forecast"], text),
                            tables.curves_table(summary["curves"], text),
                            tables.filled_table(summary["event"]["filled"], text),
                            tables.layers_table(summary["layers"], text)),
        "not_included": _not_included(summary, text), "quality": _quality(summary, text),
        "provenance": _provenance(result, text),
    })


def _present(*found: tables.Table | None) -> list[tables.Table]:
    return [table for table in found if table is not None]


def _headline(total: Entry, summary: Entry, text: Text) -> dict[str, str]:
    """Return the figures at the top, for one currency."""
    currency = total["currency"]
    ratio = total["mean"] / total["tiv"] if total["tiv"] > 0.0 else None
    return {
        "currency": currency, "mean": text.money(total["mean"], currency),
        "band": text.money_range(total["q05"], total["q95"], currency),
        "ratio": text.percent(ratio), "tiv": text.money(total["tiv"], currency),
        "gross": text.money(total["gross_mean"], currency),
        "gross_band": text.money_range(total["gross_q05"], total["gross_q95"], currency),
        "net": text.money(total["net_mean"], currency) if "net_mean" in total else "",
        "net_band": text.money_range(total["net_q05"], total["net_q95"], currency)
        if "net_mean" in total else "",
        "tail": _tail(summary, currency, text),
        "zero": "1" if not total["q95"] > 0.0 and not total["mean"] > 0.0 else "",
    }


def _tail(summary: Entry, currency: str, text: Text) -> str:
    """Return the worst-case line: what one realisation in a hundred exceeds."""
    lines = []
    for curve in tables.of_currency(summary["exceedance"], currency):
        probability, loss = np.asarray(curve["probability"]), np.asarray(curve["loss"])
        if len(loss) and probability.min() <= TAIL_PROBABILITY:
            order = np.argsort(probability, kind="stable")
            value = float(np.interp(TAIL_PROBABILITY, probability[order], loss[order]))
            lines.append(text("headline.tail_loss", stage=text.label("stage", curve["stage"]),
                              loss=text.money(value, currency)))
    return text("headline.tail", losses=text("common.list_join").join(lines)) if lines else ""


def _book(summary: Entry, currency: str, text: Text) -> dict[str, Any]:
    """Return tables and charts of one currency."""
    groups = [(f"by_{name}", key, None if name == "asset_class" else tables.WORST)
              for name, key in (("branch", "branch"), ("client", "client_id"),
                                ("asset_class", "asset_class"), ("province", "province"),
                                ("county", "county"))]
    shared = [replace(table, headings=(table.title, *table.headings[1:])) for table in (
        coinsurance_tables(summary["coinsurance"], currency, text, measure="mean")
        if "coinsurance" in summary else ())]  # this page tells a table by its first heading
    found = _present(tables.perils_table(summary, currency, text),
                     tables.contracts_table(summary, currency, text), *shared, *(
        tables.loss_table(summary[name], key, currency, text, title=text(f"group.{key}"),
                          limit=limit) for name, key, limit in groups))
    total = next(entry for entry in summary["total"] if entry["currency"] == currency)
    curves = tables.of_currency(summary["exceedance"], currency)
    bands = tables.of_currency(summary["band_split"], currency)
    charts = []
    if total["q95"] > 0.0:
        if curves:
            charts.append(("exceedance", exceedance_chart(curves, currency, text)))
        if bands:
            charts.append(("band", band_chart(_varied(bands, summary), total, text)))
        if summary["wind_models"]:
            charts.append(("model", model_chart(summary["wind_models"], total, text)))
    return {"currency": currency_title(currency, text.lang), "tables": found,
            "charts": [{"title": text(f"chart.{name}_title"), "note": text(f"chart.{name}_note"),
                        "picture": picture} for name, picture in charts]}


def _varied(bands: list[Entry], summary: Entry) -> list[Entry]:
    """Return the sources of uncertainty that were varied: a best track is taken as certain."""
    if summary["event"]["track_error"] == "included":
        return bands
    return [band for band in bands if band["variance_share"] > 0.0]


def _facts(result: ForecastResult, text: Text) -> list[tuple[str, str]]:
    """Return when and where: label and value."""
    event, portfolio = result.summary["event"], result.summary["portfolio"]
    summary_forecast = result.summary["forecast"]
    summary_largest = result.summary.get("largest", {})
    gusts = result.losses["gust_3s_m_s"].to_numpy(dtype=float)
    strongest = float(np.nanmax(gusts, initial=0.0))
    pressure = event["min_central_pressure_hpa"]
    facts = [
        ("storm", f"{event['name']} ({event['event_id']})"),
        ("agency", tables.agency_names(summary_forecast, text)),
        *_issue(summary_forecast, text),
        ("period", text("facts.from_to", start=text.moment(event["first_fix_utc"]),
                        end=text.moment(event["last_fix_utc"]))),
        ("peak_wind", text("facts.wind_at", speed=text.number(event["peak_wind_1min_m_s"], 1),
                           time=text.moment(event["peak_time_utc"]))),
        ("pressure", text("facts.hpa", value=text.number(pressure))),
        ("max_gust", _gust(strongest, text)),
        ("gale_assets", text("facts.of", part=text.number(int((gusts >= FORCE_8_M_S).sum())),
                             whole=text.number(len(gusts)))),
        ("gale_time", _gale_time(result, text)),
        ("reached", text("facts.of", part=text.number(portfolio["n_reached"]),
                         whole=text.number(portfolio["n_locations"]))),
    ]
    water = [(text(f"perils.{name}"), f"{text.number(summary_largest[name], digits)} {unit}")
             for name, digits, unit in LARGEST if name in summary_largest]
    return [*((text(f"facts.{key}"), str(value)) for key, value in facts), *water]


def _issue(forecast: Entry, text: Text) -> list[tuple[str, str]]:
    """Return when the forecast was issued and how many tracks were drawn; nothing if certain."""
    if forecast["issued_utc"] is None:
        return []
    key = "drawn_members" if forecast["ensemble"] else "drawn_value"
    return [("issued", text.moment(forecast["issued_utc"])),
            ("drawn", text(f"facts.{key}", n=text.number(forecast["n_tracks"])))]


def _map_caption(result: ForecastResult, text: Text) -> str:
    """Return what the map shows; of a forecast also what its many thin lines are."""
    drawn = text("facts.map_caption_drawn") if len(result.paths) > 1 else ""
    return text("facts.map_caption") + drawn + _ground_words(result.summary["layers"], text)


def _ground_words(layers: Sequence[Entry], text: Text) -> str:
    """Return which layers of the ground under the gusts were given and which are defaults."""
    names: dict[str, list[str]] = {"real": [], "default": []}
    for entry in layers:
        names[entry["kind"]].append(text.label("layer", entry["layer"]))
    return "".join(text(f"ground.{kind}", layers=text("ground.comma").join(found))
                   for kind, found in names.items() if found)


def _gust(gust_m_s: float, text: Text) -> str:
    if not gust_m_s > 0.0:
        return text("facts.no_gust")
    palette = load_palette()
    place = int(gust_class(np.array([round(gust_m_s, 1)]))[0])  # as it is printed
    force = palette.gust_force[place - 1] if place else "< 6"
    return text("facts.gust", speed=text.number(gust_m_s, 1), force=force)


def _gale_time(result: ForecastResult, text: Text) -> str:
    """Return when gusts of gale force peak at the book: at the first asset and at the last."""
    strong = result.losses[result.losses["gust_3s_m_s"] >= FORCE_8_M_S]["time_utc"].dropna()
    if len(strong) == 0:
        return text("facts.no_gale")
    return text("facts.from_to", start=text.moment(strong.min().to_datetime64()),
                end=text.moment(strong.max().to_datetime64()))


def _not_included(summary: Entry, text: Text) -> list[str]:
    """Return what the figures leave out: what no curve includes, and the track's error."""
    included = {name for curve in summary["curves"]
                for name in ([curve["includes"]] if isinstance(curve["includes"], str)
                             else curve["includes"])}
    lines = []
    for peril in ("surge", "rain"):
        if peril in summary.get("perils", ()):
            lines.append(text(f"perils.{peril}_left_out"))
            continue
        key = f"not_included.{peril}_partly" if peril in included else f"not_included.{peril}"
        lines.append(text(key))
    if summary["event"]["track_error"] != "included":
        lines.append(text("not_included.track_error",
                          state=text.label("track_error", summary["event"]["track_error"])))
    other = "forecast_terms.not_included" if summary.get("contracts") else "not_included.other"
    return [*lines, text(other)]


def _quality(summary: Entry, text: Text) -> list[tuple[str, str]]:
    portfolio = summary["portfolio"]
    rows = [(text(f"quality.{key}"), text.number(portfolio[key]))
            for key in ("n_locations", "n_sites", "n_not_in_force", "n_rejected")]
    return [(text("quality.source"), Path(str(portfolio["source"])).name), *rows]


def _provenance(result: ForecastResult, text: Text) -> list[str]:
    """Return how the figures were made: realisations, seed, software."""
    summary = result.summary
    lines = [text("provenance.run", members=text.number(summary["members"]), seed=summary["seed"])]
    return [*lines, text("provenance.version", version=__version__)]
