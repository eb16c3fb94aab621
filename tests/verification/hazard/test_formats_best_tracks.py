"""Best tracks and decks as archives give them: counts, and values read by eye in the raw files."""

import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import (
    atcf_deck,
    cma_best_track,
    hurdat2,
    jma_best_track,
    tcvitals,
)
from riskcloud.hazard.typhoon.formats.source import open_source
from riskcloud.hazard.typhoon.track_checks import KEY, check_fixes
from riskcloud.units import KNOT, NMI

MODULES = (atcf_deck, cma_best_track, hurdat2, jma_best_track, tcvitals)
QUADRANTS = ("ne", "se", "sw", "nw")
OWN = {
    "tropical_cyclones/CH1956BST.txt": cma_best_track,
    "tropical_cyclones/CH1998BST.txt": cma_best_track,
    "tropical_cyclones/CH2017BST.txt": cma_best_track,
    "tropical_cyclones/jma_bst_2015_2021.txt": jma_best_track,
    "verification/tracks/jma_bst_hato_1713.txt": jma_best_track,
    "verification/tracks/jma_bst_mangkhut_1822.txt": jma_best_track,
    "verification/tracks/hurdat2_ike_2008.txt": hurdat2,
    "verification/tracks/atcf_bdeck_ike_2008_head.txt": atcf_deck,
    "verification/tracks/tcvitals_erin_2013.txt": tcvitals,
    "verification/tracks/tcvitals_noul_2026_wp.txt": tcvitals,
}


def read(path: Path, module: ModuleType) -> tuple[pd.DataFrame, list[str]]:
    if not path.is_file():
        pytest.skip(f"real data not found at {path}")
    faults = Faults(path)
    return module.read(open_source(path), faults), [str(note) for note in faults.notes]


def at(fixes: pd.DataFrame, time: str, event: str = "") -> pd.Series:
    rows = fixes[fixes["time_utc"] == pd.Timestamp(time)]
    if event:
        rows = rows[rows["event_id"] == event]
    assert len(rows) == 1
    return rows.iloc[0]


def radii_nmi(fix: pd.Series, speed: int) -> list[float]:
    return [round(float(fix[f"r{speed}_{q}"]) / NMI, 6) for q in QUADRANTS]


@pytest.mark.parametrize("name", OWN)
def test_each_file_is_recognised_by_one_reader_and_gives_usable_tracks(
    shared: Path, name: str
) -> None:
    path = shared / name
    fixes, _ = read(path, OWN[name])
    source = open_source(path)
    assert [module for module in MODULES if module.recognises(source)] == [OWN[name]]
    assert not fixes.duplicated([*KEY, "time_utc"]).any()
    faults = Faults(path)
    assert len(check_fixes(fixes, faults)) == len(fixes)
    assert not faults.found  # order, repeats, motion, pressure


def test_no_other_sample_is_claimed(shared: Path) -> None:
    others = [path for folder in ("tropical_cyclones", "verification/tracks")
              for path in sorted((shared / folder).rglob("*"))
              if path.is_file() and str(path.relative_to(shared)) not in OWN]
    if not others:
        pytest.skip("no other samples")
    for path in others:
        source = open_source(path)
        assert not [module.TITLE for module in MODULES if module.recognises(source)], path.name


@pytest.mark.parametrize(("year", "n_storms", "n_fixes"), [
    (1956, 38, 853), (1998, 21, 396), (2017, 30, 827)])
def test_cma_files_read_whole(shared: Path, year: int, n_storms: int, n_fixes: int) -> None:
    path = shared / f"tropical_cyclones/CH{year}BST.txt"
    fixes, notes = read(path, cma_best_track)
    announced = [int(count) for count in re.findall(r"^66666 \d{4}\s+(\d+)", path.read_text(),
                                                    re.MULTILINE)]
    assert len(announced) == fixes["event_id"].nunique() == n_storms
    assert sum(announced) == len(fixes) == n_fixes
    sizes = fixes.groupby("event_id", sort=False).size()
    assert list(sizes) == announced
    assert not any("announces" in note for note in notes)


def test_cma_hato_2017(shared: Path) -> None:
    fixes, _ = read(shared / "tropical_cyclones/CH2017BST.txt", cma_best_track)
    hato = fixes[fixes["event_id"] == "1713"]
    assert set(hato["name"]) == {"HATO"} and len(hato) == 26
    raw = (shared / "tropical_cyclones/CH2017BST.txt").read_text().splitlines()
    for row, fix in hato.iterrows():
        date, _, lat, lon, pressure, wind = raw[int(str(row)) - 1].split()
        assert date == fix["time_utc"].strftime("%Y%m%d%H")
        assert (fix["lat"], fix["lon"]) == (int(lat) / 10, int(lon) / 10)
        assert fix["central_pressure_pa"] == int(pressure) * 100.0
        assert fix["max_wind_m_s"] == float(wind)


