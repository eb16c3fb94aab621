"""Map and report of a forecast with 100,000 assets.

    python benchmarks/pages.py [N_ASSETS]

The forecast is the sample's, its assets repeated at places shifted by up to 0.3 degrees. The limit
that we set ourselves: 3 s and 5 MB for the map (a test holds the size).
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from common import best_of, machine, peak_mb

from riskcloud.analysis.forecast import ForecastRequest, Sinks, forecast
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.loss.table import LossTableWriter
from riskcloud.report.forecast import render_report
from riskcloud.report.maps import render_map
from riskcloud.report.text import load_text
from riskcloud.types import ForecastResult, Outlook

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


def enlarged(result: ForecastResult, n: int) -> ForecastResult:
    """Return the forecast with n assets, made from its own."""
    rng = np.random.default_rng(1)
    losses = result.losses.iloc[np.arange(n) % len(result.losses)].reset_index(drop=True)
    shift = rng.uniform(-0.3, 0.3, (2, n))
    return replace(result, losses=pd.DataFrame(losses.assign(
        loc_id=[f"B{k:07d}" for k in range(n)], lon=losses["lon"] + shift[0],
        lat=losses["lat"] + shift[1])))


def sample_forecast() -> ForecastResult:
    """Return the forecast of the sample, few realisations."""
    track = read_track(SAMPLES / "hato_2017.csv")
    with tempfile.TemporaryDirectory() as folder, LossTableWriter(
            Path(folder) / "table", event_id=track.event_id, owner="account_id") as accounts:
        return forecast(read_portfolio(SAMPLES / "pearl_river_portfolio.csv"),
                        Outlook((track,)), ForecastRequest(members=20), sinks=Sinks(accounts))


def main() -> None:
    """Print time and size of each page."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    result, text = enlarged(sample_forecast(), n), load_text("zh")
    print(f"{n:,} assets; {machine()}")
    for name, render in (("map", render_map), ("report", render_report)):
        seconds = best_of(lambda render=render: render(result, text), repeats=3)
        print(f"{name:7} {seconds:6.2f} s  {len(render(result, text).encode()) / 1e6:6.2f} MB")
    print(f"peak memory {peak_mb():.0f} MB")


if __name__ == "__main__":
    main()
