"""``riskcloud terms`` on OED files: what it writes, and what it refuses before any calculation."""

import csv
import json
import re

import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

LOCATION = """PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,BuildingTIV,\
BITIV,LocPeril,LocDed6All,LocDedType6All,CondTag,OccupancyCode,Note,AreaCode
1,01,01,CN,AA1,CNY,1000,0,AA1,100,0,,1300,x,44
1,01,1,CN,AA1,CNY,2000,365,AA1,0.1,1,a,1300,,99
1,1,01,CN,WW1;OO1,CNY,500,0,WW1,50,0,,9,,11
"""
ACCOUNT = """portnumber,ACCNUMBER,PolNumber,PolPerilsCovered,AccCurrency,LayerParticipation,\
LayerLimit,LayerAttachment,CondTag,CondNumber,CondPriority,CondPeril,CondLimit6All
1,01,A,AA1,CNY,0.5,0,0,a,1,1,AA1,1000
1,1,B,AA1,CNY,,0,0,,,,,
"""
INFO = """ReinsNumber,ReinsPeril,ReinsType,PlacedPercent,ReinsCurrency,InuringPriority,RiskLevel
1,AA1,QS,0.5,CNY,1,
"""
SCOPE = "ReinsNumber,PortNumber,AccNumber\n1,1,01\n"
EXPECTED = [("01", "01", 1000.0, 450.0, 225.0), ("01", "1", 2365.0, 500.0, 250.0),
            ("1", "01", 500.0, 450.0, 450.0)]


@pytest.fixture
def files(tmp_path):
    """Paths by option, the texts above in them."""
    texts = {"location": LOCATION, "account": ACCOUNT, "reins-info": INFO, "reins-scope": SCOPE}
    paths = {}
    for name, text in texts.items():
        paths[name] = tmp_path / f"{name}.csv"
        paths[name].write_text(text, encoding="utf-8")
    return paths


def options(files, *more, treaties=True):
    names = ("location", "account", "reins-info", "reins-scope")[:4 if treaties else 2]
    return [word for name in names for word in (f"--{name}", files[name])] + [*map(str, more)]


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_losses_by_location(riskcloud, files, tmp_path, ending):
    out = tmp_path / f"losses.{ending}"
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--loss-factor", 0, "--out", out,
                                      "--json"))
    assert ran.status == 0, ran.err
    if ending == "csv":
        with out.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    else:
        rows = [{name: str(value) for name, value in row.items()}
                for row in pq.read_table(out).to_pylist()]
    assert list(rows[0]) == ["PortNumber", "AccNumber", "LocNumber", "loss_factor_idx",
                             "loss_gul", "loss_il", "loss_ri"]
    found = [(row["AccNumber"], row["LocNumber"], *(float(row[name]) for name in (
        "loss_gul", "loss_il", "loss_ri"))) for row in rows]
    assert found[:3] == EXPECTED  # '01' and '1' are two accounts, and two locations
    assert [row["loss_factor_idx"] for row in rows] == ["0"] * 3 + ["1"] * 3
    assert all(value == 0.0 for row in found[3:] for value in row[2:])
    answer = ran.json()
    assert answer["n_locations"] == 3 and answer["n_accounts"] == 2
    assert answer["totals"][0] == {
        "loss_factor_idx": 0, "loss_factor": 1.0, "currency": "CNY", "loss_gul": 3865.0,
        "loss_il": 1400.0, "loss_ri": 925.0}
    assert answer["contracts"][0]["recoveries"] == [475.0, 0.0]
    unmapped = {(item["column"], item["value"]): item["count"] for item in answer["unmapped"]}
    assert unmapped == {("OccupancyCode", "9"): 1, ("AreaCode", "99"): 1, ("Note", ""): 3}
    assert set(answer["timings_s"]) == {"load", "read", "compute", "write"}


