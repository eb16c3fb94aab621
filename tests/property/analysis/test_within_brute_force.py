"""The rows found and their sums are those of a brute force with pyproj and pandas."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from riskcloud.analysis.within.search import distances_m, find_rows
from riskcloud.analysis.within.sums import summarise
from riskcloud.store.index_build import index_of

GEOD = Geod(ellps="WGS84")
DAY = np.datetime64("1970-01-01", "D")


def random_book(rng, lon, lat, radius_m, n):
    """Locations around a disc, many within millimetres of its edge; None stands for blank."""
    away = np.where(rng.random(n) < 0.4,
                    radius_m * (1.0 + rng.normal(0, 1, n) * 10.0 ** rng.uniform(-8, -1, n)),
                    rng.uniform(0.0, min(3.0 * radius_m, 2.0e7), n))
    lons, lats, _ = GEOD.fwd(np.full(n, lon), np.full(n, lat), rng.uniform(0, 360, n),
                             np.clip(away, 0.0, 2.0003e7))
    n_policies = max(n // 8, 1)
    policy = np.array([f"P{k}" for k in range(n_policies)], object)[rng.integers(0, n_policies, n)]
    policy[rng.random(n) < 0.1] = ""
    begin = DAY + rng.integers(18000, 18400, n_policies).astype("m8[D]")
    of_policy = pd.factorize(policy)[0] % n_policies
    begin = begin[of_policy] + np.where(rng.random(n) < 0.2, 30, 0).astype("m8[D]")
    end = begin + 365
    begin, end = begin.astype(object), end.astype(object)
    begin[rng.random(n) < 0.05] = None
    end[rng.random(n) < 0.05] = None
    return pd.DataFrame({
        "lon": lons, "lat": lats, "policy_id": policy, "inception_date": begin, "expiry_date": end,
        "tiv_building": rng.integers(0, 10**6, n) / 4.0, "tiv_bi": rng.integers(0, 10**6, n) / 4.0,
        "currency": np.array(["CNY", "USD"], object)[(rng.random(n) < 0.1).astype(int)],
        "branch": np.array(["甲", "乙", "丙"], object)[of_policy % 3],
        "province": np.array(["云南", "四川"], object)[rng.integers(0, 2, n)],
        "county": np.array(["漾濞", "", "大理"], object)[rng.integers(0, 3, n)],
        "asset_class": np.array(["pole", "tower"], object)[rng.integers(0, 2, n)],
        "insured_people": np.where(rng.random(n) < 0.3, np.nan, rng.integers(0, 90, n)),
        "number_of_assets": rng.integers(1, 4, n)})


def brute_force(book, lon, lat, radius_m, day):
    lons, lats = np.full(len(book), lon), np.full(len(book), lat)
    _, _, away = GEOD.inv(lons, lats, book["lon"], book["lat"])
    begin = pd.to_datetime(book["inception_date"]).to_numpy()
    end = pd.to_datetime(book["expiry_date"]).to_numpy()
    in_force = (np.isnat(begin) | (begin <= day)) & (np.isnat(end) | (day <= end))
    return away, in_force


@given(st.integers(0, 2**32 - 1), st.sampled_from([-90.0, -89.9, -33.0, 0.0, 25.7, 66.0, 89.99]),
       st.sampled_from([-180.0, -179.9, 0.0, 100.0, 180.0]),
       st.sampled_from([0.01, 1.0, 50.0, 300.0, 4000.0, 12_000.0, 19_950.0, 19_990.0, 20_003.9]))
@settings(max_examples=25)
def test_rows_and_sums_equal_a_brute_force(seed, lat, lon, radius_km):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 900))
    book = random_book(rng, lon, lat, 1000.0 * radius_km, n)
    day = DAY + int(rng.integers(18000, 18700))
    index = index_of(pa.Table.from_pandas(book.iloc[k:k + 300]) for k in range(0, n, 300))
    away, in_force = brute_force(book, lon, lat, 1000.0 * radius_km, day)

    rows = find_rows(index, lon, lat, radius_km, day)

    sure = np.abs(away - 1000.0 * radius_km) > 1e-5  # nearer the edge two exact answers may differ
    found = np.zeros(n, bool)
    found[rows] = True
    assert np.all(np.diff(rows) > 0)
    assert np.array_equal(found[sure], (in_force & (away <= 1000.0 * radius_km))[sure])
    distance = distances_m(index, rows, lon, lat)
    assert distance == pytest.approx(away[rows], abs=1e-5)
    check_sums(summarise(index, rows, day, distance_m=distance), index,
               book.assign(tiv=book["tiv_building"] + book["tiv_bi"], away=away / 1000.0,
                           found=found, in_force=in_force))


def check_sums(sums, index, book):
    blank = book["policy_id"] == ""
    book["policy"] = book["policy_id"].where(~blank, [f"row {k}" for k in range(len(book))])
    inside = book[book["found"]]
    assert sums.n_locations == len(inside)
    assert sums.n_assets == inside["number_of_assets"].sum()
    assert sums.insured_people == inside["insured_people"].sum()
    assert sums.n_without_people == (inside["insured_people"].fillna(0) == 0).sum()
    assert sums.n_without_policy_id == (inside["policy_id"] == "").sum()
    assert sums.n_policies == inside["policy"].nunique()
    all_rows = book[book["in_force"] & book["policy"].isin(inside["policy"])]
    partly = all_rows[~all_rows["found"]]["policy"].unique()
    assert sums.n_partly_inside == len(partly)
    for name, keys, answer in (
            ("totals", [], sums.totals), ("branch", ["branch"], sums.by_branch),
            ("place", ["province", "county"], sums.by_place),
            ("class", ["asset_class"], sums.by_asset_class)):
        expected = {tuple(row[:-5]): row[-5:] for row in inside.groupby([*keys, "currency"]).agg(
            n=("tiv", "size"), p=("policy", "nunique"), a=("number_of_assets", "sum"),
            s=("insured_people", "sum"), tiv=("tiv", "sum")).reset_index().to_numpy().tolist()}
        got = {tuple(item[key] for key in (*keys, "currency")):
               [item[key] for key in ("n_locations", "n_policies", "n_assets", "insured_people",
                                      "tiv")] for item in answer}
        assert got == expected, name
    check_policies(sums.policies, index, inside, all_rows, set(partly))


def check_policies(policies, index, inside, all_rows, partly):
    in_all = all_rows.groupby(["policy", "currency"])["tiv"].agg(["size", "sum"])
    found = inside.groupby(["policy", "currency"]).agg(
        size=("tiv", "size"), sum=("tiv", "sum"), nearest=("away", "min"))
    assert len(policies) == len(in_all)
    named = {}
    for k in range(len(policies)):
        name = index.policies.name(int(policies.policy[k]))
        if name:
            named[name, index.names.currencies[policies.currency[k]]] = k
    for (name, money), row in in_all.iterrows():
        if name.startswith("row "):
            continue
        k = named.pop((name, money))
        assert (policies.n_total[k], policies.tiv_total[k]) == (row["size"], row["sum"])
        assert bool(policies.partly[k]) == (name in partly)
        if (name, money) in found.index:
            own = found.loc[(name, money)]
            assert (policies.n_inside[k], policies.tiv_inside[k]) == (own["size"], own["sum"])
            assert policies.nearest_m[k] / 1000.0 == pytest.approx(own["nearest"], abs=1e-8)
            assert index.names.branches[policies.branch[k]] == inside.loc[
                inside["policy"] == name, "branch"].iloc[0]
        else:
            assert policies.n_inside[k] == 0 and policies.tiv_inside[k] == 0.0
    assert not named