def test_cma_sub_centre_of_1956(shared: Path) -> None:
    fixes, _ = read(shared / "tropical_cyclones/CH1956BST.txt", cma_best_track)
    sizes = fixes.groupby("event_id").size()
    assert sizes["CMA-1956-0011"] == 21 and sizes["CMA-1956-0011-1"] == 4
    assert "KAREN_LUCILLE" in set(fixes["name"])


def test_jma_archive(shared: Path) -> None:
    path = shared / "tropical_cyclones/jma_bst_2015_2021.txt"
    fixes, notes = read(path, jma_best_track)
    assert fixes["event_id"].nunique() == 168 and len(fixes) == 6121  # 6289 lines, 168 headers
    assert not any("announces" in note for note in notes)
    # winds not analysed are 000 in the raw lines; radii of 50 kt stand where their longest is not
    rows = [line for line in path.read_text().splitlines() if not line.startswith("66666")]
    assert fixes["max_wind_m_s"].notna().sum() == sum(line[33:36] not in ("000", "   ")
                                                      for line in rows)
    assert fixes["r50_ne"].notna().sum() == sum(line[42:46].strip() not in ("", "0000")
                                                for line in rows)


def test_jma_positions_are_those_of_the_raw_columns(shared: Path) -> None:
    path = shared / "tropical_cyclones/jma_bst_2015_2021.txt"
    fixes, _ = read(path, jma_best_track)
    raw = path.read_text().splitlines()
    lines = [raw[int(row) - 1] for row in fixes.index]
    np.testing.assert_array_equal(fixes["lat"], [int(line[15:18]) / 10 for line in lines])
    np.testing.assert_array_equal(fixes["lon"], [int(line[19:23]) / 10 for line in lines])


def test_jma_pressures_and_winds_equal_ibtracs(shared: Path) -> None:
    folder = shared / "tropical_cyclones"
    fixes, _ = read(folder / "jma_bst_2015_2021.txt", jma_best_track)
    match = pd.read_csv(folder / "jma_number_to_ibtracs_sid_2015_2021.csv", dtype=str)
    wmo = pd.read_csv(folder / "wp_ibtracs_wmo_1980_2024.csv", parse_dates=["time"])
    fixes = fixes.merge(match, left_on="event_id", right_on="jma_no", suffixes=("", "_listed"))
    assert fixes["event_id"].nunique() == 167
    assert (fixes["name"] == fixes["name_listed"]).all()
    both = fixes.merge(wmo[wmo["basin"] == "WP"], left_on=["sid", "time_utc"],
                       right_on=["sid", "time"], suffixes=("", "_wmo"))
    for own, theirs, factor, n_fixes in (("central_pressure_pa", "slp_hpa", 100.0, 5647),
                                         ("max_wind_m_s", "wind_kt_wmo", KNOT, 3337)):
        given = both[[own, theirs]].dropna()
        assert len(given) == n_fixes
        np.testing.assert_allclose(given[own], given[theirs] * factor, rtol=1e-12)
    # positions differ (one in three by more than 0.15 degrees, without bias), as they would where
    # IBTrACS merges the agencies' centres: only a gross slip would show here
    assert (both["lat"] - both["lat_wmo"]).abs().max() < 3.0
    assert ((both["lon"] - both["lon_wmo"] + 180) % 360 - 180).abs().max() < 3.0


def test_jma_hato_at_its_peak(shared: Path) -> None:
    fixes, _ = read(shared / "verification/tracks/jma_bst_hato_1713.txt", jma_best_track)
    fix = at(fixes, "2017-08-23T00:00")  # 17082300 002 5 216 1144  965     075     90050 0050
    assert (fix["lat"], fix["lon"], fix["status"]) == (21.6, 114.4, "TY")
    assert fix["central_pressure_pa"] == 96_500.0
    assert fix["max_wind_m_s"] == pytest.approx(75 * KNOT) and fix["averaging_s"] == 600.0
    assert radii_nmi(fix, 50) == [50, 50, 50, 50]
    assert np.isnan(at(fixes, "2017-08-19T12:00")["max_wind_m_s"])
    assert np.isnan(at(fixes, "2017-08-23T12:00")["r50_ne"])  # 00000 0000