def test_gb18030_and_parquet_in(riskcloud, files, tmp_path):
    change(files["location"], "1300,x", "1300,广东电网有限责任公司")
    text = files["location"].read_text(encoding="utf-8")
    files["location"].write_bytes(text.encode("gb18030"))
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--json"))
    assert ran.status == 0, ran.err
    first = ran.json()["totals"]
    files["location"].write_text(text, encoding="utf-8")
    keys = ("PortNumber", "AccNumber", "LocNumber")
    table = pacsv.read_csv(files["location"], convert_options=pacsv.ConvertOptions(
        column_types=dict.fromkeys(keys, "string")))
    files["location"] = tmp_path / "location.parquet"
    pq.write_table(table, files["location"])
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--json"))
    assert ran.json()["totals"] == first


def test_a_peril_that_is_not_covered_pays_nothing(riskcloud, files):
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--peril", "QEQ", "--json"))
    assert ran.json()["totals"][0]["loss_gul"] == 3365.0
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--peril", "WTX"))
    assert ran.status == 2 and "WTX" in ran.err


def test_a_loss_table(riskcloud, files, tmp_path):
    losses = tmp_path / "losses.csv"
    losses.write_text("event_id,member,AccNumber,loc_id,coverage,loss,stage\n"
                      "e,0,01,01,building,1000,ground_up\ne,0,01,1,building,2000,ground_up\n"
                      "e,0,01,1,bi,365,ground_up\ne,1,1,01,building,500,ground_up\n"
                      "e,1,1,01,building,400,gross\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    ran = riskcloud("terms", *options(files, "--ground-up", losses, "--out", out, "--json"))
    assert ran.status == 0, ran.err
    totals = [(row["event_id"], row["member"], row["loss_il"], row["loss_ri"])
              for row in ran.json()["totals"]]
    assert totals == [("e", "0", 950.0, 475.0), ("e", "1", 450.0, 450.0)]
    change(losses, "e,1,1,01,building,500", "e,1,1,07,roof,-5")
    ran = riskcloud("terms", *options(files, "--ground-up", losses, "--lang", "en"))
    assert ran.status == 2
    for words in ("losses.csv: row 5, loc_id = '07': no such location in the book",
                  "coverage = 'roof': expected one of building",
                  "a loss is an amount of 0 or more"):
        assert words in ran.err
    ran = riskcloud("terms", *options(files, "--ground-up", losses, "--skip-bad", "--json"))
    assert ran.status == 3 and len(ran.json()["totals"]) == 1


def test_terms_of_each_sample_then_the_mean(riskcloud, tmp_path):
    # losses of 0 (no row), 1000 and 2000, uniform; a layer above 1200, above the mean of 1000:
    # it is paid 800 in one of three, 266.67 in the mean, and nothing of the mean loss
    location, account, losses = (tmp_path / f"{name}.csv" for name in ("l", "a", "losses"))
    location.write_text("PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,"
                        "BuildingTIV\n1,1,1,CN,AA1,CNY,5000\n", encoding="utf-8")
    account.write_text("PortNumber,AccNumber,PolNumber,PolPerilsCovered,AccCurrency,"
                       "LayerAttachment\n1,1,1,AA1,CNY,1200\n", encoding="utf-8")
    losses.write_text("event_id,member,loc_id,loss\nf,0,1,7\ne,1,1,1000\ne,2,1,2000\n",
                      encoding="utf-8")
    ran = riskcloud("terms", "--location", location, "--account", account, "--ground-up", losses,
                    "--json")
    assert ran.status == 0, ran.err
    mean = {row["event_id"]: row for row in ran.json()["means"]}["e"]
    assert (mean["n_members"], mean["loss_gul"]) == (3, pytest.approx(1000.0))
    assert mean["loss_il"] == pytest.approx(800.0 / 3.0)


def test_a_loss_table_with_perils(riskcloud, files, tmp_path):
    # account 1 covers wind and flood: the wind deductible of 50 is not the flood's
    losses = tmp_path / "losses.csv"
    losses.write_text("AccNumber,LocNumber,peril,loss\n1,01,WTC,100\n1,01,ORF,20\n1,01,QEQ,500\n",
                      encoding="utf-8")
    ran = riskcloud("terms", *options(files, "--ground-up", losses, "--json"))
    assert ran.status == 0, ran.err
    (row,) = ran.json()["totals"]
    assert (row["loss_gul"], row["loss_il"]) == (620.0, 70.0)
    ran = riskcloud("terms", *options(files, "--ground-up", losses, "--peril", "OO1", "--json"))
    assert ran.json()["totals"][0]["loss_il"] == 20.0
    change(losses, "QEQ", "WW1")
    ran = riskcloud("terms", *options(files, "--ground-up", losses, "--lang", "en"))
    assert ran.status == 2 and "a group and one of its perils" in ran.err


def test_currencies_need_rates(riskcloud, files, tmp_path):
    change(files["location"], "1,1,01,CN,WW1;OO1,CNY", "1,1,01,CN,WW1;OO1,USD")
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--lang", "en"))
    assert ran.status == 2
    assert "location.csv: row 4, LocCurrency = 'USD': not the currency of its account" in ran.err
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,rate\nCNY,1\nUSD,7\n", encoding="utf-8")
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--rates", rates, "--json"))
    assert ran.status == 0, ran.err
    assert ran.json()["totals"][0]["loss_il"] == 950.0 + 7 * 450.0
    rates.write_text("currency,rate\nCNY,1\n", encoding="utf-8")
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--rates", rates, "--lang",
                                      "en"))
    assert ran.status == 2 and "no rate for this currency" in ran.err


