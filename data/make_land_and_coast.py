"""Make models/coastline/ne_10m/coast.parquet and models/land_mask/ne_10m/land.tif.

Source: Natural Earth 1:10m land, version 4.1 (public domain), as the TopoJSON file land-10m.json
of world-atlas 2.0.2, entry natural_earth_land_10m of sources.toml. That file stores coordinates
as integers (0.0036 degree of longitude, 0.0017 of latitude) in arcs shared by rings; its rings
run on across the 180th meridian and around the South Pole. Two runs give the same bytes.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import rasterio
from rasterio.features import rasterize
from rasterio.transform import from_origin
from sources import read_member

ROOT = Path(__file__).resolve().parent.parent
CHUNK_POINTS = 128
"""Steps of a stored line: our choice, small enough that a window reads little beside itself."""
MASK_CELLS_PER_DEG = 60
"""One arc minute: our choice, about the detail of the source, and a file under 600 kB."""

Points = npt.NDArray[np.float64]
Grid = npt.NDArray[np.int64]


def read_land() -> dict[str, Any]:
    """Return the TopoJSON of all land."""
    content = read_member("natural_earth_land_10m", "package/land-10m.json")
    land: dict[str, Any] = json.loads(content)
    return land


def unwrap(quantised: Grid, turn: int) -> Grid:
    """Remove the jumps of a full turn that a line makes where it crosses the 180th meridian."""
    x = quantised[:, 0]
    jumps = np.diff(x)
    turns = np.where(jumps > turn / 2, -1, np.where(jumps < -turn / 2, 1, 0))
    return np.column_stack([x + turn * np.concatenate([[0], np.cumsum(turns)]), quantised[:, 1]])


def decode_arcs(land: dict[str, Any], turn: int) -> list[Grid]:
    """Return each arc as (n, 2) integers: the sums of its stored steps, without jumps."""
    return [unwrap(np.cumsum(np.array(arc, dtype=np.int64), axis=0), turn) for arc in land["arcs"]]


def ring_points(indices: list[int], arcs: list[Grid], turn: int) -> Grid:
    """Return one closed ring; a negative arc number ~i is arc i backwards (TopoJSON 1.0, 2.1.4)."""
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return unwrap(np.concatenate([parts[0], *(part[1:] for part in parts[1:])]), turn)


def to_degrees(points: Grid, transform: dict[str, Any]) -> Points:
    """Return integers as lon, lat in degrees."""
    return points * np.array(transform["scale"]) + np.array(transform["translate"])


def decode_rings(land: dict[str, Any], turn: int) -> list[list[Grid]]:
    """Return every polygon: its outer ring, then its holes."""
    arcs = decode_arcs(land, turn)
    polygons = [[ring_points(ring, arcs, turn) for ring in polygon]
                for geometry in land["objects"]["land"]["geometries"]
                for polygon in geometry["arcs"]]
    # quantised islets of fewer points have no area
    return [[rings[0], *(beside(hole, rings[0], turn) for hole in rings[1:])]
            for rings in polygons if len(rings[0]) >= 4]


def beside(hole: Grid, outer: Grid, turn: int) -> Grid:
    """Return a hole moved by whole turns to where its outer ring counts longitudes."""
    middle = (outer[:, 0].min() + outer[:, 0].max()) / 2
    return hole + np.array([turn * round((middle - hole[:, 0].mean()) / turn), 0])


def close_over_pole(ring: Points) -> Points:
    """Close a ring that goes once around the Earth (Antarctica) along 90 degrees south."""
    if abs(ring[-1, 0] - ring[0, 0]) < 180.0:
        return ring
    return np.vstack([ring, [ring[-1, 0], -90.0], [ring[0, 0], -90.0], ring[0]])


def write_coast(rings: list[Grid], transform: dict[str, Any], target: Path) -> None:
    """Write lines of up to CHUNK_POINTS steps, those of a ring one after another, with bounds."""
    pieces = [(number, ring[start:start + CHUNK_POINTS + 1]) for number, ring in enumerate(rings)
              for start in range(0, len(ring) - 1, CHUNK_POINTS)]
    lines = [line for _, line in pieces]
    first, low, high = (np.array([of(line) for line in lines], dtype=np.int32) for of in (
        lambda line: line[0], lambda line: line.min(axis=0), lambda line: line.max(axis=0)))
    steps = [np.diff(line, axis=0) for line in lines]
    columns: dict[str, Any] = {
        "ring": pa.array([number for number, _ in pieces], pa.int32()),
        "x0": first[:, 0], "y0": first[:, 1], "x_min": low[:, 0], "x_max": high[:, 0],
        "y_min": low[:, 1], "y_max": high[:, 1],
        "dx": pa.array([step[:, 0] for step in steps], pa.list_(pa.int16())),
        "dy": pa.array([step[:, 1] for step in steps], pa.list_(pa.int16())),
    }
    meta = {name: json.dumps(transform[name]) for name in ("scale", "translate")}
    split = dict.fromkeys(["dx.list.element", "dy.list.element"], "BYTE_STREAM_SPLIT")
    pq.write_table(pa.table(columns).replace_schema_metadata(meta), target, compression="zstd",
                   compression_level=19, use_dictionary=False, column_encoding=split)
    print(f"{target.relative_to(ROOT)}: {len(lines)} lines, {target.stat().st_size / 1e3:.0f} kB")


def land_shapes(polygons: list[list[Grid]], transform: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every polygon three times, a turn apart, so that those over the meridian are whole."""
    shapes = []
    for polygon in polygons:
        rings = [close_over_pole(to_degrees(ring, transform)) for ring in polygon]
        for shift in (-360.0, 0.0, 360.0):
            coordinates = [(ring + [shift, 0.0]).tolist() for ring in rings]
            shapes.append({"type": "Polygon", "coordinates": coordinates})
    return shapes


def write_mask(shapes: list[dict[str, Any]], target: Path) -> None:
    """Write 1 where the cell's centre is land, one bit a cell, in tiles."""
    nx, ny = 360 * MASK_CELLS_PER_DEG, 180 * MASK_CELLS_PER_DEG
    transform = from_origin(-180.0, 90.0, 1.0 / MASK_CELLS_PER_DEG, 1.0 / MASK_CELLS_PER_DEG)
    mask = rasterize(shapes, out_shape=(ny, nx), transform=transform, dtype="uint8")
    with rasterio.open(target, "w", driver="GTiff", width=nx, height=ny, count=1, dtype="uint8",
                       crs="EPSG:4326", transform=transform, nbits=1, compress="deflate", zlevel=9,
                       tiled=True, blockxsize=512, blockysize=512, sparse_ok=True) as file:
        file.write(mask, 1)
    print(f"{target.relative_to(ROOT)}: {nx} x {ny}, {target.stat().st_size / 1e3:.0f} kB, "
          f"land {np.average(mask.mean(axis=1), weights=_area(ny)):.4f} of the Earth")


def _area(ny: int) -> Points:
    return np.cos(np.radians(90.0 - (np.arange(ny) + 0.5) * 180.0 / ny))


if __name__ == "__main__":
    source = read_land()
    whole_turn = round(360.0 / source["transform"]["scale"][0])
    polygons = decode_rings(source, whole_turn)
    write_coast([ring for polygon in polygons for ring in polygon], source["transform"],
                ROOT / "models/coastline/ne_10m/coast.parquet")
    write_mask(land_shapes(polygons, source["transform"]),
               ROOT / "models/land_mask/ne_10m/land.tif")
