"""Rmax by the radii of 50 and 64 kt: its scatter fitted again, and winds it was not fitted to."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.analysis.skill.verify import Request, read_inputs, verify_wind
from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.hazard.typhoon import regressions
from riskcloud.hazard.typhoon.core_fit import fit_core_scatter
from riskcloud.hazard.typhoon.fill import fill_track, translation_m_s
from riskcloud.hazard.typhoon.formats.gales import TOKYO, gale_radii_m
from riskcloud.hazard.typhoon.track import read_tracks
from riskcloud.units import KNOT

MOTION_M_S = 5.0


def test_the_scatter_is_what_the_radii_give(fixes):
    wind, lat, r30, r50 = fixes
    keep = (lat < 32.0) & (wind > 31.0)
    r34 = np.array(gale_radii_m(list(r30), TOKYO), np.float64)
    fit = fit_core_scatter(wind[keep], lat[keep], r34[keep], r50[keep], motion_m_s=MOTION_M_S)
    said = load_card("track_fill", "core_radii")
    assert fit.n == said["n"]
    assert fit.radius == pytest.approx(said["sd_ln_radius"], abs=2e-3)
    assert fit.r_max == pytest.approx(said["sd_ln_r_max"], abs=2e-3)


def test_a_handful_of_fixes_is_no_fit():
    few = np.full(5, 40.0)
    with pytest.raises(InputError, match="too few fixes"):
        fit_core_scatter(few, np.full(5, 20.0), np.full(5, 3e5), np.full(5, 1e5), motion_m_s=5.0)


def test_the_mode_is_the_least_sum_of_squares(bulletin):
    """By a search over Rmax, from the vortex as Klotzbach et al. (2022) write it."""
    raw, filled = bulletin
    motion, around = translation_m_s(raw), 0.85
    model = load_card("track_fill", "core_radii")
    r_max = np.geomspace(5e3, 250e3, 40_001)
    for k in range(len(raw)):
        r34 = around * np.nanmean(raw.r34_m[k])
        peak = raw.max_wind_m_s[k] - 0.55 * motion[k]
        expected = regressions.r_max_from_r34_m(raw.max_wind_m_s[k:k + 1], raw.lat[k:k + 1],
                                                np.array([r34 / around]))[0]
        power = np.log(peak / (34.0 * KNOT)) / np.log(r34 / r_max)
        cost = (np.log(r_max / expected) / model["sd_ln_r_max"]) ** 2
        for radii, kt in ((raw.r50_m, 50.0), (raw.r64_m, 64.0)):
            if np.isfinite(radii[k]).any() and peak > 1.05 * kt * KNOT:
                modelled = r_max * (peak / (kt * KNOT)) ** (1.0 / power)
                cost += (np.log(modelled / (around * np.nanmean(radii[k])))
                         / model["sd_ln_radius"]) ** 2
        assert filled.r_max_m[k] == pytest.approx(r_max[cost.argmin()], rel=1e-3)


def test_mangkhuts_broad_core_is_told_by_its_radii(bulletin):
    """Its radius of 64 kt, some 100 km in the mean, asks for a tenth more than its size alone."""
    raw, filled = bulletin
    without = fill_track(replace(raw, r50_m=np.full_like(raw.r50_m, np.nan),
                                 r64_m=np.full_like(raw.r64_m, np.nan)))
    assert np.all(filled.r_max_m > 1.08 * without.r_max_m)
    assert {one.method for one in filled.filled if one.field == "r_max_m"} == {"core_radii"}
    assert {one.method for one in without.filled if one.field == "r_max_m"} == {
        "chavas_knaff_2022"}


def test_a_given_rmax_stays(bulletin):
    raw, _ = bulletin
    given = fill_track(replace(raw, r_max_m=np.full(len(raw), 37e3)))
    assert np.all(given.r_max_m == 37e3)


def test_a_quadrant_of_zero_tells_nothing(bulletin):
    raw, filled = bulletin
    half = fill_track(replace(raw, r64_m=raw.r64_m.mean(axis=1, keepdims=True) * [1, 1, 0, 0]))
    np.testing.assert_allclose(half.r_max_m, filled.r_max_m, rtol=1e-12)


def test_radii_that_no_vortex_has_leave_a_storm_that_lasts(bulletin):
    """50 kt as far out as 34 kt, or at the centre: r V does not fall from Rmax to r34."""
    raw, _ = bulletin
    for share in (0.999, 1e-4):
        odd = fill_track(replace(raw, r50_m=share * raw.r34_m, r64_m=share * raw.r34_m))
        assert np.all(np.isfinite(odd.r_max_m)) and np.all(odd.r_max_m > 0.0)
        r34 = 0.85 * np.mean(odd.r34_m, axis=1)
        assert np.all(odd.r_max_m * (odd.max_wind_m_s - 0.55 * translation_m_s(odd))
                      <= 1.001 * r34 * 34.0 * KNOT)


@pytest.mark.parametrize(("observed", "storm", "sid", "least_gain_m_s"), [
    ("station_wind_observations_hk.csv", "mangkhut", "1822", 1.0),
    ("station_wind_hato_2017_window_hk.csv", "hato", "1713", 3.0)])
def test_gusts_at_hong_kong_come_nearer(shared, monkeypatch, observed, storm, sid, least_gain_m_s):
    """By RSMC Tokyo's radii of Mangkhut and Hato, which no number here was fitted to."""
    tracks = (shared / "verification" / "tracks" / f"jma_bst_{storm}_{sid}.txt",)

    def rmse():
        asked = Request(shared / "validation" / observed, tracks)
        found = verify_wind(asked, read_inputs(asked)).summary["without_hilltops"]
        return found["by_storm"][sid]["rmse_m_s"]

    with_core = rmse()
    monkeypatch.setattr("riskcloud.hazard.typhoon.fill._by_core_radii",
                        lambda work, expected: np.full(len(expected), np.nan))
    assert rmse() - with_core > least_gain_m_s


@pytest.fixture(scope="module")
def bulletin(tmp_path_factory):
    """JTWC's best track of Mangkhut (26W 2018), two fixes with radii, as read and as filled."""
    path = tmp_path_factory.mktemp("track") / "mangkhut.csv"
    names = [f"r{kt}_{of}_nmi" for kt in (34, 50, 64) for of in ("ne", "se", "sw", "nw")]
    path.write_text("\n".join([
        "time_utc,lat,lon,max_wind_1min_kt,central_pressure_hpa," + ",".join(names),
        "2018-09-16T00:00Z,20.8,115.3,80,961,230,200,180,230,132,113,100,132,71,61,54,71",
        "2018-09-16T06:00Z,21.4,113.6,80,962,220,180,150,210,126,100,81,119,68,54,43,64", ""]))
    raw = read_tracks(path, fill=False)[0]
    return raw, fill_track(raw)
