"""Make yunnan_portfolio.csv: a synthetic book around Yangbi and Dali, seeded.

Nothing in it is a real asset, client or policy. Places are real towns; corridors are lines drawn
by hand between them; sums insured, numbers of insured people, names and terms are ours. Policies
are written by branches near and far: the grid's in Kunming, the power plants' also in Guangzhou.

    python make_yunnan_portfolio.py [OUT.csv]
"""

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
from sample_parts import add_lines, rounded, towers_along, write_rows

from riskcloud.exposure.classes import asset_classes
from riskcloud.geo.points import haversine_m

SEED = 20210521  # the day of the Yangbi earthquake
MARK = "SYNTHETIC-YUNNAN"
SPACING_M = 550.0  # between towers: longer in mountains than the 353 m of Guangxi's lines (ours)
HEADER = (
    "PortNumber", "AccNumber", "PolNumber", "LocNumber", "LocName", "ClientNumber", "BranchName",
    "AssetClass", "OccupancyCode", "ConstructionCode", "CountryCode", "AreaName", "CountyName",
    "Longitude", "Latitude", "CoordinateSystem", "Geom", "NumberOfBuildings", "InsuredPeople",
    "BuildingTIV", "ContentsTIV", "BITIV", "LocCurrency", "LocPerilsCovered", "LocInceptionDate",
    "LocExpiryDate", "StructureHeight", "YearBuilt", "NumberOfStoreys", "Vs30", "LocDed6All",
    "LocDedType6All", "LocLimit6All",
)
# county, prefecture (its branch), lon, lat of its town (rounded), share of the book's buildings
TOWNS = (
    ("漾濞县", "大理", 99.955, 25.67, 3), ("大理市", "大理", 100.225, 25.60, 12),
    ("洱源县", "大理", 99.955, 26.11, 3), ("云龙县", "大理", 99.37, 25.89, 2),
    ("永平县", "大理", 99.54, 25.46, 3), ("巍山县", "大理", 100.31, 25.23, 3),
    ("祥云县", "大理", 100.55, 25.48, 4), ("宾川县", "大理", 100.58, 25.83, 3),
    ("弥渡县", "大理", 100.49, 25.34, 2), ("剑川县", "大理", 99.91, 26.54, 2),
    ("鹤庆县", "大理", 100.18, 26.56, 2), ("隆阳区", "保山", 99.165, 25.115, 7),
    ("昌宁县", "保山", 99.61, 24.83, 2), ("腾冲市", "保山", 98.495, 25.02, 4),
    ("古城区", "丽江", 100.23, 26.875, 6), ("楚雄市", "楚雄", 101.53, 25.04, 5),
    ("凤庆县", "临沧", 99.93, 24.585, 2), ("泸水市", "怒江", 98.855, 25.82, 1),
    ("五华区", "昆明", 102.70, 25.045, 10), ("安宁市", "昆明", 102.48, 24.92, 4),
)
# class, way points of a corridor; the grid's policies are written in Kunming
CORRIDORS = (
    ("tower_500kv", ((99.30, 25.35), (99.70, 25.42), (100.05, 25.40), (100.45, 25.38))),
    ("tower_500kv", ((100.45, 25.38), (101.00, 25.22), (101.45, 25.12))),
    ("tower_220kv", ((99.96, 26.08), (100.00, 25.88), (100.08, 25.72), (100.18, 25.58))),
    ("tower_220kv", ((99.20, 25.15), (99.50, 25.42), (99.80, 25.55), (100.15, 25.55))),
    ("tower_110kv", ((99.95, 25.66), (100.08, 25.62), (100.20, 25.60))),
    ("tower_110kv", ((99.90, 26.50), (99.94, 26.30), (99.95, 26.12))),
    ("tower_110kv", ((100.18, 26.56), (100.22, 26.75), (100.23, 26.86))),
    ("tower_35kv", ((99.94, 25.68), (99.86, 25.78), (99.80, 25.88))),
)
LINES = (
    ("line_10kv", ((99.96, 25.67), (99.99, 25.72), (100.02, 25.77))),
    ("line_10kv", ((99.93, 25.66), (99.88, 25.61), (99.82, 25.57))),
    ("line_35kv", ((100.30, 25.25), (100.34, 25.36), (100.30, 25.50))),
    ("line_110kv", ((99.54, 25.47), (99.42, 25.62), (99.37, 25.88))),
    ("line_110kv", ((100.55, 25.50), (100.57, 25.66), (100.58, 25.82))),
    ("line_220kv", ((100.24, 25.62), (100.60, 25.45), (101.00, 25.25), (101.50, 25.06))),
    ("line_500kv", ((99.17, 25.20), (99.60, 25.36), (100.10, 25.45), (100.55, 25.52))),
)
# class: how many, sum insured CNY low and high, share of contents, of a year's BI, insured people
OTHERS: dict[str, tuple[int, float, float, float, float, int]] = {
    "substation": (60, 3e7, 3.5e8, 0.65, 0.05, 15),
    "equipment": (40, 5e5, 2e7, 1.0, 0.0, 0),
    "pole_concrete": (90, 4e3, 1.2e4, 0.0, 0.0, 0),
    "plant_thermal": (3, 1e9, 3e9, 0.7, 0.15, 400),
    "plant_hydro": (26, 8e7, 1.6e9, 0.5, 0.1, 80),
    "plant_solar": (20, 2e7, 3e8, 0.9, 0.08, 12),
    "plant_wind": (18, 5e7, 6e8, 0.9, 0.08, 20),
    "building_residential": (170, 5e6, 2e8, 0.05, 0.0, 300),
    "building_commercial": (110, 5e6, 3e8, 0.3, 0.1, 120),
    "building_industrial": (90, 5e6, 2.5e8, 0.5, 0.1, 150),
    "building_public": (80, 6e6, 1.5e8, 0.25, 0.0, 250),
}
TOWER_CNY = {"tower_35kv": (8e4, 1.6e5), "tower_110kv": (2e5, 4.5e5), "tower_220kv": (4.5e5, 9e5),
             "tower_500kv": (1.1e6, 2.4e6)}
