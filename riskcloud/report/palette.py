"""Colours and wind classes of maps and charts, read from dashboards/styles/palette.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from riskcloud.catalog import dashboards_dir
from riskcloud.types import Floats, Ints


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as #rrggbb.

    gust_from_m_s (n_classes,) lower bounds of the gust classes, gust_force their wind force
    (GB/T 28591-2012) and gust_colour their colours. loss_colours and loss_radii_px belong to
    four decades of expected loss, the largest first; loss_none to no loss. page: named colours.
    intensity_colour: of degrees from intensity_from on.
    """

    gust_from_m_s: Floats
    gust_force: tuple[str, ...]
    gust_colour: tuple[str, ...]
    loss_colours: tuple[str, ...]
    loss_radii_px: tuple[float, ...]
    loss_none: str
    page: Mapping[str, str]
    intensity_from: int = 5
    intensity_colour: tuple[str, ...] = ()


@cache
def load_palette() -> Palette:
    """Return the palette that ships."""
    path = dashboards_dir() / "styles" / "palette.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return Palette(
        gust_from_m_s=np.array([entry["from_m_s"] for entry in raw["gust"]]),
        gust_force=tuple(entry["force"] for entry in raw["gust"]),
        gust_colour=tuple(entry["colour"] for entry in raw["gust"]),
        loss_colours=tuple(raw["loss"]["colours"]), loss_radii_px=tuple(raw["loss"]["radii_px"]),
        loss_none=raw["loss"]["none"], page=raw["page"],
        intensity_from=int(raw["intensity"]["from_degree"]),
        intensity_colour=tuple(raw["intensity"]["colours"]),
    )


@cache
def depth_colours() -> tuple[Floats, tuple[str, ...]]:
    """Return the lower bounds [m] of the classes of water depth, and their colours."""
    path = dashboards_dir() / "styles" / "palette.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))["depth"]
    return np.array(raw["from_m"], np.float64), tuple(raw["colours"])


def gust_class(gust_m_s: Floats) -> Ints:
    """Return the class of each gust: 0 below the first class (or NaN), then 1 to n_classes."""
    gust = np.nan_to_num(np.asarray(gust_m_s, dtype=float), nan=0.0)
    place = np.searchsorted(load_palette().gust_from_m_s, gust, side="right")
    return np.asarray(place, dtype=np.int64)


def intensity_class(intensity: Floats) -> Ints:
    """Return the class of intensities: 0 below the first degree drawn (or NaN), then 1 and on.

    Degree n is [n - 0.5, n + 0.5); degrees above the last colour share it.
    """
    palette = load_palette()
    value = np.nan_to_num(np.asarray(intensity, dtype=float), nan=0.0)
    place = np.floor(value + 0.5).astype(np.int64) - palette.intensity_from + 1
    return np.asarray(np.clip(place, 0, len(palette.intensity_colour)), dtype=np.int64)


def loss_classes(largest: float) -> tuple[float, ...]:
    """Return the lower bounds of the four loss classes: powers of ten down from the largest.

    The last bound is 0: any loss above it counts. An all-zero book has bounds of zero. Decades
    are our choice: losses of single assets spread over four orders and more.
    """
    if not largest > 0.0:
        return (0.0, 0.0, 0.0, 0.0)
    top = 10.0 ** np.floor(np.log10(largest))
    return (float(top), float(top / 10), float(top / 100), 0.0)


@dataclass(frozen=True, slots=True)
class GradeColours:
    """Colours of grades 0 (no data) to 5, and of what is written on them."""

    colours: tuple[str, ...]
    inks: tuple[str, ...]


@cache
def load_grades() -> GradeColours:
    """Return the colours of hazard grades."""
    path = dashboards_dir() / "styles" / "palette.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))["hazard_grade"]
    return GradeColours(tuple(raw["colours"]), tuple(raw["inks"]))
