"""The loss of an earthquake to a book: who is inside a radius, how it shook, what it may cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

import riskcloud
from riskcloud.analysis.quake.assets import Assets
from riskcloud.analysis.quake.book import Book, Samples, make_group
from riskcloud.analysis.quake.draws import QuakeDraws, draw_quake
from riskcloud.analysis.quake.expected import expected_losses
from riskcloud.analysis.quake.field import shaking_of
from riskcloud.analysis.quake.ground import Source, reach_km, weights_for
from riskcloud.analysis.quake.holding import Holding
from riskcloud.analysis.quake.picture import Felt, draw_felt
from riskcloud.analysis.quake.sample import sample
from riskcloud.analysis.within.search import RowNumbers, distances_m, find_rows
from riskcloud.analysis.within.sums import RowSums, summarise
from riskcloud.errors import InputError
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.earthquake.magnitude import moment_magnitude
from riskcloud.types import Bools, Floats
from riskcloud.units import KM
from riskcloud.vulnerability.quake import assign_quake_curves, shape_shift

GROUPS: Mapping[str, tuple[str, ...]] = {
    "total": (), "branch": ("branch",), "client_id": ("client_id",),
    "asset_class": ("asset_class",), "place": ("province", "county")}
"""Sums that get a band, by name: the columns they are by (currency always)."""
MAX_BANDS = 400
"""Groups of one column that get a band, those with the highest expected loss; ours."""


@dataclass(frozen=True, slots=True)
class QuakeRequest:
    """Choices of an analysis. models None means the default ensemble."""

    radius_km: float = 50.0
    models: tuple[str, ...] | None = None
    members: int = 500
    seed: int = 1


@dataclass(frozen=True, slots=True)
class OriginResult:
    """What one origin means for a book.

    rows (n,) numbers of the locations within reach and in force, ascending; inside (n,) those
    within the radius; distance_km (n,). book holds their assets, shaking and expected losses.
    sums are those of the rows inside. samples by group; draws made them. felt is the shaking on
    a grid.
    """

    source: Source
    weights: Mapping[str, float]
    reach_km: float
    rows: RowNumbers
    inside: Bools
    distance_km: Floats
    book: Book
    sums: RowSums
    samples: Samples
    draws: QuakeDraws
    felt: Felt
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuakeResult:
    """What an earthquake means for a book; every output is written from this.

    at_utc is the moment policies have to be in force at. origins in the order given. summary is
    what summary.json holds; locations and policies are tables of those within the radius of any
    origin.
    """

    request: QuakeRequest
    at_utc: np.datetime64
    origins: tuple[OriginResult, ...]
    summary: Mapping[str, Any]
    locations: pd.DataFrame
    policies: pd.DataFrame
    manifest: Mapping[str, Any] = field(default_factory=dict)


def analyse(holding: Holding, sources: Sequence[Source], request: QuakeRequest,
            at_utc: np.datetime64, *,
            on_progress: Callable[[int, int], None] = lambda done, total: None
            ) -> tuple[OriginResult, ...]:
    """Return what each origin of one earthquake means for a book.

    Raises
    ------
    InputError : no location, none in force then, a radius out of range.
    """
    if len(holding.index) == 0:
        raise InputError("the portfolio has no location")
    apart_km = max((float(haversine_m(a.event.lon, a.event.lat, b.event.lon, b.event.lat)) / KM
                    for a in sources for b in sources), default=0.0)
    found = []
    for k, source in enumerate(sources):
        def part(done: int, total: int, k: int = k) -> None:
            on_progress(k * total + done, len(sources) * total)

        # a list of one origin shows what the other means for the same assets
        found.append(_origin(holding, source, request, at_utc, 1.05 * apart_km, part))
    return tuple(found)


def _origin(holding: Holding, source: Source, request: QuakeRequest, at_utc: np.datetime64,
            more_km: float, on_progress: Callable[[int, int], None]) -> OriginResult:
    event = source.event
    weights, left_out = weights_for(event, request.models)
    left_out = () if source.grid is not None else left_out  # a ShakeMap goes before all models
    reach = reach_km(source, weights, request.radius_km + more_km)
    rows = find_rows(holding.index, event.lon, event.lat, reach, at_utc)
    near = find_rows(holding.index, event.lon, event.lat, request.radius_km, at_utc)
    inside = np.zeros(len(rows), bool)
    inside[np.searchsorted(rows, near)] = True  # the reach is no shorter than the radius
    distance = distances_m(holding.index, rows, event.lon, event.lat)
    sums = summarise(holding.index, near, at_utc, distance_m=distance[inside])
    assets = holding.assets(rows)
    on_progress(1, 10)
    ground, vs30 = shaking_of(source, assets, weights)
    curves, set_of = curves_of(assets)
    magnitude, _ = moment_magnitude(event)
    shift = shape_shift(magnitude, vs30)
    expected = expected_losses(assets, ground, curves, set_of, shift)
    on_progress(4, 10)
    book = Book(assets=assets, ground=ground, curves=curves, set_of=set_of, shift=shift,
                inside=inside, expected=expected, epicentre=(event.lon, event.lat),
                groups={name: make_group(assets, *columns) for name, columns in GROUPS.items()})
    drawn = dict(zip(ground.models, ground.weight.tolist(), strict=True))
    draws = draw_quake(event.event_id, drawn, curves, members=request.members, seed=request.seed)
    samples = sample(book, draws, event.event_id, request.seed,
                     on_progress=lambda done, total: on_progress(4 + 5 * done // total, 10))
    felt = draw_felt(source, weights, reach)
    on_progress(10, 10)
    return OriginResult(source=source, weights=drawn, reach_km=reach, rows=rows, inside=inside,
                        distance_km=distance / KM, book=book, sums=sums, samples=samples,
                        draws=draws, felt=felt, notes=(*left_out, *ground.notes))


def curves_of(assets: Assets) -> Any:
    """Curves of the assets, and the set of each."""
    words = {name: assets.words[name] for name in ("asset_class", "construction", "country_code")}
    year, storeys = assets.number["year_built"], assets.number["storeys"]
    if len(assets) == 0:
        empty = np.empty(0, dtype=object)
        return assign_quake_curves(empty, empty, empty, year, storeys)
    # few kinds of assets repeat: they are told apart by number before words are looked at
    kind = np.zeros(len(assets), np.int64)
    for column, size in (*((word.code, len(word.names)) for word in words.values()),
                         (np.nan_to_num(year), 4096), (np.nan_to_num(storeys) + 64.0, 512)):
        kind = kind * size + np.clip(np.asarray(column), 0, size - 1).astype(np.int64)
    place, found = pd.factorize(kind)
    first = np.zeros(len(found), np.int64)
    first[place[::-1]] = np.arange(len(assets))[::-1]
    spread = [np.array(word.names, dtype=object)[word.code[first]] for word in words.values()]
    curves, set_of = assign_quake_curves(spread[0], spread[1], spread[2], year[first],
                                         storeys[first])
    return curves, set_of[place]


def quake(holding: Holding, sources: Sequence[Source], request: QuakeRequest,
          at_utc: np.datetime64, *,
          on_progress: Callable[[int, int], None] = lambda done, total: None) -> QuakeResult:
    """Return what an earthquake, as one or more catalogues have it, means for a book.

    Raises
    ------
    As :func:`analyse`.
    """
    from riskcloud.analysis.quake.summary import summarise_quake
    from riskcloud.analysis.quake.tables import location_table, policy_table

    origins = analyse(holding, sources, request, at_utc, on_progress=on_progress)
    locations, policies = location_table(holding, origins), policy_table(holding, origins)
    summary = summarise_quake(holding, origins, request, at_utc, (locations, policies))
    return QuakeResult(request, at_utc, origins, summary, locations, policies,
                       {"version": riskcloud.__version__, "cards": _cards(origins)})


def _cards(origins: Sequence[OriginResult]) -> list[tuple[str, str]]:
    """Kind and name of every model card the run used."""
    found = {("quake", "default"), ("site_class", "gb_50011"), ("magnitude_conversion", "default"),
             ("intensity", "gbt_17742_2020"), ("intensity", "gbt_17742_2020_monotone")}
    for one in origins:
        found |= {("ground_motion", name) for name in one.weights if one.source.grid is None}
        found |= {("vulnerability_quake", name) for name in one.book.curves.cards}
        if one.source.event.strike_deg is not None:
            found.add(("rupture_scaling", "wells_coppersmith_1994"))
    return sorted(found)
