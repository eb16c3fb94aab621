"""Intensity against the standards' tables, ShakeMap's own reference values and a survey.

Worden et al. (2012): reference values of usgs/shakemap, tests/shakelib/gmice/wgrw12_test.py
(public domain), to their printed digits. GB/T 17742-2020: the edges of table 1 lie within 1.5 % of
the equations' half degrees (0.02 of a degree) from V on, within 3 % (0.04) at the lower end of IV.
"""

import numpy as np
import pytest

from riskcloud.catalog import load_card
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.earthquake.felt import felt_areas
from riskcloud.hazard.earthquake.gmice import worden_2012, worden_2012_inverse
from riskcloud.hazard.earthquake.intensity import degree, instrumental_intensity
from riskcloud.hazard.earthquake.macroseismic import isoseismal_axes_km, macroseismic_intensity
from riskcloud.types import SourceDistances
from riskcloud.units import GRAVITY_M_S2

SA = np.array([0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5])
MMI = np.array([2.0, 3.0, 4.0, 5.0, 6.2, 7.3, 8.1])
R_KM = np.array([22.2, 10.0, 1.1, 32.0, 120.0, 300.0, 450.5])
FORWARD = {
    ("pga", None): [3.31708696, 4.05662491, 5.76917533, 6.88298631, 7.53452397, 7.9967973,
                    8.35536434],
    ("pgv", None): [3.78, 4.48136824, 6.05, 7.00125479, 7.55770316, 7.95250957, 8.25874521],
    ("sa_0.3", None): [2.93592062, 3.74225554, 4.62592062, 5.34177387, 6.07079169, 6.58803805,
                       6.98924551],
    ("sa_1.0", 7.5): [3.49070724, 4.3808733, 5.63884012, 6.26430362, 6.49369295, 6.66102468,
                      6.94206372],
    ("sa_3.0", None): [4.97492371, 6.41105869, 7.98492371, 8.891024, 9.42105869, 9.79712429, 10.0],
}
BACK = {
    ("pga", None): [0.14134045, 0.6243495, 2.75796695, 6.19604804, 13.07492182, 25.92605261,
                    42.65329774],
    ("pgv", None): [6.153407, 29.470517, 141.143169, 465.287643, 1115.496866, 2486.392117,
                    4453.835548],
    ("sa_1.0", 8.0): [0.102985637, 0.365288187, 1.67836836, 7.32931235, 23.7600759, 66.4349034,
                      125.388693],
    ("sa_3.0", None): [2.89282689e-03, 2.07025242e-02, 1.48157675e-01, 1.01936799, 2.55271358,
                       5.92175716, 10.9202184],
}


@pytest.mark.parametrize("measure, magnitude", FORWARD)
def test_worden_forward(measure, magnitude):
    value = SA * 100.0 if measure == "pgv" else SA
    mmi, slope, scatter = worden_2012(measure, value, magnitude=magnitude, r_rup_km=R_KM)
    np.testing.assert_allclose(mmi, FORWARD[measure, magnitude], rtol=1e-7)
    step = (worden_2012(measure, value * 1.001, magnitude=magnitude, r_rup_km=R_KM)[0] - mmi)
    inside = mmi < 10.0  # beyond, it is cut
    np.testing.assert_allclose(step[inside] / np.log(1.001), slope[inside], rtol=1e-3)
    assert scatter == {"pga": 0.73, "pgv": 0.65, "sa_0.3": 0.84, "sa_1.0": 0.75,
                       "sa_3.0": 0.95}[measure]


@pytest.mark.parametrize("measure, magnitude", BACK)
def test_worden_back(measure, magnitude):
    value, sigma_ln = worden_2012_inverse(measure, MMI, magnitude=magnitude, r_rup_km=R_KM)
    np.testing.assert_allclose(value * 100.0, BACK[measure, magnitude], rtol=2e-7)
    assert sigma_ln == pytest.approx(np.log(10.0) * {"pga": .35, "pgv": .38, "sa_1.0": .47,
                                                     "sa_3.0": .64}[measure])


def bands(edition):
    return [{key: float(value) for key, value in row.items()}
            for row in load_card("intensity", edition).rows("bands.csv")]


@pytest.mark.parametrize("row", bands("gbt_17742_2020"), ids=lambda row: f"{row['degree']:g}")
def test_gbt_2020_has_the_edges_of_its_table(row):
    n = row["degree"]
    for side, half in (("low", -0.5), ("high", 0.5)):
        by_a = 3.17 * np.log10(row[f"pga_{side}_m_s2"]) + 6.59
        by_v = 3.00 * np.log10(row[f"pgv_{side}_m_s"]) + 9.77
        assert by_a == pytest.approx(n + half, abs=0.04 if n == 4 else 0.025), "acceleration"
        assert by_v == pytest.approx(n + half, abs=0.02), "velocity"
    middle = instrumental_intensity(
        np.sqrt(row["pga_low_m_s2"] * row["pga_high_m_s2"]) / GRAVITY_M_S2,
        100.0 * np.sqrt(row["pgv_low_m_s"] * row["pgv_high_m_s"]))
    assert degree(middle) == n


