"""How a storm's pressure deficit evolves over sea and land, and the wind that goes with it.

Both methods of event sets use it. The numbers are fitted on the catalogue (intensity_fit) and kept
in models/storm_climate/wp; kernels/storm_steps holds the step itself.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from riskcloud.catalog import Card, load_card
from riskcloud.types import Floats

MODEL: Final = "wp"
PARAMETERS: Final = (
    "one", "change1_sea", "change1_land", "change2", "change3", "deficit", "deficit2_potential",
    "potential", "lat", "lat2", "deficit_lat", "land_before_deficit", "east", "north", "season",
    "season_deficit", "past_peak", "youth", "below_peak", "mainland_per_h", "mainland_per_h_hpa",
    "island_per_h", "island_per_h_hpa", "high_per_h", "high_per_h_hpa", "share_power",
    "spread_sea", "spread_sea_deficit", "spread_land", "spread_land_deficit")
"""Names of the step's parameters in the kernel's order."""
RESIDUAL_EDGES_HPA: Final = (12.0, 50.0)
"""Deficits that part the residuals over sea; a last row holds those over land (ours)."""
LOCAL_NAMES: Final = ("pull", "lift", "scatter")
N_QUANTILES: Final = 201
POTENTIAL_AXES: Final = (100.0, 5.0, 5.0, 5.0)
LOCAL_AXES: Final = (100.0, 2.5, 5.0, 2.5)
"""First longitude, step, first latitude, step of the grids [degrees]."""
POTENTIAL_SHAPE: Final = (12, 9, 17)
LOCAL_SHAPE: Final = (17, 33)
LYSIS_DEFICIT_HPA: Final = (3.0, 6.0, 10.0, 15.0, 25.0, 40.0)
LYSIS_LAT: Final = (25.0, 35.0)
"""Upper ends of the classes of deficit and latitude by which storms end (ours)."""
WIND_NAMES: Final = ("one", "ln_deficit", "ln_deficit2", "lat", "translation")
LEAST_HPA: Final = 1.0
"""No storm in a set has less of a deficit (ours)."""


@dataclass(frozen=True, slots=True)
class WindModel:
    """1-min maximum wind from the deficit: ln V = c . (1, ln d, (ln d)^2, lat, speed) + residual.

    V m/s, d hPa, lat degrees, speed m/s. The residual is normal; its standard deviation is
    spread[0] + spread[1] ln d, kept within spread[2] to spread[3]. A part of it belongs to the
    storm's size (SizeModel.wind_by_size), the rest is a first-order autoregression along the
    storm, ``persistence`` a step of six hours.
    """

    coefficients: Floats
    spread: Floats
    persistence: float

    def median_m_s(self, deficit_hpa: Floats, lat: Floats, translation_m_s: Floats) -> Floats:
        """Median 1-min wind [m/s] of a deficit, (...,)."""
        return np.asarray(np.exp(wind_predictors(deficit_hpa, lat, translation_m_s)
                                 @ self.coefficients))

    def median_deficit_hpa(self, wind_m_s: Floats, lat: Floats,
                           translation_m_s: Floats) -> Floats:
        """Deficit whose median wind is the one given, (...,); at least LEAST_HPA."""
        c = self.coefficients
        level = c[0] + c[3] * lat + c[4] * translation_m_s - np.log(wind_m_s)
        root = np.sqrt(np.maximum(c[1] ** 2 - 4.0 * c[2] * level, 0.0))
        return np.asarray(np.maximum(np.exp((root - c[1]) / (2.0 * c[2])), LEAST_HPA))

    def spread_ln(self, deficit_hpa: Floats) -> Floats:
        """Standard deviation of ln V, (...,)."""
        logarithm = np.log(np.maximum(deficit_hpa, LEAST_HPA))
        return np.asarray(np.clip(self.spread[0] + self.spread[1] * logarithm, self.spread[2],
                                  self.spread[3]))


def wind_predictors(deficit_hpa: Floats, lat: Floats, translation_m_s: Floats) -> Floats:
    """Predictors of ln V, (..., 5), as WIND_NAMES; deficits below LEAST_HPA count as that."""
    logarithm = np.log(np.maximum(deficit_hpa, LEAST_HPA))
    return np.stack(np.broadcast_arrays(
        np.ones_like(logarithm), logarithm, logarithm**2, lat, translation_m_s), axis=-1)


@dataclass(frozen=True, slots=True)
class Intensity:
    """All that steps a deficit: as the kernel takes it.

    parameters (30,) by PARAMETERS; potential_hpa (12, 9, 17) month, lat, lon: the deficit that
    storms there seldom exceed; local (3, 17, 33) lat, lon: pull, the change a step [hPa] beyond the
    regression's of a storm of 45 hPa; lift, the same of the weakest storms; scatter, a factor on
    the spread over sea; residuals (5, 201)
    quantiles of the standardised residual of weak storms near their peak, by deficit class, over
    land; lysis (4, 7, 3) chance to end within a step, by surface (kernels/storm_life.surface_of),
    deficit and latitude.
    """

    parameters: Floats
    potential_hpa: Floats
    local: Floats
    residuals: Floats
    lysis: Floats
    wind: WindModel
    sha256: str = ""


@cache
def load_intensity(model: str = MODEL) -> Intensity:
    """Return the model of a card of models/storm_climate.

    Raises
    ------
    NotFoundError : no such card; the message names those there are.
    """
    card = load_card("storm_climate", model)
    step = card["step"]
    wind = card["wind"]
    return Intensity(
        parameters=np.array([step[name] for name in PARAMETERS]),
        potential_hpa=_grid(card, "potential.csv").reshape(POTENTIAL_SHAPE),
        local=np.stack([_grid(card, f"{name}.csv").reshape(LOCAL_SHAPE) for name in LOCAL_NAMES]),
        residuals=np.ascontiguousarray(_grid(card, "residuals.csv").T),
        lysis=_grid(card, "lysis.csv").reshape(-1, len(LYSIS_DEFICIT_HPA) + 1, len(LYSIS_LAT) + 1),
        wind=WindModel(np.array([wind[name] for name in WIND_NAMES]),
                       np.array(wind["spread_ln"], float), float(wind["persistence"])),
        sha256=card.sha256)


def _grid(card: Card, file: str) -> Floats:
    """Columns whose names begin with v, (n_rows, n)."""
    rows = card.rows(file)
    columns = [name for name in rows[0] if name.startswith("v")]
    return np.array([[float(row[name]) for name in columns] for row in rows])
