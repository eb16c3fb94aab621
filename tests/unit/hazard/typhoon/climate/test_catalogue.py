"""The archive of storms: columns, faults by row, repairs counted."""

import numpy as np
import pandas as pd
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate.catalogue import read_catalogue
from riskcloud.units import HPA, KNOT


def track(sid, n=12, lon=130.0, lat=15.0, begin="1990-08-01", step_h=6, east=-0.5, north=0.3):
    """A storm that moves straight."""
    time = pd.date_range(begin, periods=n, freq=f"{step_h}h")
    k = np.arange(n) * step_h / 6.0
    return pd.DataFrame({"sid": sid, "time": time, "lat": (lat + north * k).round(2),
                         "lon": (lon + east * k).round(2), "wmo_wind_kt": 50.0,
                         "wmo_pres_hpa": 980.0})


def written(folder, *tracks, name="archive.csv"):
    path = folder / name
    table = pd.concat(tracks)
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path, index=False)
    return path


def repairs(catalogue):
    return {one.kind: (one.n_fixes, one.n_storms) for one in catalogue.repairs}


@pytest.mark.parametrize("name", ["archive.csv", "archive.parquet"])
def test_reads_and_converts(tmp_path, name):
    storms, _ = read_catalogue([written(tmp_path, track("a"), track("b", lon=150.0), name=name)])
    assert list(storms.sid) == ["a", "b"]
    assert list(storms.start) == [0, 12, 24]
    assert storms.season.tolist() == [1990, 1990]
    assert storms.repairs == ()
    np.testing.assert_allclose(storms.wmo_pressure_pa, 980.0 * HPA)
    np.testing.assert_allclose(storms.wmo_wind_m_s, 50.0 * KNOT)
    np.testing.assert_allclose(storms.max_wind_1min_m_s, 50.0 * KNOT / 0.93)
    assert np.isnan(storms.usa_wind_m_s).all()


def test_agency_of_a_place_gives_the_averaging_period(tmp_path):
    path = written(tmp_path, track("a", lon=90.0), track("b", lon=190.0))
    storms, _ = read_catalogue([path])
    # 3-min winds of New Delhi are 10-min winds at sea times 1.00, 1-min winds / 0.93
    np.testing.assert_allclose(storms.wmo_wind_m_s[storms.fixes(0)], 50.0 * KNOT)
    np.testing.assert_allclose(storms.wmo_wind_m_s[storms.fixes(1)], 50.0 * KNOT * 0.93)


def test_a_second_file_adds_what_the_first_lacks(tmp_path):
    first = written(tmp_path, track("a").drop(columns="wmo_wind_kt"), name="one.csv")
    other = track("a").rename(columns={"wmo_wind_kt": "wind_kt_1min", "wmo_pres_hpa": "slp_hpa"})
    second = written(tmp_path, other.assign(lat=1.0), track("c", lon=160.0)
                     .rename(columns={"wmo_wind_kt": "wind_kt_1min", "wmo_pres_hpa": "slp_hpa"}),
                     name="two.csv")
    storms, _ = read_catalogue([first, second])
    assert list(storms.sid) == ["a", "c"]
    assert storms.lat[0] == 15.0
    np.testing.assert_allclose(storms.usa_wind_m_s, 50.0 * KNOT)
    assert np.isnan(storms.wmo_wind_m_s).all()


def test_ibtracs_list_without_its_spur_tracks(tmp_path):
    table = track("a").rename(columns=str.upper).rename(
        columns={"TIME": "ISO_TIME", "WMO_WIND_KT": "WMO_WIND", "WMO_PRES_HPA": "WMO_PRES"})
    table = table.assign(SEASON=1991, BASIN="WP", TRACK_TYPE="main")
    spur = table.assign(SID="a2", TRACK_TYPE="spur", LON=table["LON"] + 20.0)
    storms, _ = read_catalogue([written(tmp_path, table, spur)])
    assert list(storms.sid) == ["a"]
    assert storms.season.tolist() == [1991]


def test_every_fault_is_told_by_row_and_can_be_set_aside(tmp_path):
    table = track("a").astype(object)
    table.loc[2, "lat"], table.loc[3, "lon"] = 95.0, ""
    table.loc[5, "wmo_pres_hpa"], table.loc[6, "time"] = "low", "yesterday"
    path = written(tmp_path, table)
    with pytest.raises(InputError) as caught:
        read_catalogue([path])
    told = [str(problem) for problem in caught.value.problems]
    assert told == ["row 4, lat = '95.0': expected -90 to 90",
                    "row 5, lon = '': a fix needs its position",
                    "row 7, wmo_pres_hpa = 'low': expected a number",
                    "row 8, time = 'yesterday': expected a time such as 2017-08-23T06:00:00Z"]
    storms, rejected = read_catalogue([path], skip_bad=True)
    assert len(rejected[0][1]) == 4
    assert len(storms.lon) == 12  # the gaps of 18 h are filled
    assert repairs(storms)["gap"] == (2, 1)


