"""``riskcloud hazard``: what nature has done and can do at places, graded, with every source."""

from pathlib import Path
from typing import Annotated

import typer

from riskcloud.cli.hazard_options import (
    CLAIMS,
    DEPTH,
    DEPTH_UNIT,
    LANDSLIDE,
    LAYER_CRS,
    LIGHTNING,
    NO_HISTORY,
    NODATA,
    NODATA_DRY,
    RAIN_REACH,
    RAIN_RECORD,
    RAIN_RECORD_AT,
    SURGE,
    TRACKS,
    WATERLOGGING,
    check_layers,
    check_place,
)
from riskcloud.cli.options import (
    JSON,
    LANG,
    SKIP_BAD,
    check_coordinates,
    check_heeded,
    check_lang,
    set_aside,
    told_in,
)


def hazard(
    lon: Annotated[float | None, typer.Option("--lon", help="Longitude of one place.")] = None,
    lat: Annotated[float | None, typer.Option("--lat", help="Its latitude.")] = None,
    name: Annotated[str, typer.Option("--name", help="What the place is called.")] = "",
    sites: Annotated[Path | None, typer.Option(
        "--sites", help="Or many: CSV or Parquet with lon and lat.")] = None,
    coordinates: Annotated[str | None, typer.Option(
        "--coordinates", "--source-crs",
        help="WGS84, GCJ-02 or BD-09, of --lon and --lat.")] = None,
    return_periods: Annotated[str, typer.Option(
        "--return-periods", help="Years, separated by commas.")] = "10,50,100,475",
    site_class: Annotated[str, typer.Option(
        "--site-class", help="Of GB 50011: I0, I1, II, III, IV; in a file of rows without.")] = "",
    depth: DEPTH = None, surge: SURGE = None, lightning: LIGHTNING = "", landslide: LANDSLIDE = "",
    depth_unit: DEPTH_UNIT = None, nodata: NODATA = "auto", nodata_dry: NODATA_DRY = False,
    layer_crs: LAYER_CRS = None,
    rain_record: RAIN_RECORD = None, rain_record_at: RAIN_RECORD_AT = "",
    rain_reach: RAIN_REACH = None, tracks: TRACKS = None, no_history: NO_HISTORY = False,
    waterlogging: WATERLOGGING = None, claims: CLAIMS = None,
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    as_json: JSON = False,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for page and tables.")] = None,
) -> int:
    """Hazard profile of a place: grades, intensities by return period, history, sources.

    A peril without a layer at the place is graded "no data", never low.
    """
    from riskcloud.cli.climate_map import parse_periods
    from riskcloud.cli.hazard_job import Job, run
    from riskcloud.geo.overlay.stated import Stated

    check_lang(lang)
    check_coordinates(coordinates)
    check_layers(depth_unit, nodata)
    check_place(lon, lat, sites, named=bool(coordinates or name))
    check_heeded({"--depth-unit": bool(depth_unit), "--nodata-dry": nodata_dry},
                 "--depth or --surge", bool(depth or surge))
    check_heeded({"--nodata": nodata != "auto", "--layer-crs": bool(layer_crs)},
                 "rasters given", bool(depth or surge or lightning or landslide))
    check_heeded({"--tracks": bool(tracks), "--waterlogging": bool(waterlogging),
                  "--claims": bool(claims)}, "the history, which --no-history leaves out",
                 not no_history)
    job = Job(lon=lon, lat=lat, name=name, sites=sites, coordinates=coordinates,
              periods=parse_periods(return_periods), site_class=site_class,
              depth=tuple(depth or ()), surge=tuple(surge or ()), lightning=lightning,
              landslide=landslide, stated=Stated(crs=layer_crs, nodata=nodata),
              depth_unit=depth_unit, nodata_dry=nodata_dry, rain_record=rain_record,
              rain_record_at=rain_record_at, rain_reach_km=rain_reach, tracks=tuple(tracks or ()),
              history=not no_history, waterlogging=waterlogging, claims=claims, skip_bad=skip_bad,
              lang=lang, out=out)
    with told_in(lang, whole=True):
        said, rejected = run(job)
    if as_json:
        from riskcloud.files import to_json

        typer.echo(to_json(said))
    else:
        from riskcloud.cli.hazard_terminal import print_hazard

        print_hazard(said, lang)
    return set_aside(rejected, None if out is None else out / "hazard.csv", lang)
