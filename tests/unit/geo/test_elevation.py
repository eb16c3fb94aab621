"""Elevation from tiles of any make: opened, stitched, refused with the remedy."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from riskcloud.errors import InputError
from riskcloud.geo.elevation import open_elevation, sample_elevation
from riskcloud.geo.elevation_windows import around_sites
from riskcloud.kernels.elevation import bridge
from riskcloud.messages import translated


def slope(lon, lat):
    """A plane, 100 m at 113 E, 23 N: exact between cells, so that stitches show."""
    return 100.0 + 1000.0 * (lon - 113.0) + 500.0 * (lat - 23.0)


def write(path: Path, west: float, north: float, cell: float, n: int, *, of=slope, unit="m",
          driver="GTiff", dtype="float32", crs="EPSG:4326", nodata=None):
    lon = west + cell * (np.arange(n) + 0.5)
    lat = north - cell * (np.arange(n) + 0.5)
    values = np.broadcast_to(of(*np.meshgrid(lon, lat)), (n, n)).astype(dtype)
    with rasterio.open(path, "w", driver=driver, width=n, height=n, count=1, dtype=dtype, crs=crs,
                       transform=from_origin(west, north, cell, cell), nodata=nodata) as file:
        if driver == "GTiff" and unit:
            file.units = (unit,)
        file.write(values, 1)
    return path


def write_hgt(path: Path, of):
    """An SRTM tile of three seconds as its makers write it: big-endian, named by its corner."""
    south, west = float(path.stem[1:3]), float(path.stem[4:7])
    axis = np.arange(1201) / 1200.0
    values = of(*np.meshgrid(west + axis, south + 1.0 - axis))
    np.round(values).astype(">i2").tofile(path)
    return path


def write_netcdf(path: Path, cell: float, n: int):
    """A GEBCO-like grid: elevation with its unit, and a second variable (the type of source)."""
    from scipy.io import netcdf_file

    axes = {"lat": 22.0 + cell * (np.arange(n) + 0.5), "lon": 112.0 + cell * (np.arange(n) + 0.5)}
    with netcdf_file(path, "w") as file:
        for name, axis in axes.items():
            file.createDimension(name, n)
            variable = file.createVariable(name, "f8", (name,))
            variable[:] = axis
            variable.units = "degrees_north" if name == "lat" else "degrees_east"
        grid = slope(*np.meshgrid(axes["lon"], axes["lat"]))
        for name, values in (("elevation", grid), ("tid", np.zeros((n, n)))):
            variable = file.createVariable(name, "f4", ("lat", "lon"))
            variable[:] = values
            variable.units = "m" if name == "elevation" else "1"
    return path


def test_tiles_are_stitched_and_sampled(tmp_path):
    for k, west in enumerate((113.0, 113.1)):
        write(tmp_path / f"t{k}.tif", west, 23.0, 0.001, 100)
    dem = open_elevation([tmp_path])
    lon, lat = np.array([113.05, 113.0998, 113.15]), np.full(3, 22.95)
    found, expected = sample_elevation(dem, lon, lat), slope(lon, lat)
    assert found[[0, 2]] == pytest.approx(expected[[0, 2]], abs=1e-2)
    (around,) = around_sites(dem, lon[1:2], lat[1:2], reach_m=1000.0)
    # the window goes over the seam without a step
    rise = np.diff(around.window[len(around.window) // 2])
    assert rise[~np.isnan(rise)] == pytest.approx(1.0, abs=2e-3)


def test_finest_tile_wins_and_voids_are_filled_from_the_coarser(tmp_path):
    write(tmp_path / "coarse.tif", 112.5, 23.5, 0.002, 500, of=lambda x, y: slope(x, y) + 7.0)
    write(tmp_path / "fine.tif", 113.0, 23.0, 0.001, 100, nodata=-32768, dtype="int16",
          of=lambda x, y: np.where(np.abs(x - 113.08) < 0.01, -32768, 200))
    dem = open_elevation([tmp_path / "coarse.tif", tmp_path / "fine.tif"])
    lon, lat = np.array([113.02, 113.0805, 113.3]), np.full(3, 22.9505)
    found = sample_elevation(dem, lon, lat)
    assert found[0] == 200.0
    assert found[1:] == pytest.approx(slope(lon, lat)[1:] + 7.0, abs=0.01)
    around = {int(part.site[0]): part for part in around_sites(dem, lon, lat, reach_m=500.0)}
    assert around[0].cell_m < 120.0 < around[2].cell_m
    assert np.nanmax(np.abs(around[0].window)) < 1000.0  # no void among the values


def test_srtm_tile_and_netcdf_of_several_variables(tmp_path):
    write_hgt(tmp_path / "N22E113.hgt", slope)
    lon, lat = np.array([113.25]), np.array([22.75])
    dem = open_elevation([tmp_path / "N22E113.hgt"])
    assert dem.tiles[0].cell_m == pytest.approx(92.7, abs=0.5)
    assert sample_elevation(dem, lon, lat) == pytest.approx(slope(lon, lat), abs=0.6)
    grid = open_elevation([write_netcdf(tmp_path / "gebco.nc", 0.01, 150)])
    assert sample_elevation(grid, lon, lat) == pytest.approx(slope(lon, lat), abs=0.1)


def test_projected_tile(tmp_path):
    path = tmp_path / "utm.tif"
    with rasterio.open(path, "w", driver="GTiff", width=200, height=200, count=1, dtype="float32",
                       crs="EPSG:32649", transform=from_origin(700_000, 2_550_000, 50, 50)) as file:
        file.write(np.tile(np.arange(200.0, dtype="float32"), (200, 1)), 1)
        file.units = ("m",)
    dem = open_elevation([path])
    assert dem.tiles[0].cell_m == pytest.approx(50.0, rel=1e-2)  # a sphere's metres
    import pyproj
    lon, lat = pyproj.Transformer.from_crs("EPSG:32649", "EPSG:4326", always_xy=True).transform(
        705_025.0, 2_545_025.0)
    (around,) = around_sites(dem, np.array([lon]), np.array([lat]), reach_m=1000.0)
    # one cell east is 50 m east, but for the convergence of the meridians
    columns_east, columns_north, rows_east, rows_north = around.jacobian[0] * 50.0
    assert (columns_east, rows_north) == pytest.approx((1.0, -1.0), abs=1e-2)
    assert abs(columns_north) < 0.02 and abs(rows_east) < 0.02


def test_feet_stated_in_the_file_are_turned_to_metres(tmp_path):
    write(tmp_path / "a.tif", 113.0, 23.0, 0.001, 100, unit="ft",
          of=lambda x, y: slope(x, y) / 0.3048)
    dem = open_elevation([tmp_path / "a.tif"])
    lon, lat = np.array([113.05]), np.array([22.95])
    assert sample_elevation(dem, lon, lat) == pytest.approx(slope(lon, lat), abs=0.01)
    assert dem.notes == ("1 tile(s) of elevation turned from feet to metres",)
    assert "英尺" in translated(dem.notes[0], "zh")


def test_feet_without_a_unit_are_refused_beside_another_tile(tmp_path):
    write(tmp_path / "known.tif", 112.5, 23.5, 0.002, 500)
    feet = write(tmp_path / "plain.tif", 113.0, 23.0, 0.001, 100, unit="",
                 of=lambda x, y: slope(x, y) / 0.3048)
    with pytest.raises(InputError, match=r"3\.28 times those of known\.tif") as error:
        open_elevation([tmp_path / "known.tif", feet])
    (problem,) = error.value.problems
    assert "FILE@ft" in problem.remedy and "英尺" in translated(problem.remedy, "zh")
    lon, lat = np.array([113.05]), np.array([22.95])
    for dem in (open_elevation([tmp_path / "known.tif", f"{feet}@ft"]),
                open_elevation([tmp_path / "known.tif", feet], unit="ft")):
        assert sample_elevation(dem, lon, lat) == pytest.approx(slope(lon, lat), abs=0.01)


def test_feet_are_told_beside_a_tile_as_fine_and_asked_for_where_places_are_in_feet(tmp_path):
    write(tmp_path / "a.tif", 113.0, 23.0, 0.001, 100, unit="")
    feet = write(tmp_path / "b.tif", 113.0, 23.0, 0.001, 100, unit="",
                 of=lambda x, y: slope(x, y) / 0.3048)
    with pytest.raises(InputError) as error:
        open_elevation([tmp_path / "a.tif", feet])
    assert [one.value for one in error.value.problems] == ["b.tif"]
    plane = tmp_path / "plane.tif"
    with rasterio.open(plane, "w", driver="GTiff", width=50, height=50, count=1, dtype="float32",
                       crs="+proj=utm +zone=49 +units=us-ft +datum=WGS84",
                       transform=from_origin(2_300_000, 8_400_000, 100, 100)) as file:
        file.write(np.full((50, 50), 300.0, dtype="float32"), 1)
    with pytest.raises(InputError) as error:
        open_elevation([plane])
    (problem,) = error.value.problems
    assert problem.value == "plane.tif" and "FILE@ft" in problem.remedy
    assert "英尺" in translated(problem.remedy, "zh")
    assert open_elevation([f"{plane}@m"]).tiles[0].to_m == 1.0


def test_feet_by_name_and_heights_beyond_everest_are_refused(tmp_path):
    named = write(tmp_path / "guangdong_elev_feet.tif", 113.0, 23.0, 0.001, 50, unit="")
    other = write(tmp_path / "temperature.tif", 113.0, 23.0, 0.001, 50, unit="K")
    with pytest.raises(InputError) as error:
        open_elevation([named, other])  # every fault at once
    assert len(error.value.problems) == 2
    assert "state its unit behind it: FILE@ft or FILE@m" in str(error.value)
    high = write(tmp_path / "himalaya.tif", 113.0, 23.0, 0.001, 50, unit="",
                 of=lambda x, y: 9500.0 + 0.0 * x)
    with pytest.raises(InputError, match="higher than any mountain in metres"):
        list(around_sites(open_elevation([high]), np.array([113.02]), np.array([22.98]),
                          reach_m=500.0))
    fifth = write(tmp_path / "soft.tif", 113.0, 23.0, 0.001, 50, unit="")
    assert open_elevation([fifth]).notes == ("1 tile(s) of elevation name no unit: metres taken",)


def test_folder_leaves_masks_out_and_says_what_it_lacks(tmp_path):
    write(tmp_path / "Copernicus_DSM_COG_10_N22_00_E113_00_DEM.tif", 113.0, 23.0, 0.001, 50)
    write(tmp_path / "Copernicus_DSM_COG_10_N22_00_E113_00_WBM.tif", 113.0, 23.0, 0.001, 50)
    assert len(open_elevation([tmp_path]).tiles) == 1
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"0 raster\(s\) of elevation"):
        open_elevation([tmp_path / "empty"])


def test_sea_floor_counts_as_sea_level_for_the_wind_and_missing_sea_tiles_too(tmp_path):
    write(tmp_path / "coast.tif", 114.0, 22.2, 0.001, 100, of=lambda x, y: -30.0 + 0.0 * x)
    dem = open_elevation([tmp_path / "coast.tif"])
    lon, lat = np.array([114.098]), np.array([22.102])  # the South China Sea, beside the tile's end
    assert sample_elevation(dem, lon, lat) == -30.0
    (around,) = around_sites(dem, lon, lat, reach_m=3000.0)
    assert np.all(around.window == 0.0)


@pytest.mark.parametrize("void", [-9999, -32768])
def test_a_void_is_bridged_on_an_island_that_the_outline_lacks(tmp_path, void):
    """A rock in the South China Sea, sea by the land mask, with a hole that no nodata names."""
    def rock(x, y):
        values = 80.0 + 1000.0 * (x - 114.05)
        return np.where((np.abs(x - 114.05) < 0.004) & (np.abs(y - 22.15) < 0.006), void, values)

    write(tmp_path / "rock.tif", 114.0, 22.2, 0.0005, 200, of=rock, dtype="int16")
    lon, lat = np.array([114.05, 114.056]), np.array([22.15, 22.15])
    (around,) = around_sites(open_elevation([tmp_path / "rock.tif"]), lon, lat, reach_m=2000.0)
    there = around.window[around.v.astype(int), around.u.astype(int)]
    assert there == pytest.approx(80.0 + 1000.0 * (lon - 114.05), abs=1.5)  # a plane stays one
    (alone,) = around_sites(open_elevation([tmp_path / "rock.tif"]), lon[:1], lat[:1],
                            reach_m=300.0)  # the hole is wider than what the site looks at
    assert alone.window[int(alone.v[0]), int(alone.u[0])] == there[0]


def test_a_void_beside_low_ground_at_sea_is_water_and_a_wide_one_is_not_bridged(tmp_path):
    def quay(x, y):
        return np.where(np.abs(x - 114.05) < 0.004, -9999, 4.0)

    def wide(x, y):
        return np.where(np.hypot(x - 114.05, y - 22.15) < 0.02, -9999, 80.0)

    lon, lat = np.array([114.05]), np.array([22.15])
    for name, of in (("quay", quay), ("wide", wide)):
        write(tmp_path / f"{name}.tif", 114.0, 22.2, 0.0005, 200, of=of, dtype="int16")
        (around,) = around_sites(open_elevation([tmp_path / f"{name}.tif"]), lon, lat,
                                 reach_m=3000.0)
        assert around.window[int(around.v[0]), int(around.u[0])] == 0.0


def test_voids_alone_are_no_elevation(tmp_path):
    """At sea by the mask (as before: its level) and on land: neither knows any ground."""
    for west, north in ((114.0, 22.2), (113.0, 23.0)):
        path = write(tmp_path / f"{west}.tif", west, north, 0.001, 100, dtype="int16",
                     nodata=-9999, of=lambda x, y: -9999 + 0.0 * x)
        dem = open_elevation([path])
        assert not list(around_sites(dem, np.array([west + 0.05]), np.array([north - 0.05]),
                                     reach_m=2000.0))


def test_a_bridge_is_its_twin():
    rng = np.random.default_rng(5)
    window = rng.uniform(0.0, 100.0, (17, 23)).astype(np.float32)
    window[rng.random(window.shape) < 0.6] = np.nan
    first, reach = 3, 4
    value, low = (np.empty((9, 23), np.float32) for _ in range(2))
    bridge(window, first, reach, value, low)
    for i, j in np.ndindex(value.shape):
        row = first + i
        found = []
        for line in (window[row + 1:, j], window[:row, j][::-1], window[row, j + 1:],
                     window[row, :j][::-1]):
            near = np.flatnonzero(~np.isnan(line[:reach]))
            found += [(line[near[0]], near[0] + 1.0)] if len(near) else []
        if np.isnan(window[row, j]) and len(found) == 4:
            heights, far = np.array(found, np.float64).T
            assert value[i, j] == pytest.approx((heights / far).sum() / (1.0 / far).sum(), rel=1e-6)
            assert low[i, j] == np.sort(heights)[1].astype(np.float32)
        else:
            assert np.isnan(value[i, j]) and np.isnan(low[i, j])


def test_very_fine_elevation_is_averaged(tmp_path):
    cell = 1e-5  # about a metre
    write(tmp_path / "lidar.tif", 113.0, 23.0, cell, 2000)
    dem = open_elevation([tmp_path / "lidar.tif"])
    lon, lat = np.array([113.01]), np.array([22.99])
    (around,) = around_sites(dem, lon, lat, reach_m=300.0)
    assert 15.0 < around.cell_m < 25.0 and around.window.size < 3000
    row, column = int(around.v[0]), int(around.u[0])
    assert around.window[row, column] == pytest.approx(float(slope(lon, lat)[0]), abs=0.3)
