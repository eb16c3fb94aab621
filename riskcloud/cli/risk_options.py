"""Options of ``riskcloud risk``, and what of them is wrong usage."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskcloud.cli.options import check_choice

if TYPE_CHECKING:
    from riskcloud.analysis.risk.flood import FloodRequest

MOST_SAMPLES = 1000

OUT = Annotated[Path, typer.Option("--out", help="Folder to write to.")]
EVENTS = Annotated[Path | None, typer.Option(
    "--events", help="Folder of an event set (riskcloud climate typhoon): storms, and how many "
    "years.")]
YEARS = Annotated[int | None, typer.Option(
    "--years", min=1, help="Simulated years, where no storms are asked for.")]
ACCOUNT = Annotated[Path | None, typer.Option(
    "--account", help="OED account file: gross by its policies; PORTFOLIO is then the OED "
    "location file.")]
REINS_INFO = Annotated[Path | None, typer.Option(
    "--reins-info", help="OED reinsurance info file: net.")]
REINS_SCOPE = Annotated[Path | None, typer.Option(
    "--reins-scope", help="OED reinsurance scope file.")]
RATES = Annotated[Path | None, typer.Option(
    "--rates", help="Table of currency and rate, for accounts in several currencies.")]
PERILS = Annotated[list[str] | None, typer.Option(
    "--perils", help="wind (default), rain and surge of the same storms, flood, quake; comma "
    "separated or repeated. The depth of rain and surge wants --dem, flood --depth.")]
TIDE = Annotated[float, typer.Option(
    "--tide", help="Tide that surges come on, m above the elevation's datum.")]
DEPTH = Annotated[list[str] | None, typer.Option(
    "--depth", help="FILE[@RETURN_PERIOD][:band] of flood depths; repeat for each return period.")]
DEPTH_UNIT = Annotated[str | None, typer.Option(
    "--depth-unit", help="m, cm, mm, ft or in, of files that do not say theirs.")]
NODATA = Annotated[str, typer.Option(
    "--nodata", help="auto, none, or the number that is no value in --depth.")]
NODATA_DRY = Annotated[bool, typer.Option(
    "--nodata-dry", help="Cells of --depth without a value are dry, not unknown.")]
LAYER_CRS = Annotated[str | None, typer.Option(
    "--layer-crs", help="Reference system of --depth files that do not say theirs.")]
FLOOD_CELL = Annotated[float | None, typer.Option(
    "--flood-cell", help="Side in degrees of cells that flood independently of each other. Without "
    "it all places have one return period a year.")]
SAMPLES = Annotated[int, typer.Option(
    "--samples", min=1, max=MOST_SAMPLES, help="Draws of the damage of each event.")]
SEED = Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")]
WIND_MODELS = Annotated[list[str] | None, typer.Option(
    "--wind-models", help="Wind model; repeatable. Default: all, one drawn for each storm.")]
RETURN_PERIODS = Annotated[str, typer.Option(
    "--return-periods", help="Years, separated by commas.")]
COORDINATES = Annotated[str | None, typer.Option(
    "--coordinates", help="WGS84, GCJ-02 or BD-09 for rows that do not say it.")]


def check_terms(account: Path | None, reins_info: Path | None, reins_scope: Path | None,
                rates: Path | None, clauses: Path | None) -> None:
    """Raise the error of wrong usage for files of terms that want another."""
    if (reins_info is None) != (reins_scope is None):
        raise typer.BadParameter("give --reins-info and --reins-scope, or neither")
    if account is None and (reins_info or rates or clauses) is not None:
        raise typer.BadParameter("--reins-info, --reins-scope, --rates and --clauses want "
                                 "--account")


def wanted_perils(words: list[str] | None, tide_m: float) -> tuple[str, ...]:
    """Return the perils asked for, wind by default. Raises the error of wrong usage."""
    from riskcloud.analysis.risk.perils import PERILS, RAIN, SURGE, WIND

    named = {word.strip().lower() for entry in words or (WIND,) for word in entry.split(",")} - {""}
    for word in sorted(named):
        check_choice("--perils", word, PERILS)
    if {RAIN, SURGE} & named and WIND not in named:
        raise typer.BadParameter("--perils: rain and surge are damage beside the wind of the "
                                 "same storm; give wind too")
    if tide_m and SURGE not in named:
        raise typer.BadParameter("--tide: a surge comes on it; give --perils wind,surge")
    return tuple(name for name in PERILS if name in named)


def check_years(perils: tuple[str, ...], events: Path | None, years: int | None) -> None:
    """Raise the error of wrong usage where storms or years are missing, or said twice."""
    from riskcloud.analysis.risk.perils import OF_STORMS

    storms = [name for name in perils if name in OF_STORMS]
    if storms and events is None:
        raise typer.BadParameter(f"--perils {','.join(storms)}: give --events, the event set of "
                                 "storms (riskcloud climate typhoon makes one)")
    if events is not None and years is not None:
        raise typer.BadParameter("--years: an event set has its own years; give one of both")
    if events is None and years is None:
        raise typer.BadParameter(f"--perils {','.join(perils)}: give --years, how many to "
                                 "simulate, or --events")


def wanted_flood(perils: tuple[str, ...], depth: list[str] | None, unit: str | None, nodata: str,
                 nodata_dry: bool, crs: str | None, cell_deg: float | None,
                 ) -> "Callable[[], FloodRequest] | None":
    """Return what reads the rasters asked for; None without flood. Raises wrong usage."""
    from riskcloud.analysis.risk.flood import MOST_CELL_DEG, FloodRequest
    from riskcloud.analysis.risk.perils import FLOOD
    from riskcloud.cli.flood import check_depth_usage, depth_rasters

    given = [name for name, used in (
        ("--depth", depth), ("--depth-unit", unit), ("--nodata", nodata != "auto"),
        ("--nodata-dry", nodata_dry), ("--layer-crs", crs), ("--flood-cell", cell_deg)) if used]
    if FLOOD not in perils:
        if given:
            raise typer.BadParameter(f"{', '.join(given)}: of flood; add it to --perils")
        return None
    if not depth:
        raise typer.BadParameter("--perils flood: give --depth FILE@RETURN_PERIOD, one for each "
                                 "return period")
    check_depth_usage(unit, nodata)
    if cell_deg is not None and not 0.0 < cell_deg <= MOST_CELL_DEG:
        raise typer.BadParameter(f"--flood-cell {cell_deg:g}: expected degrees above 0, at most "
                                 f"{MOST_CELL_DEG:g}")
    return lambda: FloodRequest(depth_rasters(depth, unit, nodata, nodata_dry, crs), cell_deg)
