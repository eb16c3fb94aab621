"""The loss forecast: a portfolio and an outlook in, sampled losses and their summary out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

import riskcloud
from riskcloud.analysis.exposed import CONVERSION, ExposedAssets, expose
from riskcloud.analysis.forecast_terms import Piece, PolicyLosses, as_paid, contract_rows
from riskcloud.analysis.summary import summarise
from riskcloud.analysis.swath import draw_swath
from riskcloud.analysis.terms.book import Compiled
from riskcloud.analysis.terms.coinsurance import coinsurance_means
from riskcloud.analysis.totals import GROSS, GROUND_UP, AccountLosses, Totals
from riskcloud.analysis.water.storm import WIND, Water, WaterRequest
from riskcloud.analysis.winds import Winds, strongest_site
from riskcloud.catalog import list_cards, load_card
from riskcloud.errors import InputError
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.finance.terms import location_losses
from riskcloud.hazard.typhoon.field import maximum_wind, model_weights
from riskcloud.hazard.typhoon.scenarios import Scenarios, make_scenarios
from riskcloud.hazard.typhoon.statistical import AGENCY as STATISTICAL
from riskcloud.hazard.typhoon.surface import SurfaceLayers
from riskcloud.loss.draws import Draws, draw_shared, most_tracks, share_with_state
from riskcloud.loss.sample import QUANTILES, Ratios, draw_ratios, statistics
from riskcloud.loss.table import LossTableWriter, NoTable
from riskcloud.types import ForecastResult, Outlook, Times, Track
from riskcloud.vulnerability.curve import range_notes
from riskcloud.vulnerability.library import load_curve, sets_with

CHUNK_VALUES = 1_000_000
"""Losses held at once for one coverage: locations of a chunk times realisations."""
WATER_SHARE = 0.4
"""Of the work of a forecast with water, what is done before the first location (ours)."""
WIND_VALUES = 40_000_000
"""Winds held at once: sites times wind fields (320 MB)."""


@dataclass(frozen=True, slots=True)
class ForecastRequest:
    """Choices of a forecast. wind_models None means all; members is the number in all.

    layers say what is known of the ground (None: nothing); height_m is that of structures without
    a height of their own. perils of ``water.PERILS``, wind always among them; tide_m the tide that
    a surge comes on, above the datum of the ground's elevation.
    """

    wind_models: tuple[str, ...] | None = None
    members: int = 500
    seed: int = 1
    layers: SurfaceLayers | None = None
    height_m: float = 10.0
    perils: tuple[str, ...] = (WIND,)
    tide_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Sinks:
    """Where sampled losses go while they are made; locations None means not kept."""

    accounts: LossTableWriter | NoTable
    locations: LossTableWriter | None = None


def forecast(portfolio: Portfolio, outlook: Outlook, request: ForecastRequest, *, sinks: Sinks,
             terms: Compiled | None = None,
             on_progress: Callable[[int, int], None] = lambda done, total: None) -> ForecastResult:
    """Sample the loss of one storm to a portfolio.

    Locations whose policy is not in force when the strongest wind reaches them are left out and
    counted. The result does not depend on the order of the rows, nor on chunks or threads.

    terms : the book's policies and treaties: then gross is what policies pay, and there is a net
        loss; without them gross is behind the locations' own terms.

    Raises
    ------
    NotFoundError : unknown wind model. InputError : no location, or fewer than one realisation.
    """
    weights = model_weights(request.wind_models)
    most = request.members if outlook.ensemble else most_tracks(weights, request.members)
    scenarios = make_scenarios(outlook, n_tracks=most, seed=request.seed)
    central = scenarios.central
    heaviest = max(weights, key=lambda name: weights[name])
    insured = _in_force(portfolio, central, next(iter(weights)))
    exposed = expose(insured, layers=request.layers, height_m=request.height_m)
    correlation = float(load_card("loss", "default")["residual"]["correlation"])
    draws = draw_shared(event_id=central.event_id, weights=weights, curves=exposed.curves,
                        n_members=request.members, correlation=correlation, seed=request.seed,
                        n_tracks=scenarios.n_tracks, n_intensities=scenarios.n_intensities)
    winds = Winds(scenarios, draws, exposed)
    n = len(exposed.row)
    water = _water(exposed, scenarios, draws, request, lambda share: on_progress(
        int(WATER_SHARE * share * n), n))
    if water is not None:
        on_progress = _after(on_progress, WATER_SHARE)
    totals = Totals(exposed.table.assign(tiv=exposed.value.sum(axis=1)), request.members)
    accounts = AccountLosses(exposed.table, request.members, sinks.accounts)
    policies = None if terms is None else PolicyLosses(terms, exposed, request.members)
    parts, size = [], max(CHUNK_VALUES // request.members, 1)
    for start, stop in winds.chunks(WIND_VALUES):
        here = winds.inputs(start, stop, _half(on_progress, start, stop, n,
                                               0.5 if water is None else 0.25))
        if water is not None:
            water.follow(start, stop, _half(on_progress, start, stop, n, 0.25, 0.25))
        for first in range(start, stop, size):
            last = min(first + size, stop)
            ratios = draw_ratios(first - start, last - start, assets=here, curves=exposed.curves,
                                 draws=draws)
            if water is not None:
                ratios = water.add(first, last, ratios)
            for piece in _pieces(policies, first, ratios):
                parts.append(_losses_of_chunk(piece, exposed, totals, accounts, sinks))
            on_progress(int(0.5 * (stop + last)), n)
    accounts.close()
    exposed = replace(exposed, notes=(*exposed.notes, *_beyond_range(exposed, winds),
                                      *(water.notes if water is not None else ())))
    when = _time_of_strongest(exposed, central, heaviest)
    losses = _losses(exposed, pd.concat(parts), draws, winds, when)
    if policies is not None and terms is not None and terms.contracts is not None:
        losses["net_mean"] = policies.net(totals)
    if water is not None:
        losses = losses.assign(**water.columns)
    summary = summarise(portfolio, exposed, outlook, scenarios, draws, weights, totals, losses,
                        request.seed) | _more(terms, policies, totals, water)
    return ForecastResult(
        summary=summary, losses=losses.sort_index(), track=central,
        swath=draw_swath(central, weights, losses, request.layers), outlook=outlook,
        paths=tuple((lane.base.time_utc, lon, lat) for lane in scenarios.lanes
                    for lon, lat in zip(lane.lon, lane.lat, strict=True)),
        manifest={"version": riskcloud.__version__,
                  "cards": [*_cards(exposed, outlook, central), *scenarios.cards,
                            *(water.cards if water is not None else ())]})


def _more(terms: Compiled | None, policies: PolicyLosses | None, totals: Totals,
          water: Water | None) -> dict[str, Any]:
    """Return what the summary says of treaties, coinsurance and water, where there are any."""
    found: dict[str, Any] = {} if water is None else water.summary()
    if terms is not None:
        found["contracts"] = ([] if totals.recovered is None
                              else contract_rows(terms.book, totals.recovered))
        if terms.panels is not None and policies is not None:
            found["coinsurance"] = coinsurance_means(terms.book, terms.panels, policies.insurers)
    return found


def _water(exposed: ExposedAssets, scenarios: Scenarios, draws: Draws, request: ForecastRequest,
           on_share: Callable[[float], None]) -> Water | None:
    if set(request.perils) <= {WIND}:
        return None
    dem = () if request.layers is None else request.layers.dem
    return Water(exposed, scenarios, draws, WaterRequest(request.perils, request.tide_m, dem),
                 scenarios.central.event_id, on_progress=on_share)


def _half(on_progress: Callable[[int, int], None], start: int, stop: int, n: int,
          part: float = 0.5, begin: float = 0.0) -> Callable[[float], None]:
    """Winds and rain of a chunk count as half of its work: this part of it, from ``begin`` on."""
    return lambda share: on_progress(int(start + (begin + part * share) * (stop - start)), n)


def _after(on_progress: Callable[[int, int], None], share: float) -> Callable[[int, int], None]:
    """What follows once this share of the work is done."""
    return lambda done, total: on_progress(int(share * total + (1.0 - share) * done), total)


def _beyond_range(exposed: ExposedAssets, winds: Winds) -> tuple[str, ...]:
    """Say which curves meet a wind, in the realisation that has most, above what they hold for."""
    of_site = np.repeat(exposed.set_of, np.diff(exposed.assets.loc_start))
    notes: list[str] = []
    local = exposed.winds
    for c, name in enumerate(exposed.curves.curve_id):
        curve, m = load_curve(name), int(exposed.curves.measure[c])
        here = np.isin(of_site, sets_with(exposed.curves, c))
        notes += range_notes(curve, (winds.strongest[local.base_of[m]] * local.factor[m])[here])
    return tuple(notes)


def _cards(exposed: ExposedAssets, outlook: Outlook, central: Track) -> list[tuple[str, str]]:
    """Kind and name of every model card the run used."""
    extended = any(track.agency == STATISTICAL for track in outlook.advisories)
    fills = set(list_cards("track_fill")) & {entry.method for entry in central.filled}
    return [("wind", "default"), ("loss", "default"), ("surface", "default"),
            ("coastline", "ne_10m"),
            ("wind_averaging", "harper_2010"), ("vulnerability_conversions", CONVERSION),
            *((("statistical_forecast", "wp"),) if extended else ()),
            *(("vulnerability", name) for name in exposed.curves.curve_id),
            *(("track_fill", name) for name in sorted(fills))]


def _in_force(portfolio: Portfolio, track: Track, model: str) -> Portfolio:
    """Locations insured when the strongest wind reaches them (the last fix where it never does)."""
    if len(portfolio) == 0:
        raise InputError(f"{portfolio.source}: no location")
    assets = portfolio.sites()
    wind = maximum_wind(track, assets.sites, model=model)
    strongest = strongest_site(wind.speed_m_s, assets.loc_start)
    when = wind.time_utc[strongest]
    when = np.where(np.isnat(when), track.time_utc[-1], when)
    in_force = portfolio.in_force(when)
    if not in_force.any():
        raise InputError(f"{portfolio.source}: none of the {len(portfolio)} location(s) is in "
                         f"force when the storm is there ({when.min()} to {when.max()} UTC): check "
                         "inception and expiry, and the track's times")
    return portfolio.select(in_force)


def _time_of_strongest(exposed: ExposedAssets, central: Track, model: str) -> Times:
    """When the central track's gust is largest at each location, by the heaviest model."""
    wind = maximum_wind(central, exposed.assets.sites, model=model,
                        factors=exposed.winds.gust_rows)
    return np.asarray(wind.time_utc[strongest_site(wind.speed_m_s, exposed.assets.loc_start)])


