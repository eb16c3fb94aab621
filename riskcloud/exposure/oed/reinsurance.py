"""The reinsurance files: contracts, and what each of them covers."""

from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.exposure.oed.currencies import Rates
from riskcloud.exposure.oed.dates import read_periods, take_periods
from riskcloud.exposure.oed.keys import together
from riskcloud.exposure.oed.table import OedTable
from riskcloud.exposure.oed.terms import ANNUAL
from riskcloud.types import Bools, Floats
from riskcloud.types.terms import Treaties

KINDS = ("QS", "SS", "PR", "CXL", "FAC", "AXL")
RISK_LEVELS = ("LOC", "POL", "ACC", "LGR", "")
AMOUNTS = ("CededPercent", "RiskLimit", "RiskAttachment", "OccLimit", "OccAttachment",
           "OccFranchiseDed", "OccReverseFranchise", "AggLimit", "AggAttachment", "PlacedPercent",
           "TreatyShare", "DeemedPercentPlaced", "ReinsFXrate")
SCOPE = ("PortNumber", "AccNumber", "PolNumber", "LocGroup", "LocNumber", "CedantName",
         "ProducerName", "LOB", "CountryCode", "ReinsTag")


def read_treaties(info: OedTable, scope: OedTable, rates: Rates | None) -> Treaties:
    """Return the contracts and their scope; faults go to the files' logs. Bad rows are left out."""
    number, of_scope = together([[info.key("ReinsNumber")], [scope.key("ReinsNumber")]])
    first = np.zeros(len(info), dtype=bool)
    first[np.unique(number, return_index=True)[1]] = True
    info.fault(~first, "ReinsNumber", "a second row of this contract: a contract has one")
    scope.fault(~np.isin(of_scope, number), "ReinsNumber", f"no such contract in "
                f"{info.path.name}")
    info.fault(~np.isin(number, of_scope), "ReinsNumber", f"no row of this contract in "
               f"{scope.path.name}: it covers nothing")
    kind = _coded(info, "ReinsType", KINDS)
    level = _coded(info, "RiskLevel", RISK_LEVELS)
    perils = info.perils("ReinsPeril")
    info.fault(perils == 0, "ReinsPeril", "no peril: expected OED codes such as WTC or AA1")
    amounts = {name: info.number(name) for name in AMOUNTS}
    info.fault(info.blank("PlacedPercent"), "PlacedPercent", "blank: expected a share from 0 to "
               "1; 1 where all of it is placed")
    for name in ("CededPercent", "PlacedPercent", "TreatyShare"):
        info.note(~info.blank(name) & (amounts[name] == 0.0), name, "0 cedes nothing; leave the "
                  "cell blank for the whole" if name != "PlacedPercent" else "0 cedes nothing")
    for name in ("AggLimit", "AggAttachment"):
        info.note(amounts[name] > 0.0, name, ANNUAL)
    periods = read_periods(info)
    inuring = info.number("InuringPriority")
    info.fault(info.blank("InuringPriority") | (inuring < 1.0) | (inuring != np.trunc(inuring)),
               "InuringPriority", "expected a whole number from 1: contracts of a lower one apply "
               "first")
    notional = amounts["DeemedPercentPlaced"]
    info.note(notional > 0.0, "DeemedPercentPlaced", "the notional share counts for contracts of "
              "later priorities and is paid by nobody")
    own_rate = amounts["ReinsFXrate"] != 1.0
    info.fault(amounts["ReinsFXrate"] <= 0.0, "ReinsFXrate", "a rate above 0 is needed: what one "
               "unit of ReinsCurrency is worth in the currency of the results")
    if rates is None:
        info.note(own_rate, "ReinsFXrate", "no --rates, nothing is converted: not used")
    risk = (amounts["RiskLimit"] > 0.0) | (amounts["RiskAttachment"] > 0.0)
    info.fault(risk & (level == ""), "RiskLevel", "terms per risk need to know what a risk is: "
               "LOC, POL, ACC or LGR")
    currency = np.asarray([text.strip().upper() for text in info.text("ReinsCurrency").to_pylist()],
                          dtype=object)
    info.fault(currency == "", "ReinsCurrency", "blank: expected an ISO 4217 currency code")
    if rates is not None:
        unknown = ~np.isin(currency, list(rates.value)) & (currency != "") & ~own_rate
        info.fault(unknown, "ReinsCurrency", "no rate for this currency")
    ceded = np.where(scope.blank("CededPercent"), np.nan, scope.number("CededPercent"))
    by_number = np.full(int(max(number.max(initial=0), of_scope.max(initial=0))) + 1, -1)
    by_number[number[::-1]] = np.arange(len(info))[::-1]
    _check_scope(info, scope, kind[by_number[of_scope]], by_number[of_scope] >= 0, ceded)
    _check_exact(scope, np.isin(kind, ("FAC", "SS"))[by_number[of_scope]] & (by_number[of_scope]
                                                                            >= 0),
                 level[by_number[of_scope]])
    keep = ~info.log.bad
    new = np.where(keep, np.cumsum(keep) - 1, -1)
    contract = np.where(by_number[of_scope] >= 0, new[by_number[of_scope]], -1)
    rows = np.flatnonzero((contract >= 0) & ~scope.log.bad)
    place = np.flatnonzero(keep)
    names = info.text("ReinsName").to_pylist()
    numbers = info.text("ReinsNumber").to_pylist()
    return Treaties(
        info.row[place], tuple(numbers[i] for i in place), tuple(names[i] for i in place),
        tuple(kind[place]), tuple(level[place]), perils[place], inuring[place].astype(np.int64),
        tuple(currency[place]), {name: values[place] for name, values in amounts.items()},
        contract[rows], scope.row[rows],
        {name: scope.text(name).take(rows) for name in SCOPE if scope.has(name)}, ceded[rows],
        take_periods(periods, place), info.path.name, scope.path.name)


_EXACT = {"LOC": ("AccNumber", "LocNumber"), "POL": ("AccNumber", "PolNumber"),
          "ACC": ("AccNumber",), "LGR": ("LocGroup",)}
"""What the scope of a facultative or surplus contract must name, by its risk level (OED)."""


def _check_exact(scope: OedTable, exact: Bools, level: npt.NDArray[Any]) -> None:
    """Facultative and surplus contracts name the risk in each row of their scope."""
    for name, columns in _EXACT.items():
        blank = np.zeros(len(scope), dtype=bool)
        for column in columns:
            blank |= scope.blank_words(column)
        scope.fault(exact & (level == name) & blank, columns[-1], f"a risk level of {name} needs "
                    f"{' and '.join(columns)} in every row of its scope")


def _coded(table: OedTable, name: str, known: tuple[str, ...]) -> npt.NDArray[Any]:
    word = np.asarray([text.strip().upper() for text in table.text(name).to_pylist()],
                      dtype=object)
    table.fault(~np.isin(word, known), name, "unknown: expected one of " + ", ".join(
        item or "blank" for item in known))
    return word


def _check_scope(info: OedTable, scope: OedTable, kind: npt.NDArray[Any], known: Bools,
                 ceded: Floats) -> None:
    """A surplus needs the share of each risk; other contracts have theirs in the info file."""
    surplus = known & (kind == "SS")
    scope.fault(surplus & np.isnan(ceded), "CededPercent", "blank: a surplus needs the share ceded "
                "of each risk here")
    scope.note(known & ~surplus & ~np.isnan(ceded) & (ceded != 1.0), "CededPercent",
               f"is read for a surplus alone; other contracts have theirs in {info.path.name}")
