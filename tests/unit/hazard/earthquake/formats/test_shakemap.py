"""ShakeMap grids: columns by name, units, order of rows; what is wrong is named; sampling."""

from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError, ModelError
from riskcloud.hazard.earthquake.formats import is_shaking_grid, read_event, read_shaking_grid
from riskcloud.hazard.earthquake.grid import shaking_from_grid
from riskcloud.units import GRAVITY_M_S2

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def changed(tmp_path):
    def on(*changes, name="grid.xml"):
        text = (SAMPLES / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path
    return on


def test_fields_are_told_by_index_and_name_not_by_place():
    grid = read_shaking_grid(SAMPLES / "grid.xml")
    np.testing.assert_allclose(grid.lon, [99.9, 100.0, 100.1])
    np.testing.assert_allclose(grid.lat, [25.6, 25.7])
    np.testing.assert_allclose(grid.median["intensity"], [[6.5, 6.9, 6.6], [7.1, 7.5, 7.2]])
    np.testing.assert_allclose(grid.median["pga"], [[.12, .16, .14], [.20, .30, .24]])
    np.testing.assert_allclose(grid.median["pgv"], [[9, 11, 10], [15, 20, 16]])
    np.testing.assert_allclose(grid.median["sa_0.3"][1], [.4, .6, .5])
    sa = grid.median["sa_1.0"]
    assert np.isnan(sa[0, 2]) and sa[1, 0] == pytest.approx(.2)
    assert dict(grid.unit) == {"intensity": "1", "pga": "g", "pgv": "cm/s", "sa_0.3": "g",
                               "sa_1.0": "g"}
    assert grid.event.event_id == "us7000e532" and grid.event.depth_km == 9.0
    assert grid.event.time_utc == np.datetime64("2021-05-21T13:48:37", "s")
    assert not grid.sigma_ln and len(grid.notes) == 1
    assert "read as Mw, which ShakeMap asks for" in grid.notes[0]


def test_an_uncertainty_from_the_south_fits():
    grid = read_shaking_grid(SAMPLES / "grid.xml", SAMPLES / "uncertainty.xml")
    np.testing.assert_allclose(grid.sigma_ln["pga"], [[.40, .41, .42], [.43, .44, .45]])
    np.testing.assert_allclose(grid.sigma_ln["intensity"][1], [.73, .74, .75])
    assert set(grid.sigma_ln) == {"pga", "pgv", "intensity"}


def test_an_uncertainty_of_another_version_is_said(changed):
    other = changed(('event_id="us7000e532" map_status', 'event_id="us1" map_status'),
                    name="uncertainty.xml")
    grid = read_shaking_grid(SAMPLES / "grid.xml", other)
    assert "event_id us7000e532 of the grid, us1 of its uncertainty" in grid.notes


def test_the_event_of_a_grid_is_an_event():
    assert is_shaking_grid(SAMPLES / "grid.xml") and not is_shaking_grid(SAMPLES / "quake.xml")
    event = read_event(SAMPLES / "grid.xml")
    assert (event.magnitude, event.magnitude_type, event.lon) == (6.1, "Mw", 100.0082)


@pytest.mark.parametrize("units, factor", [
    ("g", 1.0), ("cm/s2", 0.01 / GRAVITY_M_S2), ("gal", 0.01 / GRAVITY_M_S2),
    ("m/s2", 1.0 / GRAVITY_M_S2), ("pctg", 0.01)])
def test_units_of_acceleration(changed, units, factor):
    grid = read_shaking_grid(changed(('name="PGA" units="%g"', f'name="PGA" units="{units}"')))
    assert grid.median["pga"][0, 0] == pytest.approx(12.0 * factor)


@pytest.mark.parametrize("changes, words", [
    ([('name="PGA" units="%g"', 'name="PGA" units="feet"')], ("unknown units", "PGA = 'feet'")),
    ([('name="PGV" units="cm/s"', 'name="PGV" units=""')], ("unknown units", "PGV = ''")),
    ([("100.1 25.6 6.6 14 10 28 nan 500\n", "")], ("wrong number of values", "= '40'", "48")),
    ([('nlon="3"', 'nlon="4"')], ("wrong number of values", "64")),
    ([('nlon="3"', 'nlon="three"')], ("nlon", "whole number")),
    ([('nlat="2"', 'nlat="-2"')], ("nlat", "whole number")),
    ([('nlat="2"', 'nlat="99999999"')], ("nlat", "whole number")),
    ([("99.9 25.7 7.1", "99.9 25.7 x")], ("expected a number", "'x'")),
    ([("99.9 25.7 7.1", "99.9 25.7 7-1")], ("expected a number",)),
    ([("24 16 50", "24 <b/> 50")], ("expected a number", "<b/>")),
    ([("</grid_data>", "")], ("without an end: cut off",)),
    ([("<grid_data>", "")], ("no <grid_data>",)),
    ([('index="4"', 'index="5"')], ("grid_field", "index 1, 2, 3")),
    ([('index="8"', 'index="9"')], ("does not count 1 to 8",)),
    ([('name="SVEL"', 'name="PGA"')], ("each once",)),
    ([('name="LAT"', 'name="Y"')], ("expected LON, LAT",)),
    ([("100.1 25.7", "103.1 25.7"), ("100.1 25.6", "103.1 25.6")], ("not a regular grid",)),
    ([("100.0 25.6", "100.05 25.6")], ("not a regular grid",)),
    ([("depth=\"9.0\"", "depth=\"9000\"")], ("metres where kilometres",)),
    ([("<event ", "<x ")], ("does not say of which earthquake",)),
])
def test_what_is_wrong_with_a_grid_is_named(changed, changes, words):
    with pytest.raises(InputError) as error:
        read_shaking_grid(changed(*changes))
    assert all(word in str(error.value) for word in words), str(error.value)


def test_an_uncertainty_of_another_grid_is_refused(changed):
    other = changed(("99.9 ", "98.9 "), ("100.0 ", "99.0 "), ("100.1 ", "99.1 "),
                    name="uncertainty.xml")
    with pytest.raises(InputError, match="the uncertainty of another grid"):
        read_shaking_grid(SAMPLES / "grid.xml", other)
    with pytest.raises(InputError, match="not a ShakeMap grid"):
        read_shaking_grid(SAMPLES / "quake.xml")


def test_zones_and_unknown_fields_are_said(changed):
    grid = read_shaking_grid(changed(("13:48:37UTC", "20:48:37WIB"), ('"SVEL"', '"XYZ"'),
                                     ("RELEASED", "PRELIMINARY")))
    assert grid.event.time_utc == np.datetime64("2021-05-21T13:48:37", "s")
    assert any("field XYZ of grid.xml: not a measure" in note for note in grid.notes)
    assert any("PRELIMINARY" in note for note in grid.notes)
    grid = read_shaking_grid(changed(("13:48:37UTC", "13:48:37CST")))
    assert grid.event.time_utc is None
    assert any("not a time whose zone is known" in note for note in grid.notes)


def test_a_grid_over_the_date_line(changed):
    grid = read_shaking_grid(changed(*((f"{lon} 25.", f"{new} 25.") for lon, new in (
        ("99.9", "179.9"), ("100.0", "180.0"), ("100.1", "-179.9")))))
    np.testing.assert_allclose(grid.lon, [179.9, 180.0, 180.1])
    (shaking,) = shaking_from_grid(grid, np.array([-179.9, 180.1]), np.array([25.7, 25.7]), ["pga"])
    np.testing.assert_allclose(shaking.median, 0.24)


def test_sampling_is_bilinear_nearest_and_nan_outside():
    grid = read_shaking_grid(SAMPLES / "grid.xml", SAMPLES / "uncertainty.xml")
    lon = np.array([100.0, 99.95, 100.1, 99.84, 459.95])
    lat = np.array([25.6, 25.65, 25.7, 25.65, 25.65])
    (pga,) = shaking_from_grid(grid, lon, lat, ["pga"])
    np.testing.assert_allclose(pga.median, [0.16, 0.195, 0.24, np.nan, 0.195])
    np.testing.assert_allclose(pga.sigma_ln, [0.41, 0.42, 0.45, np.nan, 0.42])
    assert np.isnan(pga.tau_ln).all() and (pga.model, pga.unit) == ("shakemap", "g")
    (near,) = shaking_from_grid(grid, lon, lat, ["pga"], method="nearest")
    assert near.median[0] == pytest.approx(0.16) and np.isnan(near.median[3])
    (sa,) = shaking_from_grid(grid, np.array([100.05, 100.0]), np.array([25.65, 25.6]), ["sa_1.0"])
    assert np.isnan(sa.median[0]) and sa.median[1] == pytest.approx(0.16)  # a silent cell
    assert sa.notes == ("no uncertainty of sa_1.0 in the grid",)
    assert [one.measure for one in shaking_from_grid(grid, lon, lat)] == list(grid.median)
    with pytest.raises(ModelError, match=r"no sa_3\.0; it has intensity"):
        shaking_from_grid(grid, lon, lat, ["sa_3.0"])


def test_thirty_megabytes_are_read_at_once(tmp_path):
    n_lon, n_lat = 801, 700
    lon, lat = 98.0 + np.arange(n_lon) / 120.0, 28.0 - np.arange(n_lat) / 120.0
    row = "".join(f"{x:.4f} LAT {x:.3f} {x + 1.0:.3f} NUMBER {x / 7.0:.4f} {x + 4.0:.3f} "
                  f"{x + 5.0:.3f}\n" for x in lon)
    text = (SAMPLES / "grid.xml").read_text(encoding="utf-8")
    text = text.replace('nlon="3" nlat="2"', f'nlon="{n_lon}" nlat="{n_lat}"')
    head, rest = text.split("<grid_data>\n")
    path = tmp_path / "big.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write(head + "<grid_data>\n")
        for k in range(n_lat):
            file.write(row.replace("LAT", f"{lat[k]:.4f}").replace("NUMBER", f"{k + 0.5:.4f}"))
        file.write("</grid_data>" + rest.split("</grid_data>")[1])
    assert path.stat().st_size > 25e6
    grid = read_shaking_grid(path)
    assert grid.median["pga"].shape == (n_lat, n_lon)
    k = (n_lat - 1 - 300, 400)  # rows ran from the north
    assert grid.median["pgv"][k] == 300.5 and grid.lat[k[0]] == pytest.approx(25.5)
    assert grid.median["pga"][k] == pytest.approx(0.01 * (lon[400] + 1.0), abs=1e-5)
    path.write_bytes(path.read_bytes()[:20_000_000])
    with pytest.raises(InputError, match="cut off"):
        read_shaking_grid(path)
