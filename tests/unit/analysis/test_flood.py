"""Water at assets to loss: coverages, terms, floors from columns, the annual loss."""

import numpy as np
import pytest

from riskcloud.analysis.flood.annual import annual_loss
from riskcloud.analysis.flood.losses import depth_losses, flood_exposure, loss_table
from riskcloud.analysis.flood.run import flood
from riskcloud.errors import InputError
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.flood.depth import SiteDepths
from riskcloud.types import PlaceLayer

HEAD = ("LocNumber,AccNumber,AssetClass,Longitude,Latitude,BuildingTIV,OtherTIV,ContentsTIV,BITIV,"
        "LocCurrency")


@pytest.fixture
def exposed(tmp_path):
    """Make the exposure of rows of a portfolio; more: names of further columns."""
    def make(*rows, more=""):
        path = tmp_path / "book.csv"
        path.write_text("\n".join([HEAD + more, *rows]) + "\n", encoding="utf-8")
        return flood_exposure(read_portfolio(path))

    return make


def depths(depth, periods=(10.0, 100.0)):
    depth = np.asarray(depth, float)
    return SiteDepths(periods, depth, np.zeros(depth.shape, np.uint8), PlaceLayer("given", "x.tif"))


def test_loss_by_coverage_without_business_interruption(exposed):
    book = exposed("1,A,building_residential,113,22,1000,200,300,400,CNY",
                   "2,A,building_residential,113,22,1000,0,0,0,USD")
    found = depth_losses(book, np.array([[0.5, 1.0], [1.0, np.nan]]))
    assert found.ground_up[0] == pytest.approx([0.327 * 1500, 0.494 * 1500])
    place = {name: k for k, name in enumerate(book.assets.words["currency"].names)}
    assert found.by_coverage[place["CNY"], 0, :, 0] == pytest.approx(
        0.327 * np.array([1000, 200, 300, 0]))
    assert found.by_coverage[place["USD"], 0, 0] == pytest.approx([494.0, 0.0])
    assert np.isnan(found.ground_up[1, 1]) and found.unknown.tolist() == [[False, False],
                                                                         [False, True]]
    assert "business interruption is in the sums insured and not in the losses" in book.notes


def test_terms_of_the_location(exposed):
    book = exposed("1,A,building_residential,113,22,1000,0,0,0,CNY,100,0.2,2",
                   more=",LocDed1Building,LocLimit1Building,LocLimitType1Building")
    found = depth_losses(book, np.array([0.04, 0.5, 2.0]).reshape(1, 3))
    assert found.ground_up[0] == pytest.approx([0.0, 327.0, 721.0])
    assert found.gross[0] == pytest.approx([0.0, 200.0, 200.0])  # less 100, 20 % of 1000 at most


def test_floors_from_oed_columns(exposed):
    rows = ("1,A,building_residential,113,22,1000,0,0,0,CNY,6,2,,",
            "2,A,building_residential,113,22,1000,0,0,0,CNY,2,,1.5,2",
            "3,A,building_residential,113,22,1000,0,0,0,CNY,,-999,-999,")
    book = exposed(*rows, more=",Basement,FirstFloorHeight,FloodDefenseHeight,"
                               "FloodDefenseHeightUnit")
    assert book.floors.first_floor_m == pytest.approx([2 * 0.3048, np.nan, np.nan], nan_ok=True)
    assert book.floors.defence_m == pytest.approx([np.nan, 1.5, np.nan], nan_ok=True)
    assert book.floors.basement_share == pytest.approx([0.0, 0.2, 0.0])
    assert ("FirstFloorHeight without a unit in 1 location(s): feet taken, as OED has it (unit 2 "
            "is metres)") in book.notes
    assert not any("FloodDefenseHeight" in note for note in book.notes)
    found = depth_losses(book, np.full(3, 1.1096))
    assert found.ratio[:, 0] == pytest.approx([0.327, 0.0, 0.494 + 0.1096 / 0.5 * 0.123])


def test_what_cannot_flood_and_what_is_borrowed_is_said(exposed):
    book = exposed("1,A,tower_110kv,113,22,1000,0,0,0,CNY", "2,A,plant_solar,113,22,1000,0,0,0,CNY")
    assert any(note.startswith("1 tower(s), pole(s) and line(s): standing water alone")
               for note in book.notes)
    assert any(note.startswith("1 location(s) are judged by flood curves made for other assets")
               for note in book.notes)
    found = depth_losses(book, np.array([np.nan, 3.048]))
    assert found.ground_up[:, 0] == pytest.approx([0.0, 150.0])


