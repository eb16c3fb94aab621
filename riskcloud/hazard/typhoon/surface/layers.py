"""What the user gave of the ground."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SurfaceLayers:
    """Layers of the ground; what is not given has a stated default.

    ``land_cover`` is a raster of classes or of roughness lengths, ``land_cover_scheme`` names its
    legend (blank: told from the file where that is certain); ``dem`` elevation files, the ground's
    shape; ``hills`` how it acts on wind, ``linear`` (theory) or ``gb_50009`` (the code's factor);
    ``terrain`` the class of GB 50009 of all land that no land cover describes; ``relief`` whether
    the region slows the wind aloft, by the shipped relief's hills (else it is as its ground).
    """

    land_cover: Path | None = None
    land_cover_scheme: str = ""
    dem: tuple[Path, ...] = ()
    terrain: str = ""
    hills: str = "linear"
    relief: bool = True
