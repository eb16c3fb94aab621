"""Bulletins against the shared samples: every value read off the raw file by hand."""

from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import (
    hko_xml,
    jma_advisory,
    jtwc_atcg,
    jtwc_warning,
    nmc_json,
)
from riskcloud.hazard.typhoon.formats.source import Source, open_source
from riskcloud.units import KM_PER_H, KNOT, NMI

MODULES = (jtwc_warning, jtwc_atcg, nmc_json, hko_xml, jma_advisory)


def tracks(shared: Path) -> Path:
    return shared / "verification" / "tracks"


def read(module: ModuleType, path: Path, arrived: str) -> tuple[pd.DataFrame, str]:
    faults = Faults(path)
    fixes = module.read(open_source(path, np.datetime64(arrived, "s")), faults)
    return fixes, " | ".join(map(str, faults.notes))


def quadrants(fix: pd.Series, speed: str, unit_m: float) -> list[float]:
    return [round(fix[f"{speed}_{q}"] / unit_m, 6) for q in ("ne", "se", "sw", "nw")]


def test_each_sample_is_claimed_by_its_own_format_and_no_other(shared: Path) -> None:
    own = {"jtwc_wt": jtwc_warning, "jtwc_wtpn51": jtwc_atcg, "SYNTH_nmc": nmc_json,
           "SYNTH_hko": hko_xml}
    paths = [path for folder in (tracks(shared), shared / "tropical_cyclones",
                                 shared / "tropical_cyclones" / "forecasts")
             for path in folder.iterdir() if path.is_file()]
    assert len(paths) > 20
    for path in paths:
        source = Source(path, path.read_bytes()[:300_000], np.datetime64("2026-12-01", "s"))
        expected = [own[key] for key in own if path.name.startswith(key)][-1:]
        if path.name.startswith("jtwc_wtpn51"):
            expected = [jtwc_atcg]
        assert [module for module in MODULES if module.recognises(source)] == expected, path.name


def test_chanchu_2006_warning_37(shared: Path) -> None:
    path = tracks(shared) / "jtwc_wtpn31_chanchu_2006_nr037.txt"
    fixes, notes = read(jtwc_warning, path, "2006-05-18T00:00:00")
    assert list(fixes["time_utc"].astype(str)) == [
        "2006-05-17 18:00:00", "2006-05-18 06:00:00", "2006-05-18 18:00:00"]
    assert fixes[["lat", "lon"]].to_numpy().tolist() == [[23.4, 117.0], [26.3, 118.7],
                                                        [29.2, 120.8]]
    np.testing.assert_allclose(fixes["max_wind_m_s"], np.array([75, 45, 30]) * KNOT)
    assert list(fixes["status"]) == ["TY", "EX", "EX"]
    assert set(fixes["event_id"]) == {"WP022006"} and set(fixes["name"]) == {"CHANCHU"}
    assert set(fixes["issued_utc"].astype(str)) == {"2006-05-17 21:00:00"}
    assert set(fixes["base_utc"].astype(str)) == {"2006-05-17 18:00:00"}
    assert "cut off" not in notes
    # twenty years in the drawer: dated by its arrival, and said
    late, notes = read(jtwc_warning, path, "2026-11-24T00:00:00")
    assert set(late["base_utc"].astype(str)) == {"2026-11-17 18:00:00"}
    assert "gives no year and month" in notes


def test_saudel_2026_cut_after_the_first_radii(shared: Path) -> None:
    path = tracks(shared) / "jtwc_wtpn32_saudel_2026_truncated.txt"
    fixes, notes = read(jtwc_warning, path, "2026-09-03T03:10:00")
    assert len(fixes) == 1
    fix = fixes.iloc[0]
    assert str(fix["time_utc"]) == "2026-09-03 00:00:00"
    assert (fix["lat"], fix["lon"], fix["event_id"]) == (23.8, 117.4, "WP172026")
    assert fix["max_wind_m_s"] == pytest.approx(40 * KNOT)
    assert quadrants(fix, "r34", NMI) == [40, 40, 35, 30]
    assert fixes[["r50_ne", "r64_ne", "central_pressure_pa"]].isna().all(axis=None)
    assert "ends before its forecast: only the analysis could be read" in notes


