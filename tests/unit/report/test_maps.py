import json
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from riskcloud.report.extent import find_focus, find_land
from riskcloud.report.map_layers import MAX_ALONE, MAX_CELLS
from riskcloud.report.maps import collect_layers, render_map
from riskcloud.report.text import load_text
from riskcloud.types import ForecastResult

Maker = Callable[..., ForecastResult]


def test_map_is_one_file_that_allows_no_request(make_result: Maker) -> None:
    page = render_map(make_result(), load_text("zh"))
    assert "default-src 'none'" in page
    assert not re.search(r'<(script|img|link)[^>]*(src|href)="(?!data:)', page)
    assert len(page.encode()) < 1.05e6  # a folium page of ten assets, see docs/decisions/0001


def test_map_of_a_large_book_is_small(make_result: Maker) -> None:
    # how long it takes: benchmarks/pages.py
    assert len(render_map(make_result(100_000), load_text("zh")).encode()) < 5e6


def test_sums_of_assets_and_cells_are_the_whole_book(make_result: Maker) -> None:
    result = make_result(20_000, currencies=("CNY", "USD"))
    layers = collect_layers(result, load_text("en"))
    assert sum(len(layer["lon"]) for layer in layers["assets"]) == MAX_ALONE
    cells = layers["cells"]
    assert sum(cells["count"]) == 20_000 - MAX_ALONE
    assert len(cells["count"]) <= MAX_CELLS
    for layer in layers["assets"]:
        currency = layer["currency"]
        in_cells = sum(m for m, c in zip(cells["mean"], cells["currency"], strict=True)
                       if c == currency)
        expected = result.losses.loc[result.losses["currency"] == currency, "mean"].sum()
        assert sum(layer["mean"]) + in_cells == pytest.approx(expected, rel=1e-3)
        # shown alone: none of the rest has a larger loss
        shown = set(layer["loc"])
        rest = result.losses[(result.losses["currency"] == currency)
                             & ~result.losses["loc_id"].isin(shown)]
        assert min(layer["mean"]) >= np.floor(rest["mean"].max())
    assert "5,000" in layers["top_only"] and "15,000" in layers["top_only"]


def test_small_book_has_no_cells(make_result: Maker) -> None:
    layers = collect_layers(make_result(), load_text("en"))
    assert layers["cells"] is None and layers["top_only"] == ""


def test_focus_holds_assets_and_near_storm(make_result: Maker) -> None:
    result = make_result()
    focus = find_focus(result)
    hit = result.losses[result.losses["mean"] > 0]
    assert focus.west < hit["lon"].min() and focus.east > hit["lon"].max()
    assert focus.south < hit["lat"].min() and focus.north > hit["lat"].max()
    assert focus.east < result.track.lon.max() + 0.8  # not all of the track


def test_over_the_180th_meridian(make_result: Maker) -> None:
    """A book recorded as -180 to 180 is drawn in the window of a track that goes past 180."""
    result = make_result(lon_shift=66.5)
    assert result.track.lon.max() > 180.0
    turned = result.losses.assign(lon=(result.losses["lon"] + 180.0) % 360.0 - 180.0)
    layers = collect_layers(replace(result, losses=turned), load_text("en"))
    assert layers["assets"][0]["lon"] == pytest.approx(result.losses["lon"], abs=1e-4)


def test_storm_that_misses_everything(make_result: Maker) -> None:
    page = render_map(make_result(hit=False), load_text("zh"))
    data = json.loads(re.search(r'application/json">(.*?)</script>', page).group(1))
    assert data["assets"][0]["bounds"] == [0.0, 0.0, 0.0, 0.0]
    assert data["assets"][0]["time"][0] is None


def test_empty_book(make_result: Maker) -> None:
    whole = make_result()
    empty = replace(whole, losses=whole.losses.iloc[:0], summary={**whole.summary, "total": []})
    assert collect_layers(empty, load_text("en"))["assets"] == []


def test_names_cannot_become_markup(make_result: Maker) -> None:
    result = make_result(5)
    hostile = "</script><img src=x onerror=alert(1)>"
    losses = result.losses.assign(client_id=hostile, loc_id=hostile, county=hostile)
    page = render_map(replace(result, losses=losses), load_text("en"))
    assert hostile not in page
    assert "<img" not in page.split('id="data"')[1].split("</script>")[0]


def test_land_is_thinned_away_from_the_view(make_result: Maker) -> None:
    focus = find_focus(make_result())
    window = focus.padded(10.0)
    whole = sum(map(len, find_land(window, window)))
    thinned = sum(map(len, find_land(window, focus)))
    assert thinned < 0.6 * whole
    for ring in find_land(window, focus):
        assert np.array_equal(ring[0], ring[-1])


def test_land_fills_a_wide_and_a_tall_screen(make_result: Maker) -> None:
    layers = collect_layers(make_result(), load_text("en"))
    (south, west), (north, east) = layers["focus"]
    (low, left), (high, right) = layers["limits"]
    assert right - left >= 2.4 * (north - south) and high - low >= 2.4 * (east - west)
    assert left <= west and right >= east and low <= south and high >= north
