"""Tables of hazard profiles: a row a site, peril, measure and return period; past events; sites."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskcloud.analysis.hazard.events import record_key
from riskcloud.analysis.hazard.grades import NO_GRADE, NOT_BY_PERIOD, period_of
from riskcloud.analysis.hazard.place_history import classes_of
from riskcloud.analysis.hazard.profile import HazardProfile, PerilProfile
from riskcloud.hazard.grades import NO_DATA
from riskcloud.types import Ints, PlaceHazard, PlaceHistory, PlaceLayer
from riskcloud.units import KM

LAYER_COLUMNS = ("layer_kind", "source", "resolution", "date", "detail")
CODE_COLUMNS = ("code_source", "code_resolution", "code_date")


def intensity_table(profile: HazardProfile) -> pd.DataFrame:
    """Return one row a site, peril, measure and return period, in that order.

    ``grade`` is the peril's at the site (1 to 5, or no_data); ``graded`` marks the row it was read
    from, ``graded_value`` what was graded there: ``level``, or ``code_value`` where a design code's
    is the larger. Of what has no return period the column is blank.
    """
    parts = [_rows(profile, peril, hazard, k)
             for peril in profile.perils for k, hazard in enumerate(peril.hazards)]
    whole = pd.concat(parts, ignore_index=True)
    order = np.argsort(whole.pop("site").to_numpy(), kind="stable")
    return whole.take(order).reset_index(drop=True)


def _rows(profile: HazardProfile, peril: PerilProfile, hazard: PlaceHazard, place: int,
          ) -> pd.DataFrame:
    n, periods = len(profile.sites), hazard.periods
    m = len(periods)
    graded = peril.graded
    code = np.full((n, m), np.nan)
    for period, values in hazard.beside.items():
        if period in periods:
            code[:, periods.index(period)] = values
    is_graded = np.zeros((n, m), bool)
    for k, scale in enumerate(graded.scales):
        if period_of(scale) in periods:
            is_graded[:, periods.index(period_of(scale))] |= (
                (graded.hazard == place) & (graded.scale == k))
    site = np.repeat(np.arange(n), m)
    shown = [np.nan if period == NOT_BY_PERIOD else period for period in periods]
    columns: dict[str, Any] = {
        "site": site, "site_id": np.asarray(profile.sites.site_id)[site],
        "lon": profile.sites.lon[site], "lat": profile.sites.lat[site],
        "peril": peril.peril, "measure": hazard.measure, "unit": hazard.unit,
        "return_period_yr": np.tile(shown, n), "level": hazard.level.ravel(),
        "low": hazard.low.ravel(), "high": hazard.high.ravel(), "code_value": code.ravel(),
        "grade": grade_words(graded.grade)[site], "graded": is_graded.ravel(),
        "graded_value": np.where(is_graded, graded.value[:, None], np.nan).ravel()}
    known = np.isfinite(hazard.level)
    of_layer = np.where(known, hazard.layer_of[:, None], -1).ravel()
    for name, values in zip(LAYER_COLUMNS, _layer_columns(hazard.layers, of_layer), strict=True):
        columns[name] = values
    beside = hazard.beside_layer
    coded = np.isfinite(code).ravel()
    for name, field in zip(CODE_COLUMNS, ("source", "resolution", "date"), strict=True):
        columns[name] = np.where(coded, "" if beside is None else getattr(beside, field), "")
    return pd.DataFrame(columns)


def _layer_columns(layers: tuple[PlaceLayer, ...], of_layer: Ints) -> list[npt.NDArray[Any]]:
    fields = ("kind", "source", "resolution", "date", "detail")
    return [np.array([*(getattr(one, name) for one in layers), ""], object)[of_layer]
            for name in fields]


def grade_words(grade: Ints) -> npt.NDArray[Any]:
    """Return grades as words: "1" to "5", or "no_data"."""
    return np.array([NO_DATA, "1", "2", "3", "4", "5"], object)[grade]


def site_table(profile: HazardProfile) -> pd.DataFrame:
    """Return one row a site: overall grade, perils without data, each peril's grade and value."""
    columns: dict[str, Any] = {
        "site_id": profile.sites.site_id, "lon": profile.sites.lon, "lat": profile.sites.lat,
        "at_sea": profile.at_sea, "overall_grade": grade_words(profile.overall),
        "n_perils_without_data": profile.n_no_data}
    for one in profile.perils:
        columns[f"{one.peril}_grade"] = grade_words(one.graded.grade)
        columns[f"{one.peril}_graded_value"] = one.graded.value
        columns[f"{one.peril}_graded_measure"] = graded_measure(one)
    for history, covers in zip(profile.history, profile.history_covers, strict=True):
        count = np.bincount(history.site, minlength=len(profile.sites))
        columns[f"{record_key(history)}_past_events"] = np.where(covers, count, np.nan)
    return pd.DataFrame(columns)


