import numpy as np
import pyarrow as pa
import pytest
import shapely

from riskcloud.analysis.within.answer import as_record, find_within
from riskcloud.analysis.within.search import distances_m, find_rows
from riskcloud.analysis.within.sums import summarise
from riskcloud.errors import InputError
from riskcloud.store.index_build import IndexBuilder, index_of
from riskcloud.store.index_sinks import MemorySink

AT = np.datetime64("2021-05-21T21:48")
BLANK = {"inception_date": None, "expiry_date": None, "tiv_building": 100.0, "currency": "CNY",
         "branch": "大理", "province": "云南", "county": "漾濞", "asset_class": "pole",
         "policy_id": "A", "insured_people": 0.0, "number_of_assets": 1}


def book(*rows):
    filled = [BLANK | row for row in rows]
    table = {name: [row[name] for row in filled] for name in filled[0] | {"lon": 0, "lat": 0}}
    for name in ("inception_date", "expiry_date"):
        table[name] = pa.array(np.array(table[name], "datetime64[D]"))
    return pa.table(table)


def test_a_policy_partly_inside_has_its_sum_inside_and_in_all_of_what_is_in_force():
    index = index_of([book(
        {"lon": 100.0, "lat": 25.7, "tiv_building": 10.0},
        {"lon": 100.1, "lat": 25.7, "tiv_building": 20.0},
        {"lon": 109.0, "lat": 25.7, "tiv_building": 40.0},
        {"lon": 109.0, "lat": 25.7, "tiv_building": 80.0, "expiry_date": "2021-05-20"},
        {"lon": 100.0, "lat": 25.7, "tiv_building": 160.0, "policy_id": "B"})])

    found = find_within(index, 100.0, 25.7, 50.0, AT)

    assert (found.sums.n_locations, found.sums.n_policies, found.sums.n_partly_inside) == (3, 2, 1)
    b, a = as_record(found)["policies"]
    assert b == {"policy_id": "B", "branch": "大理", "currency": "CNY", "tiv_inside": 160.0,
                 "tiv_total": 160.0, "n_inside": 1, "n_total": 1, "nearest_km": 0.0,
                 "partly_inside": False}
    assert (a["tiv_inside"], a["tiv_total"], a["n_inside"], a["n_total"]) == (30.0, 70.0, 2, 3)
    assert a["partly_inside"]


def test_currencies_are_never_added_and_a_policy_in_two_counts_once():
    index = index_of([book(
        {"lon": 100.0, "lat": 25.7, "tiv_building": 1.0, "currency": "USD"},
        {"lon": 100.0, "lat": 25.7, "tiv_building": 2.0},
        {"lon": 120.0, "lat": 25.7, "tiv_building": 4.0, "currency": "HKD"})])

    found = find_within(index, 100.0, 25.7, 50.0, AT)

    assert (found.sums.n_policies, found.sums.n_partly_inside) == (1, 1)
    assert {item["currency"]: item["tiv"] for item in found.sums.totals} == {"CNY": 2.0, "USD": 1.0}
    assert [(item["currency"], item["tiv_inside"], item["tiv_total"], item["n_inside"],
             item["partly_inside"]) for item in as_record(found)["policies"]] == [
        ("CNY", 2.0, 2.0, 1, True), ("HKD", 0.0, 4.0, 0, True), ("USD", 1.0, 1.0, 1, True)]


def test_a_row_without_policy_number_is_a_policy_of_its_own():
    index = index_of([book(*({"lon": 100.0, "lat": 25.7, "policy_id": name}
                             for name in ("", "A", "", "A")))])
    found = find_within(index, 100.0, 25.7, 1.0, AT)
    assert (found.sums.n_policies, found.sums.n_without_policy_id) == (3, 2)
    assert [item["policy_id"] for item in as_record(found)["policies"]] == ["A", "", ""]
    assert "2 location(s) found without a policy number" in found.notes[0]


