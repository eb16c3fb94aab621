"""Errors of a forecast by lead time: cards of published statistics, and draws from them.

Along- and cross-track errors of position and the error of the maximum wind are Gaussian in each
lead and correlated between leads. Everything an agency's card lacks (how the error splits along
and across, how leads hang together) comes from the card ``common``.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import numpy as np
from scipy.special import ellipe, ndtri

from riskcloud.catalog import Card, list_cards, load_card
from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.sphere import destination, headings_deg
from riskcloud.types import Floats, Track
from riskcloud.units import KM

KIND: Final = "forecast_error"
DEFAULT: Final = "default"
LAST_LEAD_H: Final = 240.0
"""Errors are known up to this lead: the longest of the ensembles that are read."""
NOT_AGENCIES: Final = ("common", "size")
ALIASES: Final = {
    "USA": "jtwc", "PGTW": "jtwc", "TOKYO": "jma", "RJTD": "jma", "BABJ": "cma", "NMC": "cma",
    "VHHH": "hko", "KNHC": "nhc", "HURDAT": "nhc", "HURDAT_ATL": "nhc", "HURDAT_EPA": "nhc",
    "ECMF": "ecmwf", "EC": "ecmwf",
}


@dataclass(frozen=True, slots=True)
class LeadCorrelation:
    """Correlation of errors at leads l1, l2 [h]: exp(-(|ln((l1+c)/(l2+c))| / scale)^power)."""

    scale: float
    power: float
    shift_h: float

    def matrix(self, lead_h: Floats) -> Floats:
        """Correlation (n, n) between leads (n,), hours >= 0."""
        place = np.log(np.maximum(lead_h, 0.0) + self.shift_h)
        apart = np.abs(np.subtract.outer(place, place))
        return np.asarray(np.exp(-((apart / self.scale) ** self.power)))


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """Standard deviations of one agency's errors by lead time, and how leads hang together.

    Arrays (n_leads,), leads ascending from 0 to ``LAST_LEAD_H``, linear between them: sd_along_m,
    sd_cross_m of the centre [m]; sd_wind_m_s of the maximum 1-min wind at sea [m/s].
    """

    name: str
    lead_h: Floats
    sd_along_m: Floats
    sd_cross_m: Floats
    sd_wind_m_s: Floats
    along: LeadCorrelation
    cross: LeadCorrelation
    wind: LeadCorrelation
    card: Card

    def sd(self, values: Floats, lead_h: Floats) -> Floats:
        """One of the model's arrays at leads (n,); 0 before the analysis (lead < 0)."""
        return np.where(lead_h < 0.0, 0.0, np.interp(lead_h, self.lead_h, values))


def along_cross_sd(mean_position_error_m: Floats, ratio: Floats | float) -> tuple[Floats, Floats]:
    """Standard deviations along and across whose mean distance is the mean error given.

    Parameters
    ----------
    mean_position_error_m : (...,) mean distance of forecast and observed centres [m], >= 0.
    ratio : (...,) sd along over sd across [-], > 0.

    Returns
    -------
    (along, cross) (...,) [m]: E[hypot] of two independent normal errors is the mean error.

    Source
    ------
    The mean radius of a bivariate normal law is sqrt(2/pi) a E(1 - b2/a2) for a >= b, E the
    complete elliptic integral of the second kind; for a = b it is a sqrt(pi/2) (Rayleigh).
    """
    share = np.asarray(ratio, np.float64)
    larger, smaller = np.maximum(share, 1.0), np.minimum(share, 1.0)
    mean = np.sqrt(2.0 / np.pi) * larger * ellipe(1.0 - (np.where(
        share >= 1.0, 1.0, smaller) / larger) ** 2)
    cross = np.asarray(mean_position_error_m, np.float64) / mean
    return np.asarray(cross * share), cross


def card_name(agency: str) -> str:
    """Return the name of the card of an agency or centre; ``default`` for one without."""
    word = agency.strip()
    name = ALIASES.get(word.upper(), word.lower())
    return name if name in list_cards(KIND) and name not in NOT_AGENCIES else DEFAULT


