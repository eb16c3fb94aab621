"""``riskcloud forecast --account``: the same gross and net as `terms` makes of its samples."""

import json

import pytest

pytestmark = pytest.mark.usefixtures("coarse_picture")

LOCATION = """PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,BuildingTIV,\
LocPeril,LocDed6All,AssetClass,Longitude,Latitude
1,A,T1,CN,WW1,CNY,1000000,WTC,20000,tower_110kv,113.55,22.15
1,A,T2,CN,WW1,CNY,1000000,WTC,0,tower_110kv,113.60,22.20
1,B,B1,CN,WW1,CNY,5000000,WTC,0,building_residential,113.50,22.20
"""
ACCOUNT = """PortNumber,AccNumber,PolNumber,PolPerilsCovered,AccCurrency,LayerAttachment,LayerLimit
1,A,P,WTC,CNY,30000,400000
1,B,P,WTC,CNY,10000,0
"""
INFO = """ReinsNumber,ReinsPeril,ReinsType,PlacedPercent,ReinsCurrency,InuringPriority,OccAttachment
1,WTC,CXL,0.9,CNY,1,50000
"""
CLAUSES = """Clause,AccNumber,AssetClass,ShareInsured,Amount,ShareOfLoss,Insurer,Share,Lead,Ours
average,B,,0.8,,,,,,
greater_of,,tower,,10000,0.05,,,,
coinsurance,B,,,,,We,0.6,1,1
"""


@pytest.fixture
def files(tmp_path):
    texts = {"loc": LOCATION, "acc": ACCOUNT, "info": INFO, "clauses": CLAUSES,
             "scope": "ReinsNumber,PortNumber\n1,1\n"}
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return {name: tmp_path / f"{name}.csv" for name in texts}


def test_gross_and_net_of_a_storm(riskcloud, files, samples, tmp_path):
    out = tmp_path / "out"
    ran = riskcloud("forecast", files["loc"], samples / "hato_2017.csv", "--account", files["acc"],
                    "--reins-info", files["info"], "--reins-scope", files["scope"], "--clauses",
                    files["clauses"], "--members", 24, "--keep-samples", "--out", out, "--lang",
                    "en")
    assert ran.status == 0, ran.err
    assert "after reinsurance" in ran.out
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    (total,) = summary["total"]
    assert 0.0 < total["net_mean"] < total["gross_mean"] < total["mean"]
    assert [row["Insurer"] for row in summary["coinsurance"]["insurers"]] == ["We", ""]
    ours, left = (row["mean"] for row in summary["coinsurance"]["insurers"])
    assert 0.0 < ours < total["gross_mean"] * (1.0 + 1e-12)
    assert left == pytest.approx(ours * 0.4 / 0.6)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert {"account", "reins_info", "reins_scope", "clauses"} <= set(manifest["inputs"])
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "After reinsurance" in page and "Recoveries by contract" in page
    assert "What each insurer pays, mean" in page
    ran = riskcloud("terms", "--location", files["loc"], "--account", files["acc"], "--reins-info",
                    files["info"], "--reins-scope", files["scope"], "--clauses", files["clauses"],
                    "--ground-up", out / "loss_table_locations.parquet", "--peril", "WTC", "--json")
    assert ran.status == 0, ran.err
    (mean,) = ran.json()["means"]
    assert (mean["loss_gul"], mean["loss_il"], mean["loss_ri"]) == pytest.approx(
        (total["mean"], total["gross_mean"], total["net_mean"]), rel=1e-9)


def test_faults_of_the_terms_files_come_before_any_calculation(riskcloud, files, samples, tmp_path):
    storm, out = samples / "hato_2017.csv", tmp_path / "out"
    ran = riskcloud("forecast", files["loc"], storm, "--reins-info", files["info"],
                    "--reins-scope", files["scope"], "--out", out)
    assert ran.status == 64
    text = files["acc"].read_text(encoding="utf-8")
    files["acc"].write_text(text.replace("1,B,P,WTC,CNY,10000", "1,C,P,WTC,CNY,x"),
                            encoding="utf-8")
    ran = riskcloud("forecast", files["loc"], storm, "--account", files["acc"], "--out", out,
                    "--lang", "en")
    assert ran.status == 2 and "no such PortNumber and AccNumber" in ran.err
    assert not out.exists()
    ran = riskcloud("forecast", files["loc"], storm, "--account", files["acc"], "--out", out,
                    "--members", 8, "--skip-bad", "--json")
    assert ran.status == 3, ran.err
    assert ran.json()["portfolio"]["n_locations"] == 2
    assert "net_mean" not in ran.json()["total"][0] and ran.json()["contracts"] == []
