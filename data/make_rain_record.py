"""Write models/rain_record/NAME/{years,peaks,days}.csv from a station's daily record.

Run:  python data/make_rain_record.py RECORD.csv NAME
Annual maxima and independent peaks are all that an extreme-value fit sees; days are those of a
rainstorm (GB/T 28592: 50 mm and more), for the history of a place. The card is by hand.
"""

import csv
import sys
from pathlib import Path

import numpy as np

from riskcloud.hazard.rain.history import RAINSTORM_MM
from riskcloud.hazard.rain.record import read_daily_rain
from riskcloud.hazard.rain.sample import sample_of

MODELS = Path(__file__).resolve().parent.parent / "models" / "rain_record"


def main(record_file: Path, name: str) -> None:
    """Write the tables."""
    record = read_daily_rain(record_file)
    sample = sample_of(record)
    seen = np.isfinite(record.rain_mm)
    year = record.day[seen].astype("datetime64[Y]").astype(int) + 1970
    rain = record.rain_mm[seen]
    with (MODELS / name / "years.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["year", "n_days", "complete", "largest_mm"])
        for one in np.unique(year):
            out.writerow([one, int((year == one).sum()), int(one in sample.year),
                          f"{rain[year == one].max():.1f}"])
    with (MODELS / name / "peaks.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["day", "rain_mm"])
        out.writerows([str(day), f"{mm:.1f}"]
                      for day, mm in zip(sample.peak_day, sample.peak_mm, strict=True))
    wet = np.round(np.nan_to_num(record.rain_mm), 1) >= RAINSTORM_MM
    with (MODELS / name / "days.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["day", "rain_mm"])
        out.writerows([str(day), f"{mm:.1f}"]
                      for day, mm in zip(record.day[wet], record.rain_mm[wet], strict=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