def test_every_fault_of_every_file_at_once(riskcloud, files, tmp_path):
    change(files["location"], "1000,0,AA1,100,0", "-1,0,AA1,0.05,0")
    change(files["location"], "AA1,0.1,1,a", "AA1,10,1,b")
    change(files["location"], "1,1,01,CN,WW1;OO1,CNY,500,0,WW1,50,0",
           "1,2,01,CN,WW9,CNY,500,0,WW1,5% min 20,7")
    change(files["account"], "CNY,0.5,0,0", "CNY,30,0,0")
    change(files["reins-info"], "1,AA1,QS,0.5", "1,AA1,XL,")
    change(files["reins-scope"], "1,1,01\n", "1,1,01\n2,1,01\n")
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--lang", "en",
                                      "--out", tmp_path / "out.csv"))
    assert ran.status == 2
    for words in (
            "location.csv: row 2, BuildingTIV = '-1': a number of 0 or more is needed",
            "location.csv: row 2, LocDed6All = '0.05': a share in a column of amounts",
            "location.csv: row 3, LocDed6All = '10': its type says a share",
            "location.csv: row 3, CondTag = 'b': no row of its account in the account file",
            "location.csv: row 4, AccNumber = '2': no such PortNumber and AccNumber in account.csv",
            "location.csv: row 4, LocPerilsCovered = 'WW9': unknown peril code WW9",
            "location.csv: row 4, LocDed6All = '5% min 20': expected one number",
            "location.csv: row 4, LocDedType6All = '7': no code that is applied: expected 0, 1, 2",
            "account.csv: row 2, LayerParticipation = '30': a share is a number from 0 to 1 (30 %",
            "account.csv: row 3, ACCNUMBER = '1': no location of this account in location.csv",
            "reins-info.csv: row 2, ReinsType = 'XL': unknown: expected one of QS",
            "reins-info.csv: row 2, PlacedPercent = '': blank: expected a share",
            "reins-scope.csv: row 3, ReinsNumber = '2': no such contract in reins-info.csv"):
        assert words in ran.err, words
    assert not (tmp_path / "out.csv").exists()
    chinese = riskcloud("terms", *options(files, "--loss-factor", 1))
    told = [line for line in chinese.err.splitlines() if ": row " in line]
    assert len(told) == 14  # each in Chinese
    assert all(re.search("[\u4e00-\u9fff]", line) for line in told)


def test_missing_columns_of_all_files(riskcloud, files):
    change(files["location"], "LocNumber", "Number")
    change(files["account"], "PolNumber", "Policy")
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--lang", "en"))
    assert ran.status == 2
    assert "location.csv: row 1, LocNumber = '': required column of an OED location file" in ran.err
    assert "account.csv: row 1, PolNumber = '': required column of an OED account file" in ran.err


