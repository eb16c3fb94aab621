"""Fit the models of storms' lives on the archive that ships and write models/storm_climate/wp.

    python data/make_storm_climate.py

Replaces the tables of the card's folder and the figures of its [step] and [wind] sections; the
words and the [size] section stay as they stand.
"""

from riskcloud.catalog import models_dir
from riskcloud.hazard.typhoon.climate.catalogue import read_catalogue
from riskcloud.hazard.typhoon.climate.storm_climate_fit import fit_storm_climate
from riskcloud.hazard.typhoon.climate.wind_fit import scalar_lines, write_tables

FOLDER = models_dir() / "storm_climate" / "wp"
MARK = "# --- fitted: data/make_storm_climate.py ---\n"


def main() -> None:
    """Fit and write."""
    fitted = fit_storm_climate(read_catalogue()[0])
    write_tables(fitted, FOLDER)
    card = FOLDER / "card.toml"
    words, _, _ = card.read_text(encoding="utf-8").partition(MARK)
    card.write_text(words + MARK + scalar_lines(fitted), encoding="utf-8")


if __name__ == "__main__":
    main()
