"""``riskcloud geocode``: addresses to places, each with quality, level and candidates."""

import sys
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_choice,
    check_coordinates,
    check_lang,
    check_not_input,
    in_words,
    told_in,
)

if TYPE_CHECKING:
    from riskcloud.exposure.geocoding import Finder, Geocoded
    from riskcloud.exposure.raw import RawTable

PROVIDERS = ("nominatim", "amap", "baidu")
_ROWS_SHOWN = 1000  # of --json; ours
_LONG = 20_000  # rows worth a progress bar: about two seconds
_MIN_QUALITY = 0.3  # the point of a province is no place of an asset; ours


PORTFOLIO = Annotated[Path, typer.Argument(
    help="Portfolio of any format, or any table with a column of addresses.")]
OUT = Annotated[Path | None, typer.Option(
    "--out", help="CSV, .xlsx or .parquet; without it CSV to the terminal.")]
ONLINE = Annotated[str | None, typer.Option(
    "--online", help="nominatim, amap or baidu: ask for what a county's centre is too coarse for "
                     "(extra: online).")]
KEY = Annotated[str | None, typer.Option(
    "--key", help="Key of the provider; else $RISKCLOUD_AMAP_KEY, $RISKCLOUD_BAIDU_KEY.")]
DOMAIN = Annotated[str | None, typer.Option(
    "--domain", help="Host of the provider, such as your own Nominatim.")]
CACHE = Annotated[Path | None, typer.Option(
    "--cache", help="Folder of the provider's answers; default ./riskcloud-geocodes.")]
GAZETTEER = Annotated[list[Path] | None, typer.Option(
    "--gazetteer", help="CSV of more places or better points: adcode, name, level, parent, lon, "
                        "lat. Repeatable.")]
REVERSE = Annotated[bool, typer.Option(
    "--reverse", help="Also name the county of rows that have coordinates.")]
LAYER = Annotated[Path | None, typer.Option(
    "--layer", help="Polygons of counties with a column adcode, for --reverse and the check of "
                    "rows that have coordinates.")]
MIN_QUALITY = Annotated[float, typer.Option(
    "--min-quality", help="Below it coordinates stay blank.")]
COORDINATES = Annotated[str | None, typer.Option(
    "--coordinates", help="WGS84, GCJ-02 or BD-09, for rows with coordinates that do not say.")]


def geocode(
    portfolio: PORTFOLIO,
    out: OUT = None,
    online: ONLINE = None,
    key: KEY = None,
    domain: DOMAIN = None,
    cache: CACHE = None,
    gazetteer: GAZETTEER = None,
    reverse: REVERSE = False,
    layer: LAYER = None,
    min_quality: MIN_QUALITY = _MIN_QUALITY,
    coordinate_system: COORDINATES = None,
    lang: LANG = "zh",
    as_json: JSON = False,
    skip_bad: SKIP_BAD = False,
) -> int:
    """Addresses to places: every column and row, coordinates where they lacked, and how sure.

    Offline by the gazetteer that ships; an ambiguous address is not placed but listed with its
    candidates.
    """
    from riskcloud.cli.meter import Meter
    from riskcloud.errors import InputError
    from riskcloud.exposure.formats import read_cells
    from riskcloud.exposure.geocoding import filled_table
    from riskcloud.exposure.table_file import write_csv, write_table
    from riskcloud.files import to_json
    from riskcloud.geo.geocode.gazetteer import load_gazetteer
    from riskcloud.geo.geocode.match import Geocoder
    from riskcloud.messages import translated

    _check_usage(online, lang, coordinate_system, min_quality)
    meter = Meter()
    with told_in(lang, whole=True):
        if out is not None:
            check_not_input([out], [portfolio, *(gazetteer or ())])
        with meter.stage("load"):
            geocoder = Geocoder(load_gazetteer(*(gazetteer or ())))
        with meter.stage("read"):
            raw = read_cells(portfolio)
            problems = in_words(raw.problems, lang)
            if problems and not skip_bad:
                raise InputError(f"{portfolio}: {len(problems)} problem(s)", problems)
        with meter.stage("compute"):
            finder = geocoder.find if online is None else _online(
                geocoder, online, key, domain, cache or Path("riskcloud-geocodes"))
            found = _found(raw, finder, geocoder, reverse, layer, coordinate_system)
            table = filled_table(found, min_quality=min_quality,
                                 said=lambda note: translated(note, lang))
    with meter.stage("write"):
        if out is not None:
            write_table(table, out)
        elif not as_json:
            write_csv(table, sys.stdout)
    answer = {**_counts(found, min_quality), "source": str(portfolio),
              "out": None if out is None else str(out), "n_rejected": raw.dropped_rows,
              "problems": [str(problem) for problem in problems[:_ROWS_SHOWN]],
              "gazetteer": geocoder.gazetteer.version, "online": online}
    if as_json:
        typer.echo(to_json({**answer, "rows": _rows(found, lang), **meter.figures()}))
    else:
        _tell(answer, lang)
    return SET_ASIDE if problems else DONE