@pytest.mark.parametrize(("columns", "remedy"), [
    ({"sid": "number"}, "required column is missing"),
    ({"wmo_wind_kt": "wind_kt", "wmo_pres_hpa": "x"}, "say the averaging period in the name"),
    ({"wmo_wind_kt": "x", "wmo_pres_hpa": "slp"}, "say the unit in the name"),
    ({"wmo_wind_kt": "x", "wmo_pres_hpa": "y"}, "needs a wind or a pressure column"),
])
def test_headers_that_do_not_do(tmp_path, columns, remedy):
    with pytest.raises(InputError, match=remedy):
        read_catalogue([written(tmp_path, track("a").rename(columns=columns))])


def test_duplicates_gaps_padding_and_single_fixes(tmp_path):
    a = track("a", n=20)
    a = pd.concat([a, a.iloc[[4]].assign(wmo_wind_kt=np.nan)]).drop(index=[8, 9])
    still = track("b", lon=150.0)
    still = pd.concat([still, track("b", n=6, lon=still["lon"].iloc[-1], lat=still["lat"].iloc[-1],
                                    begin="1990-08-04", east=0.0, north=0.0)])
    storms, _ = read_catalogue([written(tmp_path, a, still, track("c", n=1, lon=170.0))])
    assert list(storms.sid) == ["a", "b"]
    assert repairs(storms) == {"duplicate": (1, 1), "gap": (1, 1), "padding": (6, 1),
                               "single": (1, 1)}
    assert np.diff(storms.start).tolist() == [20, 12]
    np.testing.assert_allclose(storms.lon[8:10], [126.0, 125.5])
    assert np.isfinite(storms.wmo_wind_m_s).all()


def test_fixes_between_the_synoptic_hours(tmp_path):
    three_hourly = track("a", n=23, step_h=3)
    off = track("b", n=8, lon=150.0, begin="1990-08-01T03:00")
    storms, _ = read_catalogue([written(tmp_path, three_hourly, off)])
    assert repairs(storms) == {"off_hours": (11, 1), "off_grid": (8, 1)}
    assert set(storms.time_utc.astype("datetime64[h]").astype(int) % 6) == {0}
    assert np.diff(storms.start).tolist() == [12, 7]
    np.testing.assert_allclose(storms.lon[storms.fixes(1)][0], 149.75)


def test_slips_of_position(tmp_path):
    a, b = track("a", lon=175.0, east=1.0), track("b", lon=150.0)
    a.loc[3, "lat"] = 51.9
    b.loc[5, "lon"] = -b.loc[5, "lon"]
    c = track("1990213N15140", lon=-140.0, east=0.5, lat=25.0)
    c["lon"] = -track("x", lon=140.0)["lon"]
    storms, _ = read_catalogue([written(tmp_path, a, b, c)])
    assert repairs(storms) == {"wrong_sign": (13, 2), "leap": (1, 1)}
    found = dict(zip(storms.sid, range(3), strict=True))
    np.testing.assert_allclose(storms.lat[storms.fixes(found["a"])][3], 15.9)
    np.testing.assert_allclose(storms.lon[storms.fixes(found["b"])][5], 147.5)
    np.testing.assert_allclose(storms.lon[storms.fixes(found["1990213N15140"])][0], 140.0)
    # over the date line without a leap
    np.testing.assert_allclose(storms.lon[storms.fixes(found["a"])], 175.0 + np.arange(12.0))


def test_two_storms_under_one_id_and_one_under_two(tmp_path):
    merged = pd.concat([track("a", n=8), track("a", n=8, lon=165.0, begin="1990-08-10")])
    leap = pd.concat([track("d", n=8, lon=110.0), track("d", n=8, lon=155.0, lat=20.0,
                                                        begin="1990-08-03")])
    twin = track("b", n=10, lon=145.0, lat=25.0)
    other = twin.iloc[1:8].assign(sid="c", lat=twin["lat"][1:8] + 0.3)
    storms, _ = read_catalogue([written(tmp_path, merged, leap, twin, other)])
    assert list(storms.sid) == ["a", "a-2", "b", "d", "d-2"]
    assert repairs(storms) == {"same_storm": (7, 1), "parted": (2, 2)}


def test_part_of_a_catalogue(tmp_path):
    path = written(tmp_path, track("a"), track("b", lon=150.0, begin="1995-08-01", n=5))
    storms, _ = read_catalogue([path])
    late = storms.seasons(1995, 2000)
    assert list(late.sid) == ["b"]
    assert late.start.tolist() == [0, 5]
    np.testing.assert_array_equal(late.lon, storms.lon[12:])
    assert late.frame()["season"].tolist() == [1995] * 5


def test_the_sample_that_ships_is_cleaned_with_few_repairs():
    storms, rejected = read_catalogue()
    assert rejected == ()
    assert storms.season.min() == 1884
    assert storms.season.max() == 2013
    assert 3800 < len(storms) < 3900
    assert set(repairs(storms)) <= {"padding", "single", "fast"}
    assert set(np.diff(storms.time_utc)[np.diff(storms.storm) == 0].astype(int)) == {21600}
