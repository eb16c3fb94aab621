"""What changed between two forecasts of one storm, and why: changed.json (docs/outputs.md).

The old forecast is computed again on the new portfolio and models, then position, wind and size
of the storm are taken over from the new outlook one after another. Each step's change of the mean
ground-up loss is a part of the whole; the order is fixed, since parts that act together cannot be
told apart without one.
"""

from collections.abc import Callable, Mapping
from math import fsum
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.analysis.changed.facts import storm_facts, wind_facts
from riskcloud.analysis.changed.lists import differences, list_changes
from riskcloud.analysis.changed.previous import PreviousRun, check_same_storm
from riskcloud.hazard.typhoon.mixed import mixed, same_outlook
from riskcloud.types import ForecastResult, Outlook

Evaluate = Callable[[Outlook], pd.DataFrame]
SOURCES: Final = ("portfolio", "model", "track", "intensity", "size", "lead")
"""Causes of a change, in the order in which they are taken over."""
STEPS: Final = (("track", frozenset(("position",))),
                ("intensity", frozenset(("position", "wind"))),
                ("size", frozenset(("position", "wind", "size"))))
ROUNDING: Final = 1e-8
"""Share of a loss below which a change is rounding: text holds 1e-9 degrees (our choice)."""
KEY: Final = ("loc_id", "currency", "asset_class")
"""What makes a location the same one in both runs; of another class it is another building."""


def what_changed(previous: PreviousRun, result: ForecastResult, outlook: Outlook,
                 evaluate: Evaluate) -> dict[str, Any]:
    """Compare a forecast with the one before: what changed.json holds.

    Parameters
    ----------
    previous : the earlier forecast.
    result : the new one; its manifest as ``manifest.make_manifest`` gives it.
    outlook : what the new one was made from, as read.
    evaluate : losses of another outlook with the new portfolio, settings and models: a table such
        as ``result.losses`` with loc_id, client_id, currency, tiv, mean; it is called at most four
        times, and not at all for an outlook whose losses are known.

    Returns
    -------
    dict : storm, previous, current, totals (one a currency, each with its parts, which sum to its
        change), clients, branches, facts, portfolio, differences. Sums are ground-up losses in
        their own currency; times are UTC.

    Raises
    ------
    InputError : the two runs are of different storms.
    """
    check_same_storm(previous, outlook)
    different = differences(previous.manifest, result.manifest)
    stages = _evaluate_steps(previous, result, outlook, evaluate)
    old, start = _keyed(previous.losses), _keyed(stages[0])
    listed = {name: list_changes(previous.summary[f"by_{part}"], result.summary[f"by_{part}"], key)
              for name, part, key in (("clients", "client", "client_id"),
                                      ("branches", "branch", "branch"))}
    return {
        "storm": {name: result.summary["event"][name] for name in ("event_id", "name")},
        "previous": _issue(previous.outlook) | {"folder": previous.folder.name},
        "current": _issue(outlook),
        "totals": _totals(previous, result, stages, (old, start), different["causes"]),
        **listed,
        "facts": {**storm_facts(previous.outlook, outlook, result.losses),
                  **wind_facts(previous.losses, result.losses)},
        "portfolio": _portfolio(old, start), "differences": different,
    }


def _evaluate_steps(previous: PreviousRun, result: ForecastResult, outlook: Outlook,
                    evaluate: Evaluate) -> list[pd.DataFrame]:
    """Return the losses of the old outlook, with each part taken over, and of the new one."""
    known: list[tuple[Outlook, pd.DataFrame]] = [(outlook, result.losses)]
    stages = []
    for take_new in (frozenset[str](), *(parts for _, parts in STEPS)):
        wanted = mixed(previous.outlook, outlook, take_new)
        found = [losses for other, losses in known if same_outlook(wanted, other)]
        if not found:
            found = [evaluate(wanted)]
            known.append((wanted, found[0]))
        stages.append(found[0])
    return [*stages, result.losses]


def _issue(outlook: Outlook) -> dict[str, Any]:
    """When an outlook was issued, and by whom."""
    tracks = outlook.advisories or outlook.ensemble
    issued = [track.issued_utc for track in tracks if track.issued_utc is not None]
    base = [track.base_utc for track in tracks if track.base_utc is not None]
    return {"issued_utc": _iso(max(issued, default=None)),
            "base_utc": _iso(max(base, default=None)),
            "agencies": sorted({track.agency for track in tracks if track.agency}),
            "ensemble_members": len(outlook.ensemble)}


def _iso(time: np.datetime64 | None) -> str | None:
    return None if time is None else f"{np.datetime_as_string(time, unit='s')}Z"


