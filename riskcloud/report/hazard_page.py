"""The page of a place's hazard profile: grades, intensities, history, every source."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from riskcloud import __version__
from riskcloud.analysis.hazard.events import event_shapes
from riskcloud.analysis.hazard.profile import HazardProfile, is_unknown
from riskcloud.analysis.hazard.table import layers_used
from riskcloud.messages import translated
from riskcloud.report import hazard_history as past
from riskcloud.report import hazard_sites as sites
from riskcloud.report import hazard_tables as tables
from riskcloud.report.hazard_pictures import draw_curves, draw_grades
from riskcloud.report.hazard_words import (
    grade_number,
    grade_words,
    graded_words,
    sentence,
    unit_of,
    value_words,
)
from riskcloud.report.pages import render_page
from riskcloud.report.palette import load_grades
from riskcloud.report.text import Text

Entry = Mapping[str, Any]
LIMITS = ("screen", "point", "independent", "no_data")


def render_hazard(profile: HazardProfile, said: Entry, text: Text, *, named: bool) -> str:
    """Return the page as one HTML file that needs nothing else.

    said : what the command tells: sites, notes, return periods (``hazard_table.profile_entry``).
    """
    if len(profile.sites) == 1:
        return _place_page(profile, said, text)
    return _sites_page(profile, said, text, named=named)


def _sites_page(profile: HazardProfile, said: Entry, text: Text, *, named: bool) -> str:
    names = [one.peril for one in profile.perils]
    nothing = int(is_unknown(profile).sum())
    return render_page("hazard.html.j2", text, {
        **_common(said, text), "kind": text("hazard_profile.kind_sites"),
        "title": text("hazard_profile.title_sites", n=text.number(len(profile.sites))),
        "lines": [text("hazard_profile.made", day=_today())],
        "unknown": text("hazard_profile.sites_nothing", n=text.number(nothing))
        if nothing else "",
        "counts": sites.count_table(profile, text),
        "grade_map": draw_grades(profile.sites, profile.overall, text),
        "places": sites.place_table(profile, text, named=named),
        "sources": tables.used_table(layers_used(profile), text),
        "scales": tables.scale_table(names, text),
        "scale_sources": tables.scale_sources(names, text)})


def _common(said: Entry, text: Text) -> dict[str, Any]:
    """Return what both pages have, and blanks for what only one has."""
    return {
        "warnings": [sentence(translated(note, text.lang)) for note in said["notes"]],
        "overall": None,
        "tiles": [], "counts": None, "grade_map": "", "places": None, "intensities": None,
        "curves": "", "history": None, "history_map": "", "timeline": "", "events": [],
        "history_notes": [],
        "notes": _notes(said["peril_notes"], text),
        "limits": [text(f"hazard_profile.limit_{key}") for key in LIMITS],
        "provenance": [text("hazard_profile.made_by", version=__version__)]}


def _place_page(profile: HazardProfile, said: Entry, text: Text) -> str:
    site = said["sites"][0]
    perils, histories = site["perils"], site["history"]
    names = [one["peril"] for one in perils]
    periods = _periods(perils)
    known = [one for one in perils if one["graded"] is not None]
    return render_page("hazard.html.j2", text, {
        **_common(said, text), "kind": text("hazard_profile.kind"),
        "title": _title(site, text), "lines": [
            text("hazard_profile.where", lon=f"{site['lon']:.5f}°", lat=f"{site['lat']:.5f}°"),
            text("hazard_profile.made", day=_today())],
        "overall": _badge(site["overall_grade"], text, "" if not known else text(
            "hazard_profile.overall_of", known=len(known))),
        "unknown": _unknown(perils, text), "tiles": [
            _tile(one, said["peril_notes"][one["peril"]], text) for one in perils],
        "intensities": tables.intensity_table(perils, periods, text),
        "curves": draw_curves(perils, text),
        "history": past.summary_table(histories, text) if histories else False,
        "history_map": past.draw_map(site["lon"], site["lat"], event_shapes(
            profile.history, 0, site["lat"], profile.tracks), text),
        "timeline": past.draw_timeline(histories, text),
        "events": past.event_tables(histories, text),
        "sources": tables.source_table(
            perils, [one for one in histories if one["n"] is not None], text),
        "scales": tables.scale_table(names, text),
        "scale_sources": tables.scale_sources(names, text),
        "history_notes": past.notes(histories, text),
    })


def _title(site: Entry, text: Text) -> str:
    return str(site["site_id"]) or text(
        "hazard_profile.place", lon=f"{site['lon']:g}°", lat=f"{site['lat']:g}°")


def _today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")


def _periods(perils: Sequence[Entry]) -> list[float]:
    return sorted({level["return_period_yr"] for peril in perils for one in peril["hazards"]
                   for level in one["levels"] if level["return_period_yr"] is not None})


def _badge(grade: Any, text: Text, note: str = "") -> dict[str, Any]:
    """Return a grade's sign, colours and words."""
    number, grades = grade_number(grade), load_grades()
    return {"number": number, "sign": str(number) if number else "?",
            "colour": grades.colours[number], "ink": grades.inks[number],
            "word": grade_words(grade, text), "note": note}


def _tile(peril: Entry, notes: Sequence[str], text: Text) -> dict[str, Any]:
    badge = _badge(peril["grade"], text)
    lines = [graded_words(peril, text)]
    graded = peril["graded"]
    if graded is None:
        lines = [sentence(translated(note, text.lang)) for note in notes] or [
            text("hazard_profile.no_data_note")]
    else:
        lines.append(sentence(graded["maps_to_zh" if text.lang == "zh" else "maps_to"]))
        if graded["code"] is not None:
            unit = unit_of(peril, graded["measure"])
            lines.append(text("hazard_profile.model_and_code", **{
                key: value_words(graded[key], unit, text) for key in ("model", "code")}))
    return {**badge, "name": text(f"hazard_peril.{peril['peril']}"),
            "lines": [line for line in lines if line]}


def _unknown(perils: Sequence[Entry], text: Text) -> str:
    """Say which perils have no data; that nothing is known where that is all of them."""
    missing = [text(f"hazard_peril.{one['peril']}") for one in perils if one["graded"] is None]
    if len(missing) == len(perils):
        return text("hazard_profile.nothing")
    return text("hazard_profile.overall_unknown",
                perils=text("common.list_join").join(missing)) if missing else ""


def _notes(notes: Mapping[str, Sequence[str]], text: Text) -> list[str]:
    colon = text("hazard_profile.colon")
    return [f"{text('hazard_peril.' + peril)}{colon}{translated(note, text.lang)}"
            for peril, found in notes.items() for note in found]
