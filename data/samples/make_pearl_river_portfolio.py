"""Make pearl_river_portfolio.csv: a synthetic book of grid assets and buildings, seeded.

Nothing in it is a real asset, client or policy. Places are real towns and coasts; corridors are
lines drawn by hand between them; sums insured, names and terms are ours, of the order of Chinese
practice. Design winds follow GB 50009-2012 Table E.5 and the return periods of GB 50545-2010.

    python make_pearl_river_portfolio.py LAND_MASK.tif [OUT.csv]

LAND_MASK is the 30 arc-second GLOBE mask (land = 1) of the project's real data.
"""

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from sample_parts import add_lines, rounded, towers_along, write_rows

from riskcloud.exposure.classes import asset_classes
from riskcloud.geo.points import haversine_m

SEED = 20170823  # the day Hato made landfall at Zhuhai
MARK = "SYNTHETIC-PEARL-RIVER"
SPACING_M = 350.0  # between towers: the median of OpenStreetMap power lines in Guangxi is 353 m
HEADER = (
    "PortNumber", "AccNumber", "PolNumber", "LocNumber", "LocName", "ClientNumber", "BranchName",
    "AssetClass", "OccupancyCode", "ConstructionCode", "CountryCode", "AreaName", "CountyName",
    "Longitude", "Latitude", "CoordinateSystem", "Geom", "NumberOfBuildings", "BuildingTIV",
    "ContentsTIV", "BITIV", "LocCurrency", "LocPerilsCovered", "LocInceptionDate",
    "LocExpiryDate", "DesignWindSpeed", "DesignReturnPeriod", "DesignTerrain", "StructureHeight",
    "YearBuilt", "NumberOfStoreys", "LocDed6All", "LocDedType6All", "LocLimit6All",
)
# county, branch, country, province, lon, lat of its town (rounded)
COUNTIES = (
    ("越秀区", "广州", "CN", "广东", 113.27, 23.13),
    ("番禺区", "广州", "CN", "广东", 113.38, 22.94),
    ("南沙区", "广州", "CN", "广东", 113.52, 22.78),
    ("增城区", "广州", "CN", "广东", 113.81, 23.27),
    ("从化区", "广州", "CN", "广东", 113.58, 23.55),
    ("宝安区", "深圳", "CN", "广东", 113.88, 22.60),
    ("福田区", "深圳", "CN", "广东", 114.06, 22.54),
    ("龙岗区", "深圳", "CN", "广东", 114.25, 22.72),
    ("大鹏新区", "深圳", "CN", "广东", 114.47, 22.60),
    ("香洲区", "珠海", "CN", "广东", 113.54, 22.26),
    ("斗门区", "珠海", "CN", "广东", 113.28, 22.21),
    ("金湾区", "珠海", "CN", "广东", 113.36, 22.12),
    ("石岐区", "中山", "CN", "广东", 113.38, 22.52),
    ("三乡镇", "中山", "CN", "广东", 113.43, 22.36),
    ("新会区", "江门", "CN", "广东", 113.03, 22.46),
    ("台山市", "江门", "CN", "广东", 112.79, 22.25),
    ("广海镇", "江门", "CN", "广东", 112.79, 21.97),
    ("恩平市", "江门", "CN", "广东", 112.31, 22.18),
    ("禅城区", "佛山", "CN", "广东", 113.12, 23.02),
    ("顺德区", "佛山", "CN", "广东", 113.29, 22.81),
    ("莞城街道", "东莞", "CN", "广东", 113.75, 23.03),
    ("虎门镇", "东莞", "CN", "广东", 113.68, 22.82),
    ("惠城区", "惠州", "CN", "广东", 114.41, 23.09),
    ("惠阳区", "惠州", "CN", "广东", 114.46, 22.80),
    ("惠东县", "惠州", "CN", "广东", 114.72, 22.98),
    ("平海镇", "惠州", "CN", "广东", 114.86, 22.60),
    ("元朗区", "深圳", "HK", "香港", 114.03, 22.44),
    ("九龙城区", "深圳", "HK", "香港", 114.19, 22.33),
    ("花地玛堂区", "珠海", "MO", "澳门", 113.55, 22.205),
)
# GB 50009-2012 Table E.5: basic wind pressure w0 for 10 and 100 years, kN/m2
STATIONS = (
    ("广州", 113.28, 23.13, 0.30, 0.60), ("高要", 112.46, 23.03, 0.30, 0.60),
    ("惠阳", 114.46, 22.79, 0.35, 0.60), ("台山", 112.79, 22.25, 0.35, 0.65),
    ("深圳", 114.08, 22.55, 0.45, 0.90), ("汕尾", 115.36, 22.78, 0.50, 1.00),
    ("阳江", 111.97, 21.86, 0.45, 0.90), ("河源", 114.69, 23.75, 0.20, 0.35),
    ("佛冈", 113.53, 23.87, 0.20, 0.35), ("澳门", 113.54, 22.20, 0.75, 0.90),
    ("香港", 114.17, 22.32, 0.80, 0.95),
)
# class, way points of a corridor
CORRIDORS = (
    ("tower_500kv", ((113.02, 22.30), (113.10, 22.48), (113.20, 22.66), (113.30, 22.86))),
    ("tower_500kv", ((114.55, 22.66), (114.40, 22.83), (114.15, 22.90), (113.90, 23.05))),
    ("tower_500kv", ((112.92, 22.28), (112.98, 22.42))),
    ("tower_220kv", ((113.22, 22.03), (113.27, 22.15), (113.33, 22.30), (113.40, 22.48))),
    ("tower_220kv", ((113.44, 22.24), (113.47, 22.36), (113.50, 22.50), (113.51, 22.66))),
    ("tower_220kv", ((113.86, 22.66), (113.80, 22.80), (113.78, 22.98))),
    ("tower_220kv", ((113.30, 22.86), (113.42, 22.98), (113.55, 23.10))),
    ("tower_330kv", ((114.20, 23.00), (114.32, 23.10))),
    ("tower_110kv", ((113.35, 22.16), (113.42, 22.24), (113.50, 22.28))),
    ("tower_110kv", ((113.40, 22.48), (113.33, 22.60), (113.28, 22.76))),
    ("tower_110kv", ((112.76, 22.00), (112.70, 22.10), (112.64, 22.16))),
    ("tower_110kv", ((113.96, 22.58), (114.08, 22.64), (114.22, 22.74))),
    ("tower_110kv", ((113.70, 22.86), (113.72, 22.96), (113.80, 23.04))),
    ("tower_110kv", ((114.46, 22.82), (114.58, 22.86), (114.72, 22.94))),
    ("tower_35kv", ((113.20, 22.18), (113.26, 22.24), (113.29, 22.30))),
)
LINES = (
    ("line_10kv", ((113.53, 22.30), (113.55, 22.34), (113.57, 22.36))),
    ("line_10kv", ((113.28, 22.20), (113.30, 22.24), (113.34, 22.26))),
    ("line_10kv", ((112.78, 22.24), (112.80, 22.18), (112.84, 22.12))),
    ("line_10kv", ((113.66, 22.84), (113.70, 22.88), (113.74, 22.92))),
    ("line_35kv", ((113.02, 22.44), (113.06, 22.38), (113.10, 22.32))),
    ("line_35kv", ((114.70, 22.96), (114.76, 22.90), (114.80, 22.80))),
    ("line_110kv", ((113.10, 22.98), (113.18, 22.90), (113.26, 22.84))),
    ("line_110kv", ((114.24, 22.70), (114.32, 22.70), (114.40, 22.74))),
    ("line_110kv", ((113.36, 22.12), (113.40, 22.17), (113.44, 22.22))),
    ("line_220kv", ((113.80, 23.24), (113.70, 23.14), (113.58, 23.08))),
    ("line_220kv", ((112.42, 22.26), (112.60, 22.36), (112.90, 22.46))),
    ("line_500kv", ((113.20, 22.66), (113.36, 22.70), (113.48, 22.76))),
)
# class: how many, sum insured CNY low and high, share of contents, share of a year's BI, height m
OTHERS: dict[str, tuple[int, float, float, float, float, float]] = {
    "substation": (70, 4e7, 4e8, 0.65, 0.05, 12.0),
    "equipment": (50, 5e5, 2e7, 1.0, 0.0, 4.0),
    "pole_concrete": (110, 4e3, 1.2e4, 0.0, 0.0, 12.0),
    "pole_steel": (30, 1.5e4, 5e4, 0.0, 0.0, 15.0),
    "plant_thermal": (6, 1.5e9, 5e9, 0.7, 0.15, 80.0),
    "plant_hydro": (4, 1.5e8, 9e8, 0.5, 0.1, 30.0),
    "plant_solar": (16, 2e7, 3e8, 0.9, 0.08, 3.0),
    "plant_wind": (14, 3e7, 6e8, 0.9, 0.08, 90.0),
    "building_residential": (130, 2e7, 4e8, 0.05, 0.0, 0.0),
    "building_commercial": (100, 1e7, 8e8, 0.3, 0.1, 0.0),
    "building_industrial": (120, 8e6, 5e8, 0.5, 0.1, 0.0),
    "building_public": (45, 1e7, 3e8, 0.25, 0.0, 0.0),
}
TOWER_CNY = {"tower_35kv": (8e4, 1.6e5), "tower_110kv": (2e5, 4.5e5), "tower_220kv": (4.5e5, 9e5),
             "tower_330kv": (7e5, 1.3e6), "tower_500kv": (1.1e6, 2.4e6)}
