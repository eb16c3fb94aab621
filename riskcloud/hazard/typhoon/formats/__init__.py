"""Native formats of tracks, bulletins and ensembles, one a module, told by content.

A format is a module with ``TITLE`` (what it is called to a user), ``recognises(source)`` (looks at
the content only; cheap; never raises) and ``read(source, faults)`` (fixes as
:func:`source.to_fixes` makes them; what is broken is noted and left out).
"""

from types import ModuleType

from riskcloud.hazard.typhoon.formats.source import Source

FORMATS: tuple[ModuleType, ...] = ()


def find_format(source: Source) -> ModuleType | None:
    """Return the format of a file, None when it is none of ours (a table, then)."""
    return next((module for module in FORMATS if module.recognises(source)), None)
