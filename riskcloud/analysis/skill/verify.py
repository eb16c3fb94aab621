"""Observed winds against those of the model: the request, the run, what is found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from riskcloud.analysis.skill import ground
from riskcloud.analysis.skill.match import Matched, Storm, match, read_storms
from riskcloud.analysis.skill.summary import summarise
from riskcloud.analysis.skill.winds import (
    StationWinds,
    measure_factors,
    sites_of,
    station_winds,
)
from riskcloud.errors import InputError, NotFoundError, Problem
from riskcloud.hazard.typhoon.field import model_weights
from riskcloud.hazard.typhoon.observed.columns import MEASURES
from riskcloud.hazard.typhoon.observed.masts import Mast, masts, station_key
from riskcloud.hazard.typhoon.observed.read import read_observations
from riskcloud.hazard.typhoon.observed.records import Observations, Observed
from riskcloud.hazard.typhoon.surface import SurfaceLayers


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be compared with what.

    tracks : files of tracks, each of one storm or of many. agency : whose fixes, None for any.
    models : wind models, None for all with their weights. measure : one of ``MEASURES``, None for
    the first that the file has. exclude : names of stations left out. surface : layers of the
    ground, None for the defaults. height_m : above the ground of anemometers whose height nobody
    says, None for the standard 10 m. skip_bad : leave faulty rows out.
    """

    observed: Path
    tracks: tuple[Path, ...]
    agency: str | None = None
    models: tuple[str, ...] | None = None
    measure: str | None = None
    exclude: tuple[str, ...] = ()
    surface: SurfaceLayers | None = None
    height_m: float | None = None
    skip_bad: bool = False


@dataclass(frozen=True, slots=True)
class WindSkill:
    """What was found: ``summary`` as JSON gives it, ``table`` one row an observation compared."""

    summary: dict[str, Any]
    table: pd.DataFrame
    rejected: tuple[Problem, ...] = ()
    unit: str = field(default="m/s")


def read_inputs(request: Request) -> tuple[Observations, Matched]:
    """Return the observations and each storm's track with its rows.

    Raises InputError, NotFoundError: see ``read_observations``, ``match``.
    """
    observations = read_observations(request.observed, skip_bad=request.skip_bad)
    tracks, notes = read_storms(request.tracks, request.agency)
    matched = match(observations, tracks, skip_bad=request.skip_bad)
    return observations, replace(matched, notes=(*notes, *matched.notes))


def verify_wind(request: Request, inputs: tuple[Observations, Matched], *,
                on_progress: Callable[[int, int], None] = lambda done, total: None) -> WindSkill:
    """Return how well the model's winds agree with those observed.

    The model's wind is that at the anemometer: the maximum over the storm, or over the window of
    the observation, of the wind over water times the factor of the site's surroundings, of its
    height and of the measure. Stations on hilltops are compared too, and statistics stand with and
    without them.

    Parameters
    ----------
    inputs : of :func:`read_inputs`.
    on_progress : called with the storms done and all.

    Raises
    ------
    InputError : a measure the file does not have; nothing left to compare. NotFoundError : a
        station to exclude, or a wind model, that is not there.
    """
    observations, matched = inputs
    measure = _measure(request, observations)
    weights = model_weights(request.models)
    excluded = _excluded(request.exclude, observations.rows)
    parts: list[pd.DataFrame] = []
    layers: list[dict[str, Any]] = []
    notes = [*observations.notes, *matched.notes]
    n_without_value = 0
    for done, storm in enumerate(matched.storms):
        kept = [row for row in storm.rows if station_key(row.station) not in excluded]
        rows = [row for row in kept if np.isfinite(row.wind_m_s[measure])]
        n_without_value += len(kept) - len(rows)
        if rows:
            part, used, told = _compare(storm, rows, measure, weights, request)
            parts.append(part)
            layers = layers or used
            notes += told
        on_progress(done + 1, len(matched.storms))
    if not parts:
        raise InputError(f"{observations.path}: no observation of {measure} is left to compare")
    table = pd.concat(parts, ignore_index=True)
    if n_without_value:
        notes.append(f"{n_without_value} row(s) without an observed {measure} not compared")
    rejected = tuple(sorted((*observations.rejected, *matched.rejected)))
    counts = {"n_rows": len(observations.rows), "n_compared": len(table),
              "n_excluded": sum(station_key(row.station) in excluded for row in observations.rows),
              "n_without_track": len(matched.without_track), "n_without_value": n_without_value,
              "n_rejected": len({problem.row for problem in rejected})}
    summary = summarise(table, measure=measure, weights=weights, counts=counts, layers=layers,
                        excluded=sorted(set(excluded.values())), notes=list(dict.fromkeys(notes)))
    return WindSkill(summary, table, rejected)