TOWER_M = {"tower_35kv": 22, "tower_110kv": 32, "tower_220kv": 42, "tower_330kv": 50,
           "tower_500kv": 62}
STOREYS = {"building_residential": (6, 33), "building_commercial": (2, 40),
           "building_industrial": (1, 5), "building_public": (2, 12)}
OED_CONSTRUCTION = {"building_residential": (5150, 5150, 5100), "building_commercial": (5150, 5200),
                    "building_industrial": (5200, 5200, 5150), "building_public": (5150, 5100)}


class Land:
    """The land mask: is a point on land?"""

    def __init__(self, path: Path) -> None:
        with rasterio.open(path) as raster:
            self.grid, self.transform = raster.read(1), raster.transform

    def __call__(self, lon: float, lat: float) -> bool:
        """Return whether (lon, lat) [degrees] is on land."""
        column = int((lon - self.transform.c) / self.transform.a)
        row = int((lat - self.transform.f) / self.transform.e)
        return bool(self.grid[row, column] == 1)


def design_wind_m_s(lon: float, lat: float, return_period_yr: float) -> float:
    """Return the 10-min design wind at 10 m in open country, in the steps used for lines.

    Pressure for the return period by GB 50009-2012 eq. E.3.4 (linear in ln R between 10 and 100
    years), from the stations by inverse squared distance (ours), v = sqrt(1600 w0), rounded up
    to 25, 27, ... 37 m/s (ours; grid companies draw such zones).
    """
    x, y, w10, w100 = np.array([row[1:] for row in STATIONS]).T
    distance = np.maximum(haversine_m(lon, lat, x, y), 1e3)
    pressure = w10 + (w100 - w10) * (math.log(return_period_yr) / math.log(10.0) - 1.0)
    wind = math.sqrt(1600.0 * float(np.average(pressure, weights=distance**-2.0)))
    return min(max(25.0 + 2.0 * math.ceil((wind - 25.0) / 2.0), 25.0), 37.0)


