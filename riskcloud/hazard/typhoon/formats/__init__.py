"""Native formats of tracks, bulletins and ensembles, one a module, told by content.

A format is a module with ``TITLE`` (what it is called to a user), ``recognises(source)`` (looks at
the content only; cheap; never raises) and ``read(source, faults)`` (fixes as
:func:`source.to_fixes` makes them; what is broken is noted and left out). ``DATED = False`` marks
one that gives no year and month.
"""

from types import ModuleType

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

FORMATS: tuple[ModuleType, ...] = (
    ecmwf_bufr, cxml, hko_xml, nmc_json, jtwc_warning, jtwc_atcg, jma_advisory, atcf_deck, tcvitals,
    cma_best_track, jma_best_track, hurdat2,
)


def find_format(source: Source) -> ModuleType | None:
    """Return the format of a file, None when it is none of ours (a table, then)."""
    return next((module for module in FORMATS if module.recognises(source)), None)
