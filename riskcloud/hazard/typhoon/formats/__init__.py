"""Native formats of tracks, bulletins and ensembles, one a module, told by content.

A format is a module with ``TITLE`` (what it is called to a user), ``recognises(source)`` (looks at
the content only; cheap; never raises) and ``read(source, faults)`` (fixes as
:func:`source.to_fixes` makes them; what is broken is noted and left out). ``DATED = False`` marks
one that gives no year and month.
"""

from types import ModuleType
from typing import Final

from riskcloud.errors import InputError, Problem
from riskcloud.hazard.typhoon.formats import (
    atcf_deck,
    cma_best_track,
    cxml,
    ecmwf_bufr,
    hko_xml,
    hurdat2,
    jma_advisory,
    jma_best_track,
    jtwc_atcg,
    jtwc_warning,
    nmc_json,
    tcvitals,
)
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.hazard.typhoon.track_columns import IBTRACS_HEADERS, map_columns

SHOWN: Final = 40
"""Characters of a file that is none of ours shown to the user, to tell it by."""
HEAD: Final = 4096
"""Bytes in which a header row must begin: one has words of ours in them, or none."""

FORMATS: tuple[ModuleType, ...] = (
    ecmwf_bufr, cxml, hko_xml, nmc_json, jtwc_warning, jtwc_atcg, jma_advisory, atcf_deck, tcvitals,
    cma_best_track, jma_best_track, hurdat2,
)


def find_format(source: Source) -> ModuleType | None:
    """Return the format of a file, None when it is none of ours (a table, then)."""
    return next((module for module in FORMATS if module.recognises(source)), None)


def refuse_unknown(source: Source) -> None:
    """Raise InputError for what is neither of a format nor has a header row with a known column."""
    head = source.raw[:HEAD]
    start = Source(source.path, head.lstrip(), source.arrived_utc).text
    line = start.lstrip("\r\n\ufeff ").split("\n")[0]
    names = [name.strip() for name in line.replace(";", ",").replace("\t", ",").split(",")]
    if b"\0" not in head and (IBTRACS_HEADERS & set(names) or map_columns(names)[0]):
        return
    found = "it is binary" if b"\0" in head else f"it begins with {line.strip()[:SHOWN]!a}"
    if line.lstrip().lower().startswith(("<!doctype html", "<html")):
        found = "it is a web page, perhaps what a server says of an error"
    known = "; ".join(str(module.TITLE) for module in FORMATS)
    raise InputError(f"{source.path}: neither a bulletin, a best track nor an ensemble that is "
                     f"known: {found}", [
        Problem(0, "", "", f"expected one of: {known}; or a CSV whose first row names its columns "
                           "(such as time_utc, lat, lon, max_wind_10min_m_s): is it the right "
                           "file, and whole from its beginning?")])
