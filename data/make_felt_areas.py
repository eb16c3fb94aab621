"""Make the table of docs/science/intensity.md: areas felt in Yangbi 2021, models against survey."""

from pathlib import Path

import numpy as np

from riskcloud.hazard.earthquake.felt import felt_areas
from riskcloud.hazard.earthquake.formats import event_from_options
from riskcloud.hazard.earthquake.ground_motion import MODELS
from riskcloud.hazard.earthquake.intensity import CONVERSIONS, GBT_2020_MONOTONE
from riskcloud.hazard.earthquake.shake import Places, known_models, plan_shaking, shake_places

TARGET = Path(__file__).resolve().parent.parent / "docs" / "science" / "intensity.md"
BEGIN, END = "<!-- felt areas: made by data/make_felt_areas.py -->", "<!-- end -->"
SURVEY = (6600.0, 1100.0, 170.0)
DEGREES = (6, 7, 8)
YANGBI = {"lon": 99.87, "lat": 25.67, "depth_km": 8.0, "magnitude": 6.4, "magnitude_type": "M"}
SOURCES = {"point": {}, "plane 315/90": {"strike_deg": 315.0, "dip_deg": 90.0, "rake_deg": 180.0}}


def areas(model: str, conversion: str, source: str) -> tuple[float, ...]:
    """Return the areas [km2] of VI+, VII+ and VIII+ by one model."""
    event = event_from_options(**YANGBI, **SOURCES[source])
    centre = Places(np.array([event.lon]), np.array([event.lat]))
    plans = plan_shaking(event, [model], centre, measures=["intensity"], conversion=conversion)
    found = felt_areas(lambda lon, lat: shake_places(plans, event, Places(lon, lat))[0].median,
                       event.lon, event.lat, degrees=DEGREES, reach_km=100.0, cell_km=0.5)
    return tuple(found[n] for n in DEGREES)


def rows() -> list[tuple[str, str, str]]:
    """Return model, conversion and source of each row; the monotone form has the areas of 2020."""
    told = [one for one in CONVERSIONS if one != GBT_2020_MONOTONE]
    return [(model, conversion, source) for model in known_models()
            for conversion in (told if model in MODELS else ("",)) for source in SOURCES]


def line(model: str, conversion: str, source: str) -> str:
    """Return one row of the table."""
    found = areas(model, conversion or CONVERSIONS[0], source)
    cells = [f"{area:.0f} ({area / survey:.2f})" for area, survey in
             zip(found, SURVEY, strict=True)]
    return "| " + " | ".join([model, conversion or "(its own)", source, *cells]) + " |\n"


def table() -> str:
    """Return the table between the marks."""
    survey = " | ".join(f"{area:.0f}" for area in SURVEY)
    head = ("| model | intensity by | source | VI+ km2 (of the survey) | VII+ | VIII+ |\n"
            f"|---|---|---|---|---|---|\n| survey | GB/T 17742-2020 | | {survey} |\n")
    return head + "".join(line(*row) for row in rows())


if __name__ == "__main__":
    page = TARGET.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    TARGET.write_text(f"{before}{BEGIN}\n{table()}{END}{rest.split(END)[1]}", encoding="utf-8")
