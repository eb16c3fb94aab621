"""Reported figures: what can be compared, what is only told, and faults by row."""

import pytest

from riskcloud.analysis.damage.areas import area_of
from riskcloud.analysis.damage.facts import (
    of_storms,
    read_facts,
    read_facts_file,
    shipped_facts,
)
from riskcloud.analysis.damage.verify import find_tracks
from riskcloud.errors import InputError

HEAD = "event,category,metric,value,unit,place,as_of,kind,source\n"


def facts_of(tmp_path, *rows):
    path = tmp_path / "facts.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return read_facts(path)


@pytest.mark.parametrize(("metric", "quantity", "kind", "kv", "relation"), [
    ("10 kV poles down", "structures", "pole", (10.0, 10.0), "="),
    ("35 kV and above poles or towers down", "structures", "tower", (35.0, float("inf")), "="),
    ("10 kV lines with poles down", "structures", "pole", (10.0, 10.0), ">="),
    ("distribution transformers damaged", "transformers", "pole", (0.0, float("inf")), "="),
])
def test_counts_of_structures_are_compared(tmp_path, metric, quantity, kind, kv, relation):
    fact, = facts_of(tmp_path, f"UTOR_2013,grid,{metric},8,x,Guangdong,,operator via press,s")
    assert (fact.quantity, fact.kind, (fact.low_kv, fact.high_kv), fact.relation) == (
        quantity, kind, kv, relation)
    assert fact.why_not == "" and fact.area == ("44",) and fact.trust == "good"


@pytest.mark.parametrize(("metric", "why"), [
    ("220 kV line trips", "no structure lost"), ("customers affected", "switched"),
    ("lines tripped", "no structure lost"), ("low-voltage poles down", "10 kV"),
    ("35 kV and below poles damaged", "below 10 kV"), ("220 kV substations out", "not damaged"),
])
def test_trips_and_customers_are_told_only(tmp_path, metric, why):
    fact, = facts_of(tmp_path, f"UTOR_2013,grid,{metric},8,x,Guangdong,,operator via press,s")
    assert why in fact.why_not


def test_grid_loss_in_cny_and_estimates_that_are_no_observation(tmp_path):
    loss, model, other = facts_of(
        tmp_path, "M_2018,economic_loss,grid economic loss,347,million CNY,Guangdong,,paper,s",
        "M_2018,grid,10 kV poles down,5,poles,Guangdong,,modelled estimate,s",
        "M_2018,grid,10 kV poles down,5,poles,Atlantis,,paper,s")
    assert (loss.quantity, loss.value, loss.unit) == ("grid_loss", 347e6, "CNY")
    assert "not an observation" in model.why_not and "place" in other.why_not


def test_all_faults_at_once(tmp_path):
    with pytest.raises(InputError, match=r"2 problem\(s\)") as error:
        facts_of(tmp_path, "UTOR,grid,10 kV poles down,8,x,Guangdong,,paper,s",
                 "UTOR_2013,grid,10 kV poles down,many,x,Guangdong,,paper,s")
    assert [(p.row, p.column) for p in error.value.problems] == [(2, "event"), (3, "value")]
    path = tmp_path / "short.csv"
    path.write_text("event,value\nA_2013,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="missing category, metric, unit"):
        read_facts(path)


def test_storms_by_name_or_name_and_year():
    known = shipped_facts()
    assert {f.event for f in of_storms(known, ["utor", "KAI-TAK_2012"])} == {
        "UTOR_2013", "KAI-TAK_2012"}
    with pytest.raises(InputError, match=r"2 storm\(s\) cannot be compared"):
        of_storms(known, ["NOPE", "NADA"])


def test_places():
    assert area_of("Guangdong + Guangxi") == ("44", "45")
    assert area_of("Guangdong (mainly Zhanjiang)") == ("44",)
    assert area_of("Zhanjiang") == ("4408",) and area_of("湛江") == ("4408",)
    assert area_of("China") == ()


def test_gbk_ragged_rows_repeats_and_units_of_other_things(tmp_path):
    good = "UTOR_2013,grid,10 kV poles down,816,poles,湛江,,paper,s"
    path = tmp_path / "facts.csv"
    path.write_bytes(("event,category,metric,value,unit,place,as_of,kind,source\n" + "\n".join((
        good, "UTOR_2013,grid,short", good,
        "UTOR_2013,grid,10 kV poles down,3,% of poles,Zhanjiang,,paper,s")) + "\n").encode("gbk"))
    with pytest.raises(InputError, match=r"row 3: 3 cells, expected 9"):
        read_facts_file(path)
    found = read_facts_file(path, skip_bad=True)
    assert [(fact.value, fact.why_not) for fact in found.facts] == [
        (816.0, ""), (3.0, "counted in % of poles, not in structures")]
    assert found.notes == ("rows 2 and 4 say the same: counted once",)
    assert [problem.row for problem in found.rejected] == [3]


def test_a_track_of_another_storm_is_not_passed_over(samples):
    with pytest.raises(InputError, match="no track given is of KAI-TAK_2012; they are of HATO 201"):
        find_tracks(["KAI-TAK_2012"], [samples / "hato_2017.csv"])