@pytest.mark.parametrize(("begin", "end", "is_in_force"), [
    (None, None, True), ("2021-05-21", None, True), ("2021-05-22", None, False),
    (None, "2021-05-21", True), (None, "2021-05-20", False), ("2021-05-21", "2021-05-21", True)])
def test_first_and_last_day_are_in_force_and_a_blank_end_is_open(begin, end, is_in_force):
    index = index_of([book({"lon": 100.0, "lat": 25.7, "inception_date": begin,
                            "expiry_date": end})])
    assert len(find_rows(index, 100.0, 25.7, 50.0, AT)) == is_in_force


def test_the_radius_itself_is_inside():
    index = index_of([book({"lon": 100.4, "lat": 25.7})])
    away = distances_m(index, np.array([0], np.int32), 100.0, 25.7)[0] / 1000.0
    assert len(find_rows(index, 100.0, 25.7, away, AT)) == 1
    assert len(find_rows(index, 100.0, 25.7, away - 1e-8, AT)) == 0


def test_places_are_summed_apart_from_the_branch_that_issued():
    index = index_of([book(
        {"lon": 100.0, "lat": 25.7, "branch": "北京", "insured_people": 3.0},
        {"lon": 100.0, "lat": 25.7, "branch": "大理", "policy_id": "B", "number_of_assets": 5},
        {"lon": 100.0, "lat": 25.7, "branch": "北京", "county": "永平"})])
    sums = summarise(index, find_rows(index, 100.0, 25.7, 50.0, AT), AT)
    assert [(item["branch"], item["n_locations"], item["n_policies"], item["insured_people"])
            for item in sums.by_branch] == [("北京", 2, 1, 3), ("大理", 1, 1, 0)]
    assert [(item["county"], item["n_locations"], item["n_policies"])
            for item in sums.by_place] == [("漾濞", 2, 2), ("永平", 1, 1)]
    assert (sums.n_assets, sums.insured_people) == (7, 3)


def test_any_rows_can_be_summed():
    index = index_of([book(*({"lon": 100.0 + k, "lat": 25.7, "policy_id": "AB"[k % 2]}
                             for k in range(4)))])
    sums = summarise(index, np.array([0, 3], np.int32), AT)
    assert (sums.n_locations, sums.n_policies, sums.n_partly_inside) == (2, 2, 2)
    empty = summarise(index, np.array([], np.int32), AT)
    assert (empty.n_locations, empty.n_policies, empty.totals, len(empty.policies)) == (0, 0, (), 0)


def test_a_line_is_as_near_as_its_nearest_point_and_counts_whole():
    builder = IndexBuilder(MemorySink())
    line = shapely.MultiLineString([[(100.0, 27.0), (100.0, 26.5)],
                                    [(179.9, 10.0), (-179.9, 10.0)]])
    builder.add(book({"lon": 100.0, "lat": 27.0}, {"lon": 100.0, "lat": 25.7}),
                [(0, line)])
    index = builder.finish()
    at_foot = find_rows(index, 100.0, 25.7, 89.0, AT)
    assert list(at_foot) == [0, 1]
    assert distances_m(index, at_foot, 100.0, 25.7) == pytest.approx([88633.5, 0.0], abs=20.0)
    assert list(find_rows(index, 100.0, 25.7, 88.0, AT)) == [1]
    # the other part crosses the dateline between its two points
    over = find_within(index, 180.0, 10.0, 1.0, AT)
    assert list(over.rows) == [0] and over.sums.totals[0]["tiv"] == 100.0
    assert over.distance_m[0] == pytest.approx(1.66, abs=0.01)  # it runs north of 10 N
    assert "1 line(s) found" in over.notes[0]