def test_skip_bad_tells_what_is_set_aside(riskcloud, files, tmp_path):
    change(files["location"], "1000,0,AA1,100,0", "1000,0,AA1,x,0")
    out = tmp_path / "out.csv"
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--skip-bad", "--out", out,
                                      "--json", "--lang", "en"))
    assert ran.status == 3
    answer = ran.json()
    assert answer["set_aside"] == {"locations": 1, "location_rows": 1, "account_rows": 0,
                                   "contracts": 0, "scope_rows": 0, "tiv": {"CNY": 1000.0}}
    assert answer["totals"][0]["loss_il"] == 950.0
    assert answer["problems"][0]["file"] == "location.csv"
    with (tmp_path / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["file"], row["row"], row["column"], row["value"]) == (
        "location.csv", "2", "LocDed6All", "x")
    # a fault of an account takes its locations along
    change(files["account"], "CNY,0.5,0,0", "CNY,30,0,0")
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--skip-bad", "--json"))
    assert ran.json()["set_aside"]["tiv"] == {"CNY": 3365.0}
    assert ran.json()["n_locations"] == 1


CONDITIONS = """PortNumber,AccNumber,PolNumber,PolPerilsCovered,AccCurrency,CondTag,CondNumber,\
CondPriority,CondPeril,CondLimit6All
1,1,A,AA1,CNY,a,1,{0},AA1,10
1,1,A,AA1,CNY,b,2,{1},AA1,20
1,1,B,AA1,CNY,a,1,{2},AA1,10
1,1,B,AA1,CNY,b,2,{3},AA1,20
"""


@pytest.mark.parametrize(("priorities", "words"), [
    ((1, 2, 1, 2), ""), ((1, 1, 1, 2), "two conditions of one location have the same CondPriority"),
    ((1, 2, 2, 1), "conditions in a loop")])
def test_conditions_need_an_order(riskcloud, tmp_path, priorities, words):
    location, account = tmp_path / "location.csv", tmp_path / "account.csv"
    location.write_text("PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,"
                        "BuildingTIV,CondTag\n1,1,1,CN,AA1,CNY,100,a\n1,1,1,CN,AA1,CNY,100,b\n",
                        encoding="utf-8")
    account.write_text(CONDITIONS.format(*priorities), encoding="utf-8")
    ran = riskcloud("terms", "--location", location, "--account", account, "--loss-factor", 1,
                    "--lang", "en", "--json")
    assert ran.status == (2 if words else 0), ran.err
    assert words in ran.err
    assert not words or "account.csv: row " in ran.err


def test_one_tag_at_two_places_is_a_loop(riskcloud, tmp_path):
    location, account = tmp_path / "location.csv", tmp_path / "account.csv"
    location.write_text("PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,"
                        "BuildingTIV,CondTag\n1,1,1,CN,AA1,CNY,100,a\n", encoding="utf-8")
    account.write_text(CONDITIONS.format(1, 2, 1, 2).replace("1,1,A,AA1,CNY,b,2,2",
                                                             "1,1,A,AA1,CNY,a,2,2"),
                       encoding="utf-8")
    ran = riskcloud("terms", "--location", location, "--account", account, "--loss-factor", 1,
                    "--lang", "en")
    assert ran.status == 2
    assert "row 3, CondPriority = '2': this CondTag stands at two places" in ran.err


def test_zero_shares_are_told(riskcloud, files):
    change(files["account"], "CNY,0.5,0,0", "CNY,0,0,0")
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--lang", "en", "--json"))
    assert ran.status == 0
    (note,) = ran.json()["notes"]
    assert note.startswith("account.csv: row 2, LayerParticipation = '0': 0 pays nothing")


@pytest.mark.parametrize("more", [[], ["--loss-factor", 1, "--ground-up", "x.csv"],
                                  ["--loss-factor", -1], ["--reins-info", "x.csv",
                                                          "--loss-factor", 1],
                                  ["--loss-factor", 1, "--out", "x.xlsx"]])
def test_wrong_usage(riskcloud, files, more):
    ran = riskcloud("terms", *options(files, *more, treaties=False))
    assert ran.status == 64


