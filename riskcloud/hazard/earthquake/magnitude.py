"""Magnitude types: what a model asks for from what an agency gives, each relation named."""

from typing import Final

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.types import Earthquake

MODEL: Final = "default"
"""Card of models/magnitude_conversion."""
MOMENT: Final = ("mw", "mww", "mwc", "mwb", "mwr", "mwp", "mwpd")
SURFACE: Final = ("ms", "ms7", "ms_20", "ms_bb", "ms(bb)", "ms(20)")
BODY: Final = ("mb", "mb_lg", "mblg")
LOCAL: Final = ("ml", "mlv")
KNOWN: Final = "Mw (and Mww, Mwc, Mwb, Mwr), Ms, M, mb, ML"


def magnitude_kind(magnitude_type: str) -> str:
    """Return ``mw``, ``ms``, ``m``, ``mb`` or ``ml`` for the way an agency writes a type.

    Raises
    ------
    InputError : a type that no relation here takes; the message lists those known.
    """
    name = magnitude_type.strip().lower()
    for kind, names in (("mw", MOMENT), ("ms", SURFACE), ("mb", BODY), ("ml", LOCAL)):
        if name in names:
            return kind
    if name in ("m", ""):
        return "m"
    raise InputError(f"magnitude type {magnitude_type!r} cannot be converted; "
                     f"expected one of: {KNOWN}")


def moment_magnitude(event: Earthquake) -> tuple[float, tuple[str, ...]]:
    """Return Mw of an event and what was converted to get it.

    Mw stays. Ms, and M without a type (CENC's M is scaled as Ms), by Cheng et al. (2017); mb by
    Scordilis (2006); ML through Ms by Guo and Pang (1981).

    Raises
    ------
    InputError : an unknown type.

    Source
    ------
    models/magnitude_conversion/default/card.toml.
    """
    kind = magnitude_kind(event.magnitude_type)
    if kind == "mw":
        return event.magnitude, ()
    if kind == "mb":
        mw = _linear("mb_mw", event.magnitude)
    else:
        ms = event.magnitude if kind in ("ms", "m") else _linear("ml_ms", event.magnitude)
        mw = ms_to_mw(ms)
    return mw, (_said(event, kind, "Mw", mw), *_borrowed(event, kind))


def surface_magnitude(event: Earthquake) -> tuple[float, tuple[str, ...]]:
    """Return Ms of an event and what was converted to get it.

    Ms stays, and so does M without a type: CENC's M is scaled as Ms. Mw by Cheng et al. (2017), ML
    by Guo and Pang (1981), mb through Mw by Scordilis (2006).

    Raises
    ------
    InputError : an unknown type.
    """
    kind = magnitude_kind(event.magnitude_type)
    if kind in ("ms", "m"):
        if kind == "m":
            return event.magnitude, (f"magnitude M {event.magnitude:g} taken as Ms",)
        return event.magnitude, ()
    if kind == "ml":
        ms = _linear("ml_ms", event.magnitude)
    else:
        ms = mw_to_ms(event.magnitude if kind == "mw" else _linear("mb_mw", event.magnitude))
    return ms, (_said(event, kind, "Ms", ms), *_borrowed(event, kind))


def mw_to_ms(mw: float) -> float:
    """Return Ms of a moment magnitude. Source: Cheng et al. (2017), see the card."""
    table = load_card("magnitude_conversion", MODEL)["ms_mw"]
    slope, offset = table["low"] if mw < table["mw_break"] else table["high"]
    return float((mw - offset) / slope)


def ms_to_mw(ms: float) -> float:
    """Return Mw of a surface-wave magnitude; never falls as Ms rises.

    Source: Cheng et al. (2017), see the card for what happens at the break.
    """
    table = load_card("magnitude_conversion", MODEL)["ms_mw"]
    at = table["mw_break"]
    below = table["low"][0] * ms + table["low"][1]
    above = table["high"][0] * ms + table["high"][1]
    return float(below if below < at else max(above, at))


def _linear(name: str, magnitude: float) -> float:
    table = load_card("magnitude_conversion", MODEL)[name]
    return float(table["slope"] * magnitude + table["offset"])


def _borrowed(event: Earthquake, kind: str) -> tuple[str, ...]:
    """Return a note where another body-wave magnitude takes the relation of mb (mB, mbLg)."""
    name = event.magnitude_type.strip()
    return (f"{name} read by a relation for mb",) if kind == "mb" and name != "mb" else ()


def _said(event: Earthquake, kind: str, to: str, value: float) -> str:
    card = load_card("magnitude_conversion", MODEL)
    parts = {"mw": ["ms_mw"], "ms": ["ms_mw"], "m": ["ms_mw"],
             "ml": ["ml_ms"] + (["ms_mw"] if to == "Mw" else []),
             "mb": ["mb_mw"] + (["ms_mw"] if to == "Ms" else [])}[kind]
    name = event.magnitude_type.strip() or "M"
    words = f"magnitude {name} {event.magnitude:g} taken as {to} {value:.2f} by " + " and ".join(
        card[part]["words"] for part in parts)
    low, high = card[parts[0]]["range"]
    if not low <= event.magnitude <= high:
        words += f" (made for {low:g} to {high:g})"
    return words
