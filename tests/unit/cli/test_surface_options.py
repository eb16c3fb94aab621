"""The ground's options: what they make, what they refuse."""

from pathlib import Path

import pytest
import typer

from riskcloud.cli.surface_options import checked_height_m, layer_inputs, surface_layers


def test_options_make_layers():
    layers = surface_layers(Path("c.tif"), "esa_cci", [Path("a.tif"), Path("b.tif")], terrain="C")
    assert layers.land_cover == Path("c.tif") and layers.land_cover_scheme == "esa_cci"
    assert layers.dem == (Path("a.tif"), Path("b.tif")) and layers.terrain == "C"
    assert layer_inputs(layers) == [Path("c.tif"), Path("a.tif"), Path("b.tif")]
    assert layer_inputs(surface_layers()) == []


@pytest.mark.parametrize(("arguments", "words"), [
    ({"land_cover": Path("c.tif"), "land_cover_scheme": "corine"}, "expected one of"),
    ({"land_cover_scheme": "esa_cci"}, "give its raster with --land-cover"),
    ({"terrain": "E"}, "--terrain E: expected one of A, B, C, D")])
def test_wrong_usage_is_told(arguments, words):
    with pytest.raises(typer.BadParameter, match=words):
        surface_layers(**arguments)


@pytest.mark.parametrize("height", [0.0, -2.0, 1001.0, float("nan")])
def test_heights_out_of_range_are_refused(height):
    with pytest.raises(typer.BadParameter, match="expected 0.5 to 1000 m"):
        checked_height_m(height)


def test_the_default_height_is_10_m():
    assert checked_height_m(None) == 10.0 and checked_height_m(45.0) == 45.0
