"""The shipped rates are what the script makes of the catalogues, and hang together."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from riskcloud.catalog import load_card
from riskcloud.hazard.earthquake.seismicity.decluster import main_shocks
from riskcloud.hazard.earthquake.seismicity.events import merged
from riskcloud.hazard.earthquake.seismicity.rates import load_rates
from riskcloud.hazard.earthquake.seismicity.recurrence import bin_rates

ROOT = Path(__file__).parents[4]


def test_laws_come_from_the_catalogues(shared, monkeypatch):
    spec = importlib.util.spec_from_file_location("make_seismicity",
                                                  ROOT / "data" / "make_seismicity.py")
    assert spec is not None and spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    monkeypatch.setattr(make, "say", lambda words: None)
    folder = shared / "earthquakes"
    raw = [make.read(folder / name) for name in (
        "isc_gem_china_neighbours_1900_2012.csv", "usgs_m6_china_neighbours_1900_2023.csv",
        "usgs_m5_china_neighbours_2013_2023.csv")]
    events = merged(raw, seconds=120.0, km=100.0)
    assert len(events) < sum(map(len, raw)) - 1500  # M 6 and above stand in two files
    every = make.with_history(events.take(events.depth_km <= 50.0))
    main = every.take(main_shocks(every))
    zone = make.zone_numbers(main.lon, main.lat)
    laws = make.fit(main, zone, make.kept(main, zone))
    for law, row in zip(laws, load_card("seismicity", "china").rows("laws.csv"), strict=True):
        assert law.n == int(row["events"])
        assert law.b == pytest.approx(float(row["b"]), abs=1e-4)
        assert law.rate == pytest.approx(float(row["rate"]), abs=1e-5)


def test_cells_sum_to_the_law_of_their_zones():
    """To what the kernels carry over borders (Taiwan's into the coast's) and out of the grid."""
    rates = load_rates("china")
    expected = []
    for k, row in enumerate(rates.card.rows("laws.csv")):
        low = bin_rates(np.array([5.3, 9.5]), b=rates.b[k], most=float(rates.most_mw[k]),
                        reference=rates.reference_mw)[0]
        expected.append(float(row["rate"]) / low)
    found = [rates.rate[rates.zone == k].sum() for k in range(len(rates.zones))]
    share = dict(zip(rates.zones, np.array(found) / expected, strict=True))
    assert sum(found) == pytest.approx(sum(expected), rel=0.1)
    assert share["tibetan_plateau"] == pytest.approx(1.0, abs=0.1)
    assert 0.9 < share["south_china_coast_belt"] < 2.0  # with what Taiwan's kernels bring
    assert share["north_china_plain"] == pytest.approx(1.0, abs=0.3)
    assert np.all(rates.rate[rates.zone < 0] == 0.0)
    assert np.all((rates.low < 1.0) & (rates.high > 1.0))
    assert np.all((rates.b > 0.7) & (rates.b < 1.1))
