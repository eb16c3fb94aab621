"""Modelled against reported damage of storms to the grid: rows with bands, rates, verdicts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskcloud.analysis.damage.areas import within
from riskcloud.analysis.damage.counts import (
    EXPOSED_GUST_M_S,
    Draws,
    Expected,
    draw_counts,
    expected_losses,
)
from riskcloud.analysis.damage.exposed import TRANSFORMER, Structures, default_structures
from riskcloud.analysis.damage.facts import (
    CARD,
    GRID_LOSS,
    STRUCTURES,
    TRANSFORMERS,
    Fact,
    of_storms,
    shipped_facts,
)
from riskcloud.analysis.damage.winds import Gusts, storm_gusts
from riskcloud.catalog import load_card
from riskcloud.errors import InputError, Problem
from riskcloud.hazard.typhoon.track import read_tracks
from riskcloud.types import Floats, Track

BAND: Final = (0.1, 0.9)
N_DRAWS: Final = 20_000
NEAR_DEG: Final = 8.0
"""Structures farther than this from every fix meet no damaging gust (ours, some 800 km)."""
ASSETS: Final = (("tower", 110.0, np.inf), ("tower", 35.0, np.inf), ("pole", 10.0, 10.0),
                 (TRANSFORMER, 10.0, 10.0), ("", 0.0, np.inf))
"""What is modelled for every storm, reported or not: kind ("" the cost of all), lowest and highest
voltage [kV]."""
_PROVINCE: Final = {"44": "Guangdong", "45": "Guangxi", "46": "Hainan"}
ROW_COLUMNS: Final = (
    "event", "asset", "voltage", "place", "reported", "relation", "unit", "trust", "as_of",
    "mean", "q10", "q50", "q90", "exposed", "in_area", "rate_per_1000", "reported_per_1000",
    "verdict", "source", "metric")


@dataclass(frozen=True, slots=True)
class DamageCheck:
    """Rows of the comparison, rows only told, each curve's own count, and what it rests on.

    rows (columns ``ROW_COLUMNS``): one a reported figure that can be compared, then what is
    modelled of each storm without a report. told: reported figures that no model answers, with
    the reason. members: expected number by each curve alone. storms: track, agencies and largest
    gust of each. cards: (kind, name) of each card used.
    """

    rows: pd.DataFrame
    told: pd.DataFrame
    members: pd.DataFrame
    storms: tuple[dict[str, Any], ...]
    exposure: Mapping[str, Any]
    notes: tuple[str, ...]
    cards: tuple[tuple[str, str], ...] = field(default=())


def verify_damage(facts: Sequence[Fact], tracks: Mapping[str, Sequence[Track]],
                  structures: Structures, *, seed: int = 1,
                  on_progress: Callable[[int, int], None] = lambda done, total: None,
                  ) -> DamageCheck:
    """Compare what was reported of storms with what the model expects.

    Parameters
    ----------
    facts : of the storms to compare (``facts.of_storms``). tracks : event -> its tracks, filled.
    structures : that stood there.
    seed : of the draws that the bands come from.

    Returns
    -------
    DamageCheck. A band holds the wind models and tracks, the curves with their weights, each
    curve's own spread, how many structures there are, and the chance of each (``counts``).
    """
    events = list(dict.fromkeys(fact.event for fact in facts))
    rows: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    storms, cards = [], {("wind", "default"), ("wind_averaging", "harper_2010"),
                         ("land_mask", "ne_10m"), CARD, ("", "asset_classes")}
    for k, event in enumerate(events):
        storm = _Storm(event, tracks[event], structures, seed,
                       lambda done, total, k=k: on_progress(  # type: ignore[misc]
                           int(1000 * (k + done / total)), 1000 * len(events)))
        own = [fact for fact in facts if fact.event == event]
        rows += storm.rows(own)
        members += storm.members()
        storms.append(storm.facts())
    told = [_told(fact) for fact in facts if fact.why_not]
    curves = sorted({("vulnerability", str(row["curve_id"])) for row in members})
    return DamageCheck(
        rows=pd.DataFrame(rows, columns=list(ROW_COLUMNS)), told=pd.DataFrame(
            told, columns=["event", "metric", "value", "unit", "place", "why_not", "source"]),
        members=pd.DataFrame(members), storms=tuple(storms), exposure=describe(structures),
        notes=structures.notes, cards=tuple(sorted(cards | set(curves))))


def describe(structures: Structures) -> dict[str, Any]:
    """Return what the structures are: source, and number by kind and voltage."""
    table = structures.table
    groups = table.groupby(["kind", "voltage_kv"], sort=True)["number"].sum().reset_index()
    return {"source": list(structures.source), "exposed_gust_m_s": EXPOSED_GUST_M_S,
            "structures": [{"kind": kind, "voltage_kv": kv, "number": float(n)}
                           for kind, kv, n in groups.itertuples(index=False)]}


class _Storm:
    """One storm's gusts at the structures near it, and what they bring down."""

    def __init__(self, event: str, tracks: Sequence[Track], structures: Structures, seed: int,
                 on_progress: Callable[[int, int], None]) -> None:
        self.event, self.tracks, self.seed = event, tracks, seed
        table = structures.table
        near = np.zeros(len(table), dtype=bool)
        for track in tracks:
            near |= ((table["lon"].to_numpy() > track.lon.min() - NEAR_DEG)
                     & (table["lon"].to_numpy() < track.lon.max() + NEAR_DEG)
                     & (table["lat"].to_numpy() > track.lat.min() - NEAR_DEG)
                     & (table["lat"].to_numpy() < track.lat.max() + NEAR_DEG))
        self.structures = structures.select(near)
        self.table = self.structures.table
        self.gusts = storm_gusts(tracks, self.table["lon"].to_numpy(),
                                 self.table["lat"].to_numpy(), on_progress=on_progress,
                                 terrain=self.table["terrain"].to_numpy(dtype=str))
        self.cost = unit_costs(self.table)
        self._members: list[dict[str, Any]] = []

    def rows(self, facts: Sequence[Fact]) -> list[dict[str, Any]]:
        """Rows of the reported figures, then of what nobody reported."""
        compared = [fact for fact in facts if not fact.why_not]
        rows = [self._row(fact) for fact in compared]
        area = tuple(sorted({code[:2] for fact in facts for code in fact.area}))
        place = " + ".join(_PROVINCE[code] for code in area)
        for kind, low, high in ASSETS:
            if area and not any(_asks(fact, kind, low, high) for fact in compared):
                rows.append(self._modelled(kind, low, high, area, place))
        return rows

    def _row(self, fact: Fact) -> dict[str, Any]:
        kind = {TRANSFORMERS: TRANSFORMER, GRID_LOSS: ""}.get(fact.quantity, fact.kind)
        row = self._modelled(kind, fact.low_kv, fact.high_kv, fact.area, fact.place)
        reported = fact.value
        exposed = row["exposed"]
        row |= {"reported": reported, "relation": fact.relation, "unit": fact.unit,
                "trust": fact.trust, "as_of": fact.as_of, "source": fact.source,
                "metric": fact.metric, "verdict": verdict(reported, fact.relation, row)}
        if kind and exposed > 0.0:
            row["reported_per_1000"] = 1000.0 * reported / exposed
        return row

    def _modelled(self, kind: str, low: float, high: float, area: tuple[str, ...], place: str,
                  ) -> dict[str, Any]:
        """What the model expects of a kind of structure in an area; no kind: the cost of all."""
        here = within(self.table["prefecture"].to_numpy(), area)
        if kind:
            volt = self.table["voltage_kv"].to_numpy()
            here &= (self.table["kind"] == kind).to_numpy()
            # a count without a voltage means every voltage of its kind
            here &= (volt >= low) & (volt <= high)
        groups = self._expected(here)
        draws = self._draws(groups, kind, low, area)
        drawn = draws.number if kind else draws.cost
        mean = sum(e.mean if kind else e.mean_cost for e in groups)
        exposed, total = sum(e.exposed for e in groups), sum(e.total for e in groups)
        if kind:
            self._note_members(groups, kind, low, high, place)
        q10, q50, q90 = np.quantile(drawn, [BAND[0], 0.5, BAND[1]])
        return {"event": self.event, "asset": kind or GRID_LOSS, "voltage": _voltage(low, high),
                "place": place, "reported": np.nan, "relation": "",
                "unit": "pieces" if kind else "CNY", "trust": "", "as_of": "", "mean": mean,
                "q10": q10, "q50": q50, "q90": q90, "exposed": exposed, "in_area": total,
                "rate_per_1000": 1000.0 * mean / exposed if kind and exposed > 0.0 else np.nan,
                "reported_per_1000": np.nan, "verdict": "", "source": "", "metric": ""}

    def _expected(self, here: npt.NDArray[np.bool_]) -> list[Expected]:
        part = self.table[here]
        gusts = Gusts(self.gusts.gust_m_s[:, here], self.gusts.weight, self.gusts.name)
        found: list[Expected] = []
        for kind in sorted(set(part["kind"])):
            mask = (part["kind"] == kind).to_numpy()
            found += expected_losses(
                part[mask], replace(gusts, gust_m_s=gusts.gust_m_s[:, mask]),
                unit_cost=self.cost[here][mask], count_sigma=self.structures.count_sigma[kind])
        return found

    def _draws(self, groups: list[Expected], kind: str, low: float, area: tuple[str, ...]) -> Draws:
        words = f"{self.event} {kind} {low:g} {' '.join(area)}".encode()
        rng = np.random.default_rng([self.seed, *words])
        sigma = 0.0 if kind else float(load_card(*CARD)["replacement_cny"]["sigma"])
        return draw_counts(groups, rng=rng, n_draws=N_DRAWS, cost_sigma=sigma)

    def _note_members(self, groups: list[Expected], kind: str, low: float, high: float,
                      place: str) -> None:
        for group in groups:
            for curve, weight, n in zip(group.curve_id, group.member_weight, group.by_member,
                                        strict=True):
                self._members.append({
                    "event": self.event, "asset": kind, "voltage": _voltage(low, high),
                    "place": place, "curve_id": curve, "weight": float(weight),
                    "expected": float(n)})

    def members(self) -> list[dict[str, Any]]:
        """Each curve's own expected number for every row of counts."""
        return self._members

    def facts(self) -> dict[str, Any]:
        """Return the storm's tracks and the largest gust, by agency and wind model."""
        largest = self.gusts.gust_m_s.max(axis=1) if len(self.table) else np.zeros(0)
        return {"event": self.event, "agencies": [track.agency for track in self.tracks],
                "source": [track.source for track in self.tracks],
                "max_gust_m_s": [{"agency": agency, "model": model, "gust_m_s": float(gust)}
                                 for (agency, model), gust in zip(self.gusts.name, largest,
                                                                  strict=True)]}


