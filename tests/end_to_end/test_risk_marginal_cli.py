"""``riskcloud risk --marginal``, ``--add-location``: with an account, without it, it alone."""

import json

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.events import write_events

INFO = """ReinsNumber,ReinsPeril,ReinsType,CededPercent,OccAttachment,OccLimit,PlacedPercent,\
ReinsCurrency,InuringPriority,RiskLevel
1,WW1,QS,0.3,,,1,CNY,1,
2,WW1,CXL,,2000000,30000000,0.9,CNY,2,
"""


@pytest.fixture(scope="module")
def files(samples, made_up_events, tmp_path_factory):
    """Every 25th location in three accounts; the same in parts: accounts A and B, and C."""
    folder = tmp_path_factory.mktemp("marginal")
    lines = (samples / "pearl_river_portfolio.csv").read_text(encoding="utf-8-sig").splitlines()
    names = lines[0].split(",")
    at = {name: names.index(name) for name in ("PortNumber", "AccNumber")}
    rows = {account: [] for account in "ABC"}
    for k, line in enumerate(lines[1::25]):
        cells = line.split(",")
        cells[at["PortNumber"]], cells[at["AccNumber"]] = "P1", "ABC"[k % 3]
        rows["ABC"[k % 3]].append(",".join(cells))
    head = ("PortNumber,AccNumber,AccCurrency,PolNumber,PolPerilsCovered,LayerAttachment,"
            "LayerLimit,LayerParticipation")

    def write(name, accounts, first=lines[0], account_head=head):
        (folder / f"{name}.csv").write_text("\n".join([first, *(
            row for account in accounts for row in rows[account])]) + "\n", encoding="utf-8")
        (folder / f"{name}_acc.csv").write_text("\n".join([account_head, *(
            f"P1,{one},CNY,P,WW1,100000,50000000,0.8" for one in accounts)]) + "\n",
            encoding="utf-8")

    write("whole", "ABC")
    write("some", "AB")
    write("more", "C", first=lines[0].replace("AccNumber", "accnumber"))
    (folder / "info.csv").write_text(INFO, encoding="utf-8")
    (folder / "scope.csv").write_text("ReinsNumber,PortNumber\n1,P1\n2,P1\n", encoding="utf-8")
    write_events(made_up_events(40), folder / "events")
    return folder


def run(riskcloud, files, book, out, *more, lang="en"):
    return riskcloud("risk", files / f"{book}.csv", "--account", files / f"{book}_acc.csv",
                     "--reins-info", files / "info.csv", "--reins-scope", files / "scope.csv",
                     "--events", files / "events", "--samples", 3, "--return-periods", "10,40",
                     "--out", files / out, "--lang", lang, *more)


@pytest.fixture(scope="module")
def marginal(riskcloud, files):
    done = run(riskcloud, files, "whole", "out", "--marginal", "C", "--marginal", "P1/A", "--json")
    assert done.status == 0, done.err
    return done.json()


@pytest.fixture(scope="module")
def without_c(riskcloud, files):
    """A run of the book that has no account C; and C added to it."""
    done = run(riskcloud, files, "some", "added", "--add-location", files / "more.csv",
               "--add-account", files / "more_acc.csv", "--json")
    assert done.status == 0, done.err
    plain = run(riskcloud, files, "some", "plain", "--json")
    assert plain.status == 0, plain.err
    return plain.json(), done.json()


def rows(answer, account="C"):
    return {(row["stage"], row["statistic"], row["return_period_yr"]): row
            for row in answer["marginal"]["rows"] if row["account"] == account}


def figures(answer):
    """Statistics of a run by stage, statistic and return period, as ``rows`` has them."""
    found = {}
    for row in answer["annual"]:
        found |= {(row["stage"], name.upper() if name == "aal" else name, None): row[name]
                  for name in ("aal", "sd")}
    for row in answer["exceedance"]:
        if row["calc"] == "full_uncertainty":
            at = (row["stage"], row["basis"], row["return_period_yr"])
            found |= {at: row["loss"], (at[0], f"{at[1]}_TVaR", at[2]): row["tvar"]}
    return found


