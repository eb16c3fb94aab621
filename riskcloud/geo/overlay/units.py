"""Units as layers name them, and the factor between two of one kind."""

import re

from riskcloud import units
from riskcloud.errors import InputError, Problem

_KINDS: dict[str, dict[str, tuple[float, tuple[str, ...]]]] = {
    "length": {
        "m": (1.0, ("metre", "meter", "metres", "meters", "mtr", "米", "公尺")),
        "km": (1000.0, ("kilometre", "kilometer", "公里", "千米")),
        "dm": (0.1, ("decimetre", "decimeter", "decimetres", "decimeters", "分米")),
        "cm": (0.01, ("centimetre", "centimeter", "centimetres", "centimeters", "厘米", "公分")),
        "mm": (0.001, ("millimetre", "millimeter", "millimetres", "millimeters", "kgm-2",
                       "kgm**-2", "kg/m2", "kg/m^2", "毫米")),
        "ft": (units.FOOT, ("foot", "feet", "internationalfoot", "英尺")),
        "us-ft": (units.US_FOOT, ("ussurveyfoot", "ft-us", "ftus", "us-foot", "usfoot")),
        "in": (units.INCH, ("inch", "inches", "英寸")),
    },
    "speed": {
        "m/s": (1.0, ("ms-1", "ms**-1", "ms^-1", "mps", "metrepersecond")),
        "km/h": (units.KM_PER_H, ("kmh-1", "kmh**-1", "kph", "kmh")),
        "kn": (units.KNOT, ("kt", "kts", "knot", "knots")),
        "mph": (units.MPH, ("mi/h",)),
        "ft/s": (units.FOOT, ()),
    },
    "pressure": {"Pa": (1.0, ("pascal",)), "hPa": (units.HPA, ("mbar", "mb", "millibar"))},
    "acceleration": {"m/s2": (1.0, ("ms-2", "ms**-2", "m/s^2", "m/s**2")),
                     "g": (units.GRAVITY_M_S2, ("gn",)),
                     "cm/s2": (0.01, ("gal", "cms-2", "cm/s^2"))},
}
"""Kind of quantity -> unit -> (factor to SI, other spellings without blanks, lower case). A depth
of water of 1 mm is 1 kg/m2."""
_KNOWN = {spelling: (kind, name, factor)
          for kind, table in _KINDS.items() for name, (factor, others) in table.items()
          for spelling in (name.lower(), *others)}


def known_unit(text: str) -> str:
    """Return our spelling of a unit; the text itself where it is none of ours."""
    found = _KNOWN.get(_key(text))
    return found[1] if found else text.strip()


def is_unit(text: str) -> bool:
    """Tell whether a unit is known, of whatever quantity."""
    return _key(text) in _KNOWN


def _key(text: str) -> str:
    return re.sub(r"[\s_.]+", "", text.strip().strip("[]")).lower()


def unit_factor(have: str, want: str, source: str) -> float:
    """Return what values in ``have`` are multiplied by to be in ``want``.

    Raises
    ------
    InputError : the layer names no unit, a unit is not known, or the two are of different kinds.
    """
    if not have:
        raise InputError(f"{source}: the file names no unit", [Problem(
            0, "unit", want, "state what it holds with --layer-unit, such as ft")])
    if have.strip() == want.strip():
        return 1.0
    first, last = _KNOWN.get(_key(have)), _KNOWN.get(_key(want))
    if first is None or last is None:
        raise InputError(f"{source}: unit {(have if first is None else want)!r} is not known", [
            Problem(0, "unit", have if first is None else want,
                    f"known units: {', '.join(sorted({name for _, name, _ in _KNOWN.values()}))}")])
    if first[0] != last[0]:
        raise InputError(f"{source}: {have} is a {first[0]}, {want} a {last[0]}", [Problem(
            0, "unit", want, f"expected a unit of {first[0]}")])
    return first[2] / last[2]