def _measure(request: Request, observations: Observations) -> str:
    if request.measure is None:
        return observations.measures[0]
    if request.measure not in observations.measures:
        raise InputError(f"{observations.path}: no observed {request.measure}; it has "
                         f"{', '.join(observations.measures)} (of {', '.join(MEASURES)})")
    return request.measure


def _excluded(names: Sequence[str], rows: Sequence[Observed]) -> dict[str, str]:
    """Return the stations left out, name by key. Raises NotFoundError for one that is not there."""
    known = {station_key(row.station): row.station for row in rows}
    wanted = {station_key(name): name for name in names}
    if missing := [name for key, name in wanted.items() if key not in known]:
        raise NotFoundError(f"no station {', '.join(map(repr, missing))}; known: "
                            f"{', '.join(sorted(known.values()))}")
    return {key: known[key] for key in wanted}


def _compare(storm: Storm, rows: Sequence[Observed], measure: str, weights: dict[str, float],
             request: Request) -> tuple[pd.DataFrame, list[dict[str, Any]], list[str]]:
    """Return one storm's part of the table, the layers its winds rest on, and notes."""
    mast = masts(rows, request.height_m)
    height_m = np.array([one.height_m for one in mast])
    sites = sites_of(rows)
    exposure = ground.exposure_of(
        sites, height_m, np.array([one.ground_m for one in mast]), request.surface)
    factors = measure_factors(exposure, measure, ground.on_land(sites))
    winds = station_winds(storm.track, rows, factors, weights)
    classes = ground.classes_of(sites, winds.from_deg, request.surface)
    table = _table(storm, rows, mast, measure, winds)
    table["exposure"] = classes
    notes = [one.note for one in mast if one.note]
    missed = [row.station for row, speed in zip(rows, winds.mean, strict=True) if speed == 0.0]
    if missed:
        notes.append(f"{storm.track.event_id}: no wind model reaches {len(missed)} station(s): "
                     f"{', '.join(missed[:5])}{', ...' if missed[5:] else ''}; they count as 0 m/s")
    return table, ground.layers_of(exposure, mast), notes


def _table(storm: Storm, rows: Sequence[Observed], mast: Sequence[Mast], measure: str,
           winds: StationWinds) -> pd.DataFrame:
    observed = np.array([row.wind_m_s[measure] for row in rows])
    nat = np.datetime64("NaT", "s")
    window = [row.window or (nat, nat) for row in rows]
    table = pd.DataFrame({
        "row": [row.row for row in rows], "sid": storm.track.event_id,
        "storm": storm.track.name or rows[0].event, "agency": storm.track.agency,
        "station": [row.station for row in rows], "lon": [row.lon for row in rows],
        "lat": [row.lat for row in rows], "measure": measure,
        "observed_m_s": observed, "modelled_m_s": winds.mean, "error_m_s": winds.mean - observed,
        **{f"{model}_m_s": speed for model, speed in winds.by_model.items()},
        "from_direction_deg": winds.from_deg, "time_utc": winds.time_utc, "factor": winds.factor,
        "observed_from_deg": [row.from_deg.get(measure, np.nan) for row in rows],
        "observed_time_utc": np.array([row.time_utc.get(measure, nat) for row in rows],
                                      "datetime64[s]"),
        "window_start_utc": np.array([start for start, _ in window], "datetime64[s]"),
        "window_end_utc": np.array([end for _, end in window], "datetime64[s]"),
        "height_m": [one.height_m for one in mast], "height_from": [one.source for one in mast],
        "ground_m": [one.ground_m for one in mast], "hilltop": [one.hilltop for one in mast],
    })
    for header in rows[0].cells:  # what else the file says of each row, as written
        name = header if header not in table.columns else f"file_{header}"
        table[name] = [row.cells[header] for row in rows]
    return table
