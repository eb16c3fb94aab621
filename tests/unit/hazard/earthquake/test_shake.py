"""Which model gives what of an earthquake, settled before any site is computed."""

from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError, NotFoundError
from riskcloud.hazard.earthquake.formats import event_from_options, read_shaking_grid
from riskcloud.hazard.earthquake.ground_motion import shaking
from riskcloud.hazard.earthquake.shake import (
    known_models,
    places_with_ground,
    plan_shaking,
    shake_places,
    source_notes,
)

SAMPLES = Path(__file__).parent / "formats" / "samples"
EVENT = event_from_options(lon=99.87, lat=25.67, depth_km=8.0, magnitude=6.4, magnitude_type="Ms")
LON, LAT = np.array([99.9, 100.4, 101.5]), np.array([25.7, 25.4, 24.9])
PLACES, _ = places_with_ground(LON, LAT)


def test_an_unknown_model_or_conversion_is_answered_with_the_known():
    with pytest.raises(NotFoundError, match="known: yu_2013, boore_2014, chiou_youngs_2014, wang"):
        plan_shaking(EVENT, ["x"], PLACES)
    with pytest.raises(NotFoundError, match="known: gbt_17742_2020"):
        plan_shaking(EVENT, ["yu_2013"], PLACES, conversion="x")
    with pytest.raises(InputError, match="no ShakeMap grid"):
        plan_shaking(EVENT, ["shakemap"], PLACES)


def test_a_single_model_must_have_all_that_is_asked():
    with pytest.raises(InputError, match=r"yu_2013 has no sa_1\.0; it has pga, pgv, intensity"):
        plan_shaking(EVENT, ["yu_2013"], PLACES, measures=["pga", "sa_1.0"])
    grid = read_shaking_grid(SAMPLES / "grid.xml")
    with pytest.raises(InputError, match=r"shakemap has no sa_3\.0; it has intensity, pga"):
        plan_shaking(EVENT, ["shakemap"], PLACES, measures=["sa_3.0"], grid=grid)


def test_of_several_models_what_one_lacks_is_noted():
    plans = plan_shaking(EVENT, ["yu_2013", "boore_2014"], PLACES, measures=["pga", "sa_1.0"])
    assert [plan.measures for plan in plans] == [("pga",), ("pga", "sa_1.0")]
    assert "yu_2013 has no sa_1.0; it has pga, pgv, intensity" in plans[0].notes


def test_an_earthquake_far_from_china_has_no_region_of_yu():
    far = event_from_options(lon=-118.0, lat=34.0, depth_km=8.0, magnitude=6.4, magnitude_type="Mw")
    places, _ = places_with_ground(LON - 217.0, LAT + 9.0)
    with pytest.raises(InputError, match="give one of the regions"):
        plan_shaking(far, ["yu_2013"], places)
    plans = plan_shaking(far, ["yu_2013", "boore_2014"], places)
    assert [plan.model for plan in plans] == ["boore_2014"]
    assert any(note.startswith("left out: yu_2013") for note in plans[0].notes)
    assert plan_shaking(far, ["yu_2013"], places, region="active")[0].region == "active"


@pytest.mark.parametrize("model", known_models())
def test_every_model_gives_what_it_planned_and_falls_with_distance(model):
    plans = plan_shaking(EVENT, [model], PLACES)
    found = shake_places(plans, EVENT, PLACES)
    assert [one.measure for one in found] == list(plans[0].measures)
    assert {one.model for one in found} == {model}
    for one in found:
        assert (np.diff(one.median) < 0.0).all() and (one.sigma_ln > 0.0).all()


def test_a_part_of_the_places_has_the_numbers_of_the_whole():
    places, notes = places_with_ground(LON, LAT, vs30_m_s=np.array([np.nan, 300.0, np.nan]),
                                       site_class=np.array(["", "", "III"]))
    assert notes == ("1 of 3 sites without Vs30 and class: taken as class II, Vs30 364 m/s",)
    plans = plan_shaking(EVENT, ["boore_2014", "chiou_youngs_2014"], places)
    whole = shake_places(plans, EVENT, places)
    for k in range(3):
        for one, all_of_it in zip(shake_places(plans, EVENT, places.part(slice(k, k + 1))), whole,
                                  strict=True):
            assert one.median[0] == all_of_it.median[k]
            assert one.sigma_ln[0] == all_of_it.sigma_ln[k]


def test_each_site_has_the_spread_of_its_own_vs30():
    """Chiou & Youngs: a Vs30 that is given is measured, that of a class or of none is inferred."""
    classes = np.array(["III", "", ""])

    def sigma(vs30, part=slice(None)):
        places, _ = places_with_ground(LON, LAT, vs30_m_s=np.array(vs30), site_class=classes)
        plans = plan_shaking(EVENT, ["chiou_youngs_2014"], places, measures=["pga"])
        return plans[0].notes, shake_places(plans, EVENT, places.part(part))[0].sigma_ln

    nan = np.nan
    notes, mixed = sigma([nan, 364.0, nan])
    assert any(note.endswith("inferred Vs30 where none was measured") for note in notes)
    notes, given = sigma([197.0, 364.0, 364.0])
    assert not any("inferred" in note for note in notes)
    notes, none = sigma([nan, nan, nan])
    assert any(note.endswith("standard deviation of an inferred Vs30") for note in notes)
    assert (given < none).all()
    assert mixed.tolist() == [none[0], given[1], none[2]]
    alone = [sigma([nan, 364.0, nan], slice(k, k + 1))[1][0] for k in range(3)]
    assert alone == mixed.tolist()


def test_what_was_assumed_of_the_source_is_said():
    assert any("the source is a point" in note for note in source_notes(EVENT))


def test_other_plausible_regions_are_run_and_their_spread_is_said():
    """Off Yangjiang the coast is eastern or stable; at Yangbi the plateau leaves no choice."""
    coast = event_from_options(lon=112.0, lat=21.7, depth_km=10.0, magnitude=6.0,
                               magnitude_type="Ms")
    near = np.array([112.1, 112.1]), np.array([21.8, 23.0])
    places, _ = places_with_ground(*near)
    (plan,) = plan_shaking(coast, ["yu_2013"], places, measures=["pga"])
    given, other = (shaking(coast, *near, model="yu_2013", measures=["pga"], region=region)[0]
                    for region in ("eastern", "stable"))
    ratio = other.median / given.median
    assert (f"yu_2013: pga by region stable: {ratio.min():.2f} to {ratio.max():.2f} times what is "
            "given") in plan.notes and ratio.min() < ratio.max()
    (asked,) = plan_shaking(coast, ["yu_2013"], places, measures=["pga"], region="stable")
    (plateau,) = plan_shaking(EVENT, ["yu_2013"], PLACES, measures=["pga"])
    assert not any("by region" in note for note in (*asked.notes, *plateau.notes))
