"""The options of ``riskcloud flood`` for rain on a terrain, and what they write."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from riskcloud.cli.options import check_choice

if TYPE_CHECKING:
    from riskcloud.hazard.flood.depth import SiteDepths
    from riskcloud.hazard.flood.depth_files import DepthRasters
    from riskcloud.hazard.flood.pluvial import PluvialDepth
    from riskcloud.hazard.flood.pluvial_rains import Rain
    from riskcloud.hazard.flood.pluvial_sites import Screen
    from riskcloud.types import Floats

RAIN = Annotated[list[str] | None, typer.Option(
    "--rain", help="Rain of the event instead of depths: RASTER[@RETURN_PERIOD], a number of mm, "
    "or the place's design rain: design_24h@50. Repeat for each return period. Needs --dem.")]
DEM = Annotated[list[str] | None, typer.Option(
    "--dem", help="Elevation for --rain, 30 m or finer: file or folder, FILE@ft where in feet.")]
CURVE_NUMBER = Annotated[str | None, typer.Option(
    "--curve-number", help="SCS curve number of --rain: one number or a raster; else 90.")]
DRAINAGE = Annotated[float | None, typer.Option(
    "--drainage-mm", help="What drains take within the event [mm]: mm/h x hours; else none.")]
RAIN_UNIT = Annotated[str | None, typer.Option(
    "--rain-unit", help="mm or in, of rain that does not say its unit.")]
MOISTURE = Annotated[str, typer.Option(
    "--moisture", help="Antecedent moisture class: I dry, II, III wet.")]
STEM: Final = "pluvial_depth"


@dataclass(frozen=True, slots=True)
class RainOptions:
    """The options as given."""

    rain: list[str] | None
    dem: list[str] | None
    curve_number: str | None
    drainage_mm: float | None
    rain_unit: str | None
    moisture: str

    def check(self, depth: list[str] | None) -> None:
        """Raise typer.BadParameter for options that do not go together."""
        if bool(depth) == bool(self.rain):
            raise typer.BadParameter("give --depth RASTER[@RETURN_PERIOD], or --rain with --dem: "
                                     "one of the two")
        if bool(self.rain) != bool(self.dem):
            raise typer.BadParameter("--rain and --dem belong together")
        if not self.rain and (lost := self._given()):
            raise typer.BadParameter(f"{', '.join(lost)}: of --rain, not of --depth")
        if self.rain_unit is not None:
            check_choice("--rain-unit", self.rain_unit, ("mm", "in"))
        check_choice("--moisture", self.moisture, ("I", "II", "III"))
        if self.drainage_mm is not None and not 0.0 <= self.drainage_mm < 1e6:
            raise typer.BadParameter(f"--drainage-mm {self.drainage_mm:g}: expected 0 or more")

    def _given(self) -> list[str]:
        """Return the options of rain that were given."""
        return [name for name, given in (
            ("--curve-number", self.curve_number is not None),
            ("--drainage-mm", self.drainage_mm is not None),
            ("--rain-unit", self.rain_unit is not None),
            ("--moisture", self.moisture != "II")) if given]

    def screen(self) -> "Screen":
        """Return the screen they ask for. Raises InputError."""
        from riskcloud.hazard.flood.pluvial_rains import parse_rains
        from riskcloud.hazard.flood.pluvial_sites import Screen

        return Screen(tuple(self.dem or ()), parse_rains(self.rain or (), self.rain_unit),
                      _number(self.curve_number), self.drainage_mm, self.moisture)

    def settings(self) -> dict[str, Any]:
        """Return those that shape the result, for manifest.json; none without --rain."""
        if not self.rain:
            return {}
        return {"rain": self.rain, "dem": self.dem, "curve_number": self.curve_number,
                "drainage_mm": self.drainage_mm, "rain_unit": self.rain_unit,
                "moisture": self.moisture}


def _number(text: str | None) -> str | float | None:
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        return text


def files_of(water: "DepthRasters | Screen") -> dict[str, Path]:
    """Return the files that depths are read from, by what they are. Raises InputError."""
    from riskcloud.hazard.flood.depth_files import DepthRasters

    if isinstance(water, DepthRasters):
        return {f"depth_{k + 1}": spec.path for k, spec in enumerate(water.specs)}
    return water.files


def screen_outputs(water: "DepthRasters | Screen", out: Path) -> tuple[str, ...]:
    """Return the names of the rasters this run writes, and of those an earlier one left."""
    from riskcloud.hazard.flood.depth_files import DepthRasters

    old = {path.name for path in out.glob(f"{STEM}*.tif")}
    if not isinstance(water, DepthRasters):
        old |= {_name(rain) for rain in water.rains}
    return tuple(sorted(old))


def screen_at(screen: "Screen", lon: "Floats", lat: "Floats", folder: Path,
              on_progress: Callable[[int, int], None]) -> "SiteDepths":
    """Return the depths of a screen at sites, and write its rasters into a folder."""
    from riskcloud.hazard.flood.pluvial import write_depth
    from riskcloud.hazard.flood.pluvial_sites import pluvial_at_sites

    def write(rain: "Rain", found: "PluvialDepth") -> None:
        write_depth(found, folder / _name(rain))

    return pluvial_at_sites(screen, lon, lat, on_depth=write, on_progress=on_progress)


def _name(rain: "Rain") -> str:
    return f"{STEM}.tif" if rain.period_yr is None else f"{STEM}_rp{rain.period_yr:g}.tif"