def test_with_and_without_are_those_of_books_with_and_without(marginal, without_c):
    """To the last digits: other sums of the same draws."""
    plain, added = without_c
    whole, less = figures(marginal), figures(plain)
    found = rows(marginal)
    assert found.keys() == whole.keys() and len(found) == 3 * (2 + 4 * 2)
    for place, row in found.items():
        assert row["with"] == pytest.approx(whole[place], rel=1e-12)
        assert row["without"] == pytest.approx(less[place], rel=1e-12)
        assert row["marginal"] == row["with"] - row["without"]
    assert found["net", "AAL", None]["marginal"] > 0.0
    assert 0.0 < found["net", "AAL", None]["standard_error"] < next(
        row["standard_error"] for row in marginal["annual"] if row["stage"] == "net")
    # what is not in the book yet does to it what the same account in it does
    for place, row in rows(added, "--add-location").items():
        for name in ("with", "without", "marginal", "alone"):
            assert row[name] == pytest.approx(found[place][name], rel=1e-9, abs=1e-6), place


def test_an_account_alone_and_accounts_that_add_up_before_treaties(marginal):
    c = rows(marginal)
    for stage in ("ground_up", "gross"):
        assert c[stage, "AAL", None]["alone"] == pytest.approx(c[stage, "AAL", None]["marginal"])
    assert [one["account"] for one in marginal["marginal"]["candidates"]] == ["C", "P1/A"]
    assert c["net", "OEP", 40.0]["without"] <= c["net", "OEP", 40.0]["with"]


def test_files(files, marginal, without_c):
    table = pd.read_parquet(files / "out" / "marginal.parquet")
    assert len(table) == len(marginal["marginal"]["rows"])
    page = (files / "out" / "marginal.html").read_text(encoding="utf-8")
    assert "OEP, 40 years" in page and "P1/A" in page and "+CNY" in page
    events = pd.read_parquet(files / "added" / "event_losses.parquet")
    whole = pd.read_parquet(files / "out" / "event_losses.parquet")
    np.testing.assert_allclose(events["loss"].sum(), whole["loss"].sum(), rtol=1e-12)
    manifest = json.loads((files / "added" / "manifest.json").read_text(encoding="utf-8"))
    assert {"add_location", "add_account"} <= set(manifest["inputs"])


def test_in_chinese_without_accounts(riskcloud, files):
    """The portfolio's own terms: no policies needed."""
    done = riskcloud("risk", files / "some.csv", "--events", files / "events", "--samples", 2,
                     "--return-periods", "10", "--add-location", files / "more.csv", "--out",
                     files / "zh")
    assert done.status == 0, done.err
    assert "拟新增标的" in done.out and "不含" in done.out
    assert "加入前后" in (files / "zh" / "marginal.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("options", "status", "said"), [
    (["--marginal", "X"], 2, "no such account in the portfolio"),
    (["--add-account", "more_acc.csv"], 64, "wants --add-location"),
    (["--add-location", "some.csv"], 2, "in the portfolio already"),
    (["--add-location", "more.csv"], 2,
     "more.csv: row 2, AccNumber = 'C': no such PortNumber and AccNumber in some_acc.csv"),
    (["--add-location", "more.csv", "--add-account", "bad.csv"], 2,
     "bad.csv: row 2, LayerParticipation = '80'")])
def test_what_is_refused(riskcloud, files, options, status, said):
    (files / "bad.csv").write_text((files / "more_acc.csv").read_text("utf-8").replace(
        "50000000,0.8", "50000000,80"), encoding="utf-8")
    words = [files / one if one.endswith(".csv") else one for one in options]
    done = run(riskcloud, files, "some", "refused", *words)
    assert done.status == status
    assert said in " ".join(done.err.replace("│", " ").split())
