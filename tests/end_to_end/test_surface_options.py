"""Rasters of the ground as they should not be: what is refused, and what is said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

N = 60
_Y, _X = np.mgrid[:N, :N]
HILL = (400.0 * np.exp(-((_Y - 30) ** 2 + (_X - 30) ** 2) / 100.0)).astype(np.float32)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sites") / "sites.csv"
    path.write_text("name,lon,lat\nhill,114.10,22.40\nelsewhere,113.0,22.0\n", encoding="utf-8")
    return path


def raster(path: Path, values: Any, crs: str | None = "EPSG:4326", units: str = "") -> Path:
    values = np.asarray(values)
    with rasterio.open(path, "w", driver="GTiff", width=N, height=N, count=1, dtype=values.dtype,
                       crs=crs, transform=from_origin(114.07, 22.43, 0.001, 0.001)) as file:
        file.write(values, 1)
        if units:
            file.units = [units]
    return path


@pytest.mark.parametrize(("make", "lang", "words"), [
    (lambda at: raster(at / "dem.tif", HILL, crs=None), "en",
     ("dem.tif: 1 problem(s)", "crs = 'dem.tif': write it into the file, such as gdal_edit.py")),
    (lambda at: raster(at / "dem.tif", HILL, crs=None), "zh", ("有 1 处问题", "请写入文件")),
    (lambda at: at / "dem.tif", "en", ("elevation = '", "no such file")),
    (lambda at: at / "dem.tif", "zh", ("没有这个文件",)),
    (lambda at: raster(at / "dem.tif", HILL.astype(np.complex64)), "en",
     ("layer = 'dem.tif': numbers with an imaginary part",)),
    (lambda at: raster(at / "dem.tif", HILL, units="furlong"), "en",
     ("unit = 'dem.tif: furlong': known units",)),
    (lambda at: raster(at / "dem.tif", HILL * 80.0), "en", ("state the unit behind the file",)),
    (lambda at: raster(at / "dem_feet.tif", HILL), "en", ("FILE@ft or FILE@m",)),
])
def test_elevation_that_is_none_is_told(riskcloud: Any, samples: Path, sites: Path, tmp_path: Path,
                                        make: Any, lang: str, words: tuple[str, ...]) -> None:
    ran = riskcloud("wind", samples / "hato_2017.csv", "--sites", sites, "--dem", make(tmp_path),
                    "--lang", lang, "--out", tmp_path / "wind.csv")
    assert ran.status == 2, ran.err
    assert [word for word in words if word not in ran.err] == []
    assert not (tmp_path / "wind.csv").exists()


def test_feet_and_metres_give_one_wind_and_the_layers_are_told(riskcloud: Any, samples: Path,
                                                               sites: Path, tmp_path: Path) -> None:
    found = []
    for name, values, units in (("m", HILL, "m"), ("ft", HILL / 0.3048, "ft")):
        dem = raster(tmp_path / f"{name}.tif", values, units=units)
        ran = riskcloud("wind", samples / "hato_2017.csv", "--sites", sites, "--dem", dem, "--lang",
                        "en", "--out", tmp_path / f"{name}.csv")
        assert ran.status == 0, ran.err
        assert "1 site(s) outside: level ground taken" in ran.err
        assert "Roughness: default" in ran.err or "roughness: default" in ran.err.lower()
        found.append([float(row.split(",")[3]) for row in (
            tmp_path / f"{name}.csv").read_text(encoding="utf-8").splitlines()[1:]])
    assert found[0] == pytest.approx(found[1], rel=1e-4)
    level = riskcloud("wind", samples / "hato_2017.csv", "--sites", sites).rows()
    assert found[0][0] > 1.2 * float(level[0]["intensity"])  # the hill
    assert found[0][1] == pytest.approx(float(level[1]["intensity"]), abs=1e-3)


def test_a_land_cover_of_another_scheme_is_refused(riskcloud: Any, samples: Path, sites: Path,
                                                   tmp_path: Path) -> None:
    values = np.resize([10, 30, 50, 60, 80, 90], (N, N)).astype(np.uint8)
    cover = raster(tmp_path / "cover.tif", values)
    ran = riskcloud("wind", samples / "hato_2017.csv", "--sites", sites, "--land-cover", cover,
                    "--land-cover-scheme", "modis_igbp", "--lang", "en")
    assert ran.status == 2 and "these are no values of modis_igbp" in ran.err
    assert "esa_worldcover" in ran.err and ran.out == ""