def _check_usage(online: str | None, lang: str, coordinate_system: str | None,
                 min_quality: float) -> None:
    check_lang(lang)
    check_coordinates(coordinate_system)
    if online is not None:
        check_choice("--online", online, PROVIDERS)
    if not 0.0 <= min_quality <= 1.0:
        raise typer.BadParameter(f"--min-quality {min_quality:g}: expected 0 to 1")


def _online(geocoder: Any, provider: str, key: str | None, domain: str | None, cache: Path,
            ) -> "Finder":
    from riskcloud.geo.geocode.online import OnlineGeocoder
    from riskcloud.geo.geocode.providers import open_provider

    return OnlineGeocoder(geocoder, open_provider(provider, key=key, domain=domain), cache).find


def _found(raw: "RawTable", finder: "Finder", geocoder: Any, reverse: bool, layer: Path | None,
           coordinate_system: str | None) -> "Geocoded":
    from riskcloud.exposure.geocoding import geocode_table
    from riskcloud.exposure.placed import check_given
    from riskcloud.geo.geocode.reverse import read_polygons

    bar: Any = nullcontext()
    if len(raw) > _LONG or finder != geocoder.find:  # its import costs more than a short table
        from riskcloud.cli.terminal import progress

        bar = progress("geocode")
    with bar as on_progress:
        found = geocode_table(raw, finder, coordinate_system=coordinate_system,
                              on_progress=on_progress)
    polygons = None if layer is None else read_polygons(layer)
    return check_given(found, geocoder, polygons, name_county=reverse)


def _counts(found: "Geocoded", min_quality: float) -> dict[str, Any]:
    of_own = list(zip(found.place, found.had, strict=True))
    asked = [place for place, had in of_own if place is not None and not had]
    levels = Counter(place.level or "none" for place in asked)
    return {
        "n_rows": len(found.place), "n_given": int(found.had.sum()), "n_asked": len(asked),
        "n_unreadable": sum(place is None and not had for place, had in of_own),
        "n_placed": sum(p.lon is not None and p.quality >= min_quality for p in asked),
        "n_ambiguous": sum(p.is_ambiguous for p in asked),
        "n_failed": sum(not p.level and not p.is_ambiguous for p in asked),
        "n_below_min_quality": sum(p.lon is not None and p.quality < min_quality for p in asked),
        "by_level": dict(levels.most_common()),
    }


def _rows(found: "Geocoded", lang: str) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from riskcloud.messages import translated

    rows = []
    for number, place, had, notes in zip(found.raw.row[:_ROWS_SHOWN], found.place, found.had,
                                         found.notes, strict=False):
        words = [translated(note, lang) for note in notes]
        rows.append({"row": int(number), "level": "given" if had else "", "notes": words}
                    if place is None else
                    {"row": int(number), **asdict(place), "notes": words})
    return rows


def _tell(answer: dict[str, Any], lang: str) -> None:
    words = {"zh": "{n_rows} 行：已有坐标 {n_given}，定位 {n_placed}，有歧义 {n_ambiguous}，"
                   "未能识别 {n_failed}",
             "en": "{n_rows} rows: {n_given} had coordinates, {n_placed} placed, {n_ambiguous} "
                   "ambiguous, {n_failed} not understood"}
    more = {"n_below_min_quality": {"zh": "，质量不足而留空 {}", "en": ", {} below --min-quality"},
            "n_unreadable": {"zh": "，坐标不可用 {}", "en": ", {} with coordinates that are none"}}
    left = [by_lang[lang].format(answer[name]) for name, by_lang in more.items() if answer[name]]
    typer.echo(words[lang].format(**answer) + "".join(left), err=True)
    for problem in answer["problems"]:
        typer.echo(f"  {problem}", err=True)
