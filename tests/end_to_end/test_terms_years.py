"""``riskcloud terms`` with years and dates, then ``riskcloud explain`` of one of its events."""

import json

LOCATION = """PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,BuildingTIV,\
LocPeril,LocDed6All,LocDedType6All,LocDedCode6All
1,1,1,CN,AA1,CNY,1000,AA1,150,0,1
"""
ACCOUNT = """PortNumber,AccNumber,PolNumber,PolPerilsCovered,AccCurrency,PolInceptionDate,\
PolExpiryDate
1,1,A,AA1,CNY,2026-01-01,2027-06-30
"""
INFO = """ReinsNumber,ReinsPeril,ReinsType,PlacedPercent,ReinsCurrency,InuringPriority,OccLimit,\
OccAttachment,Reinstatement,ReinstatementCharge,ReinsPremium
1,AA1,CXL,1,CNY,1,100,20,1,1,10
"""
SCOPE = "ReinsNumber,PortNumber\n1,1\n"
LOSSES = """event_id,date,LocNumber,loss
a,2026-07-01,1,100
c,2026-09-01,1,400
b,2026-08-01,1,100
d,2027-08-01,1,500
"""


def test_a_years_events_and_one_of_them_explained(riskcloud, tmp_path):
    # 150 a year is the insured's: a pays nothing, b 50, c 400; d is behind the policy's expiry.
    # 100 xs 20, once reinstated at 10: of b 30, of c 100, premium 3 + 7
    paths = []
    for name, text in (("location", LOCATION), ("account", ACCOUNT), ("reins-info", INFO),
                       ("reins-scope", SCOPE), ("ground-up", LOSSES)):
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        paths += [f"--{name}", path]
    out = tmp_path / "out.csv"
    ran = riskcloud("terms", *paths, "--out", out, "--lang", "en", "--json")
    assert ran.status == 0, ran.err
    found = json.loads(ran.out)
    assert [(row["event_id"], row["loss_il"], row["loss_ri"]) for row in found["totals"]] == [
        ("a", 0, 0), ("b", 50, 20), ("c", 400, 300), ("d", 0, 0)]
    assert [(row["year"], row["ReinsNumber"], round(row["premium"], 9))
            for row in found["reinstatement_premium"]] == [(2026, "1", 10)]
    assert "1 event(s) struck policies or locations that were not in force on their day: these " \
           "pay nothing" in found["notes"]
    ran = riskcloud("explain", out, "--location", "1", "--event", "c", "--lang", "en", "--json")
    assert ran.status == 0, ran.err
    told = json.loads(ran.out)
    assert (told["loss_il"], told["loss_ri"]) == (400, 300)
    texts = [step["text"] for step in told["steps"]]
    assert "6All: annual deductible 150.00: earlier events of the year bore 150.00, this one at " \
           "most the rest: 0.00 off" in texts
    assert "per period: what is above 0.00, at most 200.00; earlier events brought 30.00, of " \
           "which 30.00 were recovered" in texts
