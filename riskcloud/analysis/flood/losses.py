"""Water at the assets of a book to loss: floors, damage ratio, ground-up and after terms.

``flood_exposure`` and ``depth_losses`` serve whatever brings the water: depth rasters, rain, surge.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskcloud.analysis.quake.assets import BI, COLUMNS, Assets, make_assets
from riskcloud.analysis.quake.expected import damageable
from riskcloud.errors import InputError
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.finance.terms import location_losses
from riskcloud.types import COVERAGES, Bools, Floats
from riskcloud.units import FOOT
from riskcloud.vulnerability.flood import (
    FloodCurves,
    Floors,
    assign_flood_curves,
    basement_shares,
    flood_ratio,
)

CHUNK: Final = 100_000
"""Locations whose losses by coverage are held at a time. Ours."""
IN_FEET: Final = 1
"""OED code of the foot; the other, 2, is the metre."""
NO_UNIT = "{column} without a unit in {n} location(s): feet taken, as OED has it (unit 2 is metres)"
NOT_FLOODED = ("{n} tower(s), pole(s) and line(s): standing water alone does not damage them; "
               "scour, debris and landslides are not computed")
BORROWED = ("{n} location(s) are judged by flood curves made for other assets: read their losses "
            "with care")
NO_BI = "business interruption is in the sums insured and not in the losses"
BEYOND = "{n} depth(s) beyond what the curves were made for (the largest {depth:.1f} m)"
OUTLINES = "{n} outline(s) are judged by the depth at their point"
ROUTES = "{n} road(s), rail(s) or other line(s) are judged by the depth at their middle alone"


@dataclass(frozen=True, slots=True)
class FloodExposure:
    """Locations as water meets them: each a point, its curve and its floors. Arrays (n,)."""

    assets: Assets
    curves: FloodCurves
    floors: Floors
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.assets)

    @property
    def lon(self) -> Floats:
        """Longitude of each location, degrees WGS84 (n,)."""
        return self.assets.number["lon"]

    @property
    def lat(self) -> Floats:
        """Latitude of each location (n,)."""
        return self.assets.number["lat"]

    @property
    def can_flood(self) -> Bools:
        """Whether a location has a curve at all (n,): a tower in standing water does not pay."""
        return np.asarray(self.curves.curve_of >= 0)


@dataclass(frozen=True, slots=True)
class FloodLosses:
    """What water costs: one event or return period a column.

    depth_m (n, k) above the ground; ratio (n, k) share lost of what can be damaged; ground_up,
    gross (n, k) before and after the location's terms, in its currency. All NaN where the depth is
    unknown at a location that can flood; 0 at one that cannot. by_coverage (n_currencies, 2, 4, k):
    sums of both by currency (``assets.words["currency"]``) and coverage.
    """

    depth_m: Floats
    ratio: Floats
    ground_up: Floats
    gross: Floats
    by_coverage: Floats
    notes: tuple[str, ...] = ()

    @property
    def unknown(self) -> Bools:
        """Where the depth is not known at a location that can flood (n, k)."""
        return np.asarray(np.isnan(self.ratio))


def flood_exposure(portfolio: Portfolio) -> FloodExposure:
    """Return the locations of a portfolio with their flood curves and floors.

    Raises
    ------
    InputError : no location. NotFoundError : an asset class without a flood curve.
    """
    table = portfolio.table
    if not len(table):
        raise InputError("the portfolio has no location")
    assets = make_assets({name: table[name] for name in COLUMNS if name in table})
    occupancy = (table["occupancy_code"].to_numpy(np.int64) if "occupancy_code" in table
                 else np.full(len(table), 1000))
    curves = assign_flood_curves(assets.words["asset_class"].spread(), occupancy)
    first, said = _height_m(portfolio, "first_floor_height", "FirstFloorHeight")
    defence, more = _height_m(portfolio, "flood_defence_height", "FloodDefenseHeight")
    floors = Floors(first, defence, _basement_share(table))
    return FloodExposure(assets, curves, floors, (*portfolio.notes, *said, *more,
                                                  *_notes(portfolio, assets, curves)))


def _height_m(portfolio: Portfolio, name: str, oed: str) -> tuple[Floats, tuple[str, ...]]:
    """Return heights in m (n,), NaN unknown, and a note where their unit was taken."""
    table = portfolio.table
    if name not in table:
        return np.full(len(table), np.nan), ()
    value = table[name].to_numpy(np.float64)
    known = int(np.isfinite(value).sum())
    unit = table[f"{name}_unit"].to_numpy(np.int64)
    used = portfolio.columns_used
    silent = known > 0 and bool(used) and f"{name}_unit" not in used.values()
    notes = (NO_UNIT.format(column=oed, n=known),) if silent else ()
    return np.where(unit == IN_FEET, value * FOOT, value), notes


def _basement_share(table: pd.DataFrame) -> Floats:
    if "basement" not in table:
        return np.zeros(len(table))
    shares = basement_shares()
    by_code = np.array([shares[code] for code in range(max(shares) + 1)])
    return np.asarray(by_code[table["basement"].to_numpy(np.int64)])


def _notes(portfolio: Portfolio, assets: Assets, curves: FloodCurves) -> list[str]:
    import shapely

    status = curves.status
    shape = np.asarray(portfolio.table.geometry.array, dtype=object)
    outlines, routes = (int(np.sum((shapely.get_dimensions(shape) == k) & (status != "none")))
                        for k in (2, 1))
    counts = ((NOT_FLOODED, int(np.sum(status == "none"))),
              (BORROWED, int(np.sum(status == "borrowed"))), (OUTLINES, outlines), (ROUTES, routes))
    notes = [words.format(n=n) for words, n in counts if n]
    return notes + [NO_BI] * bool((assets.value[:, BI] > 0.0).any())


def depth_losses(exposure: FloodExposure, depth_m: npt.ArrayLike) -> FloodLosses:
    """Return what water of given depths costs.

    Parameters
    ----------
    depth_m : (n,) or (n, k) above the ground at the locations [m]; NaN unknown, 0 dry.

    Raises
    ------
    InputError : depths of another number of locations, negative or infinite.
    """
    depth = np.asarray(depth_m, np.float64)
    depth = depth[:, np.newaxis] if depth.ndim == 1 else depth
    if depth.ndim != 2 or len(depth) != len(exposure):
        raise InputError(f"depths of shape {np.shape(depth_m)} for {len(exposure)} location(s)")
    if np.isinf(depth).any() or (depth < 0.0).any():
        raise InputError(f"depths from {np.nanmin(depth):g} to {np.nanmax(depth):g} m: expected "
                         "finite depths, 0 where dry, NaN where unknown")
    ratio = flood_ratio(exposure.curves, exposure.floors, depth)
    ground_up, gross = np.empty(depth.shape), np.empty(depth.shape)
    currency = exposure.assets.words["currency"]
    by_coverage = np.zeros((len(currency.names), 2, len(COVERAGES), depth.shape[1]))
    value = damageable(exposure.assets)
    for first in range(0, len(depth), CHUNK):
        here = slice(first, first + CHUNK)
        unknown = np.isnan(ratio[here])
        *stages, total = location_losses(first, np.where(unknown, 0.0, ratio[here]), value,
                                         exposure.assets.terms)
        for stage, losses in enumerate(stages):
            for k in np.unique(currency.code[here]):
                by_coverage[k, stage] += losses[currency.code[here] == k].sum(axis=0).T
        ground_up[here] = np.where(unknown, np.nan, total[..., 0])
        gross[here] = np.where(unknown, np.nan, total[..., 1])
    return FloodLosses(depth, ratio, ground_up, gross, by_coverage, _beyond(exposure, depth))


def _beyond(exposure: FloodExposure, depth: Floats) -> tuple[str, ...]:
    limits = np.array([*(float(curve.card["valid_max"]) for curve in exposure.curves.curves),
                       np.inf])
    with np.errstate(invalid="ignore"):
        over = depth > limits[exposure.curves.curve_of][:, np.newaxis]
    if not over.any():
        return ()
    return (BEYOND.format(n=int(over.sum()), depth=float(depth[over].max())),)


def loss_table(exposure: FloodExposure, losses: FloodLosses, labels: tuple[str, ...]
               ) -> pd.DataFrame:
    """Return one row a location: who and where, then depth, ratio and losses by event.

    labels : what ends the columns of each event, such as "rp100"; "" for a single one.

    Columns: loc_id, policy_id, client_id, branch, asset_class, province, county, currency, tiv,
    lon, lat, curve, status, then depth_m_LABEL, ratio_LABEL, loss_LABEL, gross_LABEL by event.
    """
    assets = exposure.assets
    columns: dict[str, Any] = {"loc_id": assets.loc_id}
    for name in ("policy_id", "client_id", "branch", "asset_class", "province", "county",
                 "currency"):
        columns[name] = assets.words[name].spread()
    columns |= {"tiv": assets.tiv, "lon": exposure.lon, "lat": exposure.lat,
                "curve": exposure.curves.names(), "status": exposure.curves.status}
    for k, label in enumerate(labels):
        end = f"_{label}" if label else ""
        for name, values in (("depth_m", losses.depth_m), ("ratio", losses.ratio),
                             ("loss", losses.ground_up), ("gross", losses.gross)):
            columns[f"{name}{end}"] = values[:, k]
    return pd.DataFrame(columns)
