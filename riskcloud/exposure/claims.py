"""Claims of the past, read from a list, and found near places."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.codes import code_key, code_table, remedy_for
from riskcloud.geo.near import within_radius
from riskcloud.geo.point_records import PointRecords, read_point_records
from riskcloud.types import Floats, PlaceHistory, PlaceLayer, Times, span_words

RADIUS_M: Final = 1_000.0
"""How far "near" reaches where it is not said. Ours."""
MOST: Final = 1e13
"""A larger claim is a fault of unit or typing. Ours."""
UNITS: Final = {"": 1.0, "元": 1.0, "yuan": 1.0, "万元": 1e4, "万": 1e4, "亿元": 1e8, "亿": 1e8,
                "thousand": 1e3, "million": 1e6, "10k": 1e4}
_ID: Final = ("claim_id", "claim_number", "claimnumber", "id", "赔案号", "案件号", "报案号", "编号")
_AMOUNT: Final = ("amount", "claim", "claim_amount", "paid", "loss", "赔款", "赔款金额", "赔付金额",
                  "金额", "损失金额", "已决赔款")
_CURRENCY: Final = ("currency", "ccy", "币种", "货币")
_PERIL: Final = ("peril", "cause", "cause_of_loss", "灾种", "出险原因", "事故原因", "原因")
_DATE: Final = ("date", "loss_date", "date_of_loss", "time", "出险日期", "出险时间", "日期",
                "事故日期")
_NAME: Final = ("name", "insured", "site", "被保险人", "名称", "标的", "地点")
_PERILS: Final = {
    "typhoon": ("typhoon", "windstorm", "wind", "tropicalcyclone", "台风", "大风", "风灾",
                "热带气旋"),
    "rainstorm": ("rainstorm", "rain", "暴雨", "降雨", "雨灾"),
    "flood": ("flood", "waterlogging", "inundation", "洪水", "内涝", "积水", "水淹", "水灾",
              "洪涝"),
    "surge": ("surge", "stormsurge", "风暴潮"),
    "earthquake": ("earthquake", "quake", "地震"),
    "lightning": ("lightning", "雷击", "雷电"),
    "landslide": ("landslide", "debrisflow", "滑坡", "泥石流", "山体滑坡")}
_PERIL_OF: Final = {word: peril for peril, words in _PERILS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims, one a record.

    claim_id, name, currency (ISO 4217), peril (n,) words; a peril of another kind stays as it is
    written, "" where blank. lon, lat (n,) degrees WGS84; amount (n,) in the currency, NaN where
    blank; date (n,) UTC, NaT where blank. ``rejected``: rows set aside.
    """

    source: str
    claim_id: npt.NDArray[Any]
    name: npt.NDArray[Any]
    lon: Floats
    lat: Floats
    peril: npt.NDArray[Any]
    amount: Floats
    currency: npt.NDArray[Any]
    date: Times
    rejected: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lon)


def read_claims(path: Path, *, coordinates: str | None = None, currency: str | None = None,
                skip_bad: bool = False) -> Claims:
    """Return the claims of a file.

    Parameters
    ----------
    path : CSV, XLSX, Parquet, GeoJSON, GeoPackage or the like, a claim each row: longitude and
        latitude, amount (its unit, such as 万元, in the name or the cell), currency, date, peril,
        name and number, in English or Chinese.
    coordinates : WGS84, GCJ-02 or BD-09, of a file that does not say.
    currency : of rows that do not say.
    skip_bad : leave out rows with a fault, and name them in ``rejected``.

    Raises
    ------
    InputError : a file that cannot be read, one without a column of amounts; rows with a fault, all
        at once (place, amount, currency, date).
    """
    records = read_point_records(path, coordinates=coordinates)
    if records.header(_AMOUNT, tuple(UNITS)) is None:
        raise InputError(f"{path}: no column of amounts", [Problem(
            0, "amount", "", f"name it amount or 赔款金额; it has {', '.join(records.columns)}")])
    amount = records.numbers(_AMOUNT, units=UNITS, unit="", what="amount", low=0.0, high=MOST)
    date = records.times(_DATE)
    codes = _currencies(records, currency)
    perils = np.array([_PERIL_OF.get(code_key(word).replace(" ", ""), word)
                       for word in records.words(_PERIL)], object)
    good = records.checked(skip_bad=skip_bad)
    ids, names = records.words(_ID)[good], records.words(_NAME)[good]
    ids = np.where(ids == "", np.array([f"row {row}" for row in records.row[good]], object), ids)
    return Claims(records.source, ids, names, records.lon[good], records.lat[good], perils[good],
                  amount[good], codes[good], date[good], tuple(sorted(records.problems)),
                  tuple(records.notes))


def _currencies(records: PointRecords, given: str | None) -> npt.NDArray[Any]:
    """Return the currency of each record; one that is none, or is not said, is a problem."""
    table, codes = code_table("currency"), []
    for k, word in enumerate(records.words(_CURRENCY)):
        word = word or given or ""
        codes.append(table.get(code_key(word), ""))
        if not codes[-1]:
            records.fault(k, "currency", word, remedy_for("currency", word) if word else
                          "a currency is required, such as CNY")
    return np.array(codes, object)


def past_claims(claims: Claims, lon: Floats, lat: Floats, *, radius_m: float = RADIUS_M,
                ) -> tuple[PlaceHistory, ...]:
    """Return the claims within a radius of sites (n_sites,), degrees WGS84.

    Returns
    -------
    One PlaceHistory for each peril and currency of the claims, also where none is near, in the
    order of their names. ``strength`` is the amount, its unit the currency; ``intensity`` is not
    known. Claims without a date stand last. They are the claims of one list: where it has none,
    nothing is known.

    Raises
    ------
    InputError : a radius that is not above 0.
    """
    pairs = within_radius(lon, lat, claims.lon, claims.lat, radius_m=radius_m)
    date = claims.date[pairs.point]
    late = np.where(np.isnat(date), np.iinfo(np.int64).max, date.astype(np.int64))
    order = np.lexsort((pairs.point, late, pairs.place))
    site, point, metres = pairs.place[order], pairs.point[order], pairs.distance_m[order]
    known = claims.date[~np.isnat(claims.date)]
    first, last = ((int(str(day)[:4]) for day in (known.min(), known.max())) if len(known)
                   else (0, 0))
    layer = PlaceLayer("given", claims.source, "points", span_words(first, last),
                       f"{len(claims)} claim(s) of one list")
    found = []
    for peril, currency in sorted(set(zip(claims.peril, claims.currency, strict=True))):
        at = (claims.peril[point] == peril) & (claims.currency[point] == currency)
        rows = point[at]
        found.append(PlaceHistory(
            str(peril), radius_m, first, last, site[at], tuple(map(str, claims.claim_id[rows])),
            tuple(map(str, claims.name[rows])), claims.date[rows], metres[at], claims.amount[rows],
            "claim", str(currency), np.full(len(rows), np.nan), "claim", str(currency), layer,
            claims.notes))
    return tuple(found)