@pytest.mark.parametrize("n", range(2, 13))
def test_degree_n_begins_at_n_minus_a_half(n):
    pga_g = 10.0 ** ((n - 0.5 - 6.59) / 3.17) / GRAVITY_M_S2
    pgv_cm_s = 100.0 * 10.0 ** ((n - 0.5 - 9.77) / 3.00)
    shift = 1.0 + 1e-9
    assert degree(instrumental_intensity(pga_g * shift, pgv_cm_s * shift)) == n
    assert degree(instrumental_intensity(pga_g / shift, pgv_cm_s / shift)) == n - 1
    edges = np.array([n - 0.5, np.nextafter(n - 0.5, 0.0), n + 0.4])
    assert degree(edges).tolist() == [n, n - 1, n]


@pytest.mark.parametrize("row", bands("gbt_17742_2008"), ids=lambda row: f"{row['degree']:g}")
def test_gbt_2008_is_its_table(row):
    """The table's digits, and that a band begins one digit after the last ends (0.02, 0.014)."""
    n = row["degree"]
    for side, half in (("low", -0.5), ("high", 0.5)):
        pga, pgv = 1.25 * 2.0 ** (n - 7 + half), 0.125 * 2.0 ** (n - 7 + half)
        assert row[f"pga_{side}_m_s2"] == pytest.approx(pga, rel=0.01, abs=0.02)
        assert row[f"pgv_{side}_m_s"] == pytest.approx(pgv, abs=0.014)
        intensity = instrumental_intensity(pga / GRAVITY_M_S2, 100.0 * pgv,
                                           edition="gbt_17742_2008")
        assert intensity == pytest.approx(n + half, abs=1e-12)


def test_the_rule_that_joins_acceleration_and_velocity():
    """Both at least 6.0: velocity alone; else the mean (GB/T 17742-2020, A.7)."""
    def peaks(by_a, by_v):
        return 10.0 ** ((by_a - 6.59) / 3.17) / GRAVITY_M_S2, 100.0 * 10.0 ** ((by_v - 9.77) / 3.0)
    for by_a, by_v, expected in ((5.0, 4.0, 4.5), (7.0, 6.5, 6.5), (7.0, 5.9, 6.45),
                                 (5.9, 7.0, 6.45), (0.2, 0.4, 1.0), (12.5, 12.9, 12.0)):
        assert instrumental_intensity(*peaks(by_a, by_v)) == pytest.approx(expected)
    assert instrumental_intensity(*peaks(5.0, 4.33), decimals=1) == pytest.approx(4.7)


def yangbi(lon, lat):
    km = haversine_m(99.87, 25.67, lon, lat) / 1000.0
    azimuth = np.degrees(np.arctan2((lon - 99.87) * np.cos(np.radians(25.67)), lat - 25.67))
    return SourceDistances(*(km,) * 5, azimuth)


@pytest.mark.parametrize("model, areas, within", [
    ("wang_2000", (7600.0, 1525.0, 145.0), (2.0, 2.0, 3.0)),
    ("xiao_yu_2011", (7035.0, 1141.0, 42.5), (2.0, 2.0, 4.0))])
def test_macroseismic_relations_against_the_survey_of_yangbi(model, areas, within):
    """Yangbi 2021, M 6.4: surveyed VI+ 6600, VII+ 1100, VIII+ 170 km2 (science/hazards.md 3.6).

    Both relations' areas, and how near the survey they come: VIII+ is a few kilometres across.
    """
    found = felt_areas(
        lambda lon, lat: macroseismic_intensity(
            yangbi(lon, lat), magnitude_ms=6.4, strike_deg=315.0, region="tibetan",
            model=model).median, 99.87, 25.67, reach_km=80.0, cell_km=0.5)
    np.testing.assert_allclose([found[n] for n in (6, 7, 8)], areas, rtol=0.03)
    surveyed = (6600.0, 1100.0, 170.0)
    for area, survey, factor in zip(found.values(), surveyed, within, strict=True):
        assert survey / factor <= area <= survey * factor
    for n, area in found.items():  # the ellipse of the published axes, to the grid's grain
        a, b = isoseismal_axes_km(n, 6.4, model=model, region="tibetan")
        assert area == pytest.approx(np.pi * a * b, rel=0.03)


def test_coefficients_close_at_the_epicentre():
    """Both axes give one intensity at R = 0: the relations were fitted so (0.1 at Ms 6.5)."""
    for model in ("xiao_yu_2011", "wang_2000"):
        rows = load_card("macroseismic", model).rows("coefficients.csv")
        log = np.log10 if load_card("macroseismic", model)["logarithm"] == "lg" else np.log
        at_zero = [float(r["a"]) + float(r["b"]) * 6.5 + float(r["c"]) * log(float(r["r0_km"]))
                   for r in rows]
        for long, short in zip(at_zero[::2], at_zero[1::2], strict=True):
            assert long == pytest.approx(short, abs=0.1)
