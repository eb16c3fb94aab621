"""Write docs/science/catalogue.md and its chart from the storms that ship.

Run:  python data/make_catalogue_docs.py [CATALOGUE ...]
With files of the whole archive the later seasons are in the tables too.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from riskcloud.hazard.typhoon.climate import event_set, history
from riskcloud.hazard.typhoon.climate.area import Area
from riskcloud.hazard.typhoon.climate.catalogue import Catalogue, read_catalogue

DOCS = Path(__file__).resolve().parent.parent / "docs"
CHART = "storm_catalogue.png"
SPANS = ((1951, 1960), (1961, 1970), (1971, 1979), (1980, 1987), (1988, 1994), (1995, 2000),
         (2001, 2006), (2007, 2013))
AREA = Area(105.0, 17.0, 120.0, 26.0)
YEARS, SEED = 10_000, 1
TRENDS = {"storms": "storms a year, all", "storms_997": "storms below 997 hPa a year",
          "lowest_hpa": "their mean lowest pressure, hPa",
          "landfalls": "storms ashore a year, all",
          "landfalls_997": "ashore below 997 hPa", "landfalls_977": "ashore below 977.5 hPa"}

TEMPLATE = Path(__file__).with_name("catalogue_page.md")


def make_text(storms: Catalogue) -> str:
    """Return the page."""
    rows = history.by_season(storms)
    first, last = event_set.load_card("storm_catalogue", "wp")["fit"]["seasons"]
    found = {one.kind: one for one in storms.repairs}
    basis, _ = event_set.prepare(AREA)
    tally = event_set.new_tally()
    for _ in event_set.make_events(basis, tally, method="resampled", years=YEARS, seed=SEED):
        pass
    facts = event_set.facts_of(basis, tally, method="resampled", years=YEARS, seed=SEED)
    strength, counts = facts["pressure_at_landfall"], facts["yearly_counts"]
    used = history.practice(storms, SPANS)
    starts = {f"from_{name}": history.complete_from(rows, name)
              for name in ("pressure", "wind_10min", "wind_1min")}
    return TEMPLATE.read_text(encoding="utf-8").format(
        sources=" and ".join(storms.sources), n_storms=f"{len(storms):,}",
        n_fixes=f"{len(storms.lon):,}", first=storms.season.min(), last=storms.season.max(),
        repairs="\n".join(f"| {' | '.join(one.meaning.split(': ', 1))} | {one.n_fixes} | "
                          f"{one.n_storms} |" for one in storms.repairs),
        absent="; ".join(meaning.split(":")[0] for kind, meaning in event_set_repairs().items()
                         if kind not in found),
        decades=_decades(rows), chart=CHART, **starts, fit_first=first, fit_last=last,
        trends=_trends(rows, first, last), practice=_practice(used),
        peak=f"{np.nanmax([one['ratio'] for one in used]) - 1.0:.0%}",
        end=f"{abs(used[-1]['ratio'] - 1.0):.0%}", law=counts["law"],
        dispersion=f"{counts['dispersion']:.2f}", dispersion_p=f"{counts['dispersion_p']:.2f}",
        years=f"{YEARS:,}", area=",".join(f"{v:g}" for v in AREA.bounds), seed=SEED,
        landfalls="\n".join(_landfall(row) for row in facts["landfalls"]),
        quantiles=_list(strength["quantiles"], "{:.0%}"),
        observed=_list(strength["observed_hpa"], "{:.0f}"),
        simulated=_list(strength["simulated_hpa"], "{:.0f}"), ks_p=f"{strength['ks_p']:.2f}",
        rate=f"{facts['observed']['rate_per_year']:.2f}", low=f"{facts['observed']['low']:.2f}",
        high=f"{facts['observed']['high']:.2f}", made=f"{facts['simulated']['rate_per_year']:.2f}",
        error=f"{facts['observed']['relative_sampling_error']:.1%}", n_seasons=basis.n_seasons)


def event_set_repairs() -> dict[str, str]:
    """Return every kind of repair and what it does."""
    from riskcloud.hazard.typhoon.climate.cleaning import REPAIRS

    return REPAIRS


def _list(values: list[float], form: str) -> str:
    return " / ".join(form.format(value) for value in values)


def _cell(value: float, form: str) -> str:
    return form.format(value) if np.isfinite(value) else ""


def _decades(rows: pd.DataFrame) -> str:
    lines = []
    for decade, one in history.by_decade(rows).iterrows():
        analysed = one["pressure"] > 0.0
        cells = [f"{one['storms']:.1f}", f"{one['fixes']:.0f}",
                 f"{one['storms_997']:.1f}" if analysed else "",
                 _cell(one["lowest_hpa"], "{:.0f}"), f"{one['landfalls']:.1f}",
                 *(f"{one[name]:.1f}" if analysed else "" for name in ("landfalls_997",
                                                                      "landfalls_977")),
                 *(f"{one[name]:.0%}" for name in ("pressure", "wind_10min", "wind_1min"))]
        lines.append(f"| {decade}s | {' | '.join(cells)} |")
    return "\n".join(lines)


def _trends(rows: pd.DataFrame, first: int, last: int) -> str:
    lines = []
    for name, title in TRENDS.items():
        mean, slope, p = history.trend(rows, name, first, last)
        lines.append(f"| {title} | {mean:.1f} | {slope + 0.0:+.2f} | {p:.3f} |")
    return "\n".join(lines)


def _practice(rows: list[dict[str, float]]) -> str:
    return "\n".join(
        f"| {one['first']}-{one['last']} | {one['n'] or ''} | {_cell(one['ratio'], '{:.2f}')} | "
        f"{_cell(one['wind_970'], '{:.1f}')} | {one['fives']:.0%} |" for one in rows)


def _landfall(row: dict[str, object]) -> str:
    cells = [str(row["title"])]
    for name in ("storm", "typhoon", "severe"):
        one: dict[str, float] = row[name]  # type: ignore[assignment]
        cells += [f"{one['observed_rate']:.2f} ({one['low']:.2f}-{one['high']:.2f})",
                  f"{one['simulated_rate']:.2f}{'' if one['inside'] else ' *'}"]
    return f"| {' | '.join(cells)} |"


def draw_chart(rows: pd.DataFrame, path: Path) -> None:
    """Draw storms a year and what is known of their fixes."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (above, below) = pyplot.subplots(2, 1, sharex=True, figsize=(7.0, 4.6),
                                             layout="constrained")
    for name, title, colour in (("storms", "all storms", "#8a8f98"),
                                ("storms_997", "below 997 hPa", "#1f5f8b"),
                                ("landfalls", "ashore", "#c2702b")):
        part = rows[name].where(rows[name] > 0)
        above.plot(rows.index, part, color=colour, linewidth=0.9, label=title)
    above.set_ylabel("a year")
    for name, title, colour in (("pressure", "pressure", "#1f5f8b"),
                                ("wind_10min", "10-min wind", "#c2702b"),
                                ("wind_1min", "1-min wind", "#5b8c5a")):
        below.plot(rows.index, 100.0 * rows[name], color=colour, linewidth=0.9, label=title)
    below.set_ylabel("% of fixes")
    below.set_xlabel("season")
    for axes in (above, below):
        axes.axvline(1951, color="#444444", linewidth=0.6, linestyle=":")
        axes.legend(fontsize=8, frameon=False, loc="upper left")
        axes.grid(axis="y", linewidth=0.4, color="#dddddd")
    figure.savefig(path, dpi=110, metadata={"Software": None})


def main(paths: list[str]) -> None:
    """Write page and chart."""
    storms, _ = read_catalogue([Path(path) for path in paths])
    (DOCS / "science/catalogue.md").write_text(make_text(storms), encoding="utf-8")
    draw_chart(history.by_season(storms), DOCS / "images" / CHART)


if __name__ == "__main__":
    main(sys.argv[1:])