def unit_costs(table: pd.DataFrame) -> Floats:
    """Cost of one structure lost [CNY] by kind and voltage (models/reported_damage)."""
    costs = load_card(*CARD)["replacement_cny"]
    keys = [TRANSFORMER if kind == TRANSFORMER else f"{kind}_{kv:g}"
            for kind, kv in zip(table["kind"], table["voltage_kv"], strict=True)]
    return np.array([float(costs[key]) for key in keys])


def verdict(reported: float, relation: str, row: Mapping[str, Any]) -> str:
    """Return where a reported figure lies: inside the band, or the model below or above it."""
    low, high = row["q10"], row["q90"]
    if relation == ">=":
        return "inside" if high >= reported else "model_below"
    if low <= reported <= high:
        return "inside"
    return "model_above" if reported < low else "model_below"


def _asks(fact: Fact, kind: str, low: float, high: float) -> bool:
    """Whether a fact is the answer to one of ``ASSETS``."""
    if kind in (TRANSFORMER, ""):
        return fact.quantity == (TRANSFORMERS if kind else GRID_LOSS)
    return fact.quantity == STRUCTURES and fact.kind == kind and (
        fact.low_kv, fact.high_kv) == (low, high)


def _voltage(low: float, high: float) -> str:
    if low <= 0.0:
        return ""
    return f"{low:g} kV" if high == low else f"{low:g} kV+"


