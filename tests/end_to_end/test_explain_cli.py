"""``riskcloud explain`` on what ``riskcloud terms`` wrote: it adds up, or says why it cannot."""

import csv
import json

import pytest

from .test_terms_cli import change, files, options  # noqa: F401


@pytest.fixture
def losses(riskcloud, files, tmp_path):  # noqa: F811
    out = tmp_path / "losses.csv"
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--loss-factor", 0.5,
                                      "--out", out))
    assert ran.status == 0, ran.err
    return out


def test_a_location_with_its_rules_rows_and_recoveries(riskcloud, losses, tmp_path):
    # 0.5 of 2365 is 1182.5; 10 % off: 1064.25; the condition's 1000; half of the policy: 500; half
    # ceded. In the file the location is row 3, the condition row 2
    page, table = tmp_path / "page.html", tmp_path / "steps.csv"
    ran = riskcloud("explain", losses, "--location", "01/1", "--event", "1", "--lang", "en",
                    "--json", "--out", page)
    assert ran.status == 0, ran.err
    answer = ran.json()
    assert answer["location"] == {"PortNumber": "1", "AccNumber": "01", "LocNumber": "1"}
    assert [(step["rule"], step["row"], round(step["loss"], 6)) for step in answer["steps"]] == [
        ("ground_up_factor", 3, 1182.5), ("deductible_of_loss", 3, 1064.25),
        ("limit_amount", 2, 1000), ("layer_no_limit", 2, 500), ("ceded", 2, 500),
        ("placed", 2, 500), ("recovered", 2, 250)]
    assert answer["steps"][2]["columns"] == ["CondTag", "CondLimit6All"]
    assert answer["contracts"][0]["recovered"] == pytest.approx(250)
    assert (answer["loss_gul"], answer["loss_il"], answer["loss_ri"]) == pytest.approx(
        (1182.5, 500, 250), rel=1e-9)
    assert "deductible 0.1 of the loss 1,182.50 = 118.25" in page.read_text(encoding="utf-8")
    ran = riskcloud("explain", losses, "--location", "1/01/1", "--out", table)
    assert ran.status == 0 and "再保合同 1 QS" in ran.out
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[-1]["rule"] == "recovered" and float(rows[-1]["loss"]) == 250.0


def test_without_losses(riskcloud, files, losses):  # noqa: F811
    ran = riskcloud("explain", "--location-file", files["location"], "--account", files["account"],
                    "--loss-factor", 1, "--location", "1/01", "--json")
    assert ran.status == 0, ran.err
    assert ran.json()["loss_il"] == ran.json()["loss_ri"] == 450.0


def test_a_file_that_has_changed(riskcloud, files, losses):  # noqa: F811
    change(files["account"], "AA1,1000", "AA1,999")
    ran = riskcloud("explain", losses, "--location", "01/1", "--lang", "en")
    assert ran.status == 2
    assert "account.csv" in ran.err and "changed since the losses were made" in ran.err
    ran = riskcloud("explain", losses, "--location", "01/1", "--lang", "zh")
    assert "此文件已有改动" in ran.err
    files["location"].rename(files["location"].with_name("moved.csv"))
    ran = riskcloud("explain", losses, "--location", "01/1", "--lang", "en")
    assert ran.status == 2 and "say with --location-file where it is" in ran.err


def test_losses_that_were_changed_and_locations_that_are_not_there(riskcloud, losses):
    ran = riskcloud("explain", losses, "--location", "01", "--lang", "en")
    assert ran.status == 2 and "1/01/01, 1/1/01" in ran.err
    ran = riskcloud("explain", losses, "--location", "7", "--lang", "en")
    assert ran.status == 2 and "--location 7: no such LocNumber" in ran.err
    ran = riskcloud("explain", losses, "--location", "01/1", "--event", "2", "--lang", "en")
    assert ran.status == 2 and "from 0 to 1" in ran.err
    change(losses, "500,250", "500,251")
    ran = riskcloud("explain", losses, "--location", "01/1", "--lang", "en")
    assert ran.status == 2 and "loss_ri is 251.000000 there and comes out as 250.000000" in ran.err
    losses.with_name("losses.csv.manifest.json").unlink()
    ran = riskcloud("explain", losses, "--location", "01/1", "--lang", "en")
    assert ran.status == 2 and "losses.csv.manifest.json: not there" in ran.err


