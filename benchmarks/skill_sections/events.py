"""The stochastic event set against the catalogue it was made from."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from skill_sections.commands import Absent, answer
from skill_sections.table import figure, markdown

AREA = "105,15,123,28"
YEARS = 10_000
METHODS = ("resampled", "simulated")
CLASSES = {"storm": "below 997 hPa", "typhoon": "below 977.5 hPa", "severe": "below 957.5 hPa"}


@cache
def event_set(method: str) -> tuple[Path, dict[str, Any]]:
    """Return the folder of an event set of South China and what its command says."""
    folder = Path(tempfile.mkdtemp(prefix="riskcloud-skill-")) / method
    return folder, answer("climate", "typhoon", "--area", AREA, "--years", YEARS, "--method",
                          method, "--out", folder)


def made() -> dict[str, tuple[Path, dict[str, Any]]]:
    """Return the event sets that can be made. Raises Absent for none."""
    found, why = {}, None
    for method in METHODS:
        try:
            found[method] = event_set(method)
        except Absent as reason:
            why = reason
    if why is not None and not found:
        raise why
    return found


def section(images: Path) -> list[str]:
    """Landfalls by segment and pressures at landfall."""
    lines = []
    for method, (_, said) in made().items():
        seen, period = said["observed"], said["period"]
        lines += [
            f"Method `{method}`, {YEARS:,} years, area {AREA}: {said['simulated']['n_events']:,} "
            f"events, {figure(said['simulated']['rate_per_year'], 2)} a year; observed "
            f"{period['first']}-{period['last']}: {seen['n_storms']} storms, "
            f"{figure(seen['rate_per_year'], 2)} a year (90 %: {figure(seen['low'], 2)} to "
            f"{figure(seen['high'], 2)}).", "", *_landfalls(said), *_pressures(said), ""]
    return lines


def _landfalls(said: dict[str, Any]) -> list[str]:
    rows = []
    for row in said["landfalls"]:
        cells = [row["title"]]
        for name in CLASSES:
            one = row[name]
            cells += [f"{figure(one['observed_rate'], 2)} ({figure(one['low'], 2)}-"
                      f"{figure(one['high'], 2)})",
                      figure(one["simulated_rate"], 2) + ("" if one["inside"] else " *")]
        rows.append(cells)
    heads = [f"{title}, {who}" for title in CLASSES.values() for who in ("observed", "simulated")]
    return ["Landfalls a year by coast segment (observed with its 90 % interval; * outside):", "",
            *markdown(("segment", *heads), rows), ""]


def _pressures(said: dict[str, Any]) -> list[str]:
    found = said["pressure_at_landfall"]
    rows = [[f"{quantile:.0%}", figure(seen, 0), figure(ours, 0)] for quantile, seen, ours in zip(
        found["quantiles"], found["observed_hpa"], found["simulated_hpa"], strict=True)]
    return [f"Central pressure at landfall, hPa (two-sample Kolmogorov-Smirnov "
            f"p = {figure(found['ks_p'], 3)}):", "",
            *markdown(("quantile", "observed", "simulated"), rows)]
