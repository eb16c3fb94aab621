"""Rain models of models/rain: the profile around the centre, and what the coast adds."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.catalog import Card, list_cards, load_card
from riskcloud.types import Floats
from riskcloud.units import INCH, KM, KNOT

DEFAULT_MODEL: Final = "coastal_r_cliper"
MM_H_PER_IN_DAY: Final = INCH * 1000.0 / 24.0
WIDTH_5_95: Final = 3.2897
"""Standard deviations between the 5 % and 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class RainProfile:
    """Rates around the centre of storms (...,): linear to the peak, then an exponential.

    ``centre_mm_h`` >= 0 [mm/h] rises by ``slope_mm_h_m`` to the radius of the most rain
    ``r_peak_m`` > 0 [m], then falls by ``decay_per_m`` > 0 [1/m].
    """

    centre_mm_h: Floats
    slope_mm_h_m: Floats
    r_peak_m: Floats
    decay_per_m: Floats

    @property
    def peak_mm_h(self) -> Floats:
        """Rate at the radius of the most rain."""
        return self.centre_mm_h + self.slope_mm_h_m * self.r_peak_m


@dataclass(frozen=True, slots=True)
class CoastTerm:
    """What the coast makes of the profile (``rain/coast.py``).

    Rates are multiplied by ``scale``, and by exp(-``strength`` x land), land being the share of
    land upwind less its mean over all directions; upwind is ``turn_rad`` outward of straight
    around the centre. No side gains more than ``most_ln`` by the coast. Without a coast: scale 1,
    strength 0.
    """

    scale: float = 1.0
    strength: float = 0.0
    turn_rad: float = 0.0
    most_ln: float = np.inf


@dataclass(frozen=True, slots=True)
class RainModel:
    """One model: its card, the card of its profile, the coast's part, and how far it reaches."""

    card: Card
    profile_card: Card
    coast: CoastTerm
    reach_m: float

    @property
    def name(self) -> str:
        """Name of the model's card."""
        return self.card.name

    @property
    def error_ln(self) -> tuple[float, float]:
        """5 % and 95 % of observed - modelled ln(1 + mm), storms left out one by one."""
        return float(self.card["error_ln"]["low"]), float(self.card["error_ln"]["high"])

    def band_mm(self, total_mm: Floats) -> tuple[Floats, Floats]:
        """Totals (...,) that 5 % and 95 % of storms stay below; 0 where the model has no rain."""
        low, high = (np.maximum(np.expm1(np.log1p(total_mm) + shift), 0.0)
                     for shift in self.error_ln)
        return np.asarray(low), np.asarray(np.where(total_mm > 0.0, high, 0.0))

    def drawn_mm(self, modelled_mm: Floats, z: Floats) -> Floats:
        """Rain (...,) with the model's error drawn: z (...,) standard normal; they broadcast.

        Normal in ln(1 + mm) between ``error_ln`` as its 5 % and 95 %; 0 where the model has no
        rain.
        """
        low, high = self.error_ln
        shift = 0.5 * (low + high) + (high - low) / WIDTH_5_95 * z
        rain = np.maximum(np.expm1(np.log1p(modelled_mm) + shift), 0.0)
        return np.asarray(np.where(modelled_mm > 0.0, rain, 0.0))


def model_names() -> list[str]:
    """Return the names of the rain models."""
    return list_cards("rain")


def load_model(name: str = DEFAULT_MODEL) -> RainModel:
    """Return a rain model. Raises NotFoundError for an unknown name."""
    card = load_card("rain", name)
    profile = load_card("rain", str(card.get("profile", name)))
    coast = card.get("coast")
    term = CoastTerm() if coast is None else CoastTerm(
        coast["scale"], coast["strength"], float(np.radians(coast["turn_deg"])),
        coast["most_ln"])
    return RainModel(card, profile, term, profile["reach_km"] * KM)


def profile_of(card: Card, wind_m_s: Floats) -> RainProfile:
    """Return the rain around storms of a given wind.

    Parameters
    ----------
    card : models/rain/r_cliper.
    wind_m_s : (...,) maximum 1-min sustained wind at 10 m [m/s], >= 0.

    Source
    ------
    Tuleya, DeMaria and Kuligowski (2007), Weather and Forecasting 22, 56-70, bias-adjusted
    coefficients. A rate that the line would make negative is 0 (ours).
    """
    normal = card["normal_wind"]
    u = 1.0 + (np.asarray(wind_m_s) / KNOT - normal["from_kt"]) / normal["per_kt"]

    def line(name: str) -> Floats:
        return np.asarray(card[name]["constant"] + card[name]["slope"] * u)

    centre = np.maximum(line("centre_in_day"), 0.0) * MM_H_PER_IN_DAY
    peak = np.maximum(line("peak_in_day"), 0.0) * MM_H_PER_IN_DAY
    r_peak = np.maximum(line("peak_radius_km"), card["least_peak_radius_km"]) * KM
    folding = np.maximum(line("folding_km"), card["least_folding_km"]) * KM
    return RainProfile(centre, (peak - centre) / r_peak, r_peak, 1.0 / folding)
