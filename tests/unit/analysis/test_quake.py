"""The analysis of an earthquake on small synthetic books."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from riskcloud.analysis.books import load_book
from riskcloud.analysis.quake import tables
from riskcloud.analysis.quake.aggregate import aggregate, drawn_aggregates
from riskcloud.analysis.quake.expected import expected_losses
from riskcloud.analysis.quake.ground import (
    Source,
    chosen_weights,
    ground_at,
    intensity_weights,
    leading_model,
    reach_km,
    weights_for,
)
from riskcloud.analysis.quake.holding import BookHolding, FileHolding
from riskcloud.analysis.quake.picture import draw_felt
from riskcloud.analysis.quake.run import QuakeRequest, analyse, quake
from riskcloud.analysis.quake.sample import sample
from riskcloud.errors import InputError, ModelError, UnitError
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.earthquake.formats import event_from_options, read_event
from riskcloud.report.quake_map import collect
from riskcloud.report.quake_tables import origins_table
from riskcloud.report.text import load_text
from riskcloud.types import ShakingGrid

EVENT = event_from_options(lon=99.87, lat=25.67, depth_km=8.0, magnitude=6.4, magnitude_type="M",
                           time="2021-05-21T21:48:34+08:00", strike_deg=135.0, agency="A")
OTHER = event_from_options(lon=100.008, lat=25.761, depth_km=10.0, magnitude=6.1,
                           magnitude_type="Mw", time="2021-05-21T13:48:37Z", agency="B")
AT = np.datetime64("2021-05-21T13:48:34")
CLASSES = ("substation", "building_residential", "tower_220kv", "pole_concrete")


def write_book(path, n=240, seed=3):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({
        "LocNumber": [f"L{k:04d}" for k in range(n)],
        "PolNumber": [f"P{k % 17}" for k in range(n)],
        "ClientNumber": [f"C{k % 7}" for k in range(n)],
        "BranchName": np.array(["大理", "昆明", "广州"])[np.arange(n) % 3],
        "AssetClass": np.array(CLASSES)[np.arange(n) % 4], "CountryCode": "CN",
        "AreaName": "云南", "CountyName": np.array(["漾濞县", "大理市"])[np.arange(n) % 2],
        "Longitude": 99.87 + rng.normal(0, 0.4, n), "Latitude": 25.67 + rng.normal(0, 0.35, n),
        "BuildingTIV": rng.integers(1, 90, n) * 1e5, "BITIV": 1e5, "LocCurrency": "CNY",
        "InsuredPeople": rng.integers(0, 20, n),
        "LocInceptionDate": "2021-01-01", "LocExpiryDate": "2021-12-31",
        "LocDed6All": 20000, "LocDedType6All": 0})
    table.loc[0, ["LocInceptionDate", "LocExpiryDate"]] = ["2020-01-01", "2021-05-20"]
    table.loc[1, ["LocInceptionDate", "LocExpiryDate"]] = ["2021-05-21", "2021-05-21"]
    table.loc[[0, 1], ["Longitude", "Latitude"]] = [99.88, 25.68]
    table.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def holding(tmp_path_factory):
    path = write_book(tmp_path_factory.mktemp("book") / "book.csv")
    return FileHolding.of(read_portfolio(path))


@pytest.fixture(scope="module")
def found(holding):
    return quake(holding, [Source(EVENT), Source(OTHER)], QuakeRequest(members=400), AT)


def test_policies_have_to_be_in_force_on_the_utc_day_of_the_earthquake(found):
    listed = set(found.locations["loc_id"])
    assert "L0000" not in listed  # ended the day before
    assert "L0001" in listed  # that day alone


def test_sums_are_those_of_within_and_losses_add_up(found):
    first = found.summary["origins"][0]
    total = first["totals"][0]
    for key in ("by_branch", "by_place", "by_asset_class", "by_client"):
        assert sum(e["n_locations"] for e in first[key]) == first["n_locations"]
        assert sum(e["tiv"] for e in first[key]) == pytest.approx(total["tiv"])
        assert sum(e["expected_loss"]["mean"] for e in first[key]) == pytest.approx(
            total["expected_loss"]["mean"])
    listed = found.locations[found.locations["inside"]]
    assert len(listed) == first["n_locations"]
    assert listed["expected_loss"].sum() == pytest.approx(total["expected_loss"]["mean"])
    assert (listed["distance_km"] <= 50.0).all()
    assert first["insured_people"] == listed["insured_people"].sum()
    policies = found.policies[found.policies["inside"]]
    assert policies["expected_loss"].sum() == pytest.approx(total["expected_loss"]["mean"])
    assert (policies["tiv_inside"] <= policies["tiv_total"] + 1e-6).all()
    assert (policies["partly_inside"] == (policies["n_inside"] < policies["n_total"])).all()


def test_losses_leave_business_interruption_out_and_terms_only_take_away(found):
    listed = found.locations
    assert (listed["expected_loss"] <= listed["tiv"] - 1e5 + 1e-6).all()
    assert (listed["gross_loss"] <= listed["expected_loss"] + 1e-6).all()
    assert (listed["loss_q05"] <= listed["loss_q95"]).all()


def test_mean_of_the_samples_is_the_closed_form(found):
    # 400 realisations: four standard errors of their own mean, and no more than 10 %
    for one in found.origins:
        for stage, expected in ((one.samples.ground_up, one.book.expected.ground_up),
                                (one.samples.gross, one.book.expected.gross)):
            drawn = stage["total"].sum(axis=(0, 1))
            error = drawn.std(ddof=1) / np.sqrt(len(drawn))
            assert abs(drawn.mean() - expected.sum()) < min(4 * error, 0.1 * expected.sum())


def test_two_origins_give_two_lists_and_say_what_differs(found):
    difference = found.summary["difference"]
    inside = found.locations[["inside", "origin_2_inside"]].to_numpy()
    assert difference["distance_km"] == pytest.approx(17.1, abs=0.3)
    assert difference["locations"]["both"] == (inside[:, 0] & inside[:, 1]).sum()
    assert difference["locations"]["only_first"]["n"] == (inside[:, 0] & ~inside[:, 1]).sum() > 0
    assert difference["locations"]["only_second"]["n"] == (~inside[:, 0] & inside[:, 1]).sum() > 0
    assert found.locations["origin_2_expected_loss"].notna().all()  # both origins, every asset


def test_what_differs_is_counted_beyond_what_is_listed(holding, found, monkeypatch):
    monkeypatch.setattr(tables, "MOST_LISTED", 5)
    few = quake(holding, [Source(EVENT), Source(OTHER)], QuakeRequest(members=2), AT)
    assert len(few.locations) == len(few.policies) == 5
    for name in ("locations", "policies"):
        whole, part = (one.summary["difference"][name] for one in (found, few))
        assert part["both"] == whole["both"] > 5
        for side in ("only_first", "only_second"):
            assert part[side]["n"] == whole[side]["n"]
            assert part[side]["tiv"] == pytest.approx(whole[side]["tiv"])


def test_a_policy_of_two_currencies_differs_once_and_clients_count_their_policies(tmp_path):
    path = tmp_path / "book.csv"
    pd.DataFrame({"LocNumber": list("ABCD"), "PolNumber": ["P1", "P1", "", ""],
                  "ClientNumber": ["C1", "C1", "C1", "C2"], "AssetClass": "substation",
                  "Longitude": [99.5, 99.5, 99.9, 100.4], "Latitude": [25.5, 25.5, 25.7, 25.8],
                  "BuildingTIV": [1e6, 2e6, 4e6, 8e6],
                  "LocCurrency": ["CNY", "USD", "CNY", "CNY"]}).to_csv(path, index=False)
    book = FileHolding.of(read_portfolio(path))
    summary = quake(book, [Source(EVENT), Source(OTHER)],
                    QuakeRequest(members=2, radius_km=45.0), AT).summary
    policies = summary["difference"]["policies"]
    assert policies["both"] == 1
    assert policies["only_first"] == {"n": 1, "tiv": {"USD": 2e6, "CNY": 1e6}, "first": ["P1"]}
    assert policies["only_second"] == {"n": 1, "tiv": {"CNY": 8e6}, "first": []}  # no number
    counted = {(one["client_id"], one["currency"]): one["n_policies"]
               for one in summary["by_client"]}
    assert counted == {("C1", "CNY"): 2, ("C1", "USD"): 1}
    assert [one["currency"] for one in summary["origins"][1]["all_shaken"]] == ["CNY", "USD"]
    origins = origins_table(summary, ["CNY", "USD"], load_text("en"))
    assert [row[1] for row in origins.rows if row[0] == "Sum insured inside"] == [
        "CNY 5.00 million", "USD 2.00 million"]


def test_a_map_over_the_dateline_is_in_one_frame(tmp_path):
    path = tmp_path / "book.csv"
    pd.DataFrame({"LocNumber": list("AB"), "PolNumber": "P", "AssetClass": "substation",
                  "Longitude": [179.8, -179.8], "Latitude": -17.0, "BuildingTIV": 1e6,
                  "LocCurrency": "FJD"}).to_csv(path, index=False)
    hand = {"lat": -17.0, "depth_km": 10.0, "magnitude": 7.0, "magnitude_type": "Mw",
            "time": "2021-05-21T13:48:37Z"}
    sources = [Source(event_from_options(lon=179.95, strike_deg=30.0, dip_deg=45.0, **hand)),
               Source(event_from_options(lon=-179.9, **hand))]
    result = quake(FileHolding.of(read_portfolio(path)), sources, QuakeRequest(members=2), AT)
    drawn = collect(result, load_text("en"))
    assert sorted(drawn["assets"][0]["lon"]) == [179.8, 180.2]
    assert [one["lon"] for one in drawn["origins"]] == pytest.approx([179.95, 180.1])
    for one in drawn["origins"]:
        (south, west), (north, east) = one["edges"]
        assert west < one["lon"] < east
        lines = np.array([*one["ring"], *(one["rupture"] or [])])
        assert np.abs(lines[:, 1] - one["lon"]).max() < 1.0


def test_notes_of_one_model_say_whose_they_are(found):
    notes = found.summary["origins"][0]["notes"]
    assert "yu_2013: region tibetan: epicentre in zone tibetan_plateau" in notes
    assert "boore_2014, chiou_youngs_2014: no rake: unspecified mechanism" in notes
    assert "yu_2013: 震级 M 6.4 视为面波震级 Ms" in found.summary["origins"][0]["notes_zh"]


def test_same_request_same_numbers(holding, found):
    again = quake(holding, [Source(EVENT), Source(OTHER)], QuakeRequest(members=400), AT)
    assert again.summary == found.summary
    other = quake(holding, [Source(EVENT)], QuakeRequest(members=400, seed=2), AT)
    first, second = (r.summary["origins"][0]["totals"][0]["expected_loss"]
                     for r in (found, other))
    assert second["mean"] == pytest.approx(first["mean"], rel=1e-12)  # closed form: no seed in it
    assert second["q95"] != first["q95"]


def test_a_wider_radius_never_lists_less(holding):
    sizes = [len(analyse(holding, [Source(EVENT)], QuakeRequest(radius_km=r, members=2), AT)[0]
                 .sums.policies.policy) for r in (5.0, 20.0, 50.0)]
    rows = [int(analyse(holding, [Source(EVENT)], QuakeRequest(radius_km=r, members=2), AT)[0]
                .inside.sum()) for r in (5.0, 20.0, 50.0)]
    assert sizes == sorted(sizes) and rows == sorted(rows) and rows[0] < rows[2]


def test_aggregates_agree_with_drawing_every_site(found):
    # the same draws on cells: mean within 5 %, band within 15 % or 3 % of the mean (a few hundred
    # assets draw whole states where an aggregate draws a lognormal)
    one = found.origins[0]
    book, draws = one.book, one.draws
    sums = np.zeros((2, draws.n_members))
    for _, _, weights, losses in drawn_aggregates(book, aggregate(book), draws, EVENT.event_id, 1):
        for stage in (0, 1):
            sums[stage] += (weights["total"][stage] @ losses[stage]).sum(axis=0)
    for stage, direct in ((0, one.samples.ground_up), (1, one.samples.gross)):
        total = direct["total"].sum(axis=(0, 1))
        assert sums[stage].mean() == pytest.approx(total.mean(), rel=0.05)
        for q in (0.05, 0.5, 0.95):
            assert np.quantile(sums[stage], q) == pytest.approx(
                np.quantile(total, q), rel=0.15, abs=0.03 * total.mean())


def test_correlation_in_space_widens_the_band(found, monkeypatch):
    one = found.origins[0]

    def alone(event_id, lon, lat, *, members, seed):
        return np.random.default_rng(seed).standard_normal((members, len(lon)))

    monkeypatch.setattr("riskcloud.analysis.quake.sample.within_event_field", alone)
    without = sample(one.book, one.draws, EVENT.event_id, 1).ground_up["total"].sum(axis=(0, 1))
    with_it = one.samples.ground_up["total"].sum(axis=(0, 1))
    assert with_it.std() > 1.1 * without.std()


def test_losses_are_computed_as_far_as_intensity_five():
    weights = chosen_weights(None)
    near = reach_km(Source(replace(EVENT, magnitude=5.0)), weights, 10.0)
    far = reach_km(Source(EVENT), weights, 10.0)
    assert 20.0 <= near < far <= 500.0
    assert reach_km(Source(EVENT), weights, 400.0) >= 400.0
    with pytest.raises(InputError, match="--radius-km 600: expected at most 500 km"):
        reach_km(Source(EVENT), weights, 600.0)


SURVEYED_KM2 = {6: (6600.0, 2.0), 7: (1100.0, 2.0), 8: (170.0, 3.0)}
"""Yangbi 2021: area with at least the degree as surveyed, and the factor allowed."""


def test_yangbis_zones_are_those_of_the_survey_within_a_factor(samples):
    event = read_event(samples / "yangbi_2021_cenc.json")
    felt = draw_felt(Source(event), chosen_weights(None), 150.0)
    for n, (area, factor) in SURVEYED_KM2.items():
        assert area / factor < felt.area_km2[n] < area * factor
    # the national relation is what is shown, the others and the mean stand beside it
    assert felt.area_km2 == felt.by_model["yu_2013"]
    assert felt.of_mean[7] > felt.area_km2[7]
    assert felt.by_model["boore_2014"][8] > 5.0 * 170.0


def test_intensity_shown_is_the_national_relations_or_the_mean(found):
    assert leading_model(["boore_2014", "yu_2013"]) == "yu_2013"
    assert leading_model(["shakemap"]) == "shakemap" == leading_model(iter(["shakemap"]))
    abroad = {"boore_2014": 0.6, "chiou_youngs_2014": 0.4}
    assert leading_model(abroad) == "" and intensity_weights(abroad) == abroad
    lon, lat = np.array([99.9, 100.4]), np.array([25.7, 25.9])
    whole, one = (ground_at(Source(EVENT), lon, lat, weights=chosen_weights(names))
                  for names in (None, ["yu_2013"]))
    assert whole.intensity == pytest.approx(one.intensity)
    assert whole.pga_g != pytest.approx(one.pga_g)  # losses keep the ensemble
    first = found.summary["origins"][0]
    assert first["intensity_model"] == "yu_2013"
    for entry in first["intensity"]:
        assert entry["area_at_least_km2"] == entry["area_at_least_by_model_km2"]["yu_2013"]
        assert set(entry["area_at_least_by_model_km2"]) == {
            "yu_2013", "boore_2014", "chiou_youngs_2014"}


def test_models_are_chosen_by_name():
    assert chosen_weights(["yu_2013"]) == {"yu_2013": 1.0}
    assert sum(chosen_weights(["boore_2014", "chiou-youngs-2014"]).values()) == pytest.approx(1.0)
    with pytest.raises(ModelError, match="known: yu_2013"):
        chosen_weights(["gut_feeling"])


def test_a_deep_earthquake_leaves_out_models_without_depth():
    deep = replace(EVENT, depth_km=600.0)
    weights, said = weights_for(deep, None)
    assert weights == {"chiou_youngs_2014": 1.0}
    assert "yu_2013 left out: it knows no depth" in said and "depth 600 km" in said[0]
    asked, said = weights_for(deep, ["yu_2013"])
    assert asked == {"yu_2013": 1.0}
    assert "yu_2013 knows no depth: as if the earthquake were shallow" in said
    assert weights_for(replace(EVENT, depth_km=70.0), None) == (chosen_weights(None), ())
    lon, lat = np.array([99.9]), np.array([25.7])
    assert (ground_at(Source(deep), lon, lat, weights=weights).pga_g
            < 0.1 * ground_at(Source(EVENT), lon, lat, weights=weights).pga_g).all()


def test_total_sigma_is_split_and_spread_of_models_is_in_it():
    lon, lat = np.array([99.9, 100.5]), np.array([25.7, 25.9])
    ground = ground_at(Source(EVENT), lon, lat, weights=chosen_weights(None))
    assert np.isfinite(ground.tau).all() and (ground.phi > 0.0).all()
    assert (ground.sigma_ln >= np.sqrt(ground.weight @ (ground.tau**2 + ground.phi**2))).all()
    assert ground.pga_g[0] > ground.pga_g[1] and ground.intensity[0] > ground.intensity[1]


@pytest.mark.parametrize("magnitude", [4.6, 5.0, 5.5, 6.4])
def test_predicted_intensity_falls_with_distance(magnitude):
    """The published rule has a ring of VII around VI up to magnitude 5.5: not on a map."""
    event = replace(EVENT, magnitude=magnitude, magnitude_type="Ms", strike_deg=None)
    lon = EVENT.lon + np.linspace(0.001, 0.6, 400)
    ground = ground_at(Source(event), lon, np.full(400, EVENT.lat),
                       weights=chosen_weights(["yu_2013"]))
    assert (np.diff(ground.intensity) <= 1e-12).all()


def test_a_shakemap_goes_before_the_models(holding):
    lon, lat = np.linspace(98.0, 102.0, 41), np.linspace(24.0, 27.5, 36)
    shape = (len(lat), len(lon))
    grid = ShakingGrid(EVENT, lon, lat, {"pga": np.full(shape, 0.2), "pgv": np.full(shape, 15.0)},
                       {"pga": "g", "pgv": "cm/s"}, {})
    one = analyse(holding, [Source(EVENT, grid)], QuakeRequest(members=2), AT)[0]
    assert dict(one.weights) == {"shakemap": 1.0}
    assert one.book.ground.pga_g == pytest.approx(0.2)
    assert one.book.ground.sigma_ln == pytest.approx(0.5)
    bare = replace(grid, median={"pga": grid.median["pga"]})
    with pytest.raises(ModelError, match="the ShakeMap grid has no pgv; it has pga"):
        ground_at(Source(EVENT, bare), lon[:2], lat[:2], weights={"yu_2013": 1.0})


def test_shaking_of_other_sites_is_refused(found):
    book = found.origins[0].book
    short = ground_at(Source(EVENT), np.array([99.9]), np.array([25.7]), weights={"yu_2013": 1.0})
    with pytest.raises(UnitError, match="shaking at 1 sites for"):
        expected_losses(book.assets, short, book.curves, book.set_of, book.shift)


def test_nobody_near_is_an_answer(holding):
    far = replace(EVENT, lon=-70.0, lat=-30.0)
    result = quake(holding, [Source(far)], QuakeRequest(members=10), AT)
    first = result.summary["origins"][0]
    assert {entry["model"] for entry in first["models"]} == {"boore_2014", "chiou_youngs_2014"}
    assert "yu_2013 left out: the epicentre is far from China" in first["notes"]
    assert first["n_locations"] == 0 and first["totals"] == [] and first["all_shaken"] == []
    assert result.locations.empty and result.policies.empty


def test_a_snapshot_gives_the_numbers_of_its_file(holding, tmp_path):
    path = tmp_path / "with_lines.csv"
    write_book(path)
    table = pd.read_csv(path)
    table["Geom"] = None
    table.loc[2, ["AssetClass", "Geom"]] = ["line_110kv",
                                            "LINESTRING (99.8 25.6, 99.95 25.72, 100.1 25.7)"]
    table.to_csv(path, index=False)
    book = load_book(tmp_path, "b", path)
    got, want = (quake(one, [Source(EVENT)], QuakeRequest(members=50), AT) for one in (
        BookHolding.of(book), FileHolding.of(read_portfolio(path))))
    for key in ("n_locations", "n_policies", "insured_people"):
        assert got.summary["origins"][0][key] == want.summary["origins"][0][key]
    got_loss, want_loss = (r.summary["origins"][0]["totals"][0]["expected_loss"]
                           for r in (got, want))
    for key in ("mean", "gross_mean"):
        assert got_loss[key] == pytest.approx(want_loss[key], rel=1e-9)
    line = [r.locations.set_index("loc_id").loc["L0002", "expected_loss"] for r in (got, want)]
    assert line[0] == pytest.approx(line[1], rel=1e-9) and line[0] > 0.0
    assert set(got.locations["loc_id"]) == set(want.locations["loc_id"])
