"""``riskcloud risk``: a portfolio under an event set, from files to AAL, OEP, AEP and the page."""

import csv
import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from riskcloud.hazard.events import write_events


@pytest.fixture(scope="module")
def files(samples, made_up_events, tmp_path_factory):
    """A tenth of the sample, a policy an account, an event set of 50 years."""
    folder = tmp_path_factory.mktemp("risk_cli")
    lines = (samples / "pearl_river_portfolio.csv").read_text(encoding="utf-8-sig").splitlines()
    rows = [lines[0], *lines[1::10]]
    (folder / "location.csv").write_text("\n".join(rows), encoding="utf-8")
    keys = sorted({tuple(row.split(",")[:2]) for row in rows[1:]})
    (folder / "account.csv").write_text("\n".join([
        "PortNumber,AccNumber,AccCurrency,PolNumber,PolPerilsCovered,LayerParticipation,"
        "PolDed6All", *(f"{port},{acc},CNY,P,WW1,0.5,1000" for port, acc in keys)]),
        encoding="utf-8")
    (folder / "info.csv").write_text(
        "ReinsNumber,ReinsPeril,ReinsType,CededPercent,PlacedPercent,ReinsCurrency,"
        "InuringPriority,RiskLevel\n1,WW1,QS,0.25,1,CNY,1,\n", encoding="utf-8")
    (folder / "scope.csv").write_text(f"ReinsNumber,PortNumber\n1,{keys[0][0]}\n", encoding="utf-8")
    (folder / "clauses.csv").write_text(
        "Clause,Amount,ShareOfLoss,Insurer,Share,Lead,Ours\ngreater_of,2000,0.02,,,,\n"
        "coinsurance,,,Leader,0.2,1,\ncoinsurance,,,We,0.8,,1\n", encoding="utf-8")
    write_events(made_up_events(50), folder / "events")
    return folder


@pytest.fixture(scope="module")
def done(riskcloud, files):
    """The command with accounts and treaties, in English."""
    ran = riskcloud("risk", files / "location.csv", "--events", files / "events", "--account",
                    files / "account.csv", "--reins-info", files / "info.csv", "--reins-scope",
                    files / "scope.csv", "--clauses", files / "clauses.csv", "--samples", 4,
                    "--return-periods", "10,20,100", "--out", files / "out", "--lang",
                    "en", "--json")
    assert ran.status == 0, ran.err
    return ran.json(), files / "out"


def test_files_and_answer_agree(done):
    said, out = done
    assert {path.name for path in out.iterdir()} == {
        "aal.csv", "aal.parquet", "ep.csv", "ep.html", "ep.parquet", "event_losses.parquet",
        "locations.csv", "manifest.json", "summary.json", "year_losses.parquet"}
    events = pq.read_table(out / "event_losses.parquet").to_pandas()
    years = pq.read_table(out / "year_losses.parquet").to_pandas()
    assert said["stages"] == ["ground_up", "gross", "net"]
    assert {row["Insurer"] for row in said["coinsurance"]["panels"]} == {"Leader", "We"}
    assert said["return_periods_yr"] == [10.0, 20.0]  # a hundred years are not in fifty
    with (out / "locations.csv").open(encoding="utf-8-sig", newline="") as stream:
        locations = list(csv.DictReader(stream))
    for stage in said["stages"]:
        aal = next(row["aal"] for row in said["annual"] if row["stage"] == stage)
        assert aal > 0.0
        of_events = events[events["stage"] == stage]["loss"].sum() / (50 * 4)
        of_years = years[years["stage"] == stage]["total"].sum() / (50 * 4)
        of_locations = sum(float(row[f"aal_{stage}"]) for row in locations)
        assert [of_events, of_years, of_locations] == pytest.approx([aal] * 3, rel=1e-9)
    pivot = events.pivot_table(index=["event_id", "member"], columns="stage", values="loss",
                               observed=True).fillna(0.0)
    np.testing.assert_allclose(pivot["net"], 0.75 * pivot["gross"], rtol=1e-12)
    assert (pivot["gross"] <= 0.5 * 0.8 * 0.98 * pivot["ground_up"]).all()
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert {"portfolio", "account", "reins_info", "clauses",
            "events.parquet"} <= set(manifest["inputs"])
    page = (out / "ep.html").read_text(encoding="utf-8")
    assert "AEP" in page and "no rain, surge or flood" in page


def test_the_portfolios_own_terms_and_chinese(riskcloud, files, done):
    out = files / "plain"
    ran = riskcloud("risk", files / "location.csv", "--events", files / "events", "--samples", 4,
                    "--out", out)
    assert ran.status == 0, ran.err
    assert "仅计大风损失" in ran.out
    said = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert said["stages"] == ["ground_up", "gross"]
    first = next(row for row in said["annual"] if row["stage"] == "ground_up")
    other = next(row for row in done[0]["annual"] if row["stage"] == "ground_up")
    assert first["aal"] == pytest.approx(other["aal"], rel=1e-12)  # terms change no damage


def test_a_portfolio_that_loses_nothing_has_an_answer(riskcloud, files, tmp_path):
    rows = (files / "location.csv").read_text(encoding="utf-8").splitlines()[:2]
    names, cells = rows[0].split(","), rows[1].split(",")
    cells[names.index("Longitude")], cells[names.index("Latitude")] = "87.6", "43.8"
    (tmp_path / "far.csv").write_text(f"{rows[0]}\n{','.join(cells)}\n", encoding="utf-8")
    ran = riskcloud("risk", tmp_path / "far.csv", "--events", files / "events", "--out",
                    tmp_path / "out", "--lang", "en", "--json")
    assert ran.status == 0, ran.err
    assert [row["aal"] for row in ran.json()["annual"]] == [0.0, 0.0]


@pytest.mark.parametrize(("options", "status", "said"), [
    (["--perils", "wind,quake", "--years", "5"], 64, "an event set has its own years"),
    (["--perils", "hail"], 64, "--perils hail: expected one of"),
    (["--reins-info", "info.csv"], 64, "give --reins-info and --reins-scope, or neither"),
    (["--reins-info", "info.csv", "--reins-scope", "scope.csv"], 64, "want --account"),
    (["--events", "nowhere"], 2, "nowhere: no such folder; expected an event set"),
    (["--account", "strange.csv"], 2, "AccNumber")])
def test_what_is_refused(riskcloud, files, tmp_path, options, status, said):
    (files / "strange.csv").write_text(
        "PortNumber,AccNumber,AccCurrency,PolNumber,PolPerilsCovered\nX,Y,CNY,P,WW1\n",
        encoding="utf-8")
    words = [files / one if one.endswith(".csv") else one for one in options]
    if "--events" not in options:
        words += ["--events", files / "events"]
    ran = riskcloud("risk", files / "location.csv", *words, "--out", tmp_path / "out", "--lang",
                    "en")
    assert ran.status == status
    assert said in " ".join(ran.err.replace("│", " ").split())
    assert not (tmp_path / "out").exists()
