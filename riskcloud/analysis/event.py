"""What summary.json says of the storm: who saw it, how sure they are, what was drawn."""

from typing import Any

import numpy as np

from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.forecast_error import error_model
from riskcloud.hazard.typhoon.scenarios import Scenarios
from riskcloud.loss.draws import Draws
from riskcloud.messages import translated
from riskcloud.types import Outlook, Track
from riskcloud.units import HPA, KM

NO_ERROR = "none: best track without issue time"
WITH_ERROR = "included"
FEW = ("fewer than two realisations a track: the shares of track and intensity in the band cannot "
       "be told apart; give more --members")
LEADS_H = (0.0, 12.0, 24.0, 48.0, 72.0)


def describe_track(track: Track) -> dict[str, Any]:
    """Who saw which storm, how strong and when, and what was filled."""
    wind = sustained_1min(track.max_wind_m_s, track.wind_averaging_s)
    peak = int(np.nanargmax(wind))
    return {
        "event_id": track.event_id, "name": track.name, "agency": track.agency,
        "first_fix_utc": iso(track.time_utc[0]), "last_fix_utc": iso(track.time_utc[-1]),
        "n_fixes": len(track), "wind_averaging_s": track.wind_averaging_s,
        "peak_wind_1min_m_s": float(wind[peak]), "peak_time_utc": iso(track.time_utc[peak]),
        "min_central_pressure_hpa": float(np.nanmin(track.central_pressure_pa)) / HPA,
        "filled": [{"field": f.field, "method": f.method, "source": f.source,
                    "n_fixes": int(f.mask.sum())} for f in track.filled],
    }


def track_error(outlook: Outlook) -> dict[str, str]:
    """Whether the errors of track and intensity are in the spread."""
    certain = not outlook.ensemble and all(t.base_utc is None for t in outlook.advisories)
    return {"track_error": NO_ERROR if certain else WITH_ERROR}


def describe_outlook(outlook: Outlook, scenarios: Scenarios, draws: Draws) -> dict[str, Any]:
    """Whose forecasts count and how much, of when, with what errors, and how many were drawn."""
    agencies = []
    for track in outlook.advisories:
        row = {"agency": track.agency, "source": track.source,
               "issued_utc": _iso_or_none(track.issued_utc),
               "base_utc": _iso_or_none(track.base_utc),
               "last_fix_utc": iso(track.time_utc[-1]),
               "weight": scenarios.weights[track.agency]}
        agencies.append({**row, **(_errors(track.agency) if track.base_utc is not None else {})})
    members = outlook.ensemble
    notes = [*outlook.notes, *([FEW] if 1 < scenarios.n_tracks > draws.n_members / 2 else [])]
    dates = [t.issued_utc for t in (*outlook.advisories, *members) if t.issued_utc is not None]
    return {
        "issued_utc": _iso_or_none(max(dates) if dates else None), "agencies": agencies,
        "ensemble": None if not members else {
            "agency": members[0].agency, "base_utc": _iso_or_none(members[0].base_utc),
            "n_members": len(members), "source": members[0].source,
            "intensity": "anchored" if outlook.anchored and outlook.advisories else "raw"},
        "n_tracks": scenarios.n_tracks, "n_wind_fields": len(draws.storms),
        "notes": notes, "notes_zh": [translated(note, "zh") for note in notes],
    }


def _errors(agency: str) -> dict[str, Any]:
    """The agency's errors by lead: standard deviations of position and wind."""
    model = error_model(agency)

    def at(values: Any, lead: float, unit: float) -> float:
        return round(float(np.interp(lead, model.lead_h, values)) / unit, 1)

    return {"error_card": model.name, "errors": [
        {"lead_h": lead, "sd_along_km": at(model.sd_along_m, lead, KM),
         "sd_cross_km": at(model.sd_cross_m, lead, KM),
         "sd_wind_m_s": at(model.sd_wind_m_s, lead, 1.0)} for lead in LEADS_H]}


def iso(time: np.datetime64) -> str:
    """Return a UTC time such as 2017-08-23T06:00:00Z."""
    return f"{np.datetime_as_string(time, unit='s')}Z"


def _iso_or_none(time: np.datetime64 | None) -> str | None:
    return None if time is None else iso(time)