def error_model(agency: str) -> ErrorModel:
    """Errors of an agency's forecasts.

    agency : a card of models/forecast_error or one of ``ALIASES``, in any case; an unknown one
    has the card ``default``, as large as the worst of the others.

    Returns
    -------
    ErrorModel. Beyond its last published lead the error of position grows on as it last did,
    that of wind stays (our choice: published wind errors level off after three days).

    Source
    ------
    Each card names its own.
    """
    return _model(card_name(agency))


@cache
def _model(name: str) -> ErrorModel:
    card, common = load_card(KIND, name), load_card(KIND, "common")
    rows = card.rows("errors.csv")
    lead, position = _given(rows, "mean_position_error_km")
    wind_lead, wind = _given(rows, "mean_absolute_wind_error_m_s")
    own_lead, own_ratio = _given(rows, "along_per_cross")
    split = (own_lead, own_ratio) if len(own_lead) else _given(
        common.rows("along_per_cross.csv"), "along_per_cross")
    leads = np.unique(np.concatenate([lead, split[0], wind_lead, [LAST_LEAD_H]]))
    mean = np.interp(leads, *_grown(lead, position)) * KM
    along, cross = along_cross_sd(mean, np.interp(leads, *split))
    one_minute = sustained_1min(wind, float(card["wind_averaging_s"]))
    sd_wind = np.interp(leads, wind_lead, one_minute) * np.sqrt(np.pi / 2.0)
    return ErrorModel(
        name=name, lead_h=leads, sd_along_m=along, sd_cross_m=cross, sd_wind_m_s=sd_wind,
        card=card, **{part: LeadCorrelation(**common["lead_correlation"][part])
                      for part in ("along", "cross", "wind")})


