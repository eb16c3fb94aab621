import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.earthquake.rupture import (
    describe_source,
    distances_or_error,
    mechanism,
    source_distances,
)
from riskcloud.kernels import rupture as kernel
from riskcloud.types import Earthquake


def event(**changed):
    values = dict(event_id="e", time_utc=None, lon=99.87, lat=25.67, depth_km=8.0, magnitude=6.1,
                  magnitude_type="Mw")
    return Earthquake(**{**values, **changed})


def test_what_was_assumed_is_said():
    assert describe_source(event()) == (
        "no strike: the source is a point, r_jb is the epicentral and r_rup the hypocentral "
        "distance, r_x is 0",)
    assert describe_source(event(dip_deg=50.0))[1] == "dip not used without a strike"
    notes = describe_source(event(strike_deg=135.0, magnitude=6.4, magnitude_type="M"))
    assert notes == (
        "no dip: a vertical rupture",
        "length 14.3 km, width 8.7 km from the magnitude by Wells & Coppersmith (1994)",
        "magnitude M 6.4 taken as Mw 6.09 by Cheng et al. (2017)")
    small = describe_source(event(strike_deg=135.0, dip_deg=90.0, magnitude=4.0, width_km=1.0))
    assert small == ("length 0.8 km from the magnitude by Wells & Coppersmith (1994)",
                     "size of the rupture extrapolated: Mw 4.00 outside 4.8 to 8.1")
    whole = event(strike_deg=135.0, dip_deg=60.0, length_km=20.0, width_km=30.0)
    assert describe_source(whole) == (
        "rupture moved down its plane so that its top edge is at the surface",)
    assert describe_source(event(strike_deg=1.0, dip_deg=60.0, length_km=9.0, width_km=9.0)) == ()


@pytest.mark.parametrize(("rake", "name"), [
    (None, "unknown"), (0.0, "strike_slip"), (-165.0, "strike_slip"), (180.0, "strike_slip"),
    (195.0, "strike_slip"), (90.0, "reverse"), (-270.0, "reverse"), (-90.0, "normal"),
    (270.0, "normal"), (-140.0, "normal")])
def test_mechanism_of_a_rake(rake, name):
    assert mechanism(rake) == name


def test_models_draw_normal_slip_differently():
    assert mechanism(-140.0, normal=(-120.0, -60.0)) == "strike_slip"


def test_all_faults_of_an_event_at_once():
    bad = event(depth_km=8000.0, magnitude=float("nan"), lat=95.0, dip_deg=0.0, strike_deg=1.0)
    with pytest.raises(InputError) as caught:
        source_distances(bad, np.zeros(1), np.zeros(1))
    assert [str(problem) for problem in caught.value.problems] == [
        "file, lat = '95': not within -90 and 90 degrees",
        "file, depth_km = '8000': not within 0 and 700 km; if it is in metres give 8",
        "file, magnitude = 'nan': expected 0 to 10",
        "file, dip_deg = '0': a dip is above 0 and at most 90 degrees"]


def test_bad_sites_are_counted():
    with pytest.raises(InputError, match=r"sites: 2 problem\(s\)\n  row 1, lon, lat = 'nan, 0'"):
        source_distances(event(), np.array([np.nan, 1.0, 1.0]), np.array([0.0, 99.0, 1.0]))
    with pytest.raises(InputError, match="expected two arrays of one length"):
        source_distances(event(), np.zeros(2), np.zeros(3))
    with pytest.raises(InputError, match="1 distances given for 2 sites"):
        away = source_distances(event(), np.zeros(1), np.zeros(1))
        distances_or_error(event(), np.zeros(2), np.zeros(2), away)


def test_azimuths_stay_below_360_and_the_poles_are_places():
    for lat in (90.0, -90.0, 0.0):
        away = source_distances(event(lat=lat, lon=10.0, strike_deg=360.0),
                                np.array([10.0, 190.0, 10.0 - 1e-14, 10.0]),
                                np.array([lat, -lat, 0.98 * lat + 1.0, 0.0]))
        assert ((away.azimuth_deg >= 0.0) & (away.azimuth_deg < 360.0)).all()
        assert np.isfinite(away.r_rup_km).all()
        assert away.epicentral_km[0] == pytest.approx(0.0, abs=1e-9)
        assert away.epicentral_km[1] == pytest.approx(20_004.0, rel=2e-3)


def test_arrays_that_may_not_be_written_need_no_other_kernel():
    lon, lat = np.linspace(99.0, 101.0, 8)[::2], np.full(4, 25.0)
    lat.setflags(write=False)
    compiled = len(kernel.source_distances.signatures)
    away = source_distances(event(), lon, lat)
    away.r_jb_km.setflags(write=False)
    assert distances_or_error(event(), lon, lat, away).r_jb_km.flags.writeable
    assert len(kernel.source_distances.signatures) == max(compiled, 1)


def test_no_site_is_no_fault():
    assert len(source_distances(event(strike_deg=3.0), np.empty(0), np.empty(0)).r_jb_km) == 0
