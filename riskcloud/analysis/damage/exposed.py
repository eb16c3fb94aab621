"""The structures that a storm could have brought down: where, how many, designed for what wind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from riskcloud.analysis.damage.areas import prefecture_of, within
from riskcloud.analysis.damage.corridors import draw_corridors, structures_along
from riskcloud.catalog import Card, load_card
from riskcloud.geo.raster import is_land
from riskcloud.types import Floats
from riskcloud.vulnerability.design import design_gust_3s

CARD: Final = ("grid_exposure", "south_china_synthetic")
TOWERS_OF_GUANGXI: Final = ("grid_exposure", "guangxi_osm")
HALF_CELL_DEG: Final = 0.05
TRANSFORMER: Final = "transformer"
THIN_M: Final = 50.0
"""Vertices of a drawn line nearer to another than this are terminals and detail, no towers."""


@dataclass(frozen=True, slots=True)
class Structures:
    """Structures in the open, one row a place.

    Columns (n,): ``asset_class`` whose curves hold, ``kind`` (tower, pole, transformer),
    ``voltage_kv``, lon, lat, ``number`` of structures there, ``design_gust_m_s`` (3-s gust at
    10 m over open country that it was designed for; NaN unknown), ``supports`` (a transformer
    falls when one of its poles does), ``terrain`` of GB 50009 it stands in where no layer says
    it, ``prefecture`` code. ``count_sigma`` by kind: sd of
    ln of how many there are. ``source`` and ``notes`` say where the numbers come from.
    """

    table: pd.DataFrame
    count_sigma: dict[str, float]
    source: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.table)

    def select(self, keep: npt.NDArray[np.bool_]) -> "Structures":
        """Return the rows that are kept."""
        return Structures(self.table[keep].reset_index(drop=True), self.count_sigma, self.source,
                          self.notes)


def code_wind(v10: Floats, v100: Floats, years: Floats) -> Floats:
    """Basic wind of a return period from those of 10 and 100 years [m/s].

    Source: GB 50009-2012, E.3.4: x_R = x_10 + (x_100 - x_10) (ln R / ln 10 - 1), there for the
    pressure; the wind goes with its root.
    """
    pressure = v10**2 + (v100**2 - v10**2) * (np.log(years) / np.log(10.0) - 1.0)
    return np.asarray(np.sqrt(pressure))


def default_structures() -> Structures:
    """Structures of Guangdong, Guangxi and Hainan that ship: OSM towers, corridors, poles.

    Towers of 110 kV and above in Guangxi are vertices of OpenStreetMap's lines; elsewhere and for
    35 kV they are invented along seeded corridors of the published length; 10 kV poles and
    transformers go with the people (models/grid_exposure).
    """
    card = load_card(*CARD)
    cells = pd.DataFrame(card.rows("cells.csv"))
    for name in ("lon", "lat", "land_km2", "people", "v10", "v100"):
        cells[name] = cells[name].astype(float)
    osm = load_card(*TOWERS_OF_GUANGXI)
    parts = [_corridor_towers(card, cells), _osm_towers(osm), _poles(card, cells)]
    table = pd.concat(parts, ignore_index=True)
    table["design_gust_m_s"] = design_gust_3s(_design_wind(table, cells))
    sigma = float(card["uncertainty"]["count_sigma"])
    return Structures(table, dict.fromkeys(("tower", "pole", TRANSFORMER), sigma),
                      (f"{card.name} {card['version']}", f"{osm.name} {osm['version']}"),
                      ("grid structures are stand-ins: counts by area from published lengths and "
                       "people, places invented (models/grid_exposure)",))


def _corridor_towers(card: Card, cells: pd.DataFrame) -> pd.DataFrame:
    """Towers of 110 kV and above outside Guangxi, and of 35 kV everywhere."""
    rules, parts = card["corridors"], []
    for code, (province, here) in enumerate(cells.groupby("province", sort=True)):
        area = float(here["land_km2"].sum())
        weight = (here["people"] / here["land_km2"]).to_numpy() ** rules["density_power"] * here[
            "land_km2"].to_numpy()
        up = rules["km_per_km2_220kv_up"] * area
        lengths = {110: rules["km_per_km2_110kv"] * area, 220: up * (1 - rules["share_500kv"]),
                   500: up * rules["share_500kv"], 35: rules["km_per_km2_35kv"] * area}
        for voltage, length in lengths.items():
            if province == "guangxi" and voltage > 35:
                continue
            rng = np.random.default_rng([int(card["seed"]), code, voltage])
            ends = draw_corridors(rng, here["lon"].to_numpy(), here["lat"].to_numpy(), weight,
                                  area_km2=area, length_km=length, half_cell_deg=HALF_CELL_DEG)
            lon, lat, _ = structures_along(
                ends, rules["span_35kv_m" if voltage == 35 else "span_m"])
            land = is_land(lon, lat)
            parts.append(_rows("tower", f"tower_{voltage}kv", voltage, lon[land], lat[land]))
    return pd.concat(parts, ignore_index=True)


def _osm_towers(card: Card) -> pd.DataFrame:
    towers = pd.read_parquet(card.file("towers.parquet"))
    parts = [_rows("tower", f"tower_{kv}kv", int(str(kv)), here["lon_1e5"].to_numpy() / 1e5,
                   here["lat_1e5"].to_numpy() / 1e5) for kv, here in towers.groupby("voltage_kv")]
    return pd.concat(parts, ignore_index=True)


def _poles(card: Card, cells: pd.DataFrame) -> pd.DataFrame:
    """10 kV poles and transformers on poles, a row a cell."""
    rules, own = card["poles_10kv"], card["transformers"]
    wanted = rules["overhead_m_per_person"] * cells["people"].to_numpy() / 1e3
    km = np.minimum(wanted, rules["most_km_per_km2"] * cells["land_km2"].to_numpy())
    lon, lat = cells["lon"].to_numpy(), cells["lat"].to_numpy()
    poles = _rows("pole", "pole_concrete", 10, lon, lat, number=km * 1e3 / rules["span_m"],
                  terrain=rules["terrain"])
    # cities that are cabled have their transformers indoors too
    outdoors = np.divide(km, wanted, out=np.ones_like(km), where=wanted > 0.0)
    transformers = _rows(
        TRANSFORMER, "pole_concrete", 10, lon, lat, supports=int(own["poles_each"]),
        terrain=rules["terrain"],
        number=cells["people"].to_numpy() * own["per_person"] * own["share_on_poles"] * outdoors)
    return pd.concat([poles, transformers], ignore_index=True)


def _rows(kind: str, asset_class: str, voltage: int, lon: Floats, lat: Floats, *,
          number: Any = 1.0, supports: int = 1, terrain: str = "B") -> pd.DataFrame:
    return pd.DataFrame({
        "kind": kind, "asset_class": asset_class, "voltage_kv": float(voltage), "lon": lon,
        "lat": lat, "number": number, "supports": supports, "design_gust_m_s": np.nan,
        "terrain": terrain, "prefecture": prefecture_of(lon, lat)})


def _design_wind(table: pd.DataFrame, cells: pd.DataFrame) -> Floats:
    """Basic wind of each structure's code at the nearest cell, not below the code's least."""
    rules = {row["asset_class"]: row for row in load_card("", "asset_classes").rows("classes.csv")}
    years = table["asset_class"].map(
        lambda name: float(rules[name]["design_return_period_yr"])).to_numpy()
    least = table["asset_class"].map(
        lambda name: float(rules[name]["design_wind_min_m_s"])).to_numpy()
    _, cell = cKDTree(cells[["lon", "lat"]].to_numpy()).query(table[["lon", "lat"]].to_numpy())
    wind = code_wind(cells["v10"].to_numpy()[cell], cells["v100"].to_numpy()[cell], years)
    return np.asarray(np.maximum(wind, least))


def joined(parts: Sequence[Structures]) -> Structures:
    """Return the structures of several files together."""
    sigma: dict[str, float] = {}
    for part in parts:
        sigma |= part.count_sigma
    return Structures(pd.concat([part.table for part in parts], ignore_index=True), sigma,
                      tuple(word for part in parts for word in part.source),
                      tuple(note for part in parts for note in part.notes))


def in_area(structures: Structures, area: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Which structures stand in an area (``areas.area_of``)."""
    return within(structures.table["prefecture"].to_numpy(), area)


def thin(lon: Floats, lat: Floats, apart_m: float = THIN_M) -> npt.NDArray[np.bool_]:
    """Which points stay so that none is nearer than ``apart_m`` to one before it in the file."""
    metre = 1.0 / 111_195.0
    flat = np.c_[np.asarray(lon) * np.cos(np.radians(np.mean(lat))), lat] / metre
    keep = np.ones(len(flat), dtype=bool)
    for i, j in sorted(cKDTree(flat).query_pairs(apart_m)):
        if keep[i]:
            keep[j] = False
    return keep
