"""How high above its ground a station's anemometer stands, and whether it is a hilltop."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from riskcloud.catalog import list_cards, load_card
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.typhoon.observed.records import Observed
from riskcloud.hazard.typhoon.observed.words import plain

KIND: Final = "anemometers"
HILLTOP_M: Final = 400.0
"""Ground above this counts as a hilltop (ours: between Green Island's 88 m, the highest of Hong
Kong's other stations, and Tate's Cairn's 572 m): such a station feels the wind of another level,
and a speed-up that no open-country factor holds."""


@dataclass(frozen=True, slots=True)
class Mast:
    """Where an anemometer stands.

    height_m above the ground; ground_m above sea level (NaN: unknown). ``source`` is ``file``,
    the name of a card, or ``default``; ``note`` is what its user should know, "" for nothing.
    """

    height_m: float
    ground_m: float
    source: str
    note: str = ""

    @property
    def hilltop(self) -> bool:
        """Whether the ground is above ``HILLTOP_M``; ground that nobody says is not."""
        return self.ground_m > HILLTOP_M


def station_key(name: str) -> str:
    """Return a station's name as compared: one case and width, letters and figures alone."""
    return "".join(sign for sign in plain(name) if sign.isalnum())


def masts(rows: Iterable[Observed], default_m: float | None = None) -> list[Mast]:
    """Return the mast of each row's station: as its file says, else as a card does, else 10 m.

    default_m : in place of the 10 m; such masts are still marked ``default``.
    """
    default = float(load_card(KIND, "hko")["default_height_m"]) if default_m is None else default_m
    return [_mast(row, default) for row in rows]


def _mast(row: Observed, default: float) -> Mast:
    listed = _listed(row)
    ground = row.ground_m
    if math.isfinite(row.height_m):
        return Mast(row.height_m, ground, "file")
    if math.isfinite(row.anemometer_m) and math.isfinite(ground):
        return Mast(max(row.anemometer_m - ground, 0.5), ground, "file")
    if listed is None:
        return Mast(default, ground, "default")
    card, entry, note = listed
    if not (note and math.isfinite(ground)):  # elsewhere the list's ground is another place's
        ground = float(entry["ground_m"])
    if not entry["anemometer_m"]:
        return Mast(default, ground, "default", note)
    return Mast(float(entry["anemometer_m"]) - ground, ground, card, note)


def _listed(row: Observed) -> tuple[str, dict[str, str], str] | None:
    """Return the card and the entry that speak of a row's station, and a note on its place."""
    for name, entry in _entries().get(station_key(row.station), ()):
        card = load_card(KIND, name)
        away_km = float(haversine_m(row.lon, row.lat, float(entry["lon"]), float(entry["lat"]))
                        ) / 1000.0
        if away_km <= card["match_km"]:
            note = (f"{row.station}: its anemometer is listed {away_km:.1f} km from the place "
                    "given" if away_km > card["told_km"] else "")
            return name, entry, note
    return None


@cache
def _entries() -> dict[str, list[tuple[str, dict[str, str]]]]:
    """Return the entries of all cards by the key of each name and alias."""
    out: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for card in list_cards(KIND):
        for entry in load_card(KIND, card).rows("stations.csv"):
            for name in (entry["station"], *filter(None, entry["aliases"].split(";"))):
                out.setdefault(station_key(name), []).append((card, entry))
    return out
