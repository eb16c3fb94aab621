"""``riskcloud rain-frequency``: rain by return period, of a daily record or a city's formula."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.options import (
    JSON,
    LANG,
    SKIP_BAD,
    check_lang,
    check_not_input,
    set_aside,
    told_in,
)

if TYPE_CHECKING:
    from riskcloud.hazard.rain.city_formula import CityFormula
    from riskcloud.hazard.rain.extremes import ExtremeRain
    from riskcloud.hazard.rain.record import DailyRecord

DURATIONS = "5,15,30,60,120,180"
MOST = 50
"""Return periods or durations at once (ours)."""


def rain_frequency(
    record: Annotated[Path | None, typer.Argument(
        help="Daily rain of one station: CSV with a date and rain_mm, rain_cm, rain_inch or "
             "rain_0.1mm.")] = None,
    city: Annotated[str | None, typer.Option(
        "--city", help="City whose storm formula is wanted, or a formula's name.")] = None,
    return_periods: Annotated[str, typer.Option(
        "--return-periods", help="Years, separated by commas.")] = "2,5,10,20,50,100",
    durations: Annotated[str, typer.Option(
        "--durations", help="Minutes, separated by commas, for --city.")] = DURATIONS,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same bands.")] = 1,
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    out: Annotated[Path | None, typer.Option(
        "--out", help="Folder for rain_frequency.csv, rain_frequency.json.")] = None,
    as_json: JSON = False,
) -> int:
    """Rain by return period: day rain fitted to a record, or intensities of a city's formula."""
    from riskcloud.cli.meter import Meter
    from riskcloud.files import to_json

    check_lang(lang)
    periods = _numbers("--return-periods", return_periods)
    if (record is None) == (city is None):
        raise typer.BadParameter("give a daily record or --city, one of the two")
    meter, rejected = Meter(), ()
    with told_in(lang, whole=True):
        if record is not None:
            if not periods[0] > 1.0:
                raise typer.BadParameter("--return-periods: of a record, above 1 year")
            if durations != DURATIONS:
                raise typer.BadParameter("--durations: of --city; a record has days alone")
            if out is not None:
                check_not_input([out / "rain_frequency.csv", out / "rain_frequency.json"], [record])
            answer, rows, rejected = _of_record(record, periods, seed, skip_bad, meter)
        else:
            answer, rows = _of_city(str(city), periods, _numbers("--durations", durations), meter)
        if out is not None:
            with meter.stage("write"):
                _write(answer, rows, out)
    said = {**answer, **meter.figures(), "out": None if out is None else str(out)}
    if as_json:
        typer.echo(to_json(said))
    else:
        from riskcloud.cli.rain_frequency_terminal import print_rain

        print_rain(said, lang)
    return set_aside(rejected, None if out is None else out / "rain_frequency.csv", lang)


def _numbers(option: str, text: str) -> tuple[float, ...]:
    """Return positive numbers, ascending. Raises the error of wrong usage."""
    try:
        numbers = sorted({float(one) for one in text.split(",") if one.strip()})
    except ValueError as error:
        raise typer.BadParameter(
            f"{option} {text}: expected numbers separated by commas") from error
    if not 0 < len(numbers) <= MOST or not all(0.0 < one < 1e7 for one in numbers):
        raise typer.BadParameter(f"{option} {text}: expected 1 to {MOST} numbers above 0")
    return tuple(numbers)


def _of_record(path: Path, periods: tuple[float, ...], seed: int, skip_bad: bool, meter: Any,
               ) -> tuple[dict[str, Any], list[dict[str, Any]], Any]:
    """Return the answer, the rows of its table, and rows of the record set aside."""
    from riskcloud.analysis.manifest import make_manifest
    from riskcloud.hazard.rain.extremes import extreme_rain
    from riskcloud.hazard.rain.record import read_daily_rain
    from riskcloud.hazard.rain.sample import sample_of

    with meter.stage("read"):
        record = read_daily_rain(path, skip_bad=skip_bad)
        manifest = make_manifest(inputs={"record": path}, cards=(), settings={
            "return_periods_yr": list(periods), "seed": seed, "skip_bad": skip_bad})
    with meter.stage("compute"):
        found = extreme_rain(sample_of(record), periods, seed=seed)
    rows = _levels(found)
    return {**_facts(path, record, found), "levels": [
        {key: row[key] for key in row if key != "estimator"}
        for row in rows if row["estimator"] == "mean"],
        "estimators": _estimators(found, rows), "manifest": manifest}, rows, record.rejected


