"""A warmer climate by weights: yearly rates of an event set under cited changes.

The factors of a scenario (models/climate_scenarios) hold in the mean over the set: the rate of all
storms, and that of storms of category 4-5. A set's storms stay as they are; where the change of
intensity itself is wanted, ``stronger`` raises winds and deficits first.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from riskcloud.catalog import list_cards, load_card
from riskcloud.errors import InputError
from riskcloud.types import Bools, EventSet, Floats
from riskcloud.units import KNOT

CATEGORY_4_M_S: Final = 113.0 * KNOT
"""1-min wind from which a storm is of category 4 on the Saffir-Simpson scale (NHC: 113 kt)."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Factors of a climate against that of the catalogue's seasons.

    ``frequency`` on the rate of all storms, ``frequency_category_4_5`` on that of category 4-5,
    ``intensity`` on the mean wind of storms: a statement of its own, met by ``stronger``.
    """

    name: str
    title: str
    title_zh: str
    source: str
    frequency: float
    frequency_category_4_5: float
    intensity: float

    def __post_init__(self) -> None:
        factors = (self.frequency, self.frequency_category_4_5, self.intensity)
        if not (np.isfinite(factors).all() and min(factors) > 0.0):
            raise InputError(f"climate scenario {self.name}: expected factors above 0, "
                             f"got {factors}")


def list_scenarios() -> list[str]:
    """Return the names of the scenarios that ship."""
    return list_cards("climate_scenarios")


def load_scenario(name: str) -> Scenario:
    """Return a scenario. Raises NotFoundError; the message names those there are."""
    card = load_card("climate_scenarios", name)
    factors = card["factors"]
    return Scenario(card["name"], card["title"], card["title_zh"], card["source"],
                    float(factors["frequency"]), float(factors["frequency_category_4_5"]),
                    float(factors["intensity"]))


def peak_wind_m_s(events: EventSet) -> Floats:
    """Largest 1-min wind of each event's fixes (n_events,) [m/s]: near the area of the set."""
    if not len(events):
        return np.zeros(0)
    return np.asarray(np.maximum.reduceat(np.asarray(events.max_wind_m_s, np.float64),
                                          events.start[:-1]))


def reweight(events: EventSet, scenario: Scenario | str) -> Floats:
    """Return the yearly rates (n_events,) under a scenario; those of the set are the present's.

    Parameters
    ----------
    events : a set of the present climate; its storms count by their largest wind near the area.
    scenario : factors, or the name of a card of models/climate_scenarios.

    Returns
    -------
    (n_events,) [1/yr]: the sum over all is ``frequency`` times the present's, that over category
    4-5 ``frequency_category_4_5`` times; weaker storms share one factor. A set without any of
    category 4-5 changes by ``frequency`` alone, one without weaker storms by that of category 4-5.

    Raises
    ------
    NotFoundError : no such scenario. InputError : factors that ask more of category 4-5 than the
        scenario has storms.

    Source
    ------
    Weights by category: Jewson (2021), J. Appl. Meteor. Climatol. 60, doi:10.1175/JAMC-D-21-0102.1,
    gives the factors this use. That changes of the basin's storms by their lifetime's peak are
    taken for storms by their peak near the area is ours.
    """
    wanted = load_scenario(scenario) if isinstance(scenario, str) else scenario
    strong = peak_wind_m_s(events) >= CATEGORY_4_M_S
    return _weighted(events.annual_rate, strong, wanted, float(events.annual_rate.sum()),
                     float(events.annual_rate[strong].sum()))


def stronger(events: EventSet, scenario: Scenario | str) -> EventSet:
    """Return the set with all winds raised by the scenario's intensity, and rates that still hold.

    Winds times ``intensity``, pressure deficits times its square, sizes as they were. Rates: all
    storms times ``frequency``, and those that are of category 4-5 now times what makes their rate
    ``frequency_category_4_5`` times the present's.

    Raises
    ------
    As ``reweight``.

    Source
    ------
    Deficit as the square of the wind: cyclostrophic balance at a fixed shape, Holland (1980), Mon.
    Wea. Rev. 108, 1212-1218, eq. 7.
    """
    wanted = load_scenario(scenario) if isinstance(scenario, str) else scenario
    deficit = events.environmental_pressure_pa - events.central_pressure_pa
    raised = replace(
        events, max_wind_m_s=events.max_wind_m_s * wanted.intensity,
        central_pressure_pa=events.environmental_pressure_pa - deficit * wanted.intensity**2,
        facts={**events.facts, "climate": wanted.name})
    before = peak_wind_m_s(events) >= CATEGORY_4_M_S
    now = peak_wind_m_s(raised) >= CATEGORY_4_M_S
    rate = events.annual_rate
    return replace(raised, annual_rate=_weighted(rate, now, wanted, float(rate.sum()),
                                                 float(rate[before].sum())))


def _weighted(rate: Floats, strong: Bools, wanted: Scenario, present: float,
              present_strong: float) -> Floats:
    """Rates whose sums are the scenario's times the present's, over all and over the strong."""
    own_strong, own_weak = float(rate[strong].sum()), float(rate[~strong].sum())
    if own_strong == 0.0 or own_weak == 0.0:
        factor = wanted.frequency if own_strong == 0.0 else wanted.frequency_category_4_5
        return np.asarray(rate * factor)
    target = wanted.frequency_category_4_5 * present_strong
    left = wanted.frequency * present - target
    if left < 0.0:
        raise InputError(
            f"climate scenario {wanted.name}: {target:.3g} storms of category 4-5 a year, but "
            f"only {wanted.frequency * present:.3g} storms in all: the factors do not fit this set")
    return np.asarray(rate * np.where(strong, target / own_strong, left / own_weak))


def change_of(events: EventSet, rate: Floats) -> dict[str, Any]:
    """Return what weighted rates make of a set: factors that hold, and the mean peak's change.

    ``frequency``, ``frequency_category_4_5`` (None without such storms) and ``mean_peak_wind``,
    each against the present's.
    """
    peak = peak_wind_m_s(events)
    strong, present = peak >= CATEGORY_4_M_S, events.annual_rate
    old, new = float(present[strong].sum()), float(rate[strong].sum())
    return {"frequency": float(rate.sum() / present.sum()),
            "frequency_category_4_5": new / old if old > 0.0 else None,
            "mean_peak_wind": float((rate @ peak / rate.sum()) / (present @ peak / present.sum()))}
