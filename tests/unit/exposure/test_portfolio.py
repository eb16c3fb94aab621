"""What may be asked of a portfolio."""

from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.read import read_portfolio

CSV = """\
LocNumber,AssetClass,Longitude,Latitude,Geom,BuildingTIV,ContentsTIV,LocCurrency,起保日期,终保日期
L1,tower_110kv,113.5,22.2,,100,20,CNY,2017-08-23,2017-08-23
L2,line_110kv,,,"LINESTRING (113.5 22.2, 113.51 22.2)",100,,CNY,,2017-08-22
L3,substation,113.6,22.3,,0,,CNY,2017-08-24,
L4,substation,113.6,22.3,,7,,CNY,,
"""


@pytest.fixture
def book(tmp_path: Path) -> Portfolio:
    path = tmp_path / "book.csv"
    path.write_text(CSV)
    return read_portfolio(path)


def test_in_force_counts_both_days(book: Portfolio) -> None:
    at = np.datetime64("2017-08-23T23:59:59")
    assert book.in_force(at).tolist() == [True, False, False, True]
    times = np.array(["2017-08-24", "2017-08-22", "2017-08-24T00:00:00", "NaT"],
                     dtype="datetime64[s]")
    assert book.in_force(times).tolist() == [False, True, True, False]


def test_total_is_the_sum_of_the_coverages(book: Portfolio) -> None:
    assert book.tiv_total.tolist() == [120.0, 100.0, 0.0, 7.0]


def test_select_keeps_order_and_counts_from_zero(book: Portfolio) -> None:
    part = book.select(np.array([False, True, False, True]))
    assert part.table["loc_id"].tolist() == ["L2", "L4"]
    assert part.table.index.tolist() == [0, 1]
    assert part.table.crs == "EPSG:4326"
    with pytest.raises(InputError, match=r"mask of shape \(3,\) for 4 location"):
        book.select(np.ones(3, dtype=bool))


def test_sites_of_points_and_lines(book: Portfolio) -> None:
    found = book.sites()
    # 0.01 degree of longitude at 22.2 N is 1031 m: three spans of 344 m
    assert found.loc_start.tolist() == [0, 1, 4, 5, 6]
    assert found.sites.site_id.tolist() == ["L1", "L2#1", "L2#2", "L2#3", "L3", "L4"]
    np.testing.assert_allclose(np.add.reduceat(found.share, found.loc_start[:-1]), 1.0)
    assert len(book.sites(max_span_m=2000.0).sites) == 4
