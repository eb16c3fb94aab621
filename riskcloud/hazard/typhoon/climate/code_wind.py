"""What the design code says of a place's wind: GB 50009-2012, Table E.5, by station."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.geo.points import haversine_m
from riskcloud.types import Floats, PlaceLayer
from riskcloud.units import KM

MODEL: Final = "gb50009_2012"
"""Card of models/code_wind."""
PERIODS: Final = (10.0, 50.0, 100.0)
WIND_PRESSURE: Final = 1600.0
"""w0 [kPa] = v^2 / 1600, v in m/s: GB 50009-2012, E.2.4, at an air density of 1.25 kg/m3."""


@dataclass(frozen=True, slots=True)
class CodeWind:
    """The code's basic wind of sites, 10-min mean at 10 m over open country.

    ``mean_10min_m_s`` by return period (n_sites,); ``distance_m`` (n_sites,) of the station it is
    from, NaN with the wind where none is near enough; ``stations`` their names, in Chinese.
    """

    mean_10min_m_s: dict[float, Floats]
    distance_m: Floats
    stations: tuple[str, ...]

    @property
    def layer(self) -> PlaceLayer:
        """Return what the values rest on."""
        card = load_card("code_wind", MODEL)
        known = self.distance_m[np.isfinite(self.distance_m)]
        names = {name for name, one in zip(self.stations, self.distance_m, strict=True)
                 if np.isfinite(one)}
        near = "nearest station"
        if len(known):
            away = f"{max(known.max() / KM, 0.1):.1f} km away"
            near += f" ({names.pop()}), {away}" if len(names) == 1 else f", up to {away}"
        return PlaceLayer("code", f"models/code_wind/{MODEL}: {card['title']}", near,
                          str(card["date"]), str(card["detail"]))


def code_wind(lon: Floats, lat: Floats) -> CodeWind:
    """Return the basic wind of the nearest station of the code to sites (n_sites,).

    NaN where none lies within ``most_km`` of the card.

    Source
    ------
    GB 50009-2012, Table E.5 and E.2.4; see models/code_wind/gb50009_2012/card.toml.
    """
    place, wind, names = _stations()
    away = haversine_m(lon[:, None], lat[:, None], place[:, 0], place[:, 1])
    nearest = away.argmin(axis=1)
    distance = away[np.arange(len(lon)), nearest]
    near = distance <= KM * float(load_card("code_wind", MODEL)["most_km"])
    return CodeWind({period: np.where(near, wind[nearest, k], np.nan)
                     for k, period in enumerate(PERIODS)}, np.where(near, distance, np.nan),
                    tuple(names[k] for k in nearest))


@cache
def _stations() -> tuple[Floats, Floats, tuple[str, ...]]:
    """Return lon, lat (n, 2), the basic wind (n, n_periods) [m/s] and the names."""
    rows = load_card("code_wind", MODEL).rows("stations.csv")
    place = np.array([(float(row["lon"]), float(row["lat"])) for row in rows])
    w0 = np.array([[float(row[f"w0_{period:g}_kpa"]) for period in PERIODS] for row in rows])
    return place, np.sqrt(WIND_PRESSURE * w0), tuple(row["station"] for row in rows)
