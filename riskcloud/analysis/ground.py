"""The ground under many sites: exposure a chunk at a time, and what it rests on in all."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from riskcloud.hazard.typhoon.surface import SurfaceLayers, site_exposure
from riskcloud.messages import translated
from riskcloud.types import N_SECTORS, Bools, Floats, LayerUse, SiteExposure

CHUNK_SITES = 250_000
"""Sites whose exposure is held at once in double precision: 72 MB."""
Rows = npt.NDArray[np.float32]

_COUNT = re.compile(r"\b(\d+) of (\d+)\b")


def chunked_exposure(lon: Floats, lat: Floats, *, height_m: Floats | float = 10.0,
                     layers: SurfaceLayers | None = None, on_land: Bools | bool = False,
                     chunk: int = CHUNK_SITES) -> Iterator[tuple[slice, SiteExposure]]:
    """Yield which sites, and their exposure; arguments as ``surface.site_exposure`` takes them."""
    for first in range(0, max(len(lon), 1), chunk):
        here = slice(first, min(first + chunk, len(lon)))
        height = height_m if np.ndim(height_m) == 0 else np.asarray(height_m)[here]
        land = on_land if np.ndim(on_land) == 0 else np.asarray(on_land)[here]
        yield here, site_exposure(lon[here], lat[here], height_m=height, layers=layers,
                                  on_land=land)


def exposure_rows(measures: Sequence[str], lon: Floats, lat: Floats, *,
                  height_m: Floats | float = 10.0, layers: SurfaceLayers | None = None,
                  on_land: Bools | bool = False) -> tuple[dict[str, Rows], tuple[LayerUse, ...]]:
    """Factors of some measures at sites, in single precision, and what they rest on.

    measures : of ``SiteExposure``: ``gust_3s``, ``mean_10min``, ``sustained_1min``.

    Returns
    -------
    measure -> (n_sites, 2 N_SECTORS) of ``sectors.with_land``, relative error 6e-8; the layers,
    their counts those of all.
    """
    rows = {name: np.empty((len(lon), 2 * N_SECTORS), np.float32) for name in measures}
    said: tuple[LayerUse, ...] = ()
    for here, exposure in chunked_exposure(lon, lat, height_m=height_m, layers=layers,
                                           on_land=on_land):
        for name, out in rows.items():
            out[here, :N_SECTORS] = getattr(exposure, name)
            out[here, N_SECTORS:] = exposure.land_share
        said = join_layers(said, exposure.layers)
    return rows, said


def join_layers(before: tuple[LayerUse, ...], more: tuple[LayerUse, ...],
                ) -> tuple[LayerUse, ...]:
    """Layers of two sets of sites as those of both: counts "k of n" in their words are summed."""
    if not before:
        return more
    joined = []
    for one, other in zip(before, more, strict=True):
        counts = iter(_COUNT.findall(other.detail))

        def summed(match: re.Match[str], counts: Iterator[tuple[str, str]] = counts) -> str:
            k, n = next(counts, ("0", "0"))
            return f"{int(match[1]) + int(k)} of {int(match[2]) + int(n)}"

        joined.append(LayerUse(one.layer, one.given or other.given,
                               one.source if one.given else other.source,
                               _COUNT.sub(summed, one.detail)))
    return tuple(joined)


def layer_entries(layers: Sequence[LayerUse]) -> list[dict[str, str | bool]]:
    """Return the layers as summary.json and ``--json`` have them (docs/outputs.md)."""
    return [{"layer": one.layer, "kind": "real" if one.given else "default", "given": one.given,
             "source": one.source, "what": one.detail, "what_zh": translated(one.detail, "zh")}
            for one in layers]
