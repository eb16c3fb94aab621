"""Synthetic forecasts for tests of pages: plausible shapes, seeded, no result of any model."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskcloud.types import Filled, Floats, ForecastResult, Outlook, Swath, Track

QUANTILES = ("q05", "q25", "q50", "q75", "q95")
STATES = ("slight", "moderate", "extensive", "complete")
SUMS = ("tiv", "mean", *QUANTILES, "gross_mean")
CLASSES = ("tower_110kv", "tower_220kv", "tower_500kv", "line_10kv", "substation",
           "plant_thermal", "building_commercial")
BRANCHES = ("珠海分公司", "深圳分公司", "广州分公司", "中山分公司", "江门分公司",
            "东莞分公司", "惠州分公司", "佛山分公司")


def make_track(lon_shift: float = 0.0) -> Track:
    n = 13
    time = np.datetime64("2017-08-22T00:00:00", "s") + np.arange(n) * np.timedelta64(3, "h")
    step = np.arange(n) / (n - 1)
    missing = np.full((n, 4), np.nan)
    wind = 30.0 + 22.0 * np.sin(np.pi * step)
    return Track(
        event_id="2017232N19130", name="HATO", agency="JTWC", time_utc=time,
        lon=119.5 - 10.5 * step + lon_shift, lat=20.3 + 2.6 * step**1.3,
        central_pressure_pa=100_000.0 - 110.0 * wind, environmental_pressure_pa=np.full(n, 1.005e5),
        max_wind_m_s=wind, wind_averaging_s=60.0, r_max_m=np.full(n, 35e3), r34_m=missing,
        r50_m=missing, r64_m=missing, status=("TY",) * n,
        filled=(Filled("r_max_m", "willoughby_2006", "Willoughby et al. (2006)",
                       np.ones(n, dtype=bool)),))


def gust(track: Track, lon: Floats, lat: Floats) -> Floats:
    """Decay away from the track: only a shape to draw."""
    along = np.linspace(0, len(track) - 1, 200)
    track_lon = np.interp(along, np.arange(len(track)), track.lon)
    track_lat = np.interp(along, np.arange(len(track)), track.lat)
    away = np.min(np.hypot(np.asarray(lon)[..., None] - track_lon,
                           np.asarray(lat)[..., None] - track_lat), axis=-1)
    return np.asarray(62.0 * np.exp(-away / 1.1))


def make_swath(track: Track) -> Swath:
    lon = np.arange(track.lon.min() - 4, track.lon.max() + 4, 0.05)
    lat = np.arange(track.lat.min() - 4, track.lat.max() + 4, 0.05)
    wind = gust(track, *np.meshgrid(lon, lat))
    return Swath(lon, lat, np.where(wind < 3.0, np.nan, wind), "gust_3s", "m/s")


def make_losses(track: Track, n: int, rng: np.random.Generator, *, hit: bool,
                currencies: tuple[str, ...], n_clients: int) -> pd.DataFrame:
    lon, lat = rng.normal(113.4, 0.5, n), rng.normal(22.6, 0.35, n)
    wind = gust(track, lon, lat)
    tiv = rng.lognormal(14.0, 1.2, n).round(0)
    ratio = np.clip((wind - 25.0) / 80.0, 0.0, 1.0) ** 3 if hit else np.zeros(n)
    mean = tiv * ratio
    table = pd.DataFrame({
        "loc_id": [f"L{i:06d}" for i in range(n)],
        "client_id": [f"C{i:04d} 南方电力设备股份有限公司" for i in rng.integers(0, n_clients, n)],
        "branch": rng.choice(BRANCHES, n), "asset_class": rng.choice(CLASSES, n),
        "currency": np.array(currencies)[np.arange(n) % len(currencies)], "tiv": tiv, "mean": mean,
        "sd": 0.9 * mean})
    for name, factor in zip(QUANTILES, (0.1, 0.4, 0.8, 1.3, 2.6), strict=True):
        table[name] = np.minimum(mean * factor, tiv)
    for state, factor in zip(STATES, (3.0, 2.0, 1.0, 0.5), strict=True):
        table[f"p_{state}"] = np.clip(ratio * factor, 0.0, 1.0)
    seconds = (3600 * (12 + 14 * rng.random(n))).astype("timedelta64[s]")
    return table.assign(gust_3s_m_s=wind if hit else 0.0,
                        time_utc=np.datetime64("2017-08-22T06:00:00", "s") + seconds
                        if hit else np.datetime64("NaT", "s"),
                        gross_mean=0.7 * mean, lon=lon, lat=lat, province="广东省",
                        county=rng.choice(["香洲区", "斗门区", "南沙区", "宝安区"], n))


def group(losses: pd.DataFrame, key: str | None) -> list[dict[str, Any]]:
    keys = ["currency", *([key] if key else [])]
    entries = []
    for values, part in losses.groupby(keys, sort=True):
        entry = dict(zip(keys, values, strict=True))
        entry |= {"n_locations": len(part), "sd": float(0.5 * part["mean"].sum()),
                  "max_gust_3s_m_s": float(part["gust_3s_m_s"].max())}
        entry |= {name: float(part[name].sum()) for name in SUMS}
        entry |= {f"gross_{q}": 0.7 * entry[q] for q in ("q05", "q50", "q95")}
        entries.append(entry)
    return sorted(entries, key=lambda entry: -entry["mean"])


def make_summary(losses: pd.DataFrame, track: Track) -> dict[str, Any]:
    total = group(losses, None)
    probability = np.linspace(1.0, 0.002, 100)
    models = ("holland_1980", "holland_2008", "holland_2010", "emanuel_rotunno_2011",
              "willoughby_2006")
    means = {entry["currency"]: entry["mean"] for entry in total}
    counts = losses["asset_class"].value_counts()
    return {
        "event": {
            "event_id": track.event_id, "name": track.name, "agency": track.agency,
            "first_fix_utc": str(track.time_utc[0]), "last_fix_utc": str(track.time_utc[-1]),
            "peak_wind_1min_m_s": float(track.max_wind_m_s.max()),
            "peak_time_utc": str(track.time_utc[6]), "min_central_pressure_hpa": 942.8,
            "filled": [{"field": "r_max_m", "method": "willoughby_2006",
                        "source": "Willoughby et al. (2006), Mon. Wea. Rev. 134", "n_fixes": 13}],
            "track_error": "none: best track without issue time"},
        "forecast": {"issued_utc": None, "ensemble": None, "n_tracks": 1, "n_wind_fields": 5,
                     "notes": [], "agencies": [{
                         "agency": track.agency, "base_utc": None, "weight": 1.0}]},
        "portfolio": {"source": "data/samples/pearl_river_portfolio.csv",
                      "n_locations": len(losses), "n_not_in_force": 3, "n_rejected": 2,
                      "n_sites": len(losses), "n_reached": int((losses["gust_3s_m_s"] > 0).sum()),
                      "notes": []},
        "members": 500, "seed": 1,
        "wind_models": [{"model": name, "weight": 0.2,
                         "mean": {c: m * (0.8 + 0.1 * i) for c, m in means.items()}}
                        for i, name in enumerate(models)],
        "total": total, "by_client": group(losses, "client_id"),
        "by_branch": group(losses, "branch"), "by_province": group(losses, "province"),
        "by_county": group(losses, "county"), "by_asset_class": group(losses, "asset_class"),
        "expected_damage": [
            {"asset_class": name, "state": state, "n_assets": int(counts[name]), "expected_count":
             float(losses.loc[losses["asset_class"] == name, f"p_{state}"].sum())}
            for name in sorted(counts.index) if name.startswith("tower")
            for state in STATES],
        "exceedance": [{"currency": entry["currency"], "stage": stage,
                        "probability": probability.tolist(),
                        "loss": (share * entry["mean"] * (1.0 - np.log(probability))
                                 ** 1.1 * 0.52).tolist()}
                       for entry in total for stage, share in (("ground_up", 1.0), ("gross", 0.7))],
        "band_split": [{"currency": entry["currency"], "source": source, "variance_share": share,
                        "q05": entry["mean"] * (1 - width),
                        "q95": entry["mean"] * (1 + 1.4 * width)}
                       for entry in total for source, share, width in
                       (("curve", 0.71, 0.7), ("model", 0.26, 0.4), ("asset", 0.03, 0.1))],
        "curves": [
            {"curve_id": "tower_gust_ratio", "title": "Transmission tower by gust over design gust",
             "source": "Panteli et al. (2017), IEEE Systems Journal 11, 1733-1742", "n_assets": 900,
             "verified": "secondary", "includes": ["wind"]},
            {"curve_id": "eberenz_wp3", "title": "Buildings in general, north-west Pacific 3",
             "source": "Eberenz, Lüthi & Bresch (2021), NHESS 21, 393-415", "n_assets": 240,
             "verified": "primary", "includes": ["wind", "surge", "rain"]}],
        "layers": [{"layer": "land_mask", "kind": "real", "what": "Natural Earth 1:10m land 4.1"},
                   {"layer": "roughness", "kind": "default", "what": "z0 = 0.05 m over land"}],
        "timings_s": {"read": 0.2, "compute": 1.4, "write": 0.9},
        "peak_memory_mb": 512.0, "memory_above_import_mb": 180.0}


@pytest.fixture(scope="session")
def make_result() -> Callable[..., ForecastResult]:
    """Return a maker of synthetic forecasts."""

    def make(n: int = 400, *, hit: bool = True, currencies: tuple[str, ...] = ("CNY",),
             n_clients: int = 40, lon_shift: float = 0.0, seed: int = 7) -> ForecastResult:
        track = make_track(lon_shift)
        losses = make_losses(make_track(), n, np.random.default_rng(seed), hit=hit,
                             currencies=currencies, n_clients=n_clients)
        losses["lon"] += lon_shift
        return ForecastResult(summary=make_summary(losses, track), losses=losses,
                              track=track, swath=make_swath(track),
                              outlook=Outlook((track,)))

    return make
