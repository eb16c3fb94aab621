"""What must hold for any earthquake and site."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.earthquake.ground_motion import shaking
from riskcloud.hazard.earthquake.ground_motion.yu_2013 import DISTANCES, MEASURES, yu_2013
from riskcloud.hazard.earthquake.intensity import instrumental_intensity
from riskcloud.hazard.earthquake.rupture import source_distances
from riskcloud.types import Earthquake

REGIONS = ("tibetan", "active", "eastern", "stable")
KM = 10.0 ** np.linspace(-1.0, 4.0, 400)


@given(ms=st.floats(3.5, 8.9), azimuth=st.floats(0.0, 360.0), region=st.sampled_from(REGIONS),
       measure=st.sampled_from(MEASURES), strike=st.one_of(st.none(), st.floats(0.0, 360.0)),
       distance=st.sampled_from(DISTANCES))
@settings(max_examples=150)
def test_yu_2013_falls_with_distance_on_any_ray(ms, azimuth, region, measure, strike, distance):
    """From 100 m to 10,000 km; within a rounding of the level where the fixed depth rules."""
    found, _ = yu_2013(KM, np.full(len(KM), azimuth), measure=measure, ms=ms, region=region,
                       strike_deg=strike, distance=distance)
    assert np.isfinite(found).all() and (found > 0.0).all()
    assert (np.diff(found) <= 1e-12 * found[:-1]).all()
    far = KM > 20.0
    assert (np.diff(found[far]) < 0.0).all()


@given(ms=st.floats(3.5, 8.9), azimuth=st.floats(0.0, 90.0), region=st.sampled_from(REGIONS))
@settings(max_examples=60)
def test_the_monotone_intensity_falls_with_distance_and_keeps_the_area_of_six(ms, azimuth, region):
    motion = [yu_2013(KM, np.full(len(KM), azimuth), measure=measure, ms=ms, region=region,
                      strike_deg=0.0)[0] for measure in ("pga", "pgv")]
    published = instrumental_intensity(*motion)
    found = instrumental_intensity(*motion, edition="gbt_17742_2020_monotone")
    assert (np.diff(found) <= 1e-12).all()
    assert ((found >= 5.5) == (published >= 5.5)).all()
    differs = found != published
    assert (found[differs] == 6.0).all() and (published[differs] > 6.0).all()


@given(ms=st.floats(4.0, 8.5), region=st.sampled_from(REGIONS), km=st.floats(1.0, 500.0),
       azimuth=st.floats(0.0, 90.0))
@settings(max_examples=60)
def test_yu_2013_is_the_same_in_all_four_quarters(ms, region, km, azimuth):
    turned = 25.0 + np.array([azimuth, 180.0 - azimuth, 180.0 + azimuth, 360.0 - azimuth])
    found, _ = yu_2013(np.full(4, km), turned, measure="pga", ms=ms, region=region, strike_deg=25.0)
    assert found == pytest.approx(found[0], rel=1e-9)


@given(lon=st.floats(-180.0, 180.0), lat=st.floats(-85.0, 85.0), depth=st.floats(0.0, 60.0),
       strike=st.floats(0.0, 360.0), dip=st.floats(1.0, 90.0), length=st.floats(0.0, 300.0),
       width=st.floats(0.0, 60.0), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_distances_keep_their_order(lon, lat, depth, strike, dip, length, width, seed):
    """r_jb is the smallest and no distance to the rupture exceeds that to the hypocentre."""
    rng = np.random.default_rng(seed)
    site_lon, site_lat = lon + rng.uniform(-5.0, 5.0, 50), np.clip(
        lat + rng.uniform(-5.0, 5.0, 50), -90.0, 90.0)
    quake = Earthquake("e", None, lon, lat, depth, 7.0, "Mw", strike_deg=strike, dip_deg=dip,
                       length_km=length, width_km=width)
    found = source_distances(quake, site_lon, site_lat)
    slack = 1e-9 * (1.0 + found.epicentral_km)
    assert (found.r_jb_km >= 0.0).all()
    assert (found.r_jb_km <= found.r_rup_km + slack).all()
    assert (found.r_rup_km <= found.hypocentral_km + slack).all()
    assert (found.r_jb_km <= found.epicentral_km + slack).all()
    assert ((found.azimuth_deg >= 0.0) & (found.azimuth_deg < 360.0)).all()
    turned = source_distances(quake, site_lon + 360.0, site_lat)
    assert turned.r_rup_km == pytest.approx(found.r_rup_km, abs=1e-6)


@given(model=st.sampled_from(("boore_2014", "chiou_youngs_2014")), mw=st.floats(4.0, 8.5),
       measure=st.sampled_from(("pga", "pgv", "sa_0.3", "sa_1.0", "sa_3.0", "sa_0.37")),
       rake=st.one_of(st.none(), st.floats(-180.0, 180.0)), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_sites_do_not_see_each_other_and_sigma_splits(model, mw, measure, rake, seed):
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(99.0, 101.0, 30), rng.uniform(25.0, 27.0, 30)
    vs30 = rng.uniform(150.0, 1500.0, 30)
    quake = Earthquake("e", None, 99.87, 25.67, 10.0, mw, "Mw", strike_deg=20.0, dip_deg=60.0,
                       rake_deg=rake)
    whole, = shaking(quake, lon, lat, model=model, measures=[measure], vs30_m_s=vs30)
    parts = [shaking(quake, lon[k], lat[k], model=model, measures=[measure], vs30_m_s=vs30[k])[0]
             for k in (slice(0, 7), slice(7, 30))]
    assert np.array_equal(whole.median, np.concatenate([part.median for part in parts]))
    assert np.array_equal(whole.sigma_ln, np.concatenate([part.sigma_ln for part in parts]))
    assert np.hypot(whole.tau_ln, whole.phi_ln) == pytest.approx(whole.sigma_ln, rel=1e-12)
    assert (whole.median > 0.0).all() and (whole.sigma_ln > 0.3).all()