def _pieces(policies: PolicyLosses | None, first: int, ratios: Ratios) -> Iterable[Piece]:
    """Return what can be summed up now: all of a chunk, or accounts that are whole."""
    return (Piece(first, ratios, None),) if policies is None else policies.add(first, ratios)


def _losses_of_chunk(piece: Piece, exposed: ExposedAssets, totals: Totals,
                     accounts: AccountLosses, sinks: Sinks) -> pd.DataFrame:
    """Apply terms, add to all totals, and return the statistics of each location."""
    first, ratios = piece.first, piece.ratios
    last = first + len(ratios.drawn)
    ground_up, gross, total = location_losses(first, ratios.drawn, exposed.value, exposed.terms)
    if piece.gross is not None:
        as_paid(gross, total, ground_up, piece.gross)
    accounts.add(first, ground_up, gross)
    if sinks.locations is not None:
        here = exposed.table.iloc[first:last]
        for stage, loss in (("ground_up", ground_up), ("gross", gross)):
            sinks.locations.add(here["loc_id"].to_numpy(), here["currency"].to_numpy(), stage, loss)
    insured = exposed.value[first:last].sum(axis=1)
    totals.add(first, total, ratios.expected * insured[:, None])
    mean, sd, quantile = statistics(total[:, :, GROUND_UP])
    table = {"mean": mean, "sd": sd,
             **{f"q{round(100 * p):02d}": quantile[:, k] for k, p in enumerate(QUANTILES)},
             **{f"p_{state}": ratios.state_probability[:, k]
                for k, state in enumerate(exposed.curves.states)},
             "gross_mean": total[:, :, GROSS].mean(axis=1)}
    return pd.DataFrame(table, index=exposed.row[first:last])


