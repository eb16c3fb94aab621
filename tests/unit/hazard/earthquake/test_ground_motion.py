import numpy as np
import pytest

from riskcloud.errors import InputError, ModelError
from riskcloud.hazard.earthquake.ground_motion import (
    MODELS,
    has_measure,
    measures_of,
    model_name,
    shaking,
)
from riskcloud.hazard.earthquake.ground_motion.regions import plausible_regions, region_of
from riskcloud.hazard.earthquake.ground_motion.spread import region_spread, shaking_by_region
from riskcloud.hazard.earthquake.ground_motion.tables import bracketing
from riskcloud.hazard.earthquake.site import site_factor
from riskcloud.types import Earthquake

LON, LAT = np.array([99.87, 100.0, 100.2]), np.array([25.67, 25.8, 26.4])


def event(**changed):
    values = dict(event_id="e", time_utc=None, lon=99.87, lat=25.67, depth_km=8.0, magnitude=6.4,
                  magnitude_type="Ms", strike_deg=135.0, dip_deg=80.0, rake_deg=-165.0)
    return Earthquake(**{**values, **changed})


def one(model, measure="pga", quake=None, **options):
    return shaking(quake or event(), LON, LAT, model=model, measures=[measure], **options)[0]


def test_names():
    assert model_name(" Yu-2013 ") == "yu_2013"
    with pytest.raises(ModelError, match="no ground-motion model 'x'; known: yu_2013, boore_2014"):
        model_name("x")


def test_a_measure_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(ModelError, match="yu_2013 has no 'sa_1.0'; it has pga, pgv$"):
        one("yu_2013", "sa_1.0")
    with pytest.raises(ModelError, match=r"has no 'sa_20'; it has pga, pgv, sa_0.01 to sa_10"):
        one("boore_2014", "sa_20")
    with pytest.raises(ModelError, match="chiou_youngs_2014 has no 'mmi'"):
        one("chiou_youngs_2014", "mmi")
    assert has_measure("yu_2013", "pgv")
    assert not has_measure("yu_2013", "sa_0.3")
    assert measures_of("boore_2014") == "pga, pgv, sa_0.01 to sa_10 (period in s)"


def test_measures_come_in_their_order_with_their_units():
    for model in MODELS:
        found = shaking(event(), LON, LAT, model=model, measures=["pgv", "pga"])
        assert [(motion.measure, motion.unit, motion.model) for motion in found] == [
            ("pgv", "cm/s", model), ("pga", "g", model)]


def test_periods_between_two_published():
    assert bracketing("boore_2014", "sa_1.0") == (("sa_1", 1.0),)
    (low, below), (high, above) = bracketing("chiou_youngs_2014", "sa_0.35")
    assert (low, high) == ("sa_0.3", "sa_0.4")
    assert below + above == pytest.approx(1.0)
    assert above == pytest.approx(np.log(0.35 / 0.3) / np.log(0.4 / 0.3))
    middle = one("chiou_youngs_2014", "sa_0.35").median
    ends = [one("chiou_youngs_2014", name).median for name in (low, high)]
    assert np.log(middle) == pytest.approx(below * np.log(ends[0]) + above * np.log(ends[1]))


def test_yu_2013_has_no_split_of_its_sigma():
    motion = one("yu_2013")
    assert motion.sigma_ln.tolist() == [0.5428] * 3
    assert np.isnan(motion.tau_ln).all() and np.isnan(motion.phi_ln).all()


def test_the_site_factor_of_yu_2013():
    plain = one("yu_2013")
    assert "motion at site class II" in plain.notes
    classes = ["III", "", "I0"]
    rated = one("yu_2013", site_class=classes)
    assert rated.median == pytest.approx(plain.median * site_factor(plain.median, classes))
    assert any("Table E.1" in note for note in rated.notes)
    assert one("yu_2013", site_class=classes, site_factor="none").median == (
        pytest.approx(plain.median))
    with_vs30 = one("yu_2013", vs30_m_s=200.0)
    assert with_vs30.median == pytest.approx(plain.median)
    assert "Vs30 not used: the model knows site classes only" in with_vs30.notes
    asked = one("yu_2013", vs30_m_s=200.0, site_factor="vs30")
    assert asked.median == pytest.approx(plain.median * site_factor(plain.median, ["III"] * 3))
    both = one("yu_2013", vs30_m_s=np.array([np.nan, 200.0, np.nan]), site_class=["IV", "I0", ""],
               site_factor="vs30")
    assert both.median == pytest.approx(plain.median * site_factor(plain.median, ["IV", "III", ""]))
    assert one("yu_2013", "pgv", site_class=classes).median == (
        pytest.approx(one("yu_2013", "pgv").median))


def test_unknown_options_are_named():
    with pytest.raises(ModelError, match="has no site_factor 'x'; it has site_class, vs30, none"):
        one("yu_2013", site_factor="x")
    with pytest.raises(ModelError, match="has no distance 'x'; it has epicentral, openquake_15km"):
        one("yu_2013", distance="x")
    with pytest.raises(ModelError, match="boore_2014 has no option distance; it has none"):
        one("boore_2014", distance="epicentral")


