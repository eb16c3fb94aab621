"""One storm of an event set as a track, for what follows storms one by one."""

import numpy as np

from riskcloud.types import EventSet, Filled, Track

ONE_MINUTE_S = 60.0
MEAN_KEPT = "the mean of the quadrants is all that an event set knows"
_BEGIN = np.datetime64("2001-01-01T00:00:00", "s")
"""Storms of simulated years have no date: any serves to count hours from."""


def track_of(events: EventSet, k: int) -> Track:
    """Return event ``k`` of a set as a filled track: the same radius of gales in all quadrants."""
    here = slice(int(events.start[k]), int(events.start[k + 1]))
    hour, lon, lat, wind, pressure, around, r_max, gales = (
        np.asarray(getattr(events, name)[here], np.float64) for name in (
            "hour", "lon", "lat", "max_wind_m_s", "central_pressure_pa",
            "environmental_pressure_pa", "r_max_m", "r34_m"))
    unknown = np.full((len(hour), 4), np.nan)
    name = str(events.event_id[k])
    return Track(
        event_id=name, name=name, agency="", lon=lon, lat=lat,
        time_utc=_BEGIN + np.round((hour - hour[0]) * 3600.0).astype("timedelta64[s]"),
        central_pressure_pa=pressure, environmental_pressure_pa=around, max_wind_m_s=wind,
        wind_averaging_s=ONE_MINUTE_S, r_max_m=r_max, r50_m=unknown, r64_m=unknown,
        r34_m=np.repeat(gales[:, None], 4, axis=1),
        filled=(Filled("r34_m", "mean_of_quadrants", MEAN_KEPT, np.isfinite(gales)),))
