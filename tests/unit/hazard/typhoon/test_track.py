from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError, NotFoundError
from riskcloud.hazard.typhoon.track import read_track, read_tracks
from riskcloud.messages import translated

HEAD = "time_utc,lat,lon,central_pressure_hpa,max_wind_10min_m_s\n"
FIXES = "2020-08-01T00:00Z,15,130,990,25\n2020-08-01T06:00Z,16,129,980,30\n"


@pytest.fixture
def write(tmp_path: Path):  # type: ignore[no-untyped-def]
    def put(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "storm.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return put


def problems_of(path: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(InputError) as caught:
        read_track(path)
    return [(p.row, p.column, p.remedy) for p in caught.value.problems]


def test_plain_file_in_si(write) -> None:  # type: ignore[no-untyped-def]
    track = read_track(write(HEAD + FIXES))
    assert (track.event_id, track.wind_averaging_s, track.source) == ("storm", 600.0, "storm.csv")
    np.testing.assert_array_equal(track.central_pressure_pa, [99000, 98000])
    np.testing.assert_array_equal(track.max_wind_m_s, [25, 30])
    assert track.time_utc.dtype == "datetime64[s]"
    assert {f.field for f in track.filled} == {"environmental_pressure_pa", "r_max_m", "r34_m"}
    raw = read_tracks(write(HEAD + FIXES), fill=False)[0]
    assert np.isnan(raw.r_max_m).all() and raw.filled == ()


@pytest.mark.parametrize(("header", "factor"), [
    ("max_wind_10min_kt", 1852 / 3600), ("Wind (kt, 10-min)", 1852 / 3600),
    ("vmax_10min_kmh", 1 / 3.6), ("max wind 10 min m/s", 1.0), ("最大风速_10min_m_s", 1.0),
])
def test_units_in_the_header(write, header: str, factor: float) -> None:  # type: ignore[no-untyped-def]
    head = HEAD.replace("max_wind_10min_m_s", f'"{header}"')
    track = read_track(write(head + FIXES))
    np.testing.assert_allclose(track.max_wind_m_s, np.array([25, 30]) * factor)


def test_radii_by_quadrant_in_nautical_miles(write) -> None:  # type: ignore[no-untyped-def]
    head = HEAD.strip() + ",rmw_nmi,r34_ne_nmi,r34_se_nmi,r34_sw_nmi,r34_nw_nmi,poci_mb\n"
    rows = "2020-08-01T00:00Z,15,130,990,25,20,100,90,0,80,1004\n" \
           "2020-08-01T06:00Z,16,129,980,30,0,0,0,0,0,\n"
    track = read_tracks(write(head + rows), fill=False)[0]
    np.testing.assert_array_equal(track.r34_m[0], np.array([100, 90, 0, 80]) * 1852.0)
    assert np.isnan(track.r34_m[1]).all() and np.isnan(track.r_max_m[1])
    filled = read_track(write(head + rows))
    assert filled.environmental_pressure_pa.tolist() == [100400, 100400]
    methods = [f.method for f in filled.filled if f.field == "environmental_pressure_pa"]
    assert methods == ["nearest"]


def test_wind_without_averaging_is_refused(write) -> None:  # type: ignore[no-untyped-def]
    faults = problems_of(write(HEAD.replace("10min_", "") + FIXES))
    assert faults == [(1, "max_wind_m_s",
                       "say the averaging period in the name: 1min, 2min, 3min or 10min")]


def test_wind_without_unit_and_two_winds_are_refused(write) -> None:  # type: ignore[no-untyped-def]
    assert "say the unit" in problems_of(write(HEAD.replace("_m_s", "") + FIXES))[0][2]
    head = HEAD.replace("central_pressure_hpa", "max_wind_1min_m_s")
    assert "never mixed" in problems_of(write(head + FIXES))[0][2]


def test_misspelt_and_missing_columns(write) -> None:  # type: ignore[no-untyped-def]
    faults = problems_of(write(HEAD.replace("max_wind_10min", "max_wnd_10min") + FIXES))
    assert faults == [(1, "max_wnd_10min_m_s",
                       "unknown column; did you mean max_wind_10min_m_s?")]
    faults = problems_of(write(HEAD.replace("lat,", "breite,") + FIXES))
    assert (1, "lat", "required column is missing") in faults


def test_all_faults_at_once_with_rows(write) -> None:  # type: ignore[no-untyped-def]
    rows = ("2020-08-01T00:00Z,95,130,990,25\nyesterday,16,129,980,30\n"
            "2020-08-01T12:00Z,16,,980,=1+1\n2020-08-01T18:00Z,16,128,98,30\n")
    faults = problems_of(write(HEAD + rows))
    assert [f[:2] for f in faults] == [
        (2, "lat"), (3, "time_utc"), (4, "lon"), (4, "max_wind_10min_m_s"),
        (5, "central_pressure_hpa"),
    ]
    assert faults[0][2] == "expected -90 to 90"


def test_pressure_above_its_environment(write) -> None:  # type: ignore[no-untyped-def]
    head = HEAD.strip() + ",environmental_pressure_hpa\n"
    rows = "2020-08-01T00:00Z,15,130,990,25,1004\n2020-08-01T06:00Z,16,129,1006,30,1004\n"
    faults = problems_of(write(head + rows))
    assert [f[:2] for f in faults] == [(3, "central_pressure_hpa")]


def test_weak_low_in_a_high_environment_is_no_fault(write) -> None:  # type: ignore[no-untyped-def]
    track = read_track(write(HEAD + FIXES.replace(",990,", ",1012,")))
    assert track.environmental_pressure_pa.tolist() == [101200.0, 100830.0]


def test_one_fix(write) -> None:  # type: ignore[no-untyped-def]
    faults = problems_of(write(HEAD + FIXES.splitlines()[0] + "\n"))
    assert faults == [(2, "storm_id", "a single fix: a track needs at least two")]


def test_unsorted_is_sorted_and_noted(write) -> None:  # type: ignore[no-untyped-def]
    swapped = "\n".join(reversed(FIXES.splitlines()))
    track = read_track(write(HEAD + swapped))
    assert track.lat.tolist() == [15, 16]
    assert track.notes == ("row 3: times not in order from here on: sorted",)


def test_repeated_times(write) -> None:  # type: ignore[no-untyped-def]
    track = read_track(write(HEAD + FIXES + FIXES.splitlines()[0]))
    assert len(track) == 2
    assert track.notes[-1] == "row 4: 1 identical fix(es) dropped"
    assert translated(track.notes[-1], "zh") == "第 4 行：1 个完全相同的定位点已去重"
    faults = problems_of(write(HEAD + FIXES + FIXES.splitlines()[0].replace(",15,", ",15.5,")))
    assert [f[:2] for f in faults] == [(4, "time_utc")]


def test_a_jump_is_refused(write) -> None:  # type: ignore[no-untyped-def]
    faults = problems_of(write(HEAD + FIXES.replace(",129,", ",112,")))
    assert faults[0][:2] == (3, "lat, lon") and "60 m/s" in faults[0][2]


@pytest.mark.parametrize(("first", "second", "expected"), [
    (179, -179, [179, 181]), (-179, 179, [-179, -181]), (181, 179, [-179, -181]),
    (359.5, 0.5, [-0.5, 0.5]),
])
def test_longitude_is_continuous(  # type: ignore[no-untyped-def]
    write, first: float, second: float, expected: list[float]
) -> None:
    text = HEAD + FIXES.replace(",130,", f",{first},").replace(",129,", f",{second},")
    np.testing.assert_allclose(read_track(write(text)).lon, expected)


def test_southern_hemisphere(write) -> None:  # type: ignore[no-untyped-def]
    track = read_track(write(HEAD + FIXES.replace(",15,", ",-15,").replace(",16,", ",-16,")))
    assert track.environmental_pressure_pa[0] == 101060.0
    assert np.isfinite(track.r34_m).all()


def test_offsets_and_naive_times_are_utc(write) -> None:  # type: ignore[no-untyped-def]
    rows = "2020-08-01T08:00+08:00,15,130,990,25\n2020-08-01 06:00,16,129,980,30\n"
    track = read_track(write(HEAD + rows))
    assert track.time_utc.astype(str).tolist() == ["2020-08-01T00:00:00", "2020-08-01T06:00:00"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_encodings(write, encoding: str) -> None:  # type: ignore[no-untyped-def]
    head = "时间,纬度,经度,中心气压_hPa,最大风速_2min_m_s,name\n"
    rows = "".join(f"{line},天鸽\n" for line in FIXES.splitlines())
    track = read_track(write(head + rows, encoding))
    assert (track.name, track.wind_averaging_s) == ("天鸽", 120.0)


@pytest.mark.parametrize("text", ["", "\n\n", HEAD])
def test_empty(write, text: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="empty track file"):
        read_track(write(text))


def test_ragged_line_and_missing_file(write, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert problems_of(write(HEAD + FIXES + "1,2,3,4,5,6\n"))[0][0] == 4
    with pytest.raises(InputError, match="no such file"):
        read_track(tmp_path / "none.csv")


def test_several_storms(write) -> None:  # type: ignore[no-untyped-def]
    rows = "".join(f"{line},{sid},{name}\n" for sid, name in (("A1", "ALFA"), ("B2", "BRAVO"))
                   for line in FIXES.splitlines()) + f"{FIXES.splitlines()[0]},C3,LONE\n"
    path = write(HEAD.strip() + ",storm_id,name\n" + rows)
    assert [t.event_id for t in read_tracks(path)] == ["A1", "B2"]
    note = read_tracks(path)[0].notes[0]
    assert note == "file: 1 storm(s) without two usable fixes (C3): left out"
    assert translated(note, "zh") == "文件：1 个热带气旋可用定位点不足两个（C3）：未采用"
    with pytest.raises(InputError, match="2 storms; choose one by its id: A1 ALFA"):
        read_track(path)
    assert read_track(path, event_id="bravo").event_id == "B2"
    with pytest.raises(NotFoundError, match="known: A1, B2, C3"):
        read_track(path, event_id="D4")


def test_samples(samples: Path) -> None:
    jtwc, tokyo = (read_track(samples / n) for n in ("hato_2017.csv", "hato_2017_tokyo.csv"))
    assert (jtwc.event_id, jtwc.agency, jtwc.wind_averaging_s) == ("2017232N19130", "JTWC", 60.0)
    assert tokyo.wind_averaging_s == 600.0
    assert jtwc.max_wind_m_s.max() == pytest.approx(46.3)
    # Tokyo is silent below 35 kt: what is filled there stays below
    silent = next(f.mask for f in tokyo.filled if f.field == "max_wind_m_s")
    assert tokyo.max_wind_m_s[silent].max() < 17.5


def test_every_row_bad(write) -> None:  # type: ignore[no-untyped-def]
    faults = problems_of(write(HEAD + "x,y,z,990,25\n"))
    assert [f[:2] for f in faults] == [(2, "lat"), (2, "lon"), (2, "time_utc")]


def test_agency_of_a_plain_file(write) -> None:  # type: ignore[no-untyped-def]
    rows = "".join(f"{line},JMA\n" for line in FIXES.splitlines())
    path = write(HEAD.strip() + ",agency\n" + rows)
    assert read_track(path, agency="TOKYO").agency == "JMA"
    with pytest.raises(NotFoundError, match="no agency 'JTWC'; known: TOKYO"):
        read_track(path, agency="JTWC")
