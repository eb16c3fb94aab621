"""The assets of a book as an earthquake meets them: columns, sites, groups, terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.schema import TIV
from riskcloud.exposure.spans import asset_sites
from riskcloud.finance.terms import LEVELS, LocationTerms, location_terms
from riskcloud.types import Bools, Floats, Ints, Times

GROUPS: Final = ("currency", "branch", "client_id", "policy_id", "asset_class", "province",
                 "county")
"""Columns that results are summed by."""
CURVE_WORDS: Final = ("construction", "country_code", "site_class")
NUMBERS: Final = ("lon", "lat", *TIV, "insured_people", "year_built", "storeys", "vs30_m_s")
TERMS: Final = tuple(f"{kind}_{level}{end}" for kind in ("ded", "limit") for level in LEVELS
                     for end in ("", "_type"))
DATES: Final = ("inception_date", "expiry_date")
COLUMNS: Final = ("loc_id", *GROUPS, *CURVE_WORDS, *NUMBERS, *TERMS, *DATES)
"""All columns of a book that an earthquake asks for; those that are absent count as blank."""
BI: Final = TIV.index("tiv_bi")


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words: code (n,) of each row's word among ``names``; blank is ""."""

    code: npt.NDArray[Any]
    names: tuple[str, ...]

    def take(self, rows: Any) -> "Words":
        """Return the words of some rows."""
        return Words(self.code[rows], self.names)

    def spread(self) -> npt.NDArray[Any]:
        """Return one word a row."""
        return np.asarray(np.array(self.names, dtype=object)[self.code])


@dataclass(frozen=True, slots=True)
class Assets:
    """Locations of a book and the sites where they stand.

    loc_id (n,), words by column, number (n,) by column (NaN blank), value (n, 4) sums insured by
    coverage, terms. begin, end (n,) days in force, NaT open. site_start (n + 1,), site_lon,
    site_lat, share (n_sites,): a point is one site, a line one a span.
    """

    loc_id: npt.NDArray[Any]
    words: Mapping[str, Words]
    number: Mapping[str, Floats]
    value: Floats
    terms: LocationTerms
    begin: Times
    end: Times
    site_start: Ints
    site_lon: Floats
    site_lat: Floats
    share: Floats

    def __len__(self) -> int:
        return len(self.loc_id)

    @property
    def tiv(self) -> Floats:
        """Sum insured of each location, all coverages (n,)."""
        return np.asarray(self.value.sum(axis=1))

    @property
    def location_of_site(self) -> Ints:
        """Row of each site's location (n_sites,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.site_start))

    def in_force(self, time_utc: np.datetime64 | None) -> Bools:
        """Locations insured on the UTC day of a time (n,), both days included; all without one."""
        if time_utc is None:
            return np.ones(len(self), bool)
        day = time_utc.astype("datetime64[D]")
        return np.asarray((np.isnat(self.begin) | (self.begin <= day))
                          & (np.isnat(self.end) | (self.end >= day)))

    def take(self, keep: Bools) -> "Assets":
        """Return the locations where ``keep`` (n,) is True."""
        of_site = np.repeat(keep, np.diff(self.site_start))
        count = np.diff(self.site_start)[keep]
        terms = LocationTerms(*(getattr(self.terms, name)[keep] for name in (
            "deductible", "deductible_share", "limit", "limit_share")))
        return replace(
            self, loc_id=self.loc_id[keep],
            words={name: column.take(keep) for name, column in self.words.items()},
            number={name: column[keep] for name, column in self.number.items()},
            value=self.value[keep], terms=terms, begin=self.begin[keep], end=self.end[keep],
            site_start=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
            site_lon=self.site_lon[of_site], site_lat=self.site_lat[of_site],
            share=self.share[of_site])


def assets_of(portfolio: Portfolio) -> Assets:
    """Return the assets of a portfolio read from a file."""
    table = portfolio.table
    sites = portfolio.sites()
    return make_assets(
        {name: table[name] for name in COLUMNS if name in table},
        site_start=sites.loc_start, site_lon=sites.sites.lon, site_lat=sites.sites.lat,
        share=sites.share)


def make_assets(columns: Mapping[str, Any], *, site_start: Ints | None = None,
                site_lon: Floats | None = None, site_lat: Floats | None = None,
                share: Floats | None = None) -> Assets:
    """Assets of columns by our names; without sites every location is the point it says."""
    n = len(columns["loc_id"])
    number = {name: _numbers(columns.get(name), n) for name in NUMBERS}
    value = np.nan_to_num(np.column_stack([number[name] for name in TIV]))
    given = {name: _numbers(columns[name], n) for name in TERMS if name in columns}
    words = {name: _words(columns.get(name), n) for name in (*GROUPS, *CURVE_WORDS)}
    begin, end = (_days(columns.get(name), n) for name in DATES)
    if site_start is None or site_lon is None or site_lat is None or share is None:
        site_start = np.arange(n + 1)
        site_lon, site_lat, share = number["lon"], number["lat"], np.ones(n)
    damageable = value.copy()
    damageable[:, BI] = 0.0  # terms in shares of the sum insured are of what can be damaged
    return Assets(
        loc_id=np.asarray(columns["loc_id"], dtype=object), words=words, number=number,
        value=value, terms=location_terms(given, damageable), begin=begin, end=end,
        site_start=np.asarray(site_start, np.int64), site_lon=site_lon, site_lat=site_lat,
        share=share)


def with_lines(columns: Mapping[str, Any], geometry: npt.NDArray[Any]) -> Assets:
    """Assets of columns whose locations may be lines: shapely geometries (n,), None a point."""
    n = len(columns["loc_id"])
    lon, lat = _numbers(columns["lon"], n), _numbers(columns["lat"], n)
    sites = asset_sites(np.asarray(columns["loc_id"], dtype=object), geometry, lon, lat)
    return make_assets(columns, site_start=sites.loc_start, site_lon=sites.sites.lon,
                       site_lat=sites.sites.lat, share=sites.share)


def _numbers(column: Any, n: int) -> Floats:
    if column is None:
        return np.full(n, np.nan)
    if isinstance(column, np.ndarray):
        return np.asarray(column, np.float64)
    return np.asarray(pd.to_numeric(column).to_numpy(np.float64, na_value=np.nan))


def _words(column: Any, n: int) -> Words:
    if column is None:
        return Words(np.zeros(n, np.int32), ("",))
    if isinstance(column, Words):
        return column
    code, names = pd.factorize(pd.Series(column).astype(object), use_na_sentinel=False)
    return Words(np.asarray(code, np.int32),
                 tuple("" if name is None or name != name else str(name) for name in names))


def _days(column: Any, n: int) -> Times:
    if column is None:
        return np.full(n, np.datetime64("NaT", "D"))
    return np.asarray(column, dtype="datetime64[D]")


def joined(parts: Sequence[Words]) -> Words:
    """Words of chunks, one after another, under one list of names."""
    known: dict[str, int] = {}
    codes = []
    for part in parts:
        place = np.array([known.setdefault(name, len(known)) for name in part.names], np.int32)
        codes.append(place[part.code])
    return Words(np.concatenate(codes), tuple(known))
