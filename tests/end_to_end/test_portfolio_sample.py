"""The sample portfolio that ships: clean, as its README says, and made by the script beside it."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from riskcloud.exposure.classes import asset_classes
from riskcloud.exposure.read import read_portfolio

HATO_LANDFALL = np.datetime64("2017-08-23T04:50:00")


def test_the_sample_is_what_its_readme_says(samples: Path) -> None:
    path = samples / "pearl_river_portfolio.csv"
    assert path.stat().st_size < 500_000
    book = read_portfolio(path)
    table = book.table
    assert 2000 <= len(book) <= 2400 and book.notes == ()
    assert set(table["portfolio_id"]) == {"SYNTHETIC-PEARL-RIVER"}
    assert table["client_id"].nunique() == 40 and table["branch"].nunique() == 8
    assert set(table["currency"]) == {"CNY"}
    assert 0.96 <= book.in_force(HATO_LANDFALL).mean() <= 0.98
    west, south, east, north = table.total_bounds
    assert (west > 112) and (south > 21.7) and (east < 115.2) and (north < 24)
    assert (table.geometry.geom_type == "LineString").sum() == 12
    towers = table[table["asset_class"].astype(str).str.startswith("tower")]
    assert towers["design_wind_m_s"].between(25, 37).all()
    for code, rows in towers.groupby("asset_class", observed=True):
        least = asset_classes()[str(code)]
        assert (rows["design_wind_m_s"] >= least.design_wind_min_m_s).all()
        assert (rows["design_return_period_yr"] == least.design_return_period_yr).all()


def make(script: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(script.parent))
    return runpy.run_path(str(script))["make"]


def test_the_script_makes_the_file_again(samples: Path, shared: Path, tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    again = make(samples / "make_pearl_river_portfolio.py", monkeypatch)
    again(shared / "terrain" / "land_mask_30s_south_china.tif", tmp_path / "again.csv")
    made = (tmp_path / "again.csv").read_bytes()
    assert made == (samples / "pearl_river_portfolio.csv").read_bytes()


def test_the_script_of_yunnan_makes_its_file_again(samples: Path, tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    make(samples / "make_yunnan_portfolio.py", monkeypatch)(tmp_path / "again.csv")
    made = (tmp_path / "again.csv").read_bytes()
    assert made == (samples / "yunnan_portfolio.csv").read_bytes()