def test_a_loss_table(riskcloud, files, tmp_path):  # noqa: F811
    given, out = tmp_path / "given.csv", tmp_path / "out.parquet"
    given.write_text("event_id,member,AccNumber,loc_id,coverage,loss,stage\n"
                     "e,0,01,01,building,1000,ground_up\ne,1,01,1,building,2000,ground_up\n"
                     "e,1,01,1,bi,365,ground_up\n", encoding="utf-8")
    ran = riskcloud("terms", *options(files, "--ground-up", given, "--out", out))
    assert ran.status == 0, ran.err
    manifest = json.loads((tmp_path / "out.parquet.manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["inputs"]) == {"location", "account", "reins_info", "reins_scope",
                                       "ground_up"}
    ran = riskcloud("explain", out, "--location", "01/1", "--event", "e", "--member", 1, "--json")
    assert ran.status == 0, ran.err
    answer = ran.json()
    assert answer["steps"][0]["values"]["BITIV"] == 365.0
    assert answer["loss_ri"] == pytest.approx(250, rel=1e-9)
    for place in ("01/01", "1/01"):  # an account that is struck elsewhere, and one that is not
        ran = riskcloud("explain", out, "--location", place, "--event", "e", "--member", 1,
                        "--json")
        assert ran.status == 0, ran.err
        answer = ran.json()
        assert answer["loss_gul"] == answer["loss_il"] == answer["loss_ri"] == 0.0
        assert answer["steps"][0]["rule"] == "ground_up_table"
        assert not any("not_covered" in step["rule"] for step in answer["steps"])
    ran = riskcloud("explain", out, "--location", "01/1", "--event", "f", "--lang", "en")
    assert ran.status == 2 and "--event f: not in given.csv" in ran.err


def test_an_event_in_several_years(riskcloud, files, tmp_path):  # noqa: F811
    given, out = tmp_path / "given.csv", tmp_path / "out.csv"
    given.write_text("event_id,year,AccNumber,loc_id,loss\ne,1,01,1,1000\ne,5,01,1,2000\n",
                     encoding="utf-8")
    assert riskcloud("terms", *options(files, "--ground-up", given, "--out", out)).status == 0
    for year, loss in ((1, 1000.0), (5, 2000.0)):
        ran = riskcloud("explain", out, "--location", "01/1", "--event", "e", "--year", year,
                        "--json")
        assert ran.status == 0, ran.err
        assert ran.json()["loss_gul"] == loss and ran.json()["event"]["year"] == year
    ran = riskcloud("explain", out, "--location", "01/1", "--year", 2, "--lang", "en")
    assert ran.status == 2 and "--year 2: not in given.csv" in ran.err


def test_a_peril_that_the_location_does_not_cover(riskcloud, files, tmp_path):  # noqa: F811
    ran = riskcloud("explain", "--location-file", files["location"], "--account", files["account"],
                    "--loss-factor", 1, "--location", "1/01", "--peril", "QEQ", "--json")
    assert ran.status == 0, ran.err
    assert [step["rule"] for step in ran.json()["steps"]] == ["not_covered"]
    assert ran.json()["loss_il"] == 0.0


def test_wrong_usage(riskcloud, losses):
    for words in (["--location", "1"], [losses], [losses, "--location", "1", "--loss-factor", "1"],
                  [losses, "--location", "1", "--out", "x.txt"]):
        assert riskcloud("explain", *words).status == 64
