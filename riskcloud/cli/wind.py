"""``riskcloud wind``: the maximum wind of a track at sites."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    check_choice,
    check_lang,
    check_not_input,
    told_in,
    wind_model,
)
from riskcloud.cli.surface_options import DEM, HEIGHT, LAND_COVER, LAND_COVER_SCHEME, TERRAIN

if TYPE_CHECKING:
    import pyarrow as pa

    from riskcloud.hazard.typhoon.field import MaximumWind
    from riskcloud.hazard.typhoon.surface import SurfaceLayers
    from riskcloud.types import LayerUse, Sites, Track

PRESETS = ("default", "climada-6")
BOUNDARY_LAYERS = ("simple", "kepert_2001")
UNIT = "m/s"


@dataclass(frozen=True, slots=True)
class Ground:
    """What was said of the ground, and the height of the wind above it."""

    layers: "SurfaceLayers"
    height_m: float


def wind(
    track: Annotated[Path, typer.Argument(help="Best track or bulletin, any format.")],
    sites: Annotated[Path, typer.Option("--sites", help="CSV or Parquet with lon and lat.")],
    preset: Annotated[str, typer.Option("--preset", help="default or climada-6.")] = "default",
    model: Annotated[str, typer.Option("--model", help="Wind model.")] = "holland_2008",
    measure: Annotated[str, typer.Option(
        "--measure", help="sustained_1min, gust_3s, mean_10min or marine_1min.",
    )] = "sustained_1min",
    out: Annotated[Path | None, typer.Option(
        "--out", help="CSV or .parquet; without it CSV to the terminal.")] = None,
    boundary_layer: Annotated[str, typer.Option(
        "--boundary-layer", help="From aloft to the surface: simple or kepert_2001 (linear theory)."
    )] = "simple",
    agency: Annotated[str | None, typer.Option("--agency", help="Which agency's fixes.")] = None,
    storm: Annotated[str | None, typer.Option("--storm", help="Id or name of the storm.")] = None,
    land_cover: LAND_COVER = None,
    land_cover_scheme: LAND_COVER_SCHEME = "",
    terrain: TERRAIN = "",
    dem: DEM = None,
    height: HEIGHT = None,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Maximum wind at sites: the sites' columns, then intensity, measure, unit, time, direction.

    The maximum is that of the measure itself: local winds are taken by the direction they come
    from. One row a site in the file's order; a site never reached has intensity 0.0 and
    neither time nor direction.
    """
    from riskcloud.analysis.ground import layer_entries
    from riskcloud.cli.meter import Meter
    from riskcloud.cli.surface_options import checked_height_m, layer_inputs, surface_layers
    from riskcloud.files import to_json
    from riskcloud.geo.sites_file import read_sites
    from riskcloud.hazard.typhoon import climada6, field, surface  # noqa: F401  before the meter
    from riskcloud.hazard.typhoon.track import read_track

    check_lang(lang)
    model = _check_usage(preset, model, measure, boundary_layer)
    layers = surface_layers(land_cover, land_cover_scheme, dem, terrain=terrain)
    ground = Ground(layers, checked_height_m(height))
    if out is not None:
        check_not_input([out], [track, sites, *layer_inputs(layers)])
    meter = Meter()
    with told_in(lang, whole=True):
        with meter.stage("read"):
            table, points = read_sites(sites)
            storm_track = read_track(track, agency=agency, event_id=storm)
        with meter.stage("load"):
            _compute(storm_track, points.first(1), preset, model, measure, ground, boundary_layer)
        with meter.stage("compute"):
            found, said = _compute(storm_track, points, preset, model, measure, ground,
                                   boundary_layer)
    with meter.stage("write"):
        if out is not None or not as_json:
            _write(table, found, measure, out)
    if as_json:
        typer.echo(to_json({
            "event_id": storm_track.event_id, "name": storm_track.name, "preset": preset,
            "model": model, "boundary_layer": boundary_layer, "measure": measure, "unit": UNIT,
            "notes": list(storm_track.notes), "n_sites": len(points),
            "n_reached": int((found.speed_m_s > 0.0).sum()),
            "max_intensity": float(found.speed_m_s.max()), "layers": layer_entries(said),
            "evaluations": found.evaluations, "out": None if out is None else str(out),
            **meter.figures()}))
    else:
        _tell(storm_track, said, lang)
    return DONE


