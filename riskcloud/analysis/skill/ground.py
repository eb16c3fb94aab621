"""The ground at stations: exposure by direction, its class, and the layers it rests on."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from riskcloud.analysis.skill.winds import sites_of
from riskcloud.geo.raster import is_land
from riskcloud.hazard.typhoon.observed.masts import Mast
from riskcloud.hazard.typhoon.surface import local_factors
from riskcloud.types import N_SECTORS, Bools, Floats, SiteExposure, Sites

__all__ = ["classes_of", "exposure_of", "layers_of", "on_land", "sites_of"]


def on_land(sites: Sites) -> Bools:
    """Tell which sites lie on land."""
    return is_land(sites.lon, sites.lat)


def exposure_of(sites: Sites, height_m: Floats, layers: Any) -> SiteExposure:
    """Return the factors of stations whose anemometers stand at heights above their ground."""
    local = local_factors(on_land(sites))
    around = {name: np.repeat(factor[:, None], N_SECTORS, axis=1)
              for name, factor in local.items()}
    return SiteExposure(mean_10min=around["mean_10min"], gust_3s=around["gust_3s"],
                        sustained_1min=around["sustained_1min"])


def classes_of(exposure: SiteExposure, sites: Sites, from_deg: Floats) -> list[str]:
    """Return the class of each site's surroundings where its wind comes from."""
    return ["land" if land else "sea" for land in on_land(sites)]


def layers_of(exposure: SiteExposure, mast: Sequence[Mast]) -> list[dict[str, Any]]:
    """Return the layers the winds rest on: those of the exposure, and where heights come from."""
    known = Counter(one.source for one in mast)
    return [*({"layer": one.layer, "given": one.given, "source": one.source, "detail": one.detail}
              for one in exposure.layers),
            {"layer": "anemometer_height", "given": known["default"] < len(mast),
             "source": ", ".join(sorted(known)),
             "detail": f"{len(mast) - known['default']} of {len(mast)} heights known, the others "
                       "10 m above the ground"}]
