"""What the techniques of an a-deck are: official forecasts, analyses, members of ensembles.

Not a format: :mod:`atcf_deck` uses it. Source: the technique acronyms CARQ, WRNG and BEST are of
the NRL format description (abrdeck.html); AP01 to AP30 with AC00 as members and control of GEFS
and OFCL as the official forecast of NHC are as catalogues of NHC's aids list them (read
second-hand; NHC's own list nhc_techlist.dat could not be read). The rest is our choice.
"""

import re
from collections import defaultdict
from typing import Any, Final

from riskcloud.hazard.typhoon.formats.best_track_text import Tally

AGENCIES: Final = {"WP": "JTWC", "IO": "JTWC", "SH": "JTWC", "AL": "NHC", "EP": "NHC",
                   "CP": "CPHC", "SL": "NHC"}
"""Basin of an ATCF id -> agency of its best track and official forecast."""
OFFICIAL: Final = ("JTWC", "OFCL", "WRNG")
"""Techniques that hold the official forecast, the preferred first."""
ANALYSIS: Final = "CARQ"
ENSEMBLES: Final = {"AP": "GEFS"}
"""First letters of numbered techniques -> ensemble, only where we are sure; the others keep their
letters as agency."""
CONTROLS: Final = {"AC00": "AP"}
FEWEST_MEMBERS: Final = 5
"""So many numbered techniques of the same two letters are an ensemble (our choice)."""
MEMBER: Final = re.compile(r"([A-Z]{2})(\d\d)", re.A)
SUPPLIED: Final = ("max_wind_m_s", "central_pressure_pa", "environmental_pressure_pa", "r_max_m",
                   "r34", "r50", "r64", "status")
"""What an analysis supplies where the official forecast of its time lacks it."""

Record = dict[str, Any]


def merge_analyses(records: list[Record], tally: Tally) -> list[Record]:
    """Return the fixes with official forecasts named after their agency and completed.

    The analysis (CARQ) of a date-time group gives the official forecast of that group its past,
    its analysis where it begins later, and what its analysis lacks (Rmax, radii, pressure); then
    it is left out. Without an official forecast it stays as it is.
    """
    groups: dict[Any, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        tech = record["agency"] if record["base_utc"] is not None else ""
        groups[record["event_id"], record["base_utc"]][tech].append(record)
    kept: list[Record] = []
    for (_, base), techs in groups.items():
        chosen = next((tech for tech in OFFICIAL if tech in techs), None)
        if base is not None and chosen is not None:
            official = techs[chosen]
            agency = AGENCIES.get(official[0]["prefix"], chosen)
            if agency != chosen and agency in techs:
                agency = chosen
            official += _from_analysis(official, techs.pop(ANALYSIS, []), tally)
            for record in official:
                record["agency"] = agency
        for own in techs.values():
            kept += own
    return kept


def _from_analysis(official: list[Record], analyses: list[Record], tally: Tally) -> list[Record]:
    """Return fixes an official forecast lacks; supply what its own fixes lack."""
    at = {record["time_utc"]: record for record in official}
    added = []
    for analysis in analyses:
        if analysis["time_utc"] > analysis["base_utc"]:
            continue
        own = at.get(analysis["time_utc"])
        if own is None:
            added.append(dict(analysis))
            continue
        for name in SUPPLIED:
            if own.get(name) in (None, ""):
                own[name] = analysis.get(name)
    if analyses:
        tally.add(analyses[0]["row"], "TECH", ANALYSIS, "the analysis (CARQ) completes the "
                  "official forecast of its time")
    return added


def number_members(records: list[Record], tally: Tally) -> list[Record]:
    """Return the fixes with members of ensembles numbered from 1 under one agency.

    A control has the next free number.
    """
    found: dict[str, set[int]] = defaultdict(set)
    for record in records:
        match = MEMBER.fullmatch(record["agency"])
        if match and record["base_utc"] is not None:
            found[match[1]].add(int(match[2]))
    families = {letters: ENSEMBLES.get(letters, letters) for letters, numbers in found.items()
                if letters in ENSEMBLES or len(numbers - {0}) >= FEWEST_MEMBERS}
    for record in records:
        tech = record["agency"]
        match = MEMBER.fullmatch(tech)
        letters = CONTROLS.get(tech, match[1] if match else "")
        if letters not in families or record["base_utc"] is None:
            continue
        serial = int(match[2]) if match and tech not in CONTROLS else 0
        record["agency"] = families[letters]
        record["member"] = serial or max(found[letters]) + 1
        if not serial:
            tally.add(record["row"], "TECH", tech, f"the control is member {record['member']} of "
                      f"{families[letters]}")
    for letters, agency in families.items():
        numbers = sorted(found[letters])
        tally.add(0, "TECH", f"{letters}{numbers[0]:02d} to {letters}{numbers[-1]:02d}",
                  f"taken as members of one ensemble, {agency}")
    return records
