"""An ensemble to losses: 52 members x 100,000 assets x 5 wind models, to all outputs.

    python benchmarks/ensemble.py [N_ASSETS] [MEMBERS]

The ECMWF ensemble of typhoon Chanthu, 10 September 2021 00 UTC (shared data), and the best track's
analysis at that time, which anchors its intensity. The portfolio is the sample, moved to Taiwan and
the coast of Zhejiang, where the members go. --members realisations are spread over 52 members and
5 models: 260 wind fields. The physical limit counts, at the rates of benchmarks/wind.py and
benchmarks/forecast.py, fields x sites and realisations x sites.
"""

import csv
import sys
import tempfile
from pathlib import Path

import numpy as np
from common import SHARED, forecast_command, machine

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
STORMS = SHARED / "tropical_cyclones"
FIELD_SITES_PER_S = 4e6
DRAWS_PER_S = 33e6


def moved(target: Path, n: int) -> None:
    """Write n locations made from the sample's, in force in 2021, from Taiwan to Shanghai."""
    rng = np.random.default_rng(1)
    source = SAMPLES / "pearl_river_portfolio.csv"
    with source.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["Latitude"]]
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        for k in range(n):
            along = rng.uniform()
            writer.writerow(dict(
                rows[k % len(rows)], LocNumber=f"B{k:07d}", LocInceptionDate="",
                LocExpiryDate="", CoordinateSystem="WGS84",
                CountryCode="CN", AreaName="", CountyName="",
                Latitude=f"{22.5 + 8.5 * along + rng.normal(0.0, 0.3):.6f}",
                Longitude=f"{120.6 + 1.0 * along + rng.normal(0.0, 0.3):.6f}"))


def main() -> None:
    """Print the figures of one run, after one that compiles."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    members = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    if not STORMS.is_dir():
        sys.exit(f"no shared data at {SHARED}: set RISKCLOUD_SHARED")
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "portfolio.csv"
        moved(book, n)
        figures, wall = forecast_command(
            book, STORMS / "events" / "chanthu_2021_jtwc.csv", "--ensemble",
            STORMS / "forecasts" / "ecmwf_eps_chanthu_2021091000.bufr4", "--issued-at",
            "2021-09-10T00:00Z", "--members", members, "--out", Path(folder) / "out")
    sites, fields = figures["portfolio"]["n_sites"], figures["forecast"]["n_wind_fields"]
    limit = sites * fields / FIELD_SITES_PER_S + sites * members / DRAWS_PER_S
    print(f"{n:,} assets x {figures['forecast']['n_tracks']} tracks x 5 models = {fields} fields, "
          f"{members} realisations; {machine()}")
    print(f"wall {wall:.1f} s; stages {figures['timings_s']}")
    print(f"peak memory {figures['peak_memory_mb']:.0f} MB, above the import "
          f"{figures['memory_above_import_mb']:.0f} MB")
    compute = figures["timings_s"]["compute"]
    print(f"fields and draws alone would take {limit:.1f} s: {limit / compute:.0%} of the compute")
    for part in figures["band_split"]:
        print(f"  {part['source']:10} {part['variance_share']:.0%} of the variance")


if __name__ == "__main__":
    main()