def _tell(track: "Track", said: tuple["LayerUse", ...], lang: str) -> None:
    """Say on stderr what the track's file lacked and which layers of the ground were given."""
    from riskcloud.messages import translated
    from riskcloud.report.text import load_text

    text = load_text(lang)
    for note in track.notes:
        typer.echo(f"{track.source}: {translated(note, lang)}", err=True)
    for one in said:
        kind = text("wind_climate.given" if one.given else "wind_climate.default")
        typer.echo(f"{text.label('layer', one.layer)}: {kind}: {one.source}; "
                   f"{translated(one.detail, lang)}", err=True)


def _check_usage(preset: str, model: str, measure: str, boundary_layer: str) -> str:
    """Return the model's full name. Raises the error of wrong usage."""
    from riskcloud.hazard.typhoon import climada6
    from riskcloud.hazard.typhoon.surface import MEASURES

    check_choice("--preset", preset, PRESETS)
    check_choice("--measure", measure, MEASURES)
    check_choice("--boundary-layer", boundary_layer, BOUNDARY_LAYERS)
    model = wind_model("--model", model)
    if preset == "climada-6":
        check_choice("--preset climada-6 with --model", model, climada6.MODELS)
        check_choice("--preset climada-6 (it has no gusts) with --measure", measure,
                     ["sustained_1min"])
        check_choice("--preset climada-6 with --boundary-layer", boundary_layer, ["simple"])
    return model


def _compute(track: "Track", points: "Sites", preset: str, model: str, measure: str,
             ground: Ground, boundary_layer: str) -> tuple["MaximumWind", tuple["LayerUse", ...]]:
    """Return the wind, and what the ground under it rests on (nothing for a wind over water)."""
    from riskcloud.analysis.ground import exposure_rows
    from riskcloud.hazard.typhoon import climada6, field
    from riskcloud.hazard.typhoon.boundary_layer import maximum_wind_kepert

    compute = field.maximum_wind if boundary_layer == "simple" else maximum_wind_kepert
    if preset == "climada-6":
        return climada6.maximum_wind(track, points, model=model), ()
    if measure == "marine_1min":
        return compute(track, points, model=model), ()
    rows, said = exposure_rows([measure], points.lon, points.lat, height_m=ground.height_m,
                               layers=ground.layers)
    return compute(track, points, model=model, factors=rows[measure]), said


def _write(table: "pa.Table", found: "MaximumWind", measure: str, out: Path | None) -> None:
    import sys

    import pyarrow as pa
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    from riskcloud.cli.row_writer import as_text
    from riskcloud.files import written_aside

    n = len(found.speed_m_s)
    words = pa.array(["" if name is None else name for name in (measure, UNIT)])
    columns: dict[str, Any] = {
        "intensity": pa.array(found.speed_m_s.round(4)),
        "measure": pa.DictionaryArray.from_arrays(pa.array([0] * n, pa.int8()), words.slice(0, 1)),
        "unit": pa.DictionaryArray.from_arrays(pa.array([0] * n, pa.int8()), words.slice(1, 1)),
        "time_utc": pa.array(found.time_utc, pa.timestamp("s", tz="UTC")),
        "from_direction_deg": pa.array(found.from_direction_deg.round(1), from_pandas=True),
    }
    for name, values in columns.items():
        if name in table.column_names:
            table = table.drop_columns([name])
            # what pandas noted of the old column's type would spoil the new one
            table = table.replace_schema_metadata(
                {key: words for key, words in (table.schema.metadata or {}).items()
                 if key != b"pandas"})
        table = table.append_column(name, values)
    if out is None:
        pacsv.write_csv(as_text(table), pa.PythonFile(sys.stdout.buffer, mode="w"),
                        pacsv.WriteOptions(quoting_style="needed"))
        return
    with written_aside(out) as aside:
        if out.suffix.lower() in (".parquet", ".pq"):
            pq.write_table(table, aside)
        else:
            pacsv.write_csv(as_text(table), aside, pacsv.WriteOptions(quoting_style="needed"))

