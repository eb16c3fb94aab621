"""The ground's options, shared by the commands that compute wind at sites."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskcloud.cli.options import check_choice

if TYPE_CHECKING:
    from riskcloud.hazard.typhoon.surface import SurfaceLayers

LAND_COVER = Annotated[Path | None, typer.Option(
    "--land-cover", help="Raster of land cover classes or roughness lengths; default: open "
                         "country on land, the shipped coast.")]
LAND_COVER_SCHEME = Annotated[str, typer.Option(
    "--land-cover-scheme", help="Its legend where the file does not tell: esa_worldcover, "
    "copernicus_glc, modis_igbp, globcover, esa_cci, glc_fcs30, z0_m.")]
TERRAIN = Annotated[str, typer.Option(
    "--terrain", help="Class A to D of GB 50009 of all land without land cover; default B.")]
DEM = Annotated[list[Path] | None, typer.Option(
    "--dem", help="Elevation raster, metres; repeat for tiles. Default: flat ground.")]
HILLS = Annotated[str, typer.Option(
    "--hills", help="What the elevation does: linear (theory) or gb_50009 (the code's factor).")]
HEIGHT = Annotated[float | None, typer.Option(
    "--height", help="Height above the ground of sites without one, m; default 10.")]

LOWEST_M, HIGHEST_M = 0.5, 1000.0


def surface_layers(land_cover: Path | None = None, land_cover_scheme: str = "",
                   dem: list[Path] | None = None, *, terrain: str = "",
                   hills: str = "linear") -> "SurfaceLayers":
    """Return what the options say of the ground; files are opened where they are used.

    Raises the error of wrong usage: an unknown scheme, terrain or method, a scheme without raster.
    """
    from riskcloud.hazard.typhoon.surface import SurfaceLayers
    from riskcloud.hazard.typhoon.surface.profile import TERRAINS
    from riskcloud.hazard.typhoon.surface.schemes import known_schemes
    from riskcloud.hazard.typhoon.surface.terrain import METHODS

    if land_cover_scheme:
        check_choice("--land-cover-scheme", land_cover_scheme, known_schemes())
        if land_cover is None:
            raise typer.BadParameter("--land-cover-scheme: give its raster with --land-cover")
    if terrain:
        check_choice("--terrain", terrain, TERRAINS)
    check_choice("--hills", hills, METHODS)
    return SurfaceLayers(land_cover, land_cover_scheme, tuple(dem or ()), terrain, hills)


def checked_height_m(height: float | None) -> float:
    """Return the height of sites without one [m]. Raises the error of wrong usage."""
    if height is None:
        return 10.0
    if not LOWEST_M <= height <= HIGHEST_M:
        raise typer.BadParameter(
            f"--height {height:g}: expected {LOWEST_M:g} to {HIGHEST_M:g} m above the ground")
    return height


def layer_inputs(layers: "SurfaceLayers") -> list[Path]:
    """Return the files that the ground is read from."""
    return [path for path in (layers.land_cover, *layers.dem) if path is not None]
