"""Tables of a place's hazard profile: intensities, sources, scales, history."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from riskcloud.analysis.hazard.grades import scales_of
from riskcloud.hazard.grades import GradeScale
from riskcloud.messages import translated
from riskcloud.report.figures import MISSING
from riskcloud.report.hazard_words import (
    band_words,
    record_name,
    source_words,
    unit_words,
    value_words,
)
from riskcloud.report.tables import Table
from riskcloud.report.text import Text

Entry = Mapping[str, Any]
FROM_SI: Final = {"km/h": 3.6}
"""Scales keep their own unit on the page; bounds are held in SI."""


def intensity_table(perils: Sequence[Entry], periods: Sequence[float], text: Text) -> Table:
    """Return a row a measure: level and band by return period; below it the design code's value."""
    rows = []
    for peril in perils:
        name = text(f"hazard_peril.{peril['peril']}")
        if peril["peril"] in ("lightning", "landslide"):
            continue
        for one in peril["hazards"]:
            by_period = {level["return_period_yr"]: level for level in one["levels"]}
            known = any(_is_known(level["level"]) for level in one["levels"])
            cells = [band_words(by_period[period], one["unit"], text) if period in by_period
                     else MISSING for period in periods]
            if not known:
                cells = [text("hazard_profile.no_data")] * len(periods)
            rows.append((name, measure_words(one, text), *cells))
            if one["code"]:
                code = {level["return_period_yr"]: level["level"] for level in one["code"]}
                rows.append(("", text("hazard_profile.code"), *(
                    value_words(code.get(period), one["unit"], text, with_unit=False)
                    for period in periods)))
    headings = (text("hazard_profile.history_peril"), text("hazard_profile.measure"), *(
        text("hazard_profile.years", n=f"{period:g}") for period in periods))
    return Table("", headings, tuple(rows), 2, "intensity",
                 text("hazard_profile.intensities_note"))


def _is_known(value: float | None) -> bool:
    return value is not None and value == value


def measure_words(hazard: Entry, text: Text) -> str:
    """Return a measure and its unit."""
    words, unit = text(f"hazard_measure.{hazard['measure']}"), unit_words(hazard["unit"], text)
    return f"{words}{text('hazard_profile.comma')}{unit}" if unit else words


def source_table(perils: Sequence[Entry], histories: Sequence[Entry], text: Text) -> Table:
    """Return a row a layer that a number of the page is from."""
    rows: list[tuple[str, ...]] = []
    for peril in perils:
        name = text(f"hazard_peril.{peril['peril']}")
        for one in peril["hazards"]:
            measure = text(f"hazard_measure.{one['measure']}")
            if one["layer"] is None:
                rows.append((f"{name}\n{measure}", text("hazard_profile.no_data"), MISSING,
                             MISSING))
                continue
            rows.append(_source(f"{name}\n{measure}", one["layer"], text))
            if one["code_layer"] is not None:
                rows.append(_source(f"{name}\n{text('hazard_profile.code')}", one["code_layer"],
                                    text))
    rows += [_source(f"{text('hazard_profile.history')}\n{record_name(one, text)}", one["layer"],
                     text) for one in histories]
    return Table("", tuple(text(f"hazard_profile.{key}") for key in (
        "source_of", "source", "resolution", "date")), tuple(rows), 4, "layers")


def _source(label: str, layer: Entry, text: Text) -> tuple[str, ...]:
    colon = text("hazard_profile.colon")
    lines = [f"{text('hazard_profile.kind_' + layer['kind'])}{colon}{source_words(layer, text)}"]
    if layer["detail"]:
        lines.append(translated(layer["detail"], text.lang))
    not_stated = text("hazard_profile.not_stated")
    return (label, "\n".join(lines), translated(layer["resolution"], text.lang) or not_stated,
            translated(layer["date"], text.lang) or not_stated)


def used_table(layers: Sequence[Entry], text: Text) -> Table:
    """Return a row a layer that many sites' numbers are from, and at how many of them."""
    rows = tuple(_source(f"{text('hazard_peril.' + one['peril'])}\n"
                         f"{text('hazard_measure.' + one['measure'])}\n"
                         f"{text('hazard_profile.at_sites', n=text.number(one['n_sites']))}",
                         one["layer"], text) for one in layers)
    return Table("", tuple(text(f"hazard_profile.{key}") for key in (
        "source_of", "source", "resolution", "date")), rows, 4, "layers")


def scale_table(perils: Sequence[str], text: Text) -> Table:
    """Return a row a scale: lower bounds of its grades, and what they map to."""
    rows = []
    for peril, scale in shown_scales(perils):
        names = [text(f"hazard_peril.{peril}"), text(f"hazard_measure.{scale.measure}")]
        if scale.return_period_yr is not None:
            names.append(text("hazard_profile.years", n=f"{scale.return_period_yr:g}"))
        cells = [f"{_bound(scale, k, text)}\n{scale.maps_to(grade, text.lang)}"
                 for k, grade in enumerate(scale.grades)]
        rows.append(("\n".join(names), *cells))
    headings = (text("hazard_profile.scale_for"), *(
        f"{k} {text(f'hazard_grade.{k}')}" for k in range(1, 6)))
    return Table("", headings, tuple(rows), 6, "scales", text("hazard_profile.scales_note"))


def shown_scales(perils: Sequence[str]) -> list[tuple[str, GradeScale]]:
    """Return scales with the first peril each is for, each once."""
    found: dict[str, tuple[str, GradeScale]] = {}
    for peril in perils:
        for scale in scales_of(peril):
            found.setdefault(scale.card.name, (peril, scale))
    return list(found.values())


def _bound(scale: GradeScale, k: int, text: Text) -> str:
    unit, place = str(scale.card["unit"]), max(k, 1)
    words = f"{scale.lower[place] * FROM_SI.get(unit, 1.0):.4g} {unit_words(unit, text)}".strip()
    if unit in FROM_SI:  # first in the unit of the page's own numbers
        words = f"{scale.lower[place]:.1f} {unit_words('m/s', text)} ({words})"
    return text("hazard_profile.scale_from" if k else "hazard_profile.scale_below", value=words)


def scale_sources(perils: Sequence[str], text: Text) -> list[tuple[str, str]]:
    """Return each scale's title, and its source with what of it was verified."""
    end = "_zh" if text.lang == "zh" else ""
    gap = "" if text.lang == "zh" else " "
    return [(str(scale.card[f"title{end}"]),
             f"{scale.card[f'source{end}']}{gap}{scale.card[f'verified_words{end}']}")
            for _, scale in shown_scales(perils)]
