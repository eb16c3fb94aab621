import base64
import io
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from riskcloud.report.palette import gust_class, load_palette, loss_classes
from riskcloud.report.png import draw_swath, encode_png, mercator
from riskcloud.types import Swath


def test_png_reads_back(tmp_path: Path) -> None:
    index = np.arange(12, dtype=np.uint8).reshape(3, 4) % 3
    path = tmp_path / "x.png"
    path.write_bytes(encode_png(index, ("#ff0000", "#0000ff")))
    pixels = matplotlib.image.imread(path)
    assert pixels.shape == (3, 4, 4)
    assert np.array_equal(pixels[..., 3] == 0.0, index == 0)
    assert np.array_equal(pixels[index == 2], np.tile([0.0, 0.0, 1.0, 1.0], (4, 1)))


def test_mercator_of_known_latitudes() -> None:
    # Snyder (1987), eq. 7-2: ln tan(45 deg + lat/2); at 60 degrees ln(2 + sqrt 3)
    assert mercator(np.array([0.0, 60.0, -60.0])) == pytest.approx(
        [0.0, np.log(2 + np.sqrt(3)), -np.log(2 + np.sqrt(3))])


def test_gust_classes_follow_the_wind_scale() -> None:
    gust = np.array([np.nan, 0.0, 10.7, 10.8, 17.2, 32.6, 32.7, 56.1, 90.0])
    assert gust_class(gust).tolist() == [0, 0, 0, 1, 2, 3, 4, 7, 7]
    assert len(load_palette().gust_colour) == 7


def test_swath_band_keeps_its_latitude() -> None:
    """A band of wind at 30 N must be drawn at the Mercator place of 30 N."""
    lon, lat = np.linspace(110.0, 120.0, 51), np.linspace(0.0, 50.0, 251)
    wind = np.where(np.abs(lat - 30.0) < 1.0, 60.0, np.nan)[:, None] * np.ones(51)
    drawn = draw_swath(Swath(lon, lat, wind, "gust_3s", "m/s"))
    assert drawn is not None
    uri, (west, south, east, north) = drawn
    assert (west, south, east, north) == (110.0, 0.0, 120.0, 50.0)
    pixels = matplotlib.image.imread(io.BytesIO(base64.b64decode(uri.split(",")[1])))
    rows = np.flatnonzero(pixels[:, 5, 3] > 0)
    middle = 1.0 - (rows.mean() + 0.5) / len(pixels)
    expected = float(mercator(np.array([30.0]))[0] / mercator(np.array([50.0]))[0])
    assert middle == pytest.approx(expected, abs=2.0 / len(pixels))


def test_calm_swath_has_no_picture() -> None:
    calm = Swath(np.arange(3.0), np.arange(3.0), np.full((3, 3), 5.0), "gust_3s", "m/s")
    assert draw_swath(calm) is None
    single = Swath(np.arange(1.0), np.arange(3.0), np.full((3, 1), 50.0), "gust_3s", "m/s")
    assert draw_swath(single) is None


def test_loss_classes_are_decades() -> None:
    assert loss_classes(3.2e6) == (1e6, 1e5, 1e4, 0.0)
    assert loss_classes(0.0) == (0.0, 0.0, 0.0, 0.0)