def _losses(exposed: ExposedAssets, statistics_of: pd.DataFrame, draws: Draws, winds: Winds,
            when: Times) -> pd.DataFrame:
    """One row a location (columns of losses.csv, then place), indexed by its row as read."""
    table, curves = exposed.table, exposed.curves
    names = ["loc_id", "client_id", "branch", "asset_class", "currency"]
    losses = table[names].set_index(exposed.row).assign(tiv=exposed.value.sum(axis=1))
    losses = losses.join(statistics_of.drop(columns="gross_mean"))
    share = share_with_state(curves, draws)[exposed.set_of]
    for k, state in enumerate(curves.states):
        with np.errstate(invalid="ignore", divide="ignore"):
            losses[f"p_{state}"] = np.where(share[:, k] > 0.0,
                                            losses[f"p_{state}"] / share[:, k], np.nan)
    losses["gust_3s_m_s"], losses["time_utc"] = winds.gust_m_s, when
    losses["gust_3s_q05_m_s"], losses["gust_3s_q95_m_s"] = winds.gust_band_m_s.T
    losses["gross_mean"] = statistics_of["gross_mean"]
    for name in ("lon", "lat", "province", "county", "number_of_assets"):
        losses[name] = table[name].to_numpy()
    return pd.DataFrame(losses)
