from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import NotFoundError
from riskcloud.hazard.typhoon.track import read_track, read_tracks

COLUMNS = (
    "SID,NAME,BASIN,ISO_TIME,NATURE,LAT,LON,WMO_WIND,WMO_PRES,WMO_AGENCY,TRACK_TYPE,"
    "USA_LAT,USA_LON,USA_STATUS,USA_WIND,USA_PRES,USA_R34_NE,USA_R34_SE,USA_R34_SW,USA_R34_NW,"
    "USA_POCI,USA_RMW,TOKYO_LAT,TOKYO_LON,TOKYO_WIND,TOKYO_PRES,CMA_WIND,CMA_PRES,NEWDELHI_WIND"
)
UNITS = " , , , , ,degrees_north,degrees_east,kts,mb, , ,degrees_north,degrees_east, ,kts,mb," \
        "nmile,nmile,nmile,nmile,mb,nmile,degrees_north,degrees_east,kts,mb,kts,mb,kts"


def row(time: str, lat: str, *, usa: str = "90", pressure: str = "956", tokyo: str = "75",
        wmo_agency: str = "tokyo", kind: str = "main") -> str:
    return (f"2017232N19130,HATO,WP,{time},TS,{lat},114.5,{tokyo},965,{wmo_agency},{kind},"
            f"{float(lat) + 0.1:.1f},114.6,TY,{usa},{pressure},120,110,100,90,1000,10,"
            f"{lat},114.5,{tokyo},965,80,960, ")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "any_name.txt"
    lines = [COLUMNS, UNITS, row("2017-08-23 00:00:00", "21.5"),
             row("2017-08-23 06:00:00", "22.2", usa="85", pressure="964"),
             row("2017-08-23 06:00:00", "25.0", kind="spur-merge")]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_jtwc_by_default(path: Path) -> None:
    track = read_track(path)
    assert (track.agency, track.wind_averaging_s, track.name) == ("USA", 60.0, "HATO")
    np.testing.assert_allclose(track.max_wind_m_s, np.array([90, 85]) * 1852 / 3600)
    np.testing.assert_allclose(track.lat, [21.6, 22.3])  # the agency's own centre
    np.testing.assert_array_equal(track.r34_m[0], np.array([120, 110, 100, 90]) * 1852.0)
    np.testing.assert_array_equal(track.environmental_pressure_pa, 100_000.0)
    np.testing.assert_array_equal(track.r_max_m, 18_520.0)
    assert track.filled == () and track.status == ("TY", "TY")


@pytest.mark.parametrize(("agency", "period", "wind"), [
    ("TOKYO", 600.0, 75), ("jma", 600.0, 75), ("CMA", 120.0, 80), ("WMO", 600.0, 75),
    ("JTWC", 60.0, 90),
])
def test_agency(path: Path, agency: str, period: float, wind: float) -> None:
    track = read_track(path, agency=agency)
    assert track.wind_averaging_s == period
    assert track.max_wind_m_s[0] == pytest.approx(wind * 1852 / 3600)


def test_unknown_agency_lists_those_there_are(path: Path) -> None:
    with pytest.raises(NotFoundError, match="known: USA, TOKYO, WMO, CMA, NEWDELHI"):
        read_track(path, agency="PAGASA")


def test_most_complete_agency_wins(path: Path) -> None:
    path.write_text(path.read_text().replace(",964,", ",,"))
    assert read_track(path).agency == "TOKYO"


def test_wmo_winds_of_two_periods_are_converted_and_flagged(path: Path) -> None:
    # a storm handed from the central Pacific (1-min) to Tokyo (10-min)
    lines = [COLUMNS, UNITS, row("2017-08-22 18:00:00", "21.0", tokyo="100", wmo_agency="cphc"),
             row("2017-08-23 00:00:00", "21.5"), row("2017-08-23 06:00:00", "22.2")]
    path.write_text("\n".join(lines))
    track = read_track(path, agency="WMO")
    assert track.wind_averaging_s == 600.0
    assert track.max_wind_m_s[0] == pytest.approx(93 * 1852 / 3600)  # WMO/TD-1555: x 0.93
    flag = track.filled[0]
    assert (flag.field, flag.method, flag.mask.tolist()) == (
        "max_wind_m_s", "harper_2010", [True, False, False])


def test_archive_subsets(shared: Path) -> None:
    events = shared / "tropical_cyclones" / "events"
    jtwc, wmo = (read_track(events / f"hato_2017_{n}.csv") for n in ("jtwc", "wmo"))
    assert (jtwc.agency, jtwc.wind_averaging_s, len(jtwc)) == ("USA", 60.0, 18)
    assert (wmo.agency, wmo.wind_averaging_s, len(wmo)) == ("WMO", 600.0, 22)


def test_verification_tracks_are_one_minute(shared: Path) -> None:
    track = read_track(shared / "verification" / "wind" / "mangkhut_2018.csv")
    assert (track.wind_averaging_s, len(track)) == (60.0, 18)
    assert track.max_wind_m_s.max() == pytest.approx(79.7388)
    assert {f.field for f in track.filled} == {"r34_m"}


def test_samples_equal_the_archive(shared: Path, samples: Path) -> None:
    events = shared / "tropical_cyclones" / "events"
    for sample, source in (("hato_2017", "hato_2017_jtwc"), ("hato_2017_tokyo", "hato_2017_wmo")):
        ours = read_tracks(samples / f"{sample}.csv", fill=False)[0]
        theirs = read_tracks(events / f"{source}.csv", fill=False)[0]
        np.testing.assert_array_equal(ours.time_utc, theirs.time_utc)
        for name in ("lat", "lon", "central_pressure_pa", "max_wind_m_s"):
            np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), atol=1e-4)
