"""Published regressions for what a track lacks: size, central pressure, wind, environment.

Coefficients live in ``models/track_fill``. Winds are 1-min sustained maxima at 10 m; the radius of
34 kt wind is the mean of the four quadrants' maximum extents, the convention of best tracks.
"""

from typing import Final

import numpy as np

from riskcloud.catalog import Card, load_card
from riskcloud.types import Floats
from riskcloud.units import EARTH_ROTATION_RAD_S, HPA, KM, KNOT

GALE_M_S: Final = 34.0 * KNOT
"""34 knots, the wind of the radius r34."""
SMALLEST_R_MAX_M: Final = 20_000.0
"""Smallest usual radius of maximum wind: Chavas and Knaff's falls on beyond the winds of their
fit, and a storm of 80 m/s would be weaker at 100 km than one of 70 (our choice)."""
STRONGEST_M_S: Final = 110.0
"""End of the table that inverts wind to pressure: above any wind on record (our choice)."""


def card(name: str) -> Card:
    """Return the card of one regression."""
    return load_card("track_fill", name)


def basin_of(lon: float, lat: float) -> str:
    """Return the basin of a place: NI, WP, EP, NA, SWI, SEI, SP or SA.

    Source
    ------
    Longitude limits of Nederhoff et al. (2019). Between the eastern Pacific and the Atlantic the
    line 100 W 20 N - 84 W 12 N - 77 W 8.5 N along Central America is our choice.
    """
    east = lon % 360.0
    if lat < 0.0:
        for limit, name in ((20.0, "SA"), (90.0, "SWI"), (135.0, "SEI"), (290.0, "SP")):
            if east < limit:
                return name
        return "SA"
    if 30.0 <= east < 100.0:
        return "NI"
    if 100.0 <= east < 180.0:
        return "WP"
    divide = np.interp(east, [260.0, 276.0, 283.0], [20.0, 12.0, 8.5])
    pacific = 180.0 <= east < 260.0 or (260.0 <= east < 283.0 and lat < divide)
    return "EP" if pacific else "NA"


def environmental_pressure_pa(basin: str) -> float:
    """Mean pressure around the storms of a basin [Pa]. Source: Butke (2012), Table 3."""
    table = card("butke_2012")["pressure_hpa"]
    return float(table["SI" if basin in ("SWI", "SEI") else basin]) * HPA


def _of_basin(part: str, basin: str) -> list[float]:
    table: dict[str, list[float]] = card("nederhoff_2019")[part]
    return table.get(basin, table["ALL"])


def r_max_m(wind_m_s: Floats, lat: Floats, *, basin: str) -> Floats:
    """Median radius of maximum wind for an intensity and latitude [m].

    Parameters
    ----------
    wind_m_s : (...,) maximum 1-min wind [m/s]; below 18 counts as 18 (the fit starts there).
    lat : (...,) latitude [degrees]; the sign is ignored.
    basin : as :func:`basin_of`; one without a fit takes that of all basins.

    Source
    ------
    Nederhoff et al. (2019), median of the log-normal fit (the paper's program reports the mode,
    11 % lower; the median, right as often as wrong, is our choice).
    """
    a, scale, slope, floor = _of_basin("rmax", basin)
    wind = np.maximum(wind_m_s, 18.0)
    return np.asarray((a * np.exp(-wind / scale) * (1.0 + slope * np.abs(lat)) + floor) * KM)


def r34_m(wind_m_s: Floats, lat: Floats, *, basin: str, r_max: Floats | None = None) -> Floats:
    """Radius of 34 kt wind, mean of the quadrants' maximum extents [m]; NaN below 34 kt.

    Parameters
    ----------
    wind_m_s : (...,) maximum 1-min wind [m/s].
    lat : (...,) latitude [degrees]; the sign is ignored.
    basin : as :func:`basin_of`.
    r_max : (...,) radius of maximum wind [m] where known, else that of :func:`r_max_m`.

    Source
    ------
    Nederhoff et al. (2019), median of R35 - Rmax. Their fit uses winds above 20 m/s; down to
    18 m/s it is continued, where it meets Rmax, as a 34 kt radius must (our choice).
    """
    a, power, slope = _of_basin("gale_minus_rmax", basin)
    inner = r_max_m(wind_m_s, lat, basin=basin) if r_max is None else r_max
    excess = np.maximum(np.asarray(wind_m_s) - 18.0, 0.0)
    width = a * excess**power * (1.0 + slope * np.abs(lat)) * KM
    return np.where(np.asarray(wind_m_s) >= GALE_M_S, inner + width, np.nan)