class Book:
    """Rows of the portfolio, with clients and policies given out by place."""

    def __init__(self, land: Land, rng: np.random.Generator) -> None:
        self.land, self.rng = land, rng
        self.rows: list[dict[str, Any]] = []

    def near_town(self, asset_class: str) -> tuple[float, float]:
        """Return a point on land around a town; hydro and wind where they can be."""
        while True:
            town = COUNTIES[self.rng.integers(len(COUNTIES))]
            if not asset_class.startswith("building") and town[2] != "CN":
                continue
            spread = 0.015 if town[2] != "CN" else 0.05
            lon, lat = town[4] + self.rng.normal(0, spread), town[5] + self.rng.normal(0, spread)
            hilly = asset_class == "plant_hydro" and lat < 23.1
            calm = asset_class == "plant_wind" and lat > 22.7
            if self.land(lon, lat) and not hilly and not calm:
                return lon, lat

    def add(self, asset_class: str, lon: float, lat: float, **cells: Any) -> None:
        """Append one location; its county, branch and client follow from the place."""
        rng, item = self.rng, asset_classes()[asset_class]
        towns = [row for row in COUNTIES
                 if row[2] == "CN" or asset_class.startswith("building")]
        county, branch, country, province, _, _ = min(
            towns, key=lambda row: float(haversine_m(lon, lat, row[4], row[5])))
        branches = sorted({row[1] for row in COUNTIES})
        # five clients a branch: the first owns the grid, the second plants, all but it buildings
        grid = ("tower", "line", "pole", "substation", "equipment")
        which = 0 if item.group in grid else 1 if item.group == "plant" else int(rng.integers(1, 5))
        client = branches.index(branch) * 5 + which + 1
        begin, end = self.period(client)
        years = item.design_return_period_yr
        number = len(self.rows) + 1
        self.rows.append({
            "PortNumber": MARK, "AccNumber": f"A{client:03d}",
            "PolNumber": f"P{begin[:4]}{client:03d}",
            "LocNumber": f"PR{number:05d}", "LocName": f"示例{item.label_zh}{number}",
            "ClientNumber": f"C{client:03d}", "BranchName": f"{branch}分公司",
            "AssetClass": asset_class, "OccupancyCode": item.oed_occupancy,
            "ConstructionCode": item.oed_construction, "CountryCode": country,
            "AreaName": province, "CountyName": county, "Longitude": f"{lon:.5f}",
            "Latitude": f"{lat:.5f}", "CoordinateSystem": "WGS84", "NumberOfBuildings": 1,
            "LocCurrency": "CNY", "LocPerilsCovered": "WW1", "LocInceptionDate": begin,
            "LocExpiryDate": end, "YearBuilt": int(rng.integers(1992, 2017)),
        } | self.design(item.group, lon, lat, years) | cells)

    def design(self, group: str, lon: float, lat: float, years: float) -> dict[str, Any]:
        """Return design wind, return period and terrain of structures designed for wind."""
        if group not in ("tower", "line", "pole"):
            return {}
        return {"DesignWindSpeed": f"{design_wind_m_s(lon, lat, years):g}",
                "DesignReturnPeriod": f"{years:g}", "DesignTerrain": "B"}

    def period(self, client: int) -> tuple[str, str]:
        """Return the client's year of cover; 3 locations in 100 are not covered under Hato."""
        draw = self.rng.random()
        if draw < 0.015:
            return "2016-07-01", "2017-06-30"
        if draw < 0.03:
            return "2017-09-01", "2018-08-31"
        return ("2017-04-01", "2018-03-31") if client % 3 == 0 else ("2017-01-01", "2017-12-31")


