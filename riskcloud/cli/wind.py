"""``riskcloud wind``: the maximum wind of a track at sites."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.options import DONE, JSON

if TYPE_CHECKING:
    import pyarrow as pa

    from riskcloud.hazard.typhoon.field import MaximumWind
    from riskcloud.types import Floats, Sites, Track

PRESETS = ("default", "climada-6")
UNIT = "m/s"


def wind(
    track: Annotated[Path, typer.Argument(help="Typhoon track: IBTrACS or a plain CSV.")],
    sites: Annotated[Path, typer.Option("--sites", help="CSV or Parquet with lon and lat.")],
    preset: Annotated[str, typer.Option("--preset", help="default or climada-6.")] = "default",
    model: Annotated[str, typer.Option("--model", help="Wind model.")] = "holland_2008",
    measure: Annotated[str, typer.Option(
        "--measure", help="sustained_1min, gust_3s, mean_10min or marine_1min.",
    )] = "sustained_1min",
    out: Annotated[Path | None, typer.Option(
        "--out", help="CSV or .parquet; without it CSV to the terminal.")] = None,
    agency: Annotated[str | None, typer.Option("--agency", help="Which agency's fixes.")] = None,
    storm: Annotated[str | None, typer.Option("--storm", help="Id or name of the storm.")] = None,
    as_json: JSON = False,
) -> int:
    """Maximum wind at sites: the sites' columns, then intensity, measure, unit, time, direction.

    One row a site in the file's order; a site never reached has intensity 0.0 and neither time
    nor direction.
    """
    from riskcloud.cli.meter import Meter
    from riskcloud.geo.sites_file import read_sites
    from riskcloud.hazard.typhoon import climada6, field, surface  # noqa: F401  before the meter
    from riskcloud.hazard.typhoon.track import read_track
    from riskcloud.report.outputs import to_json

    meter = Meter()
    with meter.stage("read"):
        table, points = read_sites(sites)
        storm_track = read_track(track, agency=agency, event_id=storm)
    with meter.stage("load"):
        _compute(storm_track, points.first(1), preset, model, measure)
    with meter.stage("compute"):
        found, intensity = _compute(storm_track, points, preset, model, measure)
    with meter.stage("write"):
        if out is not None or not as_json:
            _write(table, found, intensity, measure, out)
    if as_json:
        typer.echo(to_json({
            "event_id": storm_track.event_id, "name": storm_track.name, "preset": preset,
            "model": model, "measure": measure, "unit": UNIT, "n_sites": len(points),
            "n_reached": int((intensity > 0.0).sum()), "max_intensity": float(intensity.max()),
            "evaluations": found.evaluations, "out": None if out is None else str(out),
            **meter.figures()}))
    return DONE


def _compute(track: "Track", points: "Sites", preset: str, model: str, measure: str,
             ) -> tuple["MaximumWind", "Floats"]:
    from riskcloud.errors import InputError
    from riskcloud.hazard.typhoon import climada6, field
    from riskcloud.hazard.typhoon.surface import MEASURES, local_factors

    if measure not in MEASURES:
        raise InputError(f"--measure {measure}: expected one of {', '.join(MEASURES)}")
    if preset == "climada-6":
        if measure != "sustained_1min":
            raise InputError("--preset climada-6 gives sustained_1min only (it has no gusts)")
        found = climada6.maximum_wind(track, points, model=model)
        return found, found.speed_m_s
    if preset != "default":
        raise InputError(f"--preset {preset}: expected one of {', '.join(PRESETS)}")
    from riskcloud.geo.raster import is_land

    found = field.maximum_wind(track, points, model=model)
    return found, found.speed_m_s * local_factors(is_land(points.lon, points.lat))[measure]


def _write(table: "pa.Table", found: "MaximumWind", intensity: "Floats", measure: str,
           out: Path | None) -> None:
    import sys

    import pyarrow as pa
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    n = len(intensity)
    words = pa.array(["" if name is None else name for name in (measure, UNIT)])
    columns: dict[str, Any] = {
        "intensity": pa.array(intensity.round(4)),
        "measure": pa.DictionaryArray.from_arrays(pa.array([0] * n, pa.int8()), words.slice(0, 1)),
        "unit": pa.DictionaryArray.from_arrays(pa.array([0] * n, pa.int8()), words.slice(1, 1)),
        "time_utc": pa.array(found.time_utc, pa.timestamp("s", tz="UTC")),
        "from_direction_deg": pa.array(found.from_direction_deg.round(1), from_pandas=True),
    }
    for name, values in columns.items():
        if name in table.column_names:
            table = table.drop_columns([name])
        table = table.append_column(name, values)
    if out is None:
        pacsv.write_csv(_as_text(table), pa.PythonFile(sys.stdout.buffer, mode="w"),
                        pacsv.WriteOptions(quoting_style="needed"))
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    aside = out.with_name(f".{out.name}.part")
    if out.suffix.lower() in (".parquet", ".pq"):
        pq.write_table(table, aside)
    else:
        pacsv.write_csv(_as_text(table), aside, pacsv.WriteOptions(quoting_style="needed"))
    aside.replace(out)


def _as_text(table: "pa.Table") -> "pa.Table":
    """Times as 2017-08-23T04:10:00Z, repeated words spelt out, for CSV."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for k, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            text = pc.strftime(table[field.name], format="%Y-%m-%dT%H:%M:%SZ")
            table = table.set_column(k, field.name, text)
        elif pa.types.is_dictionary(field.type):
            table = table.set_column(k, field.name, pc.cast(table[field.name], pa.string()))
    return table