def test_a_polygon_is_as_near_as_its_nearest_point_and_0_inside():
    yard = shapely.Polygon(shapely.box(100.0, 25.0, 100.2, 25.2).exterior,
                           [shapely.box(100.08, 25.08, 100.12, 25.12).exterior])
    over = shapely.MultiPolygon([shapely.box(179.9, 10.0, 180.0, 10.2),
                                 shapely.box(-180.0, 10.0, -179.9, 10.2)])
    builder = IndexBuilder(MemorySink())
    builder.add(book({"lon": 100.02, "lat": 25.1}, {"lon": 179.95, "lat": 10.1},
                     {"lon": 99.9, "lat": 25.1}), [(0, yard), (1, over)])
    index = builder.finish()

    for lon, lat in ((180.0, 10.1), (-180.0, 10.1), (-179.95, 10.1)):
        found = find_within(index, lon, lat, 0.001, AT)
        assert list(found.rows) == [1] and found.distance_m.tolist() == [0.0]
    inside = find_within(index, 100.15, 25.15, 1.0, AT)
    assert list(inside.rows) == [0] and inside.distance_m.tolist() == [0.0]
    assert inside.notes == ("1 polygon(s) found: the distance is to the nearest point, 0 inside; "
                            "the sum insured is counted whole",)
    # the hole is 0.04 degrees of longitude wide: 4.03 km
    assert list(find_rows(index, 100.1, 25.1, 2.0, AT)) == []
    in_hole = find_within(index, 100.1, 25.1, 2.1, AT)
    assert in_hole.distance_m == pytest.approx([2016.8], abs=1.0)
    west = find_within(index, 99.95, 25.1, 5.1, AT)
    assert list(west.rows) == [0, 2]
    assert west.distance_m == pytest.approx([5042.0, 5042.0], abs=2.0)


def test_lines_hide_no_points_of_their_block():
    builder = IndexBuilder(MemorySink())
    rows = [{"lon": 100.0, "lat": 25.7 + 1e-6 * k} for k in range(1500)]
    builder.add(book(*rows), [(7, shapely.LineString([(10.0, 10.0), (11.0, 10.0)]))])
    index = builder.finish()
    assert list(find_rows(index, 100.0, 25.7, 5.0, AT)) == [k for k in range(1500) if k != 7]


@pytest.mark.parametrize(("lon", "lat", "radius", "words"), [
    (0.0, 95.0, 1.0, "latitude 95: expected -90 to 90"),
    (400.0, 0.0, 1.0, "longitude 400: expected -180 to 180"),
    (np.nan, 0.0, 1.0, "longitude nan"), (0.0, 0.0, 0.0, "radius 0 km: expected more than 0"),
    (0.0, 0.0, np.inf, "radius inf km")])
def test_impossible_questions_are_refused(lon, lat, radius, words):
    index = index_of([book({"lon": 0.0, "lat": 0.0})])
    with pytest.raises(InputError, match=words):
        find_rows(index, lon, lat, radius, AT)
    with pytest.raises(InputError, match="a time is needed"):
        find_rows(index, 0.0, 0.0, 1.0, np.datetime64("NaT"))


def test_longitudes_of_another_window_mean_the_same_place():
    index = index_of([book({"lon": -179.99, "lat": 0.0})])
    assert len(find_rows(index, 180.02, 0.0, 5.0, AT)) == 1
    assert len(find_rows(index, -180.0, 0.0, 5.0, AT)) == 1


def test_the_whole_globe_is_inside_the_largest_radius():
    rng = np.random.default_rng(5)
    index = index_of([book(*({"lon": x, "lat": y} for x, y in zip(
        rng.uniform(-180, 180, 3000), rng.uniform(-90, 90, 3000), strict=True)))])
    assert len(find_rows(index, 13.0, -7.0, 20_004.0, AT)) == 3000
    assert len(find_rows(index, 13.0, -7.0, 1e9, AT)) == 3000


def test_nothing_at_all_is_summed_to_nothing():
    index = index_of([])
    found = find_within(index, 100.0, 25.7, 50.0, AT)
    assert (found.sums.n_locations, found.sums.totals, as_record(found)["policies"]) == (0, (), [])