def graded_measure(peril: PerilProfile) -> npt.NDArray[Any]:
    """Return what each site's grade was read from, as ``gust_3s_100yr [m/s]``; "" for none."""
    names = []
    for scale in peril.graded.scales:
        period = period_of(scale)
        unit = next((one.unit for one in peril.hazards if one.measure == scale.measure), "")
        names.append(scale.measure + ("" if period == NOT_BY_PERIOD else f"_{period:g}yr")
                     + f" [{unit}]")
    return np.array([*names, ""], object)[peril.graded.scale]


def history_table(profile: HazardProfile, most: int | None = None) -> pd.DataFrame:
    """Return one row a site, peril and past event, in the order of sites, perils and time.

    most : of each site and peril the strongest so many; None: all.
    """
    parts = []
    for one in profile.history:
        rows = np.arange(len(one.site)) if most is None else _strongest_of_each(one, most)
        site = one.site[rows]
        parts.append(pd.DataFrame({
            "site": site, "site_id": np.asarray(profile.sites.site_id)[site], "peril": one.peril,
            "record": record_key(one), "event": np.array(one.event, object)[rows],
            "name": np.array(one.name, object)[rows],
            "time_utc": one.time[rows], "distance_km": one.distance_m[rows] / KM,
            "strength": one.strength[rows], "strength_measure": one.strength_measure,
            "strength_unit": one.strength_unit, "intensity": one.intensity[rows],
            "measure": one.measure, "unit": one.unit, "source": one.layer.source,
            "date": one.layer.date}))
    if not parts:
        return pd.DataFrame()
    whole = pd.concat(parts, ignore_index=True)
    order = np.argsort(whole.pop("site").to_numpy(), kind="stable")
    return whole.take(order).reset_index(drop=True)


def history_of(history: PlaceHistory, site: int, *, covered: bool = True) -> Mapping[str, Any]:
    """Return the events of one site in a record, the strongest first, their count and the last.

    Of a site that the record does not cover the count is None.
    """
    rows = np.flatnonzero(history.site == site)
    dated = rows[~np.isnat(history.time[rows])]
    order = strongest_first(history, rows)
    events = [event_of(history, int(row)) for row in order]
    return {"peril": history.peril, "record": record_key(history),
            "radius_km": history.radius_m / KM,
            "first_year": history.first_year, "last_year": history.last_year,
            "n": len(rows) if covered else None, "counts": _counts(history, rows),
            "measure": history.measure, "unit": history.unit,
            "strength_measure": history.strength_measure, "strength_unit": history.strength_unit,
            "strongest": events[0] if events else None,
            "last": event_of(history, int(dated[-1])) if len(dated) else None, "events": events,
            "layer": layer_entry(history.layer), "notes": list(history.notes)}


def _counts(history: PlaceHistory, rows: Ints) -> list[dict[str, Any]]:
    """Return how many events reached each class of the measure or more, where any did."""
    values = history.intensity[rows]
    with np.errstate(invalid="ignore"):
        found = [{"class": name, "least": bound, "n": int((values >= bound).sum())}
                 for name, bound in classes_of(history.measure).items()]
    return [one for one in found if one["n"]]


def _strongest_of_each(history: PlaceHistory, most: int) -> Ints:
    """Return the rows of the strongest events of each site, in their own order."""
    order = strongest_first(history, np.arange(len(history.site)))
    order = order[np.argsort(history.site[order], kind="stable")]
    site = history.site[order]
    begin = np.flatnonzero(np.append(True, site[1:] != site[:-1])) if len(site) else site
    rank = np.arange(len(site)) - np.repeat(begin, np.diff(np.append(begin, len(site))))
    return np.sort(order[rank < most])


def strongest_first(history: PlaceHistory, rows: Ints) -> Ints:
    """Return rows of a record, the strongest at the site first, of equal ones the latest.

    Those of unknown intensity come after, by the event's own strength.
    """
    later = np.arange(len(rows))
    keys = [np.nan_to_num(values[rows], nan=-1.0)
            for values in (history.strength, history.intensity)]
    return np.asarray(rows[np.lexsort((-later, -keys[0], -keys[1]))])


def event_of(history: PlaceHistory, row: int) -> dict[str, Any]:
    """Return one row of a record as plain values."""
    return {"event": history.event[row], "name": history.name[row],
            "time_utc": None if np.isnat(history.time[row]) else str(
                np.datetime64(history.time[row], "s")),
            "distance_km": float(history.distance_m[row]) / KM,
            "strength": float(history.strength[row]), "intensity": float(history.intensity[row])}