def _facts(path: Path, record: "DailyRecord", found: "ExtremeRain") -> dict[str, Any]:
    import numpy as np

    from riskcloud.hazard.rain.extremes import BAND, SHAPES
    from riskcloud.hazard.rain.frequency import FIXED_DAY

    sample = found.sample
    return {
        "record": str(path), "unit_of_file": record.unit, "measure": "rain_day", "unit": "mm",
        "first_day": sample.first_day, "last_day": sample.last_day,
        "n_days": int(np.isfinite(record.rain_mm).sum()), "n_traces": int(record.trace.sum()),
        "n_missing": int(np.isnan(record.rain_mm).sum()),
        "n_complete_years": sample.n_years, "years_left_out": sample.left_out.tolist(),
        "n_rejected": len({problem.row for problem in record.rejected}),
        "largest": [{"day": str(day), "rain_mm": float(mm)} for day, mm in zip(
            sample.peak_day[:5], sample.peak_mm[:5], strict=True)],
        "return_periods_yr": list(found.periods), "band": list(BAND),
        "shapes_believed": list(SHAPES),
        "trend": {"p_value": found.trend.p_value,
                  "percent_per_decade": found.trend.percent_per_decade},
        "notes": [*record.notes, *found.notes, FIXED_DAY]}


def _levels(found: "ExtremeRain") -> list[dict[str, Any]]:
    parts = [("mean", found.level_mm, found.low_mm, found.high_mm), *(
        (one.name, one.level_mm, one.low_mm, one.high_mm) for one in found.estimates)]
    return [{"estimator": name, "return_period_yr": period, "rain_mm": float(level[k]),
             "low_mm": float(low[k]), "high_mm": float(high[k])}
            for name, level, low, high in parts for k, period in enumerate(found.periods)]


def _estimators(found: "ExtremeRain", rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": one.name, "accepted": not one.refused, "refused": one.refused or None,
             "shape": one.shape, "n_used": one.n_used, "threshold_mm": one.threshold_mm,
             "levels": [{key: row[key] for key in row if key != "estimator"}
                        for row in rows if row["estimator"] == one.name and not one.refused]}
            for one in found.estimates]


def _of_city(city: str, periods: tuple[float, ...], durations: tuple[float, ...], meter: Any,
             ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the answer and its table: every formula of a city, superseded ones marked."""
    from riskcloud.analysis.manifest import make_manifest
    from riskcloud.hazard.rain.city_formula import find_formulas

    with meter.stage("compute"):
        formulas = find_formulas(city)
        rows = [row for formula in formulas for row in _intensities(formula, periods, durations)]
    outside = sum(row["mm_per_h"] != row["mm_per_h"] for row in rows)
    return {
        "city": city, "return_periods_yr": list(periods), "durations_min": list(durations),
        "formulas": [{**_formula(formula), "intensities": [
            {key: row[key] for key in row if key != "formula"}
            for row in rows if row["formula"] == formula.card.name]} for formula in formulas],
        "notes": [f"{outside} values lie outside what their formula was made for: no data"]
        if outside else [],
        "manifest": make_manifest(
            inputs={}, cards=[("design_rain", one.card.name) for one in formulas],
            settings={"city": city, "return_periods_yr": list(periods),
                      "durations_min": list(durations)})}, rows


def _formula(formula: "CityFormula") -> dict[str, Any]:
    card = formula.card
    keys = ("title", "title_zh", "edition", "area", "area_zh", "source", "verified",
            "verified_words", "licence")
    return {"name": card.name, **{key: card.get(key) for key in keys},
            "superseded_by": card.get("superseded_by"),
            "durations_min": list(formula.durations_min),
            "return_periods_yr": formula.period_yr.tolist()}


def _intensities(formula: "CityFormula", periods: tuple[float, ...],
                 durations: tuple[float, ...]) -> list[dict[str, Any]]:
    rows = []
    for minutes in durations:
        intensity = formula.intensity_mm_h(minutes, periods)
        rows += [{"formula": formula.card.name, "return_period_yr": period,
                  "duration_min": minutes, "mm_per_h": float(mm_h),
                  "l_per_s_ha": float(mm_h) / 0.36, "rain_mm": float(mm_h) * minutes / 60.0}
                 for period, mm_h in zip(periods, intensity, strict=True)]
    return rows


def _write(answer: Mapping[str, Any], rows: list[dict[str, Any]], out: Path) -> None:
    """Write both files aside and put them in place together."""
    import csv

    from riskcloud.files import staged, write_json

    with staged(out, outputs=("rain_frequency.csv", "rain_frequency.json")) as folder:
        with (folder / "rain_frequency.csv").open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.DictWriter(file, list(rows[0]))
            table.writeheader()
            for row in rows:
                table.writerow({key: "" if value != value else
                                round(value, 3) if isinstance(value, float) else value
                                for key, value in row.items()})
        write_json(answer, folder / "rain_frequency.json")