def _told(fact: Fact) -> dict[str, Any]:
    return {"event": fact.event, "metric": fact.metric, "value": fact.value, "unit": fact.unit,
            "place": fact.place, "why_not": fact.why_not, "source": fact.source}


def find_tracks(events: Sequence[str], files: Sequence[Path], *, all_of_them: bool = True,
                ) -> dict[str, list[Track]]:
    """Return the tracks of storms: those in the files, else those that ship.

    Parameters
    ----------
    events : NAME_YEAR. files : of any format; a storm is told by its name and year.
    all_of_them : a storm without a track is an error; else it is left out.

    Raises
    ------
    InputError : faults of a file, or storms without a track, all at once.
    """
    card = load_card(*CARD)
    files = tuple({path.resolve(): path for path in files}.values())
    given = [track for path in files for track in read_tracks(path)]
    if given and not any(_of(event, given) for event in events):
        listed = ", ".join(sorted({f"{one.name} {str(one.time_utc[0])[:4]}" for one in given}))
        raise InputError(f"no track given is of {', '.join(events)}; they are of {listed[:200]}")
    ours = [] if files and not _missing(events, given) else [
        track for name in ("tracks_jtwc.csv", "tracks_wmo.csv")
        for track in read_tracks(card.file(name))]
    found = {event: _of(event, given) or _of(event, ours) for event in events}
    problems = [Problem(0, "--storm", event, "no track of it: give one with --track "
                        "(its name and year tell the storm)")
                for event, tracks in found.items() if not tracks]
    if problems and (all_of_them or len(problems) == len(events)):
        raise InputError(f"{len(problems)} storm(s) without a track", problems)
    return {event: tracks for event, tracks in found.items() if tracks}


def _missing(events: Sequence[str], tracks: Sequence[Track]) -> list[str]:
    return [event for event in events if not _of(event, tracks)]


def _of(event: str, tracks: Sequence[Track]) -> list[Track]:
    name, year = event.rsplit("_", 1)
    return [track for track in tracks if _plain(track.name) == _plain(name)
            and str(track.time_utc[len(track) // 2])[:4] == year]


def _plain(name: str) -> str:
    return "".join(sign for sign in name.upper() if sign.isalnum())


def damage_skill(storms: Sequence[str] = ("KAI-TAK_2012", "UTOR_2013", "RUMBIA_2013",
                                          "MANGKHUT_2018")) -> list[dict[str, Any]]:
    """Rows of the comparison for storms that ship, with their own tracks and structures.

    Returns
    -------
    One dict a reported figure (keys ``ROW_COLUMNS``), for docs/skill.md.
    """
    facts = of_storms(shipped_facts(), storms)
    tracks = find_tracks(list(dict.fromkeys(fact.event for fact in facts)), ())
    check = verify_damage(facts, tracks, default_structures())
    return [row for row in records(check.rows) if row["metric"]]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dicts."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]