def layers_used(profile: HazardProfile) -> list[dict[str, Any]]:
    """Return each layer that numbers are from: peril, measure, layer, and at how many sites."""
    found = []
    for peril in profile.perils:
        for one in peril.hazards:
            counts = np.bincount(one.layer_of + 1, minlength=len(one.layers) + 1)[1:]
            found += [{"peril": peril.peril, "measure": one.measure, "n_sites": int(n),
                       "layer": layer_entry(layer)}
                      for layer, n in zip(one.layers, counts, strict=True) if n]
            if one.beside_layer is not None:
                n = int(np.isfinite(np.array(list(one.beside.values()))).any(axis=0).sum())
                found += [{"peril": peril.peril, "measure": one.measure, "n_sites": n,
                           "layer": layer_entry(one.beside_layer)}] if n else []
    return found


def layer_entry(layer: PlaceLayer) -> dict[str, str]:
    """Return a layer as plain values."""
    return {name: getattr(layer, name) for name in (
        "kind", "source", "resolution", "date", "detail")}


def profile_entry(profile: HazardProfile, site: int) -> dict[str, Any]:
    """Return the whole profile of one site as plain values, for JSON and the page."""
    return {
        **site_entry(profile, site),
        "perils": [_peril_entry(one, site) for one in profile.perils],
        "history": [history_of(one, site, covered=bool(covers[site])) for one, covers in zip(
            profile.history, profile.history_covers, strict=True)]}


def site_entry(profile: HazardProfile, site: int) -> dict[str, Any]:
    """Return where a site is, and its grades."""
    grade = int(profile.overall[site])
    return {"site_id": _plain_id(profile.sites.site_id[site]),
            "lon": float(profile.sites.lon[site]), "lat": float(profile.sites.lat[site]),
            "at_sea": bool(profile.at_sea[site]),
            "overall_grade": grade if grade != NO_GRADE else NO_DATA,
            "n_perils_without_data": int(profile.n_no_data[site]),
            "grades": {one.peril: int(one.graded.grade[site]) or NO_DATA
                       for one in profile.perils}}


def _plain_id(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _peril_entry(peril: PerilProfile, site: int) -> dict[str, Any]:
    graded = peril.graded
    grade, k = int(graded.grade[site]), int(graded.scale[site])
    scale = graded.scales[max(k, 0)]
    return {
        "peril": peril.peril, "grade": grade or NO_DATA,
        "graded": None if k < 0 else {
            "measure": scale.measure, "value": float(graded.value[site]),
            "return_period_yr": period_of(scale) or None, "by_code": bool(graded.by_code[site]),
            **_model_and_code(peril, site, period_of(scale)),
            "maps_to": scale.maps_to(str(grade), "en"),
            "maps_to_zh": scale.maps_to(str(grade), "zh")},
        "scale": {key: scale.card[key] for key in (
            "name", "title", "title_zh", "source", "verified_words")},
        "hazards": [_hazard_entry(one, site) for one in _known_at(peril, site)]}


def _model_and_code(peril: PerilProfile, site: int, period: float) -> dict[str, float | None]:
    """Return what the model and what the design code says at the graded period, None for none."""
    hazard = peril.hazards[int(peril.graded.hazard[site])]
    level = float(hazard.level[site, hazard.periods.index(period)])
    code = float(hazard.beside[period][site]) if period in hazard.beside else float("nan")
    return {"model": level if np.isfinite(level) else None,
            "code": code if np.isfinite(code) else None}


def _known_at(peril: PerilProfile, site: int) -> list[PlaceHazard]:
    """Return the hazards that say something of a site, else the first: it says that none does."""
    known = [one for one in peril.hazards if np.isfinite(one.level[site]).any() or any(
        np.isfinite(values[site]) for values in one.beside.values())]
    return known or [peril.hazards[0]]


def _hazard_entry(hazard: PlaceHazard, site: int) -> dict[str, Any]:
    at = int(hazard.layer_of[site])
    besides = {period: float(values[site]) for period, values in hazard.beside.items()
               if np.isfinite(values[site])}
    return {
        "measure": hazard.measure, "unit": hazard.unit,
        "levels": [{"return_period_yr": period or None, "level": float(hazard.level[site, k]),
                    "low": float(hazard.low[site, k]), "high": float(hazard.high[site, k])}
                   for k, period in enumerate(hazard.periods)],
        "code": [{"return_period_yr": period, "level": value}
                 for period, value in besides.items()],
        "layer": layer_entry(hazard.layers[at]) if at >= 0 else None,
        "code_layer": layer_entry(hazard.beside_layer)
        if besides and hazard.beside_layer is not None else None}
