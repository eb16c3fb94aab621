"""What was understood of a portfolio, in numbers."""

import json
from pathlib import Path

from riskcloud.exposure.describe import describe_portfolio
from riskcloud.exposure.read import read_portfolio

CSV = """\
LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency,ClientNumber,DesignWindSpeed
L1,tower_110kv,113.5,22.2,100,CNY,A,31
L2,tower_110kv,113.6,22.3,50,CNY,B,
L3,substation,113.7,22.4,70,HKD,A,
"""


def test_sums_of_different_currencies_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(CSV)
    found = describe_portfolio(read_portfolio(path))
    assert found["n_locations"] == 3 and found["n_design_wind"] == 1 and found["n_lines"] == 0
    assert found["extent"] == [113.5, 22.2, 113.7, 22.4]
    assert found["by_currency"] == [{"currency": "CNY", "n_locations": 2, "tiv": 150.0},
                                    {"currency": "HKD", "n_locations": 1, "tiv": 70.0}]
    assert found["by_client_id"][0] == {
        "client_id": "A", "currency": "CNY", "n_locations": 1, "tiv": 100.0}
    assert found["inception_date"] == []
    json.dumps(found)
