import json

import pytest
import typer
from typer.testing import CliRunner

from riskcloud.cli.curves import curves
from riskcloud.errors import NotFoundError

app = typer.Typer()
app.command()(curves)


def run(*args):
    return CliRunner().invoke(app, list(args), env={"COLUMNS": "200"})


def test_json_is_one_object_with_source_and_validity():
    result = run("substation", "--json", "--peril", "wind")
    assert result.exit_code == 0
    found = {record["curve_id"]: record for record in json.loads(result.stdout)["curves"]}
    assert set(found) == {"substation_hazus_open", "substation_lopez"}
    record = found["substation_lopez"]
    assert record["measure"] == "gust_3s" and record["unit"] == "m/s" and record["source"]
    assert record["by_default"] is True and record["verified"] == "secondary"


def test_without_a_class_all_curves_are_listed():
    listed = json.loads(run("--json").stdout)["curves"]
    assert len(listed) > 35
    assert {r["curve_id"] for r in listed if not r["by_default"]} == {
        "tower_gust_lanl", "emanuel_us", "tower_ratio_suspension", "tower_ratio_strainer",
        "tower_ratio_ultimate", "pole_concrete_ratio", "pole_concrete_gust"}


def test_earthquake_curves_are_listed_with_measure_unit_source_and_state():
    both, quake = (json.loads(run("substation", "--json", *more).stdout)["curves"]
                   for more in ((), ("--peril", "earthquake")))
    assert [r["curve_id"] for r in quake] == ["hazus_power"]
    assert {r["peril"] for r in both} == {"wind", "earthquake", "flood"} and quake[0] in both
    every = json.loads(run("--json", "--peril", "earthquake").stdout)["curves"]
    assert {r["curve_id"] for r in every} == {"hazus_buildings", "hazus_power", "pager",
                                              "tower_lattice"}
    for record in every:
        assert (record["measure"], record["unit"]) == ("pga", "g")
        assert record["source"] and record["verified"] in ("primary", "secondary", "unconfirmed")
    shown = run("tower_220kv", "--peril", "earthquake", "--lang", "en").stdout
    assert "pga" in shown and "0.1-2 g" in shown and "unconfirmed" in shown


def test_flood_curves_say_what_they_include_and_of_what_water():
    every = json.loads(run("--json", "--peril", "flood").stdout)["curves"]
    assert {r["curve_id"] for r in every} == {"huizinga_2017_asia", "hazus_substation"}
    for record in every:
        assert (record["measure"], record["unit"], record["includes"]) == ("depth", "m", ["flood"])
    wind = json.loads(run("building_residential", "--json", "--peril", "wind").stdout)["curves"]
    assert any("surge" in record["includes"] for record in wind)  # said where it would count twice


def test_an_unknown_peril_is_wrong_usage():
    result = run("--peril", "hail")
    assert result.exit_code == 2
    assert isinstance(run("guess", "--peril", "earthquake").exception, NotFoundError)


@pytest.mark.parametrize("lang, words", [("zh", ("来源", "转引", "变电站")),
                                         ("en", ("source", "secondary", "Substation"))])
def test_the_table_speaks_both_languages(lang, words):
    result = run("substation", "--lang", lang)
    assert result.exit_code == 0
    assert all(word in result.stdout for word in words)


def test_an_unknown_class_names_the_known_ones():
    error = run("tower").exception
    assert isinstance(error, NotFoundError)
    assert "known: tower_35kv" in str(error)


def test_an_unknown_language_is_refused():
    result = run("--lang", "fr")
    assert result.exit_code == 2 and "--lang fr: expected one of zh, en" in result.output
