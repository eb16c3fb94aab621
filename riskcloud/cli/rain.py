"""``riskcloud rain``: the rain of a track at sites."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.options import (
    JSON,
    LANG,
    SKIP_BAD,
    check_choice,
    check_lang,
    check_not_input,
    set_aside,
    told_in,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from riskcloud.cli.meter import Meter
    from riskcloud.geo.sites_file import SitesFile
    from riskcloud.hazard.typhoon.rain import RainModel, StormRain
    from riskcloud.types import Track

NOT_COVERED = ("rain of the storm's own circulation within 500 km: remote and monsoon rain is not "
               "covered")
TYPICAL = "a site's total is the typical one; 5 % and 95 % by the errors found at Hong Kong"
PEAK_IS_MEAN = "the largest rate is a mean over rain bands: gauges see more for minutes"
OUTSIDE = "winds outside 20 to 160 kt: the model holds its lines on"
BELIEVED_KT = (20.0, 160.0)
OTHER_FILES = (".xlsx", ".xls", ".json", ".geojson", ".gpkg", ".shp", ".xml", ".tif")
"""Names of files that would hold a CSV by mistake."""


def rain(
    track: Annotated[Path, typer.Argument(help="Best track or bulletin, any format.")],
    sites: Annotated[Path, typer.Option("--sites", help="CSV or Parquet with lon and lat.")],
    model: Annotated[str, typer.Option(
        "--model", help="coastal_r_cliper or r_cliper.")] = "coastal_r_cliper",
    out: Annotated[Path | None, typer.Option(
        "--out", help="CSV or .parquet; without it CSV to the terminal.")] = None,
    agency: Annotated[str | None, typer.Option("--agency", help="Which agency's fixes.")] = None,
    storm: Annotated[str | None, typer.Option("--storm", help="Id or name of the storm.")] = None,
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Rain of a storm at sites: the sites' columns, then total, peak, 24 hours and its grade.

    One row a site in the file's order. Totals do not depend on the times of the track's fixes.
    Remote and monsoon rain is not covered.
    """
    import pyarrow.csv  # noqa: F401  before the meter

    from riskcloud.cli.meter import Meter
    from riskcloud.geo.sites_file import read_places
    from riskcloud.hazard.typhoon.rain import load_model, model_names, storm_rain
    from riskcloud.hazard.typhoon.track import read_track

    check_lang(lang)
    check_choice("--model", model, model_names())
    meter = Meter()
    with told_in(lang, whole=True):
        if out is not None:
            check_not_input([out, out.with_name("rejected.csv")], [track, sites])
            if out.suffix.lower() in OTHER_FILES:
                raise typer.BadParameter(
                    f"--out {out}: expected a name that ends in .csv or .parquet")
        with meter.stage("read"):
            file = read_places(sites, skip_bad=skip_bad)
            storm_track = read_track(track, agency=agency, event_id=storm)
        with meter.stage("load"):
            chosen = load_model(model)
            storm_rain(storm_track, file.sites.first(1), model=chosen)
        with meter.stage("compute"):
            found = storm_rain(storm_track, file.sites, model=chosen)
    with meter.stage("write"), told_in(lang, whole=True):
        table = _table(file.table, found, chosen, lang)
        if out is not None or not as_json:
            _write(table, out)
    _tell(storm_track, file, chosen, found, table, out, lang, as_json, meter)
    return set_aside(file.rejected, out, lang)


