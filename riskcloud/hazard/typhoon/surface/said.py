"""What the factors rest on, in words: given layers and stated defaults."""

import numpy as np

from riskcloud.hazard.typhoon.surface.land_cover import LandCover
from riskcloud.hazard.typhoon.surface.layers import SurfaceLayers
from riskcloud.hazard.typhoon.surface.profile import card
from riskcloud.types import Floats, LayerUse

_CARD = "models/surface/default"
_COAST = "models/coastline/ne_10m"
_RELIEF = "models/relief/terrain_tiles_5min"
_RELIEF_ENDS_DEG = 60.0


def layers_used(layers: SurfaceLayers, land_cover: LandCover | None, terrain: str,
                height_m: Floats | float, lat: Floats, *, n_coded: int, n_described: int,
                ) -> tuple[LayerUse, ...]:
    """Return what roughness, coast, relief and height rest on; the elevation has its own.

    lat (n_sites,) of all sites; n_coded : those with a terrain of their own; n_described : of the
    others, those that the land cover describes.
    """
    n_sites = len(lat)
    return (_roughness(layers, land_cover, terrain, n_coded, n_described, n_sites),
            _coast(land_cover, n_described), _relief(layers, lat), _height(height_m, n_sites))


def _roughness(layers: SurfaceLayers, land_cover: LandCover | None, terrain: str, n_coded: int,
               n_described: int, n_sites: int) -> LayerUse:
    rest = f"land elsewhere terrain {terrain} of GB 50009"
    if land_cover is not None:
        left = n_sites - n_coded - n_described
        detail = (f"{land_cover.scheme.title}, cells of {land_cover.cell_deg * 111195.0:.0f} m; "
                  f"{left} of {n_sites} sites outside it; {rest}")
        given = n_described + n_coded > 0
        return LayerUse("roughness", given, land_cover.path.name if given else _CARD, detail)
    if n_coded:
        return LayerUse("roughness", True, _CARD, f"the sites' own terrain (GB 50009) at {n_coded} "
                        f"of {n_sites} sites; {rest}")
    return LayerUse("roughness", bool(layers.terrain), _CARD,
                    f"all land terrain {terrain} of GB 50009")


def _coast(land_cover: LandCover | None, n_described: int) -> LayerUse:
    if land_cover is not None and n_described:
        return LayerUse("coast", True, land_cover.path.name,
                        "water of the land cover; outside it the coast of Natural Earth 1:10m")
    return LayerUse("coast", False, _COAST, "coast of Natural Earth 1:10m, cells of 278 m")


def _relief(layers: SurfaceLayers, lat: Floats) -> LayerUse:
    if not layers.relief:
        return LayerUse("relief", False, _RELIEF, "level land: no hills upwind")
    n_outside = int(np.count_nonzero(np.abs(lat) > _RELIEF_ENDS_DEG))
    words = ("shipped relief of 5 arc minutes: roughly open regions (z0 "
             f"{card()['hills']['region_z0_m']:.2f} m) and hills upwind slow the wind aloft")
    if n_outside:
        words += f"; level land beyond 60 degrees of latitude ({n_outside} of {len(lat)} sites)"
    return LayerUse("relief", False, _RELIEF, words)


def _height(height_m: Floats | float, n_sites: int) -> LayerUse:
    height = np.asarray(height_m, dtype=np.float64)
    if height.ndim == 0:
        is_default = bool(np.isnan(height)) or float(height) == 10.0
        value = 10.0 if np.isnan(height) else float(height)
        return LayerUse("height", not is_default, _CARD, f"{value:g} m above the ground everywhere")
    n_missing = int(np.isnan(height).sum())
    if n_missing == n_sites:
        return LayerUse("height", False, _CARD, "10 m above the ground everywhere")
    return LayerUse("height", True, "sites", f"the sites' own heights above the ground; {n_missing}"
                    f" of {n_sites} without one at 10 m")