def size_m(wind_m_s: Floats, lat: Floats, *, basin: str, r_max: Floats | None = None) -> Floats:
    """Usual radius of 34 kt wind of a storm, mean of the quadrants' maximum extents [m].

    Arguments as :func:`r34_m`. NaN below 34 kt.

    Source
    ------
    Western North Pacific: the card ``jma_radii``, a fit to the radii of RSMC Tokyo
    (``size_fit.py``); elsewhere :func:`r34_m`. :func:`size_card` names the card.
    """
    if size_card(basin) != "jma_radii":
        return r34_m(wind_m_s, lat, basin=basin, r_max=r_max)
    fit, wind = card("jma_radii"), np.asarray(wind_m_s)
    strength = np.log(np.clip(wind, GALE_M_S, fit["wind_cap_m_s"]) / fit["wind_cap_m_s"])
    poleward = (np.abs(lat) - 20.0) / 10.0
    mean = fit["mean_radius_km"] * KM * np.exp(
        fit["wind_power"] * strength + fit["per_10_degrees"] * poleward)
    extent = mean / card("chavas_knaff_2022")["mean_per_quadrant_maximum"]
    return np.where(wind >= GALE_M_S, extent, np.nan)


def size_card(basin: str) -> str:
    """Return the card of models/track_fill that :func:`size_m` takes in a basin."""
    return "jma_radii" if basin == "WP" else "nederhoff_2019"


def usual_r_max_m(wind_m_s: Floats, lat: Floats, *, basin: str) -> Floats:
    """Usual radius of maximum wind [m], (...,); :func:`usual_r_max_card` names its card.

    Source
    ------
    Western North Pacific: Chavas & Knaff (2022) at the usual size, in weaker storms that of
    typhoon strength (their relation would let it grow to 150 km; ours), at least
    ``SMALLEST_R_MAX_M``; elsewhere Nederhoff et al. (2019), :func:`r_max_m`.
    """
    if usual_r_max_card(basin) != "chavas_knaff_2022":
        return r_max_m(wind_m_s, lat, basin=basin)
    wind = np.maximum(wind_m_s, card("jma_radii")["wind_cap_m_s"])
    # the radii of RSMC Tokyo, unscaled, are the extents that the relation wants: so the radius of
    # 50 kt comes out right on average, with larger extents 7 % too wide (benchmarks/profiles.py)
    extent = card("chavas_knaff_2022")["mean_per_quadrant_maximum"] * size_m(wind, lat, basin=basin)
    r_max = r_max_from_r34_m(wind, lat, extent)
    return np.maximum(r_max, SMALLEST_R_MAX_M)


def usual_r_max_card(basin: str) -> str:
    """Return the card of models/track_fill that :func:`usual_r_max_m` takes in a basin."""
    return "chavas_knaff_2022" if basin == "WP" else "nederhoff_2019"


def _coriolis(lat: Floats) -> Floats:
    # one degree at least: the formulas below divide by it
    degrees = np.maximum(np.abs(lat), 1.0)
    return np.asarray(2.0 * EARTH_ROTATION_RAD_S * np.sin(np.radians(degrees)))


