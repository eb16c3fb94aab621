import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.exposure.claims import past_claims, read_claims
from riskcloud.messages import translated

TEXT = """赔案号,经度,纬度,赔款金额(万元),币种,出险日期,出险原因,被保险人
P1,113.300,23.130,12.5,人民币,2018-09-16,台风,甲厂
P2,113.301,23.130,3,CNY,2020-05-22,内涝,乙厂
P3,113.302,23.130,1,HKD,2017-08-23,台风,丙厂
P4,114.500,22.500,9,CNY,2018-09-16,台风,丁厂
"""


def write(tmp_path, text):
    path = tmp_path / "claims.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_claims_near_a_place_by_peril_and_currency(tmp_path):
    claims = read_claims(write(tmp_path, TEXT))
    assert claims.amount.tolist() == pytest.approx([125e3, 30e3, 10e3, 90e3])
    assert claims.currency.tolist() == ["CNY", "CNY", "HKD", "CNY"]
    found = past_claims(claims, np.array([113.3]), np.array([23.13]), radius_m=500.0)
    assert [(one.peril, one.strength_unit, one.event) for one in found] == [
        ("flood", "CNY", ("P2",)), ("typhoon", "CNY", ("P1",)), ("typhoon", "HKD", ("P3",))]
    assert found[1].strength.tolist() == [125e3]
    assert (found[0].first_year, found[0].last_year) == (2017, 2020)
    assert found[0].name == ("乙厂",)
    assert translated(found[0].layer.detail, "zh") != found[0].layer.detail


def test_bad_claims_are_told_all_at_once(tmp_path):
    path = write(tmp_path, "lon,lat,amount,currency,date\n113,23,x,CNY,2020-01-01\n"
                 "113,23,5,XXQ,2020-01-01\n113,23,5,,2020-13-01\n113,23,7,CNY,\n")
    with pytest.raises(InputError) as caught:
        read_claims(path)
    assert {(one.row, one.column) for one in caught.value.problems} == {
        (2, "amount"), (3, "currency"), (4, "currency"), (4, "date")}
    left = read_claims(path, skip_bad=True)
    assert left.amount.tolist() == [7.0]
    assert len(left.rejected) == 4
    assert read_claims(path, currency="CNY", skip_bad=True).amount.tolist() == [7.0]


def test_a_file_without_amounts_is_refused(tmp_path):
    with pytest.raises(InputError, match="no column of amounts"):
        read_claims(write(tmp_path, "lon,lat,currency\n113,23,CNY\n"))