STOREYS = {"building_residential": (1, 19), "building_commercial": (1, 13),
           "building_industrial": (1, 4), "building_public": (1, 7)}
OED_CONSTRUCTION = {"building_residential": (5100, 5100, 5150, 5050),
                    "building_commercial": (5150, 5150, 5200), "building_industrial": (5200, 5150),
                    "building_public": (5150, 5100)}
GRID = ("tower", "line", "pole", "substation", "equipment")


class Book:
    """Rows of the portfolio, with clients, policies and branches given out."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.rows: list[dict[str, Any]] = []

    def near_town(self, asset_class: str) -> tuple[float, float]:
        """Return a point around a town, drawn by its share; plants further out than buildings."""
        share = np.array([row[4] for row in TOWNS], float)
        if asset_class == "plant_thermal":  # coal is burnt around Kunming
            share *= [row[1] == "昆明" for row in TOWNS]
        town = TOWNS[self.rng.choice(len(TOWNS), p=share / share.sum())]
        spread = 0.025 if asset_class.startswith("building") else 0.09
        lon, lat = self.rng.normal(0.0, spread, 2)
        return town[2] + lon, town[3] + lat

    def owner(self, group: str, prefecture: str, county: str) -> tuple[str, str, str]:
        """Return client, policy and branch of an asset.

        The grid has one client and two policies a prefecture, written in Kunming; plants belong to
        three groups, one insured in Guangzhou with a policy over many counties; buildings to five
        clients a prefecture with a policy a county, a sixth (a bank, a retailer) has one over the
        whole province, in Kunming.
        """
        place = sorted({row[1] for row in TOWNS}).index(prefecture)
        if group in GRID:
            kind = "T" if group in ("tower", "line", "pole") else "S"
            return "C001", f"P2021-GRID-{kind}{place + 1}", "昆明分公司"
        if group == "plant":
            which = int(self.rng.integers(3))
            branch = ("广州分公司", "昆明分公司", f"{prefecture}分公司")[which]
            return f"C00{which + 2}", f"P2021-GEN-{which + 1}", branch
        which = int(self.rng.integers(6))
        if which == 5:
            return "C090", "P2021-CHAIN-1", "昆明分公司"
        client = f"C{10 + 5 * place + which:03d}"
        number = [row[0] for row in TOWNS].index(county) + 1
        return client, f"P2021-{client}-{number:02d}", f"{prefecture}分公司"

    def add(self, asset_class: str, lon: float, lat: float, **cells: Any) -> None:
        """Append one location; its county, branch and client follow from place and class."""
        rng, item = self.rng, asset_classes()[asset_class]
        county, prefecture = min(
            TOWNS, key=lambda row: float(haversine_m(lon, lat, row[2], row[3])))[:2]
        client, policy, branch = self.owner(item.group, prefecture, county)
        begin, end = self.period()
        number = len(self.rows) + 1
        self.rows.append({
            "PortNumber": MARK, "AccNumber": f"A{client[1:]}", "PolNumber": policy,
            "LocNumber": f"YN{number:05d}", "LocName": f"示例{item.label_zh}{number}",
            "ClientNumber": client, "BranchName": branch, "AssetClass": asset_class,
            "OccupancyCode": item.oed_occupancy, "ConstructionCode": item.oed_construction,
            "CountryCode": "CN", "AreaName": "云南", "CountyName": county,
            "Longitude": f"{lon:.5f}", "Latitude": f"{lat:.5f}", "CoordinateSystem": "WGS84",
            "NumberOfBuildings": 1, "LocCurrency": "CNY", "LocPerilsCovered": "QEQ",
            "LocInceptionDate": begin, "LocExpiryDate": end,
            "YearBuilt": int(rng.integers(1975, 2021)),
        } | cells)

    def period(self) -> tuple[str, str]:
        """Return a year of cover; 4 locations in 100 are not covered on 21 May 2021."""
        draw = self.rng.random()
        if draw < 0.02:
            return "2020-01-01", "2020-12-31"
        if draw < 0.04:
            return "2021-07-01", "2022-06-30"
        return ("2020-10-01", "2021-09-30") if draw < 0.3 else ("2021-01-01", "2021-12-31")


def add_towers(book: Book) -> None:
    """Add the towers of every corridor."""
    for asset_class, points in CORRIDORS:
        low, high = TOWER_CNY[asset_class]
        for lon, lat in towers_along(points, SPACING_M, book.rng):
            book.add(asset_class, lon, lat, BuildingTIV=rounded(book.rng.uniform(low, high)),
                     LocDed6All=0.1, LocDedType6All=1)


def add_others(book: Book) -> None:
    """Add substations, plants, poles, equipment and buildings around the towns."""
    rng = book.rng
    for asset_class, (count, low, high, contents, bi, people) in OTHERS.items():
        for _ in range(count):
            lon, lat = book.near_town(asset_class)
            value = math.exp(rng.uniform(math.log(low), math.log(high)))
            cells: dict[str, Any] = {
                "BuildingTIV": rounded(value * (1 - contents)) if contents < 1 else 0,
                "ContentsTIV": rounded(value * contents) if contents else "",
                "BITIV": rounded(value * bi) if bi else "",
                "InsuredPeople": int(rng.integers(0, 2 * people)) if people else "",
                "LocDed6All": 0.005 if value > 1e8 else 20000 if value > 1e6 else 1000,
                "LocDedType6All": 2 if value > 1e8 else 0,
                "LocLimit6All": rounded(0.5 * value) if value > 8e8 else "",
                # a quarter of the sites is surveyed; lake and valley sediments around Dali
                "Vs30": int(rng.choice((230, 290, 380, 520, 760))) if rng.random() < 0.25 else "",
            }
            if asset_class in STOREYS:
                cells["NumberOfStoreys"] = int(rng.integers(*STOREYS[asset_class]))
                cells["ConstructionCode"] = int(rng.choice(OED_CONSTRUCTION[asset_class]))
            book.add(asset_class, lon, lat, **cells)


def make(out: Path) -> int:
    """Write the portfolio and return how many locations it has."""
    book = Book(np.random.default_rng(SEED))
    add_towers(book)
    add_lines(book.add, LINES)
    add_others(book)
    write_rows(out, HEADER, book.rows)
    return len(book.rows)


if __name__ == "__main__":
    here = Path(__file__).with_name("yunnan_portfolio.csv")
    print(make(Path(sys.argv[1]) if len(sys.argv) > 1 else here), "locations")