def _table(table: "pa.Table", found: "StormRain", model: "RainModel", lang: str) -> "pa.Table":
    """Return the sites' columns and ours; a column of theirs with a name of ours is replaced."""
    import pyarrow as pa

    from riskcloud.hazard.grades import load_scale
    from riskcloud.hazard.typhoon.rain import rain_grades
    from riskcloud.hazard.typhoon.rain.storm import GRADE_SCALE

    low, high = model.band_mm(found.total_mm)
    grades, scale = rain_grades(found.day_mm), load_scale(GRADE_SCALE)
    titles = {grade: scale.title(grade, lang) for grade in set(grades.tolist())}
    columns: dict[str, Any] = {
        "rain_mm": pa.array(found.total_mm.round(2)),
        "rain_p05_mm": pa.array(low.round(2)),
        "rain_p95_mm": pa.array(high.round(2)),
        "peak_mm_h": pa.array(found.peak_mm_h.round(3)),
        "peak_time_utc": pa.array(found.peak_time_utc, pa.timestamp("s", tz="UTC")),
        "rain_24h_mm": pa.array(found.day_mm.round(2)),
        "grade_24h": pa.array(grades.tolist(), pa.string()),
        "grade_24h_title": pa.array([titles[grade] for grade in grades.tolist()], pa.string()),
        "model": pa.array([model.name] * len(grades), pa.string()),
    }
    table = table.drop_columns([name for name in table.column_names if name in columns])
    table = table.replace_schema_metadata(None)  # what pandas noted is of other columns
    for name, values in columns.items():
        table = table.append_column(name, values)
    return table


def _write(table: "pa.Table", out: Path | None) -> None:
    import sys

    import pyarrow as pa

    from riskcloud.cli.row_writer import RowWriter, defused_table
    from riskcloud.files import written_aside

    if out is None:
        with RowWriter(pa.PythonFile(sys.stdout.buffer, mode="w"), as_parquet=False) as writer:
            writer.write(defused_table(table))
        return
    as_parquet = out.suffix.lower() in (".parquet", ".pq")
    with written_aside(out) as aside, RowWriter(aside, as_parquet=as_parquet) as writer:
        writer.write(table if as_parquet else defused_table(table))


def _notes(track: "Track", file: "SitesFile") -> list[str]:
    """Return what a reader must know of the numbers."""
    import numpy as np

    from riskcloud.hazard.typhoon.averaging import sustained_1min
    from riskcloud.units import KNOT

    notes = [NOT_COVERED, TYPICAL, PEAK_IS_MEAN, *file.notes, *track.notes]
    wind_kt = sustained_1min(track.max_wind_m_s, track.wind_averaging_s) / KNOT
    if np.any((wind_kt < BELIEVED_KT[0]) | (wind_kt > BELIEVED_KT[1])):
        notes.append(OUTSIDE)
    filled = next((one for one in track.filled if one.field == "max_wind_m_s"), None)
    if filled is not None:
        notes.append(f"{int(filled.mask.sum())} of {len(track)} fixes have no wind of their own: "
                     "it was filled")
    return notes


def _tell(track: "Track", file: "SitesFile", model: "RainModel", found: "StormRain",
          table: "pa.Table", out: Path | None, lang: str, as_json: bool, meter: "Meter") -> None:
    """Say on stderr, or in the one JSON object, what the rain is and rests on."""
    from riskcloud.files import to_json
    from riskcloud.messages import translated

    notes: Sequence[str] = [translated(note, lang) for note in _notes(track, file)]
    if not as_json:
        typer.echo(model.card["title_zh" if lang == "zh" else "title"], err=True)
        for note in notes:
            typer.echo(note, err=True)
        return
    grades = table["grade_24h"].to_pylist()
    typer.echo(to_json({
        "event_id": track.event_id, "name": track.name, "model": model.name,
        "model_version": model.card["version"], "source": model.card["source"],
        "n_sites": len(grades), "n_reached": int((found.total_mm > 0.0).sum()),
        "max_rain_mm": float(found.total_mm.max()), "max_peak_mm_h": float(found.peak_mm_h.max()),
        "max_rain_24h_mm": float(found.day_mm.max()),
        "sites_by_grade_24h": {grade: grades.count(grade) for grade in dict.fromkeys(grades)},
        "grade_scale": "gbt_28592_2012", "notes": notes,
        "filled": [{"field": one.field, "method": one.method, "fixes": int(one.mask.sum())}
                   for one in track.filled],
        "out": None if out is None else str(out), **meter.figures()}))
