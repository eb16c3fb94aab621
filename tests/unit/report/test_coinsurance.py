"""Tables of coinsured policies."""

from riskcloud.report.coinsurance import coinsurance_tables
from riskcloud.report.text import load_text

PANEL = {"PortNumber": "1", "AccNumber": "A", "PolNumber": "P", "LayerNumber": ""}


def test_insurers_by_currency_and_shares_by_policy() -> None:
    said = {"insurers": [
        {"Insurer": "We", "currency": "CNY", "Lead": True, "Ours": True, "annual_loss": 30.0},
        {"Insurer": "", "currency": "CNY", "Lead": False, "Ours": False, "annual_loss": 10.0},
        {"Insurer": "We", "currency": "USD", "Lead": False, "Ours": True, "annual_loss": 5.0}],
        "panels": [{**PANEL, "Insurer": "We", "Share": 0.75, "Lead": True, "Ours": True},
                   {**PANEL, "Insurer": "", "Share": 0.25, "Lead": False, "Ours": False}]}
    paid, shares = coinsurance_tables(said, "CNY", load_text("en"))
    assert paid.rows == (("We", "leads, ours", "30"), ("(placed with nobody)", "–", "10"))
    assert shares.rows == (("1/A/P", "We", "leads, ours", "75%"),
                           ("1/A/P", "(placed with nobody)", "–", "25%"))
    assert coinsurance_tables(said, "EUR", load_text("en")) == []