def test_ground_without_vs30_is_class_ii():
    assert one("boore_2014").median == pytest.approx(one("boore_2014", vs30_m_s=364.0).median)
    assert ("all sites without Vs30 and class: taken as class II, Vs30 364 m/s"
            in one("boore_2014").notes)
    some = one("boore_2014", vs30_m_s=np.array([300.0, np.nan, np.nan]), site_class=["", "III", ""])
    assert "1 of 3 sites without Vs30 and class: taken as class II, Vs30 364 m/s" in some.notes
    assert some.median == pytest.approx(
        one("boore_2014", vs30_m_s=np.array([300.0, 197.0, 364.0])).median)
    inferred = one("chiou_youngs_2014", vs30_m_s=None)
    assert "standard deviation of an inferred Vs30" in inferred.notes
    assert (inferred.sigma_ln > one("chiou_youngs_2014", vs30_m_s=364.0).sigma_ln).all()


def test_ground_that_does_not_fit():
    with pytest.raises(InputError, match="2 Vs30 given for 3 sites"):
        one("boore_2014", vs30_m_s=np.array([300.0, 300.0]))
    with pytest.raises(InputError, match="1 site classes given for 3 sites"):
        one("boore_2014", site_class=["II"])
    with pytest.raises(InputError, match="expected m/s, above 0"):
        one("boore_2014", vs30_m_s=-3.0)


def test_what_lies_outside_is_said_or_refused():
    large = event(magnitude=9.2, magnitude_type="Mw")
    note = "Mw of 9.2: the model was made for 3 to 8.5"
    assert note in one("boore_2014", quake=large).notes
    with pytest.raises(ModelError, match="boore_2014: Mw of 9.2: the model was made for"):
        one("boore_2014", quake=large, strict=True)
    far = shaking(event(), np.array([99.87, 110.0]), np.array([25.67, 25.0]), model="yu_2013",
                  measures=["pga"])[0]
    assert far.notes[-1].startswith("epicentral distance [km] of 0 to 10")
    assert "Ms of 4: the model was made for 4.5 to 7" in one(
        "yu_2013", quake=event(magnitude=4.0), region="stable").notes
    assert "Vs30 [m/s] of 100: the model was made for 180 to 1500" in one(
        "chiou_youngs_2014", vs30_m_s=100.0).notes
    deep = event(depth_km=60.0)
    assert any(note.startswith("top edge [km] of 5") for note in
               one("chiou_youngs_2014", quake=deep).notes)


def test_regions_of_the_other_models():
    assert "region china" in one("boore_2014").notes
    assert "region wenchuan" in one("chiou_youngs_2014").notes
    with pytest.raises(ModelError, match="boore_2014 has no region 'mars'; it has china, turkey"):
        one("boore_2014", region="mars")
    with pytest.raises(ModelError, match="chiou_youngs_2014 has no region 'mars'"):
        one("chiou_youngs_2014", region="mars")
    with pytest.raises(ModelError, match="yu_2013 has no region 'mars'; it has active, tibetan"):
        one("yu_2013", region="mars")


@pytest.mark.parametrize(("lon", "lat", "regions"), [
    (99.87, 25.67, ("tibetan",)),            # Yangbi
    (103.0, 31.0, ("tibetan",)),             # Wenchuan
    (113.3, 23.1, ("eastern", "stable")),    # Guangzhou
    (118.1 - 360.0, 24.5, ("eastern", "stable")),  # Xiamen, in another window
    (114.3, 30.6, ("stable", "eastern")),    # Wuhan
    (116.4, 39.9, ("eastern",)),             # Beijing
    (87.6, 43.8, ("active",)),               # Urumqi
    (76.0, 39.5, ("active", "tibetan")),     # Kashgar, at the border
    (126.6, 45.8, ("stable", "eastern")),    # Harbin
])
def test_the_region_by_place(lon, lat, regions):
    assert plausible_regions(lon, lat) == regions
    assert region_of(lon, lat)[0] == regions[0]


def test_far_from_china_a_region_must_be_given():
    with pytest.raises(ModelError, match="more than 500 km from China's seismic regions; give one"):
        region_of(-118.0, 34.0)
    assert one("yu_2013", quake=event(lon=-118.0, lat=34.0), region="active").median[0] > 0.0


def test_taiwan_is_said_to_be_a_stand_in():
    assert any("stand-in" in note for note in region_of(121.5, 24.0)[1])


def test_every_plausible_region_and_the_spread():
    quake = event(lon=111.8, lat=21.7)
    lon, lat = np.array([112.0, 113.3]), np.array([21.9, 23.1])
    found = shaking_by_region(quake, lon, lat, measures=["pga", "pgv"])
    assert list(found) == ["eastern", "stable"]
    low, high = region_spread(found, "pgv")
    assert (low < high).all()
    assert np.array_equal(high, np.maximum(*(motions[1].median for motions in found.values())))
    with pytest.raises(InputError, match="no 'sa_1' in what was computed"):
        region_spread(found, "sa_1")


def test_a_point_source_has_the_mean_depth_and_no_hanging_wall():
    notes = one("chiou_youngs_2014", quake=event(strike_deg=None)).notes
    assert any("published mean depth" in note for note in notes)


def test_depth_in_metres_is_told():
    with pytest.raises(InputError, match="if it is in metres give 8"):
        one("yu_2013", quake=event(depth_km=8000.0))
