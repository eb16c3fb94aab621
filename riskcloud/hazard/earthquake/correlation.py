"""Spatially correlated within-event residuals: standard normal fields over a region.

Fields are drawn on a regular grid, exactly, by circulant embedding (two a Fourier transform). Each
field lies on a grid moved by a random part of a cell, and a site takes the node of the cell it is
in: its variance is 1, two sites in one place share one value, and over many draws the correlation
of two sites falls from 1 nearly as the model's. With the spacing of a tenth of the correlation
range (ours) it stays within 0.03 of it at every separation (tests/verification).

Source: Jayaram and Baker (2009), models/spatial_correlation; Dietrich and Newsam (1997), SIAM J.
Sci. Comput. 18, 1088-1107 (circulant embedding).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.fft

from riskcloud.catalog import load_card
from riskcloud.errors import InputError, ModelError
from riskcloud.hazard.site_checks import checked_sites
from riskcloud.kernels import nodes, rupture
from riskcloud.types import Floats

MODEL: Final = "jayaram_baker_2009"
NODES_PER_RANGE: Final = 10.0
MAX_NODES: Final = 4_000_000
"""Largest grid (ours); a region that needs more gets a wider spacing."""
MARGIN_RANGES: Final = 3.0
"""How far the grid reaches around before it meets itself, in ranges (ours): exp(-9) = 1e-4."""
BATCH_MB: Final = 64.0
"""Memory of the fields of one batch (ours)."""


def correlation_range_km(period_s: float, *, clustered: bool = False) -> float:
    """Return the separation at which exp(-3 h / b) falls to 5 % [km], for a spectral period.

    period_s : 0 for PGA. clustered : Vs30 of neighbouring sites is alike, as where it is inferred
    from geology or slope (the paper's case 2).

    Raises
    ------
    InputError : a period that is negative or above 10 s.

    Source
    ------
    Jayaram and Baker (2009), eqs. 17-20.
    """
    if not 0.0 <= period_s <= 10.0:
        raise InputError(f"period {period_s:g} s: expected 0 (PGA) to 10 s")
    card = load_card("spatial_correlation", MODEL)
    short = card["clustered" if clustered else "scattered"]
    first, slope = short if period_s < card["break_s"] else card["long_period"]
    return float(first + slope * period_s)


def correlation_period_s(measure: str) -> float:
    """Return the period whose correlation a measure takes: 0 for pga, T for sa_T, 1 s for pgv.

    Raises
    ------
    ModelError : another measure.
    """
    if measure == "pga":
        return 0.0
    if measure == "pgv":
        return float(load_card("spatial_correlation", MODEL)["pgv_as_period_s"])
    try:
        return float(measure.removeprefix("sa_"))
    except ValueError:
        raise ModelError(f"no spatial correlation for {measure!r}; expected pga, pgv or "
                         "sa_<period>") from None


def correlation(separation_km: Floats, range_km: float) -> Floats:
    """Return the correlation of residuals at separations [km]; (...,) in, (...,) out."""
    return np.asarray(np.exp(-3.0 * np.asarray(separation_km) / range_km))


@dataclass(frozen=True, slots=True)
class ResidualFields:
    """Standard normal fields, values (k, ny, nx), each on the grid moved by shift (k, 2) cells."""

    values: Floats
    shift: Floats

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class ResidualGrid:
    """A grid to draw fields on, in the azimuthal equidistant plane of lon, lat.

    west_km, south_km of its first node, spacing_km, shape (ny, nx). root (my, mx): square root of
    the eigenvalues of the covariance on the torus the grid is embedded in.
    """

    lon: float
    lat: float
    west_km: float
    south_km: float
    spacing_km: float
    shape: tuple[int, int]
    range_km: float
    root: Floats

    def fields(self, n: int, rng: np.random.Generator, *, batch: int | None = None,
               ) -> Iterator[ResidualFields]:
        """Yield n fields in batches.

        The numbers depend on ``rng`` alone, not on ``batch`` (fields a batch, even; None takes what
        fits ``BATCH_MB``).
        """
        my, mx = self.root.shape
        size = batch or max(2, int(BATCH_MB * 1e6 / (16 * my * mx)) * 2)
        size += size % 2
        ny, nx = self.shape
        shifts = rng.spawn(1)[0]
        for start in range(0, n, size):
            count = min(size, n - start)
            pairs = (count + 1) // 2
            noise = rng.standard_normal((pairs, my, mx, 2)).view(np.complex128)[..., 0]
            noise *= self.root
            drawn = scipy.fft.fft2(noise, overwrite_x=True, workers=-1)[:, :ny, :nx]
            both = np.stack([drawn.real, drawn.imag], axis=1).reshape(2 * pairs, ny, nx)
            yield ResidualFields(both[:count], shifts.random((2 * pairs, 2))[:count])

    def at(self, fields: ResidualFields, lon: Floats, lat: Floats) -> Floats:
        """Return fields at sites inside the grid, (k, n_sites).

        Raises
        ------
        InputError : sites outside the grid.
        """
        x, y = _plane(self.lon, self.lat, *checked_sites(lon, lat))
        x, y = (x - self.west_km) / self.spacing_km, (y - self.south_km) / self.spacing_km
        ny, nx = self.shape
        if np.any((x < -1e-6) | (y < -1e-6) | (x > nx - 1 - 1e-6) | (y > ny - 1 - 1e-6)):
            raise InputError("a site lies outside the grid of the residual fields")
        out = np.empty((len(fields), len(x)))
        nodes.nearest_nodes(np.ascontiguousarray(fields.values), np.maximum(x, 0.0),
                            np.maximum(y, 0.0), fields.shift, out)
        return out


def residual_grid(lon: Floats, lat: Floats, period_s: float, *, clustered: bool = False,
                  spacing_km: float | None = None) -> ResidualGrid:
    """Return a grid that holds all sites, to draw residuals of one spectral period on.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees; at least one.
    period_s, clustered : see ``correlation_range_km``.
    spacing_km : None takes a tenth of the range, or what ``MAX_NODES`` allows.

    Raises
    ------
    InputError : no site, a bad period or spacing.
    """
    lon, lat = checked_sites(lon, lat)
    if len(lon) == 0:
        raise InputError("a residual field needs at least one site")
    if spacing_km is not None and not spacing_km > 0.0:
        raise InputError(f"spacing_km = {spacing_km:g}: expected more than 0")
    range_km = correlation_range_km(period_s, clustered=clustered)
    lon0, lat0 = _middle(lon, lat)
    x, y = _plane(lon0, lat0, lon, lat)
    width, height = float(np.ptp(x)), float(np.ptp(y))
    margin = MARGIN_RANGES * range_km
    fits = np.sqrt((width + margin) * (height + margin) / MAX_NODES)
    spacing = spacing_km or max(range_km / NODES_PER_RANGE, float(fits))
    shape = (int(height / spacing) + 3, int(width / spacing) + 3)  # one to be moved over
    return ResidualGrid(lon0, lat0, float(x.min()), float(y.min()), spacing, shape, range_km,
                        embedding_root(shape, spacing, range_km))


def residual_batches(lon: Floats, lat: Floats, period_s: float, n: int, rng: np.random.Generator,
                     *, clustered: bool = False, batch: int | None = None) -> Iterator[Floats]:
    """Yield n draws of the residuals at sites in batches (k, n_sites), see the module's head."""
    grid = residual_grid(lon, lat, period_s, clustered=clustered)
    for fields in grid.fields(n, rng, batch=batch):
        yield grid.at(fields, lon, lat)


def correlated_residuals(lon: Floats, lat: Floats, period_s: float, n: int,
                         rng: np.random.Generator | int, *, clustered: bool = False) -> Floats:
    """Return n draws of standard normal residuals at sites, (n, n_sites).

    Multiply by phi of a ground-motion model. ``rng`` is a generator or a seed; the same one gives
    the same numbers for the same sites. For many sites use ``residual_batches``, or a
    ``residual_grid`` of all of them whose fields are sampled a part of the sites at a time.

    Raises
    ------
    InputError : sites or a period that cannot be.
    """
    generator = rng if isinstance(rng, np.random.Generator) else np.random.default_rng(rng)
    parts = list(residual_batches(lon, lat, period_s, n, generator, clustered=clustered))
    return np.concatenate(parts) if parts else np.empty((0, len(np.atleast_1d(lon))))


def embedding_root(shape: tuple[int, int], spacing: float, range_km: float) -> Floats:
    """Return the square root of the eigenvalues of the covariance on a torus, over its size.

    The torus is wider than the grid by a margin, so that no two nodes of the grid see each other
    around it. Negative eigenvalues (rounding, or the fold half way round) count as zero, and the
    rest is scaled to unit variance.
    """
    margin = int(np.ceil(MARGIN_RANGES * range_km / spacing))
    my, mx = (scipy.fft.next_fast_len(size + margin) for size in shape)
    dy, dx = (spacing * np.minimum(np.arange(m), m - np.arange(m)) for m in (my, mx))
    covariance = correlation(np.hypot(dy[:, None], dx), range_km)
    eigenvalues = np.maximum(scipy.fft.fft2(covariance).real, 0.0)
    return np.asarray(np.sqrt(eigenvalues / eigenvalues.sum()))


def _middle(lon: Floats, lat: Floats) -> tuple[float, float]:
    """Return the middle of the sites: that of their unit vectors, so that no date line matters."""
    lon_rad, lat_rad = np.radians(lon), np.radians(lat)
    x, y = np.cos(lat_rad) * np.cos(lon_rad), np.cos(lat_rad) * np.sin(lon_rad)
    east, north = float(np.mean(y)), float(np.mean(x))
    up = float(np.mean(np.sin(lat_rad)))
    return (float(np.degrees(np.arctan2(east, north))),
            float(np.degrees(np.arctan2(up, np.hypot(east, north)))))


def _plane(lon0: float, lat0: float, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return kilometres east and north in the azimuthal equidistant plane of a point."""
    source = np.zeros(10)
    source[rupture.LON], source[rupture.LAT], source[rupture.SIN_DIP] = lon0, lat0, 1.0
    out = np.empty((6, len(lon)))
    rupture.source_distances(lon, lat, source, out)
    azimuth = np.radians(out[rupture.AZIMUTH])
    return (out[rupture.EPICENTRAL] * np.sin(azimuth), out[rupture.EPICENTRAL] * np.cos(azimuth))
