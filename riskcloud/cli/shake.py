"""``riskcloud shake``: ground motion and intensity of one earthquake at sites."""

from collections.abc import Iterator, Sequence
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
    from riskcloud.hazard.earthquake.shake import Places, Plan
    from riskcloud.types import Earthquake, Shaking, ShakingGrid, SourceDistances

ALL = "all"
ROWS = 1 << 18
"""Rows made at a time: keeps memory flat."""
DISTANCES = ("epicentral_km", "hypocentral_km", "r_jb_km", "r_rup_km", "r_x_km")
OURS = ("model", "measure", "unit", "median", "sigma_ln", "tau_ln", "phi_ln", *DISTANCES,
        "conversion")
OTHER_FILES = (".xlsx", ".xls", ".json", ".geojson", ".gpkg", ".shp", ".xml", ".tif")
"""Names of files that would hold a CSV by mistake."""
DIGITS = 8
"""Significant digits written of a value."""


def shake(
    event: Annotated[Path, typer.Option(
        "--event", help="The earthquake: event JSON, CENC list, USGS GeoJSON, QuakeML, FDSN text, "
        "ComCat CSV; or a ShakeMap grid.xml, which is then sampled.")],
    sites: Annotated[Path, typer.Option(
        "--sites", help="CSV or Parquet with lon and lat, optional vs30_m_s, site_class.")],
    model: Annotated[list[str] | None, typer.Option(
        "--model", help="yu_2013, boore_2014, chiou_youngs_2014, all; xiao_yu_2011, wang_2000 "
        "(intensity alone); shakemap; repeatable.")] = None,
    measure: Annotated[list[str] | None, typer.Option(
        "--measure", help="pga, pgv, sa_0.3, ..., intensity; repeatable.")] = None,
    out: Annotated[Path | None, typer.Option(
        "--out", help="CSV or .parquet; without it CSV to the terminal.")] = None,
    event_id: Annotated[str | None, typer.Option(
        "--event-id", help="Which of several earthquakes in the file: an id, latest, largest.",
    )] = None,
    region: Annotated[str | None, typer.Option(
        "--region", help="A model's region, such as tibetan; its own choice without it.")] = None,
    conversion: Annotated[str, typer.Option(
        "--conversion", help="Ground motion to intensity: gbt_17742_2020, gbt_17742_2020_monotone "
        "(for maps), gbt_17742_2008, worden_2012.")] = "gbt_17742_2020",
    uncertainty: Annotated[Path | None, typer.Option(
        "--uncertainty", help="uncertainty.xml of a ShakeMap grid.")] = None,
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Shaking at sites: their columns, then one row a site, model and measure.

    Adds model, measure, unit, median, sigma_ln, tau_ln, phi_ln, the distances used and, for
    intensity, the edition or conversion. intensity is normal, its sigmas are in degrees.
    """
    import pyarrow.csv  # noqa: F401  before the meter

    from riskcloud.cli.meter import Meter
    from riskcloud.geo.sites_file import read_places
    from riskcloud.hazard.earthquake import formats  # noqa: F401  before the meter
    from riskcloud.hazard.earthquake.grid import MODEL as SHAKEMAP
    from riskcloud.hazard.earthquake.shake import places_with_ground, plan_shaking

    check_lang(lang)
    asked = list(dict.fromkeys(name.strip().lower().replace("-", "_") for name in model or ()))
    _check_usage(asked, measure, conversion)
    files = [event, sites, *([uncertainty] if uncertainty else [])]
    with told_in(lang, whole=True):
        if out is not None:
            _check_out(out, files)
        meter = Meter()
        with meter.stage("read"):
            quake, grid = _read_event(event, event_id, asked, uncertainty)
            file = read_places(sites, skip_bad=skip_bad)
            places, assumed = places_with_ground(file.sites.lon, file.sites.lat,
                                                 vs30_m_s=file.vs30_m_s, site_class=file.site_class)
        with meter.stage("load"):
            plans = plan_shaking(quake, _models(asked, grid), places, measures=measure or (),
                                 region=region, conversion=conversion, grid=grid)
        n_rows = _write(file.table, quake, places, plans, grid, out, meter, to_terminal=not as_json)
    if all(plan.model == SHAKEMAP for plan in plans):
        assumed = ()  # its values hold for its own ground
    said = [*_about(file), *assumed, *(note for plan in plans for note in plan.notes)]
    _tell(quake, plans, said, len(places), n_rows, out, lang, as_json, meter)
    return set_aside(file.rejected, out, lang)


def _check_out(out: Path, files: Sequence[Path]) -> None:
    """Raise the error of wrong usage for a file that we do not write, InputError for an input."""
    check_not_input([out, out.with_name("rejected.csv")], files)
    if out.suffix.lower() in OTHER_FILES:
        raise typer.BadParameter(f"--out {out}: expected a name that ends in .csv or .parquet")


def _about(file: "SitesFile") -> list[str]:
    """Return what there is to say of the sites' table: ids that stand twice, columns of ours."""
    import pyarrow.compute as pc

    notes, names = [], file.table.column_names
    if taken := [name for name in names if name in OURS]:
        notes.append(f"columns of the sites that are written anew: {', '.join(taken)}")
    if file.id_column is not None:
        ids = file.table[file.id_column]
        if twice := len(ids) - pc.count_distinct(ids, mode="all").as_py():
            notes.append(f"{twice} of {len(ids)} site ids stand more than once")
    return notes


def _check_usage(models: Sequence[str], measures: Sequence[str] | None, conversion: str) -> None:
    """Raise the error of wrong usage for a name that no model has."""
    import re

    from riskcloud.hazard.earthquake.grid import MODEL as SHAKEMAP
    from riskcloud.hazard.earthquake.intensity import CONVERSIONS
    from riskcloud.hazard.earthquake.shake import known_models

    for model in models:
        check_choice("--model", model, [*known_models(), ALL, SHAKEMAP])
    check_choice("--conversion", conversion, CONVERSIONS)
    for name in measures or ():
        if not re.fullmatch(r"pga|pgv|intensity|sa_\d+(\.\d+)?", name):
            raise typer.BadParameter(f"--measure {name}: expected pga, pgv, intensity or sa_ and a "
                                     "period in seconds, such as sa_1.0")


def _read_event(path: Path, event_id: str | None, models: Sequence[str],
                uncertainty: Path | None) -> tuple["Earthquake", "ShakingGrid | None"]:
    """Return the earthquake, and the grid where the file is one and is to be sampled."""
    from riskcloud.hazard.earthquake.formats import is_shaking_grid, read_event, read_shaking_grid
    from riskcloud.hazard.earthquake.grid import MODEL as SHAKEMAP

    if (not models or SHAKEMAP in models) and is_shaking_grid(path):
        grid = read_shaking_grid(path, uncertainty)
        return grid.event, grid
    if uncertainty is not None:
        raise typer.BadParameter("--uncertainty belongs to a ShakeMap grid given as --event, "
                                 "without --model")
    return read_event(path, event_id), None


def _models(models: Sequence[str], grid: "ShakingGrid | None") -> list[str]:
    """Return the models asked for; of none the grid, where there is one, or Yu et al. (2013)."""
    from riskcloud.hazard.earthquake.grid import MODEL as SHAKEMAP
    from riskcloud.hazard.earthquake.ground_motion import MODELS

    if not models:
        return [SHAKEMAP if grid is not None else "yu_2013"]
    return list(dict.fromkeys(one for name in models
                              for one in (MODELS if name == ALL else [name])))


def _write(table: "pa.Table", event: "Earthquake", places: "Places", plans: Sequence["Plan"],
           grid: "ShakingGrid | None", out: Path | None, meter: "Meter", *, to_terminal: bool,
           ) -> int:
    """Write the rows to a file, or to the terminal; return how many."""
    import sys

    import pyarrow as pa

    from riskcloud.cli.row_writer import RowWriter, defused_table
    from riskcloud.cli.terminal import progress
    from riskcloud.files import written_aside

    table = table.drop_columns([name for name in table.column_names if name in OURS])
    table = table.replace_schema_metadata(None)  # what pandas noted is of other columns
    as_parquet = out is not None and out.suffix.lower() in (".parquet", ".pq")
    table = table if as_parquet else defused_table(table)
    n_rows = 0
    if out is None and not to_terminal:
        for part in _parts(table, event, places, plans, grid, meter):
            n_rows += part.num_rows
        return n_rows
    if out is None:
        with RowWriter(pa.PythonFile(sys.stdout.buffer, mode="w"), as_parquet=False) as writer:
            for part in _parts(table, event, places, plans, grid, meter):
                with meter.stage("write"):
                    n_rows += writer.write(part)
        return n_rows
    with written_aside(out) as aside, progress(out.name) as on_progress, RowWriter(
            aside, as_parquet=as_parquet) as writer:
        for part in _parts(table, event, places, plans, grid, meter):
            with meter.stage("write"):
                n_rows += writer.write(part)
            on_progress(n_rows, len(places) * _width(plans))
    return n_rows


def _parts(table: "pa.Table", event: "Earthquake", places: "Places", plans: Sequence["Plan"],
           grid: "ShakingGrid | None", meter: "Meter") -> Iterator["pa.Table"]:
    """Yield the rows of some sites at a time: site after site, model after model."""
    from riskcloud.hazard.earthquake.rupture import source_distances
    from riskcloud.hazard.earthquake.shake import shake_places

    step = max(1, ROWS // _width(plans))
    for begin in range(0, len(places), step):
        some = places.part(slice(begin, begin + step))
        with meter.stage("compute"):
            distances = source_distances(event, some.lon, some.lat)
            found = shake_places(plans, event, some, grid=grid, distances=distances)
        with meter.stage("write"):
            part = _rows(table.slice(begin, step), plans, found, distances)
        yield part


def _width(plans: Sequence["Plan"]) -> int:
    """Return the rows of one site."""
    return sum(len(plan.measures) for plan in plans)


def _rows(table: "pa.Table", plans: Sequence["Plan"], found: Sequence["Shaking"],
          distances: "SourceDistances") -> "pa.Table":
    import numpy as np
    import pyarrow as pa

    n, k = table.num_rows, len(found)
    table = table.take(pa.array(np.repeat(np.arange(n), k)))
    scales = [plan.scale if one == "intensity" else None for plan in plans for one in plan.measures]
    words = {"model": [one.model for one in found], "measure": [one.measure for one in found],
             "unit": [one.unit for one in found], "conversion": scales}
    over = pa.array(np.tile(np.arange(k), n))
    columns: dict[str, Any] = {
        name: pa.array(cells, pa.string()).dictionary_encode().take(over)
        for name, cells in words.items()}
    for name in ("median", "sigma_ln", "tau_ln", "phi_ln"):
        values = np.stack([getattr(one, name) for one in found], axis=1).ravel()
        columns[name] = pa.array(_rounded(values), from_pandas=True)
    for name in DISTANCES:
        columns[name] = pa.array(np.repeat(_rounded(getattr(distances, name)), k),
                                 from_pandas=True)
    for name in OURS:
        table = table.append_column(name, columns[name])
    return table


def _rounded(values: Any) -> Any:
    """Return numbers cut to the digits that are written; NaN stays."""
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        digits = DIGITS - 1 - np.floor(np.log10(np.abs(values)))
        scale = 10.0 ** np.clip(digits, -300.0, 300.0)
        return np.where(values == 0.0, 0.0, np.rint(values * scale) / scale)


def _tell(event: "Earthquake", plans: Sequence["Plan"], notes: Sequence[str], n_sites: int,
          n_rows: int, out: Path | None, lang: str, as_json: bool, meter: "Meter") -> None:
    """Say what was assumed: on stderr, or in the one JSON object."""
    from riskcloud.files import to_json
    from riskcloud.hazard.earthquake.formats import described
    from riskcloud.hazard.earthquake.shake import note_in_words, region_taken, source_notes

    notes = [note_in_words(note, lang) for note in dict.fromkeys([*source_notes(event), *notes])]
    if as_json:
        typer.echo(to_json({
            "event": {name: getattr(event, name) for name in (
                "event_id", "lon", "lat", "depth_km", "magnitude", "magnitude_type", "strike_deg",
                "dip_deg", "rake_deg", "length_km", "width_km", "place", "agency", "status",
                "source")} | {"time_utc": None if event.time_utc is None
                              else f"{event.time_utc}Z"},
            "plans": [{"model": plan.model, "measures": list(plan.measures),
                       "region": region_taken(plan, event), "intensity": plan.scale
                       if "intensity" in plan.measures else None} for plan in plans],
            "n_sites": n_sites, "n_rows": n_rows, "notes": notes,
            "out": None if out is None else str(out), **meter.figures()}))
        return
    for line in (note_in_words(described(event), lang), *notes):
        typer.echo(line, err=True)