def test_toraji_2024_final_warning_without_position(shared: Path) -> None:
    path = tracks(shared) / "jtwc_wtio33_toraji_2024_final.txt"
    fixes, notes = read(jtwc_warning, path, "2024-11-20T22:00:00")
    assert fixes.empty
    assert "final warning for 32W (TORAJI), no position" in notes


def test_noul_2026_in_fixed_fields(shared: Path) -> None:
    path = tracks(shared) / "jtwc_wtpn51_atcg_noul_2026.txt"
    fixes, notes = read(jtwc_atcg, path, "2031-01-01T00:00:00")
    assert list(fixes["time_utc"].astype(str)) == ["2026-07-25 12:00:00", "2026-07-26 00:00:00"]
    assert set(fixes["issued_utc"].astype(str)) == {"2026-07-25 13:30:33"}
    assert fixes[["lat", "lon"]].to_numpy().tolist() == [[21.8, 115.9], [23.0, 114.6]]
    np.testing.assert_allclose(fixes["max_wind_m_s"], np.array([80, 75]) * KNOT)
    analysis, forecast = fixes.iloc[0], fixes.iloc[1]
    assert quadrants(analysis, "r64", NMI) == [35, 30, 25, 30]
    assert quadrants(analysis, "r50", NMI) == [60, 55, 45, 55]
    assert quadrants(analysis, "r34", NMI) == [120, 110, 90, 105]
    assert quadrants(forecast, "r64", NMI) == [20, 25, 0, 0]
    assert notes == ""


def test_nmc_view(shared: Path) -> None:
    path = tracks(shared) / "SYNTH_nmc_view_999001.jsonp"
    fixes, notes = read(nmc_json, path, "2026-09-01T13:00:00")
    cma, jma = fixes[fixes["agency"] == "CMA"], fixes[fixes["agency"] == "JMA"]
    assert list(cma["time_utc"].dt.strftime("%d%H")) == ["0100", "0106", "0118"]
    assert cma["lon"].tolist() == [128.4, 127.2, 124.6]
    assert cma["lat"].tolist() == [16.2, 16.6, 17.5]
    assert cma["central_pressure_pa"].tolist() == [99500.0, 98500.0, 97500.0]
    assert cma["max_wind_m_s"].tolist() == [20.0, 25.0, 33.0]
    assert quadrants(cma.iloc[1], "r50", 1000.0) == [80, 70, 60, 70]
    assert list(cma["status"]) == ["TS", "STS", "TY"]
    assert set(jma["base_utc"]) == {pd.Timestamp("2026-09-01T00:00:00")}
    assert set(jma["issued_utc"].astype(str)) == {"2026-09-01 00:30:00"}  # 08:30 in Beijing
    assert jma["lon"].tolist() == [128.4, 123.9]
    assert "1 older forecast(s) left out" in notes and "newer than the latest forecast" in notes


def test_nmc_list(shared: Path) -> None:
    path = tracks(shared) / "SYNTH_nmc_list_default.jsonp"
    source = open_source(path, np.datetime64("2026-09-01", "s"))
    assert nmc_json.active_storms(source) == [("999001", "SAMPLE", "2699")]
    fixes, notes = read(nmc_json, path, "2026-09-01T00:00:00")
    assert fixes.empty and "a list of storms, not a track" in notes


def test_hko_track(shared: Path) -> None:
    path = tracks(shared) / "SYNTH_hko_tctrack.xml"
    fixes, notes = read(hko_xml, path, "2026-09-01T13:00:00")
    assert list(fixes["time_utc"].dt.strftime("%d%H")) == ["0106", "0112", "0212", "0312"]
    assert fixes["lat"].tolist() == [16.6, 17.1, 18.9, 21.4]
    assert fixes["lon"].tolist() == [127.2, 126.0, 121.3, 115.0]
    np.testing.assert_allclose(fixes["max_wind_m_s"], np.array([75, 130, 140, np.nan]) * KM_PER_H)
    assert list(fixes["status"]) == ["TS", "TY", "TY", "EX"]
    assert set(fixes["issued_utc"].astype(str)) == {"2026-09-01 12:30:00"}
    assert notes == ""
