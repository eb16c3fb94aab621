"""Design rain at places: records first, formulas where they hold, nothing elsewhere."""

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.rain.city_formula import load_formula, load_formulas
from riskcloud.hazard.rain.frequency import (
    PlacedSample,
    RainLayers,
    default_layers,
    design_rain,
    given_record,
)
from riskcloud.hazard.rain.runoff import moisture_class, runoff_mm, undrained_mm
from riskcloud.hazard.rain.sample import RainSample
from riskcloud.messages import translated

PERIODS = (10.0, 50.0, 100.0, 475.0)
PLACES = np.array([114.17, 113.26, 113.55]), np.array([22.30, 23.13, 22.27])
"""Kowloon, Guangzhou, Zhuhai."""


def test_day_rain_comes_from_a_record_nearby():
    found = design_rain(*PLACES, periods=PERIODS)
    assert (found.peril, found.measure, found.unit) == ("rainstorm", "rain_24h", "mm")
    assert found.layer_of.tolist() == [0, -1, -1]
    assert found.known.tolist() == [True, False, False]
    assert np.isnan(found.level[1:]).all()
    assert (found.low[0] < found.level[0]).all() and (found.level[0] < found.high[0]).all()
    assert found.layers[0].kind == "record"
    assert "134 complete years" in found.layers[0].date
    assert ("no rain record within 25 km and no city formula for 24 h of rain: no data"
            in found.notes)


def test_an_hours_rain_comes_from_a_citys_formula():
    found = design_rain(*PLACES, periods=PERIODS, measure="rain_1h")
    assert found.layer_of.tolist() == [-1, 0, -1]
    formula = load_formula("guangzhou_2021")
    assert found.level[1] == pytest.approx(formula.depth_mm(60.0, PERIODS), nan_ok=True)
    assert np.isnan(found.level[1, 3])  # 475 years: beyond the formula
    assert np.isnan(found.low).all()
    assert found.layers[0].kind == "code"


def test_a_formula_knows_the_rain_of_one_year():
    year, more = design_rain(np.array([113.3]), np.array([23.13]), periods=(1.0, 2.0),
                             measure="rain_1h").level[0]
    assert 0.0 < year < more
    with pytest.raises(InputError, match="above 1"):
        design_rain(np.array([114.17]), np.array([22.3]), periods=(1.0,))
    with pytest.raises(InputError, match="of 1 or more"):
        design_rain(np.array([113.3]), np.array([23.13]), periods=(0.5,), measure="rain_1h")


def test_longitudes_of_any_window():
    found = design_rain(np.array([114.17 - 360.0]), np.array([22.3]), periods=PERIODS)
    assert found.known.tolist() == [True]


def test_a_users_record_goes_before_ours():
    largest = np.random.default_rng(1).gumbel(80.0, 20.0, 50)
    given = PlacedSample(RainSample(
        "mine", np.arange(1970, 2020), largest, np.array([], int), np.sort(largest)[::-1],
        np.arange("1970-01-01", "1970-02-20", dtype="datetime64[D]"), "1970-01-01",
        "2019-12-31"), 114.174, 22.302, "mine.csv")
    found = design_rain(*PLACES, periods=PERIODS, layers=default_layers(given))
    assert found.layers[0].kind == "given"
    assert found.level[0, 2] < 250.0


def test_a_record_is_read_at_its_place(tmp_path):
    days = np.arange("1980-01-01", "2010-01-01", dtype="datetime64[D]")
    rain = np.random.default_rng(2).gamma(0.4, 20.0, len(days))
    path = tmp_path / "zhuhai.csv"
    path.write_text("date,rain_mm\n" + "\n".join(
        f"{day},{mm:.1f}" for day, mm in zip(days, rain, strict=True)), encoding="utf-8")
    record = given_record(path, lon=113.55, lat=22.27)
    found = design_rain(*PLACES, periods=PERIODS, layers=default_layers(record))
    assert found.layer_of[2] >= 0 and found.layers[found.layer_of[2]].kind == "given"
    assert found.layers[found.layer_of[2]].source == str(path)
    assert translated(found.layers[found.layer_of[2]].resolution, "zh").startswith("单个雨量站")
    with pytest.raises(InputError, match="expected lon, lat"):
        given_record(path, lon=22.27, lat=113.55)