def add_towers(book: Book) -> None:
    """Add the towers of every corridor that stand on land."""
    for asset_class, points in CORRIDORS:
        low, high = TOWER_CNY[asset_class]
        for lon, lat in towers_along(points, SPACING_M, book.rng):
            if book.land(lon, lat):
                book.add(asset_class, lon, lat, BuildingTIV=rounded(book.rng.uniform(low, high)),
                         StructureHeight=TOWER_M[asset_class] + int(book.rng.integers(-4, 9)),
                         LocDed6All=0.1, LocDedType6All=1)


def add_others(book: Book) -> None:
    """Add substations, plants, poles, equipment and buildings around the towns."""
    rng = book.rng
    for asset_class, (count, low, high, contents, bi, height) in OTHERS.items():
        for _ in range(count):
            lon, lat = book.near_town(asset_class)
            value = math.exp(rng.uniform(math.log(low), math.log(high)))
            cells: dict[str, Any] = {
                "BuildingTIV": rounded(value * (1 - contents)) if contents < 1 else 0,
                "ContentsTIV": rounded(value * contents) if contents else "",
                "BITIV": rounded(value * bi) if bi else "",
                "LocDed6All": 0.005 if value > 1e8 else 20000 if value > 1e6 else 1000,
                "LocDedType6All": 2 if value > 1e8 else 0,
                "LocLimit6All": rounded(0.4 * value) if value > 1e9 else "",
                "StructureHeight": f"{height:g}" if height else "",
            }
            if asset_class in STOREYS:
                cells["NumberOfStoreys"] = int(rng.integers(*STOREYS[asset_class]))
                cells["ConstructionCode"] = int(rng.choice(OED_CONSTRUCTION[asset_class]))
            book.add(asset_class, lon, lat, **cells)


def make(mask: Path, out: Path) -> int:
    """Write the portfolio and return how many locations it has."""
    book = Book(Land(mask), np.random.default_rng(SEED))
    add_towers(book)
    add_lines(book.add, LINES)
    add_others(book)
    write_rows(out, HEADER, book.rows)
    return len(book.rows)


if __name__ == "__main__":
    here = Path(__file__).with_name("pearl_river_portfolio.csv")
    print(make(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else here), "locations")