def _given(rows: list[dict[str, str]], column: str) -> tuple[Floats, Floats]:
    """Leads [h] and values of the rows in which a column is filled."""
    pairs = [(float(r["lead_h"]), float(r[column])) for r in rows if r.get(column)]
    table = np.array(pairs, np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _grown(lead_h: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Continue to ``LAST_LEAD_H`` with the growth between the last two leads."""
    if lead_h[-1] >= LAST_LEAD_H:
        return lead_h, values
    growth = max((values[-1] - values[-2]) / (lead_h[-1] - lead_h[-2]), 0.0)
    return (np.append(lead_h, LAST_LEAD_H),
            np.append(values, values[-1] + growth * (LAST_LEAD_H - lead_h[-1])))


def n_dims(n_leads: int) -> int:
    """Columns of probabilities that one component needs: wind these, a position twice as many."""
    return n_leads


def unit_probabilities(n: int, dims: int, seed: int) -> Floats:
    """Evenly spread probabilities (n, dims), each in (0, 1); the same for the same seed.

    A scrambled Sobol sequence whose columns are then stratified for exactly ``n``: each of the n
    slices of every column is met once, whatever n. For n = 1 all are 0.5, the median.

    Source
    ------
    Owen (1998), Journal of Complexity 14, 466-489 (scrambling); McKay, Beckman & Conover (1979),
    Technometrics 21, 239-245 (Latin hypercubes). Their union is our choice.
    """
    if n < 1 or dims < 1:
        return np.empty((max(n, 0), max(dims, 0)))
    if n == 1:
        return np.full((1, dims), 0.5)
    from scipy.stats import qmc  # takes 0.3 s to import

    rng = np.random.default_rng(seed)
    power = max(int(np.ceil(np.log2(n))), 1)
    points = qmc.Sobol(dims, scramble=True, seed=rng).random_base2(power)[:n]
    rank = np.argsort(np.argsort(points, axis=0, kind="stable"), axis=0, kind="stable")
    return np.asarray((rank + rng.uniform(0.001, 0.999, (n, dims))) / n)


def draw_position_errors(
    model: ErrorModel, lead_h: Floats, probabilities: Floats
) -> tuple[Floats, Floats]:
    """Errors of position along and across the motion.

    Parameters
    ----------
    model : of :func:`error_model`.
    lead_h : (n_leads,) hours since the analysis; negative before it.
    probabilities : (n, >= 2 n_leads) in (0, 1); columns in turn for along and across, the leading
        modes of the correlation between leads first. Further columns are not looked at.

    Returns
    -------
    along, cross : (n, n_leads) [m], positive ahead and to the right of the motion. Before the
        analysis 0; at lead 0 the analysis' own error where the card has it.

    Raises
    ------
    InputError : too few columns, or probabilities outside (0, 1).

    Source
    ------
    Karhunen-Loeve expansion of the Gaussian process; its correlation is our fit (card common).
    """
    normal = _normal(probabilities, 2 * n_dims(len(lead_h)))
    along = normal[:, 0::2] @ _modes(model.along, lead_h).T * model.sd(model.sd_along_m, lead_h)
    cross = normal[:, 1::2] @ _modes(model.cross, lead_h).T * model.sd(model.sd_cross_m, lead_h)
    return along, cross


def draw_wind_errors(model: ErrorModel, lead_h: Floats, probabilities: Floats) -> Floats:
    """Errors of the maximum 1-min wind (n, n_leads) [m/s].

    Arguments, errors and source as :func:`draw_position_errors`, with n_leads columns.
    """
    normal = _normal(probabilities, n_dims(len(lead_h)))
    return np.asarray(
        normal @ _modes(model.wind, lead_h).T * model.sd(model.sd_wind_m_s, lead_h))


def _normal(probabilities: Floats, columns: int) -> Floats:
    if probabilities.ndim != 2 or probabilities.shape[1] < columns:
        raise InputError(f"probabilities of shape {probabilities.shape}: expected (n, {columns}) "
                         "or more columns")
    used = probabilities[:, :columns]
    if not np.all((used > 0.0) & (used < 1.0)):
        raise InputError("probabilities: expected values between 0 and 1, both excluded")
    return np.asarray(ndtri(used))


def _modes(correlation: LeadCorrelation, lead_h: Floats) -> Floats:
    return _modes_of(correlation, tuple(np.maximum(lead_h, 0.0).tolist()))


@lru_cache(maxsize=256)
def _modes_of(correlation: LeadCorrelation, lead_h: tuple[float, ...]) -> Floats:
    """Loadings (n_leads, n_modes), largest first; each row's squares sum to 1."""
    value, vector = np.linalg.eigh(correlation.matrix(np.array(lead_h)))
    value, vector = np.maximum(value[::-1], 0.0), vector[:, ::-1]
    # an eigenvector's sign is the library's whim: errors grow with the probability
    vector = vector * np.where(vector.sum(axis=0) < 0.0, -1.0, 1.0)
    loading = vector * np.sqrt(value)
    return np.asarray(loading / np.sqrt((loading**2).sum(axis=1, keepdims=True)))


def draw_size_factors(probabilities: Floats) -> Floats:
    """Factors on the radii of maximum and of 34 kt wind, log-normal with median 1.

    probabilities : (n, 2) in (0, 1): for Rmax, for r34.

    Returns
    -------
    (n, 2) factors [-], > 0; one draw holds for all leads of a realisation (our choice).

    Source
    ------
    Spread of log-normal fits and their correlation: see models/forecast_error/size.
    """
    card = load_card(KIND, "size")
    own, size = _normal(probabilities, 2).T
    shared = card["correlation"]
    inner = shared * size + np.sqrt(1.0 - shared**2) * own
    spread = np.column_stack([card["sd_log_r_max"] * inner, card["sd_log_r34"] * size])
    return np.asarray(np.exp(spread))


def heading_deg(track: Track) -> Floats:
    """Direction of a track's motion at each fix (n_fixes,); see :func:`headings_deg`."""
    return headings_deg(track.lon, track.lat)


def displace(lon: Floats, lat: Floats, heading: Floats, along_m: Floats, cross_m: Floats,
             ) -> tuple[Floats, Floats]:
    """Positions moved ahead and to the right of their motion, on the sphere.

    lon, lat, heading : (n_fixes,) degrees. along_m, cross_m : (n, n_fixes) or (n_fixes,) [m].
    Returns lon, lat of the shape of ``along_m``, degrees, longitudes continuous with ``lon``.
    """
    sine, cosine = np.sin(np.radians(heading)), np.cos(np.radians(heading))
    return destination(lon, lat, along_m * sine + cross_m * cosine,
                       along_m * cosine - cross_m * sine)