def mean_of_quadrants_m(radii_m: Floats) -> Floats:
    """Mean of the known ones of four quadrants' radii [m]: (n, 4) -> (n,), NaN where none is."""
    known = np.isfinite(radii_m)
    count = known.sum(axis=1)
    total = np.where(known, radii_m, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def r_max_from_r34_m(wind_m_s: Floats, lat: Floats, r34: Floats) -> Floats:
    """Radius of maximum wind from intensity, latitude and observed outer size [m].

    Parameters
    ----------
    wind_m_s : (...,) maximum 1-min wind [m/s]; NaN out below 34 kt.
    lat : (...,) latitude [degrees]; the sign is ignored.
    r34 : (...,) mean of the quadrants' maximum extents of 34 kt wind [m].

    Source
    ------
    Chavas & Knaff (2022), eqs. 2-4 and 7, with their factor 0.85 from maximum to mean extent.
    """
    model = card("chavas_knaff_2022")
    f = _coriolis(lat)
    wind = np.where(np.asarray(wind_m_s) >= GALE_M_S, wind_m_s, np.nan)
    mean_radius = model["mean_per_quadrant_maximum"] * r34
    half = 0.5 * f * mean_radius
    excess = wind - GALE_M_S
    ratio = model["b"] * np.exp(model["beta_v"] * excess + model["beta_vfr"] * excess * half)
    momentum = ratio * mean_radius * (GALE_M_S + half)
    return np.asarray(wind / f * (np.sqrt(1.0 + 2.0 * f * momentum / wind**2) - 1.0))


def pressure_deficit_pa(
    wind_m_s: Floats, lat: Floats, r34: Floats, *, translation_m_s: Floats
) -> Floats:
    """Environmental minus central pressure from intensity, size, latitude and motion [Pa].

    Parameters
    ----------
    wind_m_s : (...,) maximum 1-min wind [m/s]; NaN out below 34 kt.
    lat : (...,) latitude [degrees]; the sign is ignored.
    r34 : (...,) mean of the quadrants' maximum extents of 34 kt wind [m].
    translation_m_s : (...,) speed of the storm's motion [m/s].

    Source
    ------
    Chavas, Knaff & Klotzbach (2025), eqs. 2 and 5.
    """
    model = card("chavas_knaff_klotzbach_2025")
    c0, c1, c2, c3 = model["coefficients"]
    wind = np.where(np.asarray(wind_m_s) >= GALE_M_S, wind_m_s, np.nan)
    # at least half the wind belongs to the vortex, whatever the motion (our choice)
    vortex = np.maximum(wind - model["motion_share"] * translation_m_s, 0.5 * wind)
    half = 0.5 * _coriolis(lat) * model["mean_per_quadrant_maximum"] * r34
    deficit = -(c0 + c1 * vortex**2 + c2 * half + c3 * half / vortex)
    return np.asarray(np.maximum(deficit, 0.0) * HPA)


def weak_pressure_pa(wind_m_s: Floats) -> Floats:
    """Central pressure of a system below 34 kt [Pa]. Source: Atkinson & Holliday (1977)."""
    model = card("atkinson_holliday_1977")
    deficit = (np.asarray(wind_m_s) / KNOT / model["factor_kt"]) ** (1.0 / model["exponent"])
    return np.asarray((model["ambient_hpa"] - deficit) * HPA)


def weak_wind_m_s(central_pressure_pa: Floats) -> Floats:
    """Maximum 1-min wind from central pressure [m/s]. Source: Atkinson & Holliday (1977)."""
    model = card("atkinson_holliday_1977")
    deficit = np.maximum(model["ambient_hpa"] - np.asarray(central_pressure_pa) / HPA, 0.0)
    return np.asarray(model["factor_kt"] * deficit ** model["exponent"] * KNOT)


def wind_from_deficit_m_s(
    deficit_pa: Floats, lat: Floats, *, basin: str, translation_m_s: Floats
) -> Floats:
    """Maximum 1-min wind whose pressure deficit, at the mean size of that wind, is the one given.

    Parameters
    ----------
    deficit_pa : (n,) environmental minus central pressure [Pa].
    lat : (n,) latitude [degrees].
    basin : as :func:`basin_of`.
    translation_m_s : (n,) speed of the storm's motion [m/s].

    Returns
    -------
    (n,) wind [m/s]; NaN where the deficit is below that of a 34 kt storm.

    Source
    ------
    Inverse of Chavas, Knaff & Klotzbach (2025) with the usual size (:func:`size_m`). The
    inversion is our choice: it makes pressure -> wind -> pressure return where it began.
    """
    speeds = np.linspace(GALE_M_S, STRONGEST_M_S, 400)
    found = np.full(len(deficit_pa), np.nan)
    for i in np.flatnonzero(np.isfinite(deficit_pa)):
        size = size_m(speeds, lat[i], basin=basin)
        table = pressure_deficit_pa(speeds, lat[i], size, translation_m_s=translation_m_s[i])
        table = np.maximum.accumulate(table)
        found[i] = np.interp(deficit_pa[i], table, speeds, left=np.nan)
    return found
