"""A made-up event set of the size of the real ones, for benchmarks: no storm of it is meant."""

import numpy as np

from riskcloud.types import EventSet

STEP_H = 6.0
N_FIXES = 25
FIRST_SEASON, N_SEASONS = 1951, 63


def made_up_events(years: int, *, per_year: float = 6.5, seed: int = 1) -> EventSet:
    """Storms that cross the South China Sea towards the coast, six days of six-hourly fixes."""
    rng = np.random.default_rng(seed)
    n = rng.poisson(per_year * years)
    hour = np.arange(N_FIXES) * STEP_H
    lon0, lat0 = rng.uniform(118.0, 140.0, n), rng.uniform(9.0, 20.0, n)
    speed, heading = rng.gamma(9.0, 0.55, n), np.radians(rng.normal(-70.0, 20.0, n))
    turn = np.radians(rng.normal(0.12, 0.12, n))
    angle = heading[:, None] + turn[:, None] * hour
    east, north = speed[:, None] * np.sin(angle), speed[:, None] * np.cos(angle)
    lat = lat0[:, None] + np.cumsum(north, axis=1) * STEP_H * 3600.0 / 111_195.0
    lon = lon0[:, None] + np.cumsum(east, axis=1) * STEP_H * 3600.0 / (
        111_195.0 * np.cos(np.radians(lat)))
    peak, when = 18.0 + rng.gamma(2.0, 9.0, n), rng.uniform(50.0, 110.0, n)
    life = np.exp(-((hour - when[:, None]) / 45.0) ** 2)
    wind = np.clip(12.0 + (peak[:, None] - 12.0) * life, 12.0, 80.0)
    inland = np.clip((lat - 22.5) / 3.0, 0.0, 1.0) * (lon < 121.0)
    wind = wind * (1.0 - 0.6 * inland)
    deficit = 100.0 * (0.012 * wind**2 + 0.4 * wind)
    size = 1000.0 * rng.lognormal(3.7, 0.3, n)[:, None]
    r_max = np.clip(size * (1.3 - 0.006 * wind), 12e3, 120e3)
    r34 = np.where(wind > 18.0, r_max * (1.0 + 0.11 * (wind - 17.0)) + 40e3, np.nan)
    flat = dict(lon=lon, lat=lat, max_wind_m_s=wind, r_max_m=r_max, r34_m=r34,
                central_pressure_pa=101_000.0 - deficit,
                environmental_pressure_pa=np.full_like(lon, 101_000.0),
                hour=np.broadcast_to(hour, lon.shape))
    return EventSet(
        event_id=np.array([f"E{i:06d}" for i in range(n)]),
        annual_rate=np.full(n, 1.0 / years), year=rng.integers(1, years + 1, n),
        season=rng.integers(FIRST_SEASON, FIRST_SEASON + N_SEASONS, n),
        start=np.arange(n + 1) * N_FIXES, years=float(years),
        facts={"method": "made up", "period": {
            "first": FIRST_SEASON, "last": FIRST_SEASON + N_SEASONS - 1}},
        **{name: np.ascontiguousarray(values).ravel() for name, values in flat.items()})
