import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.earthquake import place
from riskcloud.hazard.earthquake.code_values import code_pga, code_table
from riskcloud.hazard.earthquake.place import place_pga
from riskcloud.messages import translated

ZHUHAI, XICHANG, KUNMING = (113.58, 22.27), (102.26, 27.90), (102.71, 25.04)
AT_SEA, PARIS = (115.0, 20.0), (2.35, 48.85)


def at(*sites, **options):
    lon, lat = np.array(sites).T
    return place_pga(lon, lat, **options)


def test_modelled_and_coded_stand_beside_each_other():
    found = at(ZHUHAI, KUNMING, XICHANG)
    assert (found.peril, found.measure, found.unit) == ("earthquake", "pga", "g")
    assert found.periods == (10.0, 50.0, 100.0, 475.0)
    np.testing.assert_allclose(found.beside[475.0][:2], [0.10, 0.20])
    assert np.isnan(found.beside[475.0][2])  # Sichuan is not in the table
    assert place.NO_CODE in found.notes
    assert found.beside_layer is not None and found.beside_layer.kind == "code"
    assert found.layers[0].kind == "model" and found.layer_of.tolist() == [0, 0, 0]
    assert found.level[2, 3] > found.level[1, 3] > found.level[0, 3]  # Xichang, Kunming, Zhuhai


def test_longer_periods_shake_more_and_the_band_holds_the_level():
    found = at(ZHUHAI, KUNMING, XICHANG, periods=(10, 50, 100, 475, 2475))
    assert np.all(np.diff(found.level, axis=1) > 0)
    assert np.all((found.low <= found.level) & (found.level <= found.high))
    assert np.all(found.high[:, 3] / found.level[:, 3] > 1.3)


def test_sea_and_far_away_are_unknown_not_calm():
    found = at(AT_SEA, PARIS, KUNMING)
    assert found.layer_of.tolist() == [-1, -1, 0]
    assert found.known.tolist() == [False, False, True]
    assert np.isnan(found.low[:2]).all() and np.isnan(found.beside[475.0][:2]).all()
    assert {place.AT_SEA, place.OUTSIDE} <= set(found.notes)
    nothing = at(AT_SEA)
    assert not nothing.known.any() and place.OUTSIDE not in nothing.notes


def test_nothing_is_known_beyond_the_catalogue_and_at_its_rim():
    kenya, pacific, hawaii, garm, kashgar = (
        (36.8, -1.3), (-160.0, 10.0), (-155.5, 19.6), (71.5, 38.5), (76.0, 39.5))
    found = at(kenya, pacific, hawaii, garm, kashgar)
    assert found.known.tolist() == [False, False, False, False, True]
    for part in (found.level, found.low, found.high):
        assert np.isnan(part[:4]).all()
    assert place.OUTSIDE in found.notes


def test_a_quiet_place_has_a_small_number_not_zero():
    quiet = (111.0, 46.0)  # the Gobi
    found = at(quiet, periods=(1, 10, 475), site_class="I0")
    assert found.known.all() and place.SILENT in found.notes
    assert np.all(found.low > 0.0) and np.all(found.level > 0.0)
    assert found.level[0, 0] == pytest.approx(1e-4)
    assert found.level[0, 2] > 1e-3


def test_a_port_on_new_land_is_no_site_at_sea():
    found = at((113.20, 21.93))  # Gaolan, Zhuhai: land that the outline does not have
    assert found.known.all()


def test_site_class_moves_both_answers_by_the_table_of_gb_18306():
    two, three, one = (at(KUNMING, site_class=name) for name in ("II", "Ⅲ", "I0"))
    assert three.beside[475.0][0] == pytest.approx(0.20 * 1.00)
    assert one.beside[475.0][0] == pytest.approx(0.20 * 0.76)
    assert three.level[0, 0] == pytest.approx(two.level[0, 0] * 1.30)  # below 0.05 g
    assert place.ASSUMED not in two.notes
    mixed = at(KUNMING, KUNMING, site_class=["III", ""])
    assert mixed.level[1, 0] == two.level[0, 0] and place.ASSUMED in mixed.notes


def test_wrong_input_is_said():
    with pytest.raises(InputError) as error:
        at(KUNMING, ZHUHAI, site_class=["II", "V"])
    assert "row 2" in str(error.value) or "2" in str(error.value.problems[0])
    with pytest.raises(InputError, match="1 site class"):
        at(KUNMING, ZHUHAI, site_class=["II"])
    for periods in ((), (475, 100), (0.5,), (100, 100), (float("nan"),), (1e6,)):
        with pytest.raises(InputError, match="expected years from 1 to 10000, ascending"):
            at(KUNMING, periods=periods)


def test_one_site_is_the_same_among_many():
    many = at(ZHUHAI, AT_SEA, KUNMING, XICHANG)
    alone = at(KUNMING)
    np.testing.assert_array_equal(many.level[2], alone.level[0])
    np.testing.assert_array_equal(many.high[2], alone.high[0])


def test_longitudes_in_any_window():
    lon, lat = ZHUHAI
    found = at((lon, lat), (lon - 360.0, lat), (lon + 360.0, lat))
    np.testing.assert_allclose(found.level, found.level[[0, 0, 0]], rtol=1e-9)
    assert found.level[0, 3] > 0.01


def test_bad_sites_and_none():
    with pytest.raises(InputError, match="row 2, lon, lat = '113, 95'"):
        at(KUNMING, (113.0, 95.0))
    empty = place_pga(np.array([]), np.array([]))
    assert empty.level.shape == (0, 4) and empty.notes == ()


def test_code_values_by_county():
    found = code_pga(np.array([114.17, 110.35, 116.4]), np.array([22.32, 20.03, 39.9]))
    np.testing.assert_allclose(found[:2], [0.15, 0.30])  # Hong Kong, Haikou
    assert np.isnan(found[2])
    assert len(code_table()) > 390 and set(code_table().values()) == {
        0.05, 0.10, 0.15, 0.20, 0.30, 0.40}


def test_chances_of_the_code_as_return_periods():
    periods = [place.return_period(chance) for chance in (0.63, 0.10, 0.02)]
    assert [round(period) for period in periods] == [50, 475, 2475]
    with pytest.raises(InputError, match="chance of exceedance 1: expected between 0 and 1"):
        place.return_period(1.0)


def test_every_note_has_its_chinese():
    for words in (place.AT_SEA, place.OUTSIDE, place.SILENT, place.ASSUMED, place.NO_CODE,
                  "return periods 5, 1: expected years from 1 to 10000, ascending",
                  "1 site class(es) for 2 site(s)",
                  "chance of exceedance 1: expected between 0 and 1",
                  at(KUNMING).layers[0].detail):
        assert translated(words, "zh") != words
