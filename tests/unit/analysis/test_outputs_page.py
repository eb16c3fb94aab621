"""docs/outputs.md names every field that a forecast writes."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("coarse_picture")

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "outputs.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([\w.]+)`", PAGE))


def fields(value: object, depth: int = 0) -> set[str]:
    """Return the keys of objects and of lists of objects, two levels deep."""
    if isinstance(value, dict) and depth < 3:
        return set(value) | {key for part in value.values() for key in fields(part, depth + 1)}
    if isinstance(value, list):
        return {key for part in value for key in fields(part, depth + 1)}
    return set()


def test_every_key_of_the_summary_is_named(small_forecast):
    known = NAMED | {f"gross_{name}" for name in NAMED}
    money = {row["currency"] for row in small_forecast.summary["total"]}
    assert fields(dict(small_forecast.summary)) - known - money == set()


def test_every_column_of_the_losses_is_named(small_forecast):
    private = {"lon", "lat", "province", "county", "number_of_assets"}
    assert set(small_forecast.losses.columns) - private - NAMED == set()