def _keyed(losses: pd.DataFrame) -> pd.DataFrame:
    """Return tiv, mean and gross_mean by location, currency and class, blanks as empty text."""
    names = [name for name in KEY if name in losses]
    words = {name: losses[name].astype(object).where(losses[name].notna(), "").astype(str)
             for name in names}
    sums = [name for name in ("tiv", "mean", "gross_mean") if name in losses]
    return pd.DataFrame(losses[sums].astype(np.float64).assign(**words).groupby(names).sum())


def _paired(old: pd.DataFrame, start: pd.DataFrame) -> pd.DataFrame:
    """Return both runs' locations side by side (``_old``, ``_new``); NaN where one has none."""
    names = [name for name in start.index.names if name in old.index.names]
    sides = [side.groupby(level=names).sum().add_suffix(suffix)
             for side, suffix in ((old, "_old"), (start, "_new"))]
    return sides[0].join(sides[1], how="outer")


def _of_portfolio(paired: pd.DataFrame, measure: str) -> "pd.Series[float]":
    """Return each location's change that comes from the portfolio alone.

    Entered: all it loses now; left: all it lost; another sum insured: what the same damage ratio
    makes of the difference.
    """
    tiv_old, tiv_new = paired["tiv_old"], paired["tiv_new"]
    now, before = paired[f"{measure}_new"], paired[f"{measure}_old"]
    with np.errstate(divide="ignore", invalid="ignore"):
        revalued = np.where(tiv_new > 0.0, now * (1.0 - tiv_old / tiv_new), now - before)
    part = np.where(tiv_old.isna(), now, np.where(tiv_new.isna(), -before, revalued))
    return pd.Series(part, index=paired.index)


def _totals(previous: PreviousRun, result: ForecastResult, stages: list[pd.DataFrame],
            keyed: tuple[pd.DataFrame, pd.DataFrame], causes: Mapping[str, bool],
            ) -> list[dict[str, Any]]:
    """Old and new figures of each currency, and the parts of their change."""
    old, new = ({row["currency"]: row for row in summary["total"]}
                for summary in (previous.summary, result.summary))
    paired = _paired(*keyed)
    measures = [name for name in ("mean", "gross_mean")
                if all(name in losses for losses in (previous.losses, *stages))]
    rows = []
    for currency in dict.fromkeys([*new, *old]):
        row: dict[str, Any] = {"currency": currency, "old": _figures(old.get(currency)),
                               "new": _figures(new.get(currency))}
        for measure in measures:
            means = [_sum(losses, currency, measure) for losses in (previous.losses, *stages)]
            here = paired[paired.index.get_level_values("currency") == currency]
            parts = _parts(means, fsum(_of_portfolio(here, measure)), causes)
            gross = "gross_" if measure == "gross_mean" else ""
            row[f"{gross}change"] = fsum(part["change"] for part in parts)
            row[f"{gross}parts"] = parts
        rows.append(row)
    return rows


def _figures(row: Mapping[str, Any] | None) -> dict[str, float]:
    names = ("tiv", "mean", "q05", "q95", "gross_mean", "gross_q05", "gross_q95")
    if row is None:
        return dict.fromkeys(names, 0.0)
    return {name: float(row[name]) for name in names if name in row}


def _sum(losses: pd.DataFrame, currency: str, measure: str) -> float:
    return fsum(losses[measure][losses["currency"].astype(str) == currency])


def _parts(means: list[float], of_portfolio: float, causes: Mapping[str, bool],
           ) -> list[dict[str, Any]]:
    """Return the parts of the change from the first mean to the last.

    What neither entries nor sums insured explain of the first step is the model's; but where only
    the portfolio's file differs, it is the portfolio's too: other places, other construction.
    """
    steps = [after - before for before, after in zip(means, means[1:], strict=False)]
    rest = steps[0] - of_portfolio
    if causes["portfolio"] and not causes["model"]:
        of_portfolio, rest = steps[0], 0.0
    changes = [_unless_rounding(change, means) for change in (of_portfolio, rest, *steps[1:])]
    return [{"source": source, "change": change}
            for source, change in zip(SOURCES, changes, strict=True)]


def _unless_rounding(change: float, means: list[float]) -> float:
    """Return a change, 0.0 where it is rounding: of sums, and of tracks written as text."""
    return 0.0 if abs(change) <= ROUNDING * max(map(abs, means)) else change


def _portfolio(old: pd.DataFrame, start: pd.DataFrame) -> dict[str, Any]:
    """How many locations entered, left, or have another sum insured."""
    paired = _paired(old, start)
    entered, left = paired["tiv_old"].isna(), paired["tiv_new"].isna()
    both = ~(entered | left)
    moved = both & ~np.isclose(paired["tiv_old"], paired["tiv_new"], rtol=1e-9, atol=0.0)
    return {"n_old": int((~entered).sum()), "n_new": int((~left).sum()),
            "n_entered": int(entered.sum()), "n_left": int(left.sum()),
            "n_revalued": int(moved.sum())}
