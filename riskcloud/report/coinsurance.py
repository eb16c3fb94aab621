"""Tables of coinsured policies: what each insurer pays in a mean year, and the shares by policy."""

from collections.abc import Mapping
from typing import Any

from riskcloud.report.figures import column_unit, in_unit
from riskcloud.report.tables import Table, of_currency
from riskcloud.report.text import Text

_MOST = 20  # rows of a table; summary.json has all. Ours

Entry = Mapping[str, Any]


def coinsurance_tables(coinsurance: Entry, currency: str, text: Text, *,
                       measure: str = "annual_loss") -> list[Table]:
    """Return the tables of one currency, none where no policy in it is coinsured.

    coinsurance : ``panels`` and ``insurers``, these with the ``measure``: annual_loss or mean.
    """
    insurers = of_currency(coinsurance["insurers"], currency)
    if not insurers:
        return []
    unit = column_unit([row[measure] for row in insurers], currency, text.lang)
    paid = tuple((_name(row, text), _role(row, text),
                  in_unit(row[measure], unit, text.lang)) for row in insurers[:_MOST])
    panels = coinsurance["panels"]
    shares = tuple(("/".join(filter(None, (row["PortNumber"], row["AccNumber"], row["PolNumber"],
                                           row["LayerNumber"]))), _name(row, text),
                    _role(row, text), text.percent(row["Share"])) for row in panels[:_MOST])
    left = len(panels) - len(shares)
    return [Table(text(f"coinsurance.by_insurer_{measure}"), (
                text("coinsurance.insurer"), text("coinsurance.role"),
                text(f"coinsurance.{measure}", unit=unit.label)), paid, n_words=2, kind="floods"),
            Table(text("coinsurance.by_policy"), (
                text("coinsurance.policy"), text("coinsurance.insurer"), text("coinsurance.role"),
                text("coinsurance.share")), shares, n_words=3, kind="floods",
                note=text("coinsurance.more", n=text.number(left)) if left else "")]


def _name(row: Entry, text: Text) -> str:
    return row["Insurer"] or text("coinsurance.nobody")


def _role(row: Entry, text: Text) -> str:
    roles = [text(f"coinsurance.{key}") for key, name in (("leader", "Lead"), ("ours", "Ours"))
             if row[name]]
    return ", ".join(roles) or "–"