def test_jma_radii_of_dolphin_2015_to_the_south_east(shared: Path) -> None:
    path = shared / "tropical_cyclones/jma_bst_2015_2021.txt"
    fixes, _ = read(path, jma_best_track)
    # 15090118 002 7 237 1801  945     090     20060 0040 20150 0100: 60 nm east, 40 nm west
    fix = at(fixes, "2015-09-01T18:00", "1517")
    square = np.sqrt(50.0**2 - 10.0**2)  # circle of radius 50, centre 10 to the east
    np.testing.assert_allclose(radii_nmi(fix, 50), [60, 60, square, square], rtol=1e-6)


def test_hurdat2_of_ike(shared: Path) -> None:
    # six rows, announced six; two of them again: four analyses
    fixes, notes = read(shared / "verification/tracks/hurdat2_ike_2008.txt", hurdat2)
    assert list(fixes["event_id"].unique()) == ["AL082008"] and not notes
    assert len(fixes) == 4
    fix = at(fixes, "2008-08-30T12:00")
    assert (fix["lat"], fix["lon"], fix["status"]) == (15.5, -26.0, "LO")
    assert fix["max_wind_m_s"] == pytest.approx(35 * KNOT)
    assert fix["central_pressure_pa"] == 100_500.0 and np.isnan(fix["r34_ne"])


def test_b_deck_of_ike(shared: Path) -> None:
    path = shared / "verification/tracks/atcf_bdeck_ike_2008_head.txt"
    fixes, notes = read(path, atcf_deck)
    times = {line.split(",")[2].strip() for line in path.read_text().splitlines() if line.strip()}
    assert len(fixes) == len(times) == 25 and not notes
    assert set(fixes["event_id"]) == {"AL092008"} and set(fixes["name"]) == {"IKE"}
    assert set(fixes["agency"]) == {"NHC"} and fixes["base_utc"].isna().all()
    fix = at(fixes, "2008-09-04T06:00")
    assert (fix["lat"], fix["lon"], fix["status"]) == (22.4, -55.0, "HU")
    assert fix["max_wind_m_s"] == pytest.approx(125 * KNOT)
    assert fix["central_pressure_pa"] == 93_500.0
    assert fix["environmental_pressure_pa"] == 100_800.0
    assert fix["r_max_m"] == pytest.approx(15 * NMI)
    assert radii_nmi(fix, 34) == [115, 100, 90, 120]
    assert radii_nmi(fix, 50) == [75, 50, 40, 60] and radii_nmi(fix, 64) == [30, 25, 20, 25]
    assert radii_nmi(at(fixes, "2008-09-01T12:00"), 34) == [120, 75, 0, 60]


def test_tcvitals_of_noul(shared: Path) -> None:
    fixes, notes = read(shared / "verification/tracks/tcvitals_noul_2026_wp.txt", tcvitals)
    assert len(fixes) == 5 and set(fixes["event_id"]) == {"WP112026"} and not notes
    assert set(fixes["name"]) == {"NOUL"} and set(fixes["agency"]) == {"JTWC"}
    assert (fixes["base_utc"] == pd.Timestamp("2026-07-25T18:00")).all()
    fix = at(fixes, "2026-07-25T12:00")  # 218N 1159E .. 0970 1003 0315 41 027 0222 0204 0167 0195
    assert (fix["lat"], fix["lon"], fix["max_wind_m_s"]) == (21.8, 115.9, 41.0)
    assert fix["central_pressure_pa"] == 97_000.0
    assert fix["environmental_pressure_pa"] == 100_300.0 and fix["r_max_m"] == 27_000.0
    assert [fix[f"r34_{q}"] for q in QUADRANTS] == [222e3, 204e3, 167e3, 195e3]
    assert np.isnan(at(fixes, "2026-07-23T06:00")["r34_ne"])


def test_tcvitals_of_erin_with_a_repeat(shared: Path) -> None:
    fixes, notes = read(shared / "verification/tracks/tcvitals_erin_2013.txt", tcvitals)
    assert len(fixes) == 16  # 17 lines, 12 UTC of the 15th twice
    fix = at(fixes, "2013-08-15T12:00")
    assert (fix["lat"], fix["lon"]) == (14.3, -25.9)  # the later of the two
    assert fix["r34_se"] == 56e3 and np.isnan(fix["r34_nw"])
    assert set(fixes["name"]) == {"ERIN"} and any("the last one is kept" in note for note in notes)
