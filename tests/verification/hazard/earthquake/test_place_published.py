"""475-year PGA of places against the design code and a published study."""

import numpy as np
import pytest

from riskcloud.catalog import load_card
from riskcloud.geo.geocode.gazetteer import load_gazetteer
from riskcloud.hazard.earthquake.place import place_pga


@pytest.fixture(scope="module")
def towns():
    """Return ratio of modelled to coded PGA, the model and the province of each town."""
    gazetteer = load_gazetteer()
    rows = [(row["adcode"], gazetteer.by_code[row["adcode"]], float(row["pga_g"]))
            for row in load_card("code_seismic", "gb50011_2010").rows("pga.csv")]
    rows = [row for row in rows if gazetteer.lon[row[1]] is not None]
    lon, lat = (np.array([part[unit] for _, unit, _ in rows], float)
                for part in (gazetteer.lon, gazetteer.lat))
    model = place_pga(lon, lat, periods=(475.0,), site_class="II").level[:, 0]
    code = np.array([pga for _, _, pga in rows])
    return model, code, np.array([adcode[:2] for adcode, _, _ in rows])


def share(ratio):
    return float(np.mean((ratio <= 1.6) & (ratio >= 1.0 / 1.6)))


def test_towns_of_the_code_are_no_worse_than_they_were(towns):
    """docs/skill.md has 49 % as it is and 65 % with the code's floor of 0.05 g: a guard, no aim."""
    model, code, province = towns
    assert len(model) > 360 and np.isfinite(model).all()
    assert share(model / code) > 0.44
    assert share(np.maximum(model, 0.05) / code) > 0.58
    assert share((model / code)[province == "35"]) > 0.8  # Fujian, whose history counts


def test_bedrock_at_hong_kong_overlaps_the_published_range():
    """GEO Report 65 (Lee et al. 1998): 75-115 gal on bedrock, 10 % in 50 years (its abstract).

    The model is lower (docs/skill.md says why); its band must reach into the range.
    """
    found = place_pga(np.array([114.17]), np.array([22.32]), periods=(475.0,), site_class="I1")
    assert found.low[0, 0] < 0.115 and found.high[0, 0] > 0.075
    assert 0.02 < found.level[0, 0] < 0.15


def test_orders_of_magnitude():
    """GB 50011-2010, Appendix A: 0.20 g at Kunming, 0.05 at Guilin; Taipei, on a plate border."""
    lon, lat = np.array([102.71, 121.52, 110.29]), np.array([25.04, 25.04, 25.27])
    found = place_pga(lon, lat, periods=(475.0,), site_class="II")
    assert 0.1 < found.level[0, 0] < 0.4
    assert 0.15 < found.level[1, 0] < 0.6
    assert 0.005 < found.level[2, 0] < 0.08