def test_what_is_said_has_a_chinese_form():
    found = design_rain(*PLACES, periods=PERIODS)
    hour = design_rain(*PLACES, periods=PERIODS, measure="rain_1h")
    for words in (*found.notes, *hour.notes, found.layers[0].detail, found.layers[0].resolution,
                  found.layers[0].date, hour.layers[0].detail):
        assert translated(words, "zh") != words, words


def test_a_record_too_short_is_noted_and_passed_over():
    short = PlacedSample(RainSample(
        "short", np.arange(5), np.arange(5.0), np.array([], int), np.zeros(0),
        np.zeros(0, "datetime64[D]"), "2001-01-01", "2005-12-31"), 114.17, 22.30, "short.csv")
    found = design_rain(*PLACES, periods=PERIODS, layers=default_layers(short))
    assert found.layers[0].kind == "record"
    assert "short: 5 complete years of rain, at least 20 are needed" in found.notes


def test_no_layers_is_no_data():
    found = design_rain(*PLACES, periods=PERIODS, layers=RainLayers())
    assert not found.known.any() and found.layers == ()


@pytest.mark.parametrize("measure", ["rain", "rain_0h", "snow_24h"])
def test_unknown_measures_are_refused(measure):
    with pytest.raises(InputError, match="expected rain_24h, rain_1h"):
        design_rain(*PLACES, periods=PERIODS, measure=measure)


def test_formulas_say_nothing_beyond_their_durations():
    for formula in load_formulas():
        assert np.isnan(formula.intensity_mm_h(1440.0, (10.0,))).all()
        assert np.isfinite(formula.intensity_mm_h(60.0, (1.0, 2.0, 30.0, 100.0))).all()
    assert "guangzhou_2011" not in [formula.card.name for formula in load_formulas()]


def test_rain_rises_with_period_and_duration():
    periods = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
    for formula in load_formulas():
        depth = np.array([formula.depth_mm(t, periods) for t in (5.0, 30.0, 60.0, 120.0, 180.0)])
        assert (np.diff(depth, axis=0) > 0.0).all() and (np.diff(depth, axis=1) > 0.0).all()


def test_runoff_is_bounded_and_drained():
    rain = np.array([0.0, 5.0, 50.0, 300.0])
    runoff = runoff_mm(rain, 80.0)
    assert ((runoff >= 0.0) & (runoff <= rain)).all()
    assert runoff[:2].tolist() == [0.0, 0.0]
    assert runoff_mm(rain, 100.0) == pytest.approx(rain)
    assert undrained_mm(runoff, 10.0, 3.0).tolist() == pytest.approx(
        np.maximum(runoff - 30.0, 0.0).tolist())
    assert np.isnan(runoff_mm(np.nan, 80.0))


@pytest.mark.parametrize(("bad", "said"), [
    ({"rain_mm": -1.0, "curve_number": 80.0}, "rain: expected 0 mm or more"),
    ({"rain_mm": 1.0, "curve_number": 0.0}, "curve number: expected above 0, up to 100"),
    ({"rain_mm": 1.0, "curve_number": 80.0, "moisture": "IV"}, "antecedent moisture 'IV'")])
def test_runoff_refuses(bad, said):
    with pytest.raises(InputError, match=said):
        runoff_mm(**bad)


def test_moisture_classes():
    assert [moisture_class(mm) for mm in (20.0, 40.0, 60.0)] == ["I", "II", "III"]
    assert moisture_class(20.0, growing=False) == "II"
