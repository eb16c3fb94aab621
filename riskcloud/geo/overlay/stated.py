"""What a user states of layers because their files do not, or wrongly."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stated:
    """crs (EPSG:N or the like) and unit count where a file names none.

    nodata: a number that is no value, "none" (every number is one), or "auto": the file's word, and
    numbers that look like none.
    """

    crs: str | None = None
    unit: str | None = None
    nodata: str = "auto"