def test_depths_that_cannot_be(exposed):
    book = exposed("1,A,building_residential,113,22,1000,0,0,0,CNY")
    for depth, words in (([1.0, 2.0], "for 1 location"), ([-1.0], "0 where dry, NaN where unknown"),
                         ([np.inf], "finite depths")):
        with pytest.raises(InputError, match=words):
            depth_losses(book, np.array(depth))
    found = depth_losses(book, np.array([7.5]))
    assert found.notes == (
        "1 depth(s) beyond what the curves were made for (the largest 7.5 m)",)


def test_the_table_has_a_column_a_flood(exposed):
    book = exposed("1,A,building_residential,113,22,1000,0,0,0,CNY")
    table = loss_table(book, depth_losses(book, np.array([[0.5, 1.0]])), ("rp10", "rp100"))
    assert table.loc[0, ["depth_m_rp10", "ratio_rp100", "loss_rp100"]].tolist() == [0.5, 0.494,
                                                                                   494.0]
    assert table.loc[0, "curve"] == "huizinga_2017_asia/residential"


def test_annual_loss_by_hand():
    found = annual_loss((10.0, 100.0, 1000.0), np.array([[0.0, 50.0, 100.0], [1.0, np.nan, 2.0]]))
    # (0 + 50)/2 x (0.1 - 0.01) + (50 + 100)/2 x (0.01 - 0.001), then 100 x 0.001 beyond
    assert found.mean[0] == pytest.approx(2.25 + 0.675 + 0.1)
    assert found.rare[0] == pytest.approx(0.1) and found.frequent_at_most[0] == 0.0
    assert np.isnan(found.mean[1]) and found.frequent_at_most[1] == pytest.approx(0.9)


@pytest.mark.parametrize("periods", [(100.0,), (100.0, 10.0), (0.5, 10.0)])
def test_annual_loss_needs_two_periods_in_order(periods):
    with pytest.raises(InputError, match="expected two or more, ascending"):
        annual_loss(periods, np.zeros((1, len(periods))))


def test_annual_loss_of_a_constant_is_its_rate():
    """A loss of 100 at every return period from 1 year on comes once a year."""
    found = annual_loss((1.0, 10.0, 100.0), np.full((1, 3), 100.0))
    assert found.mean[0] == pytest.approx(100.0)


def test_unknown_places_are_in_no_sum_and_counted(exposed):
    book = exposed("1,A,building_residential,113,22,1000,0,0,0,CNY",
                   "2,A,building_residential,113,22,5000,0,0,0,CNY",
                   "3,A,tower_110kv,113,22,700,0,0,0,CNY")
    found = flood(book, depths([[0.5, 1.0], [np.nan, 1.0], [np.nan, np.nan]]),
                  {"source": "x", "n_locations": 3, "n_rejected": 0})
    first, last = (entry["totals"][0] for entry in found.summary["floods"])
    assert (first["n_wet"], first["n_unknown"], first["tiv_unknown"]) == (1, 1, 5000.0)
    assert first["loss"] == pytest.approx(327.0)
    assert first["ratio"] == pytest.approx(327.0 / 1700.0)  # the tower is known not to pay
    assert last["loss"] == pytest.approx(0.494 * 6000)
    annual = found.summary["annual"][0]
    assert (annual["n_known"], annual["n_unknown"]) == (2, 1)
    assert annual["loss"] == pytest.approx(0.5 * (327 + 494) * 0.09 + 494 * 0.01)
    assert any(note.startswith("1 location(s) that can flood have no depth")
               for note in found.summary["notes"])


def test_one_period_gives_no_annual_loss_and_a_scenario_says_so(exposed):
    book = exposed("1,A,building_residential,113,22,1000,0,0,0,CNY")
    facts = {"source": "x", "n_locations": 1, "n_rejected": 0}
    one = flood(book, depths([[1.0]], (100.0,)), facts).summary
    assert one["annual"] is None and "one return period alone: no annual loss can be told" in (
        one["notes"])
    scenario = flood(book, depths([[1.0]], ()), facts)
    assert scenario.summary["scenario"] and scenario.labels == ("",)
    assert scenario.summary["floods"][0]["return_period_yr"] is None
    assert "loss" in scenario.table and "annual_loss" not in scenario.table