def test_the_table_shows_in_both_languages(riskcloud, files):
    for lang, words in (("zh", "毛损失"), ("en", "gross")):
        ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--lang", lang))
        assert ran.status == 0 and words in ran.out


@pytest.mark.parametrize("case", ["acc97", "BI_2", "xx45_L"])
def test_cases_of_the_validation_suite(riskcloud, shared, tmp_path, case):
    folder = shared / "verification" / "oed_fm" / case
    with (folder.parent / "index.csv").open(encoding="utf-8", newline="") as file:
        factors = {row["case"]: row["loss_factors"].split() for row in csv.DictReader(file)}[case]
    files = {name: folder / f"{stem}.csv" for name, stem in (
        ("location", "location"), ("account", "account"), ("reins-info", "ri_info"),
        ("reins-scope", "ri_scope"))}
    out = tmp_path / "out.csv"
    ran = riskcloud("terms", *options(
        files, *(word for factor in factors for word in ("--loss-factor", factor)), "--out", out,
        "--json", treaties=files["reins-info"].is_file()))
    assert ran.status == 0, ran.err
    with out.open(encoding="utf-8-sig", newline="") as file:
        found = {(row["LocNumber"], row["loss_factor_idx"]): row for row in csv.DictReader(file)}
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ours = found[row["LocNumber"], row.get("loss_factor_idx", "0")]
            for name in ("loss_il", "loss_ri"):
                if name in row:
                    assert float(ours[name]) == pytest.approx(float(row[name]), rel=1e-4)
    assert json.loads(ran.out)["problems"] == []


def test_clauses_shares_of_insurers_and_their_explanation(riskcloud, files, tmp_path):
    # 01/01: 1000 - 100; with 1's 2365 - 236.5, by the condition 1000: 1900; less the greater of 50
    # and 10 %: 1710; half of it 855; ours 0.6: 513
    table, out = tmp_path / "clauses.csv", tmp_path / "losses.csv"
    table.write_text("条款,AccNumber\nx,01\n", encoding="utf-8")
    ran = riskcloud("terms", *options(files, "--clauses", table, "--loss-factor", 1))
    assert ran.status == 2 and "缺少" in ran.err
    table.write_text("Clause,AccNumber,Amount,ShareOfLoss,Insurer,Share,Lead,Ours\n"
                     "greater_of,01,50,0.1,,,,\ncoinsurance,01,,,领头,0.4,1,\n"
                     "coinsurance,01,,,我方,0.6,,1\n", encoding="utf-8")
    words = options(files, "--clauses", table, "--loss-factor", 1, "--out", out, treaties=False)
    ran = riskcloud("terms", *words, "--json")
    assert ran.status == 0, ran.err
    said = ran.json()
    assert said["n_clauses"] == 3 and said["manifest"]["inputs"]["clauses"]
    assert [(row["Insurer"], row["losses"]) for row in said["coinsurance"]["insurers"]] == [
        ("我方", [pytest.approx(513.0)]), ("领头", [pytest.approx(342.0)])]
    shown = riskcloud("terms", *words, "--lang", "en")
    assert "342.00 CNY" in shown.out and "ours" in shown.out
    ran = riskcloud("explain", out, "--location", "01/01", "--json")
    assert ran.status == 0, ran.err
    told = {step["rule"]: step for step in ran.json()["steps"]}
    assert told["greater_of"]["text"] == \
        "6All: 免赔为 50.00 与损失 1,900.00 的 0.1（190.00）中的高者：扣 190.00"
    assert told["coinsurance"]["text"] == "共保：由 领头 首席理赔，赔款 855.00 中我方份额 0.6"
    assert told["coinsurance"]["file"].endswith("clauses.csv") and told["coinsurance"]["row"] == 4


def test_a_contract_in_another_currency(riskcloud, files, tmp_path):
    change(files["reins-info"], "CNY", "USD")
    ran = riskcloud("terms", *options(files, "--loss-factor", 1, "--lang", "en"))
    assert ran.status == 2
    assert "reins-info.csv: row 2, ReinsCurrency = 'USD': not the currency of the accounts" in \
        ran.err
