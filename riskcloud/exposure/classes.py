"""Asset classes (models/asset_classes): by our code, by label, by OED codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from riskcloud.catalog import load_card

_CONSTRUCTION = (
    (5050, 5099, "wood"), (5100, 5149, "masonry"), (5150, 5199, "concrete"),
    (5200, 5249, "steel"), (5250, 5299, "composite"),
)  # code ranges of the OED 4.0.0 construction table


@dataclass(frozen=True, slots=True)
class AssetClass:
    """One row of classes.csv; NaN and "" where the class has no such value."""

    code: str
    group: str
    label_zh: str
    label_en: str
    voltage_kv: float
    oed_occupancy: int
    oed_construction: int
    is_line: bool
    design_return_period_yr: float
    design_wind_min_m_s: float
    design_source: str


@dataclass(frozen=True, slots=True)
class _Rule:
    occupancy: tuple[int, int]
    construction: tuple[int, int]
    asset_class: str


@cache
def asset_classes() -> Mapping[str, AssetClass]:
    """Return every class by its code, in the order of classes.csv."""
    return {
        row["asset_class"]: AssetClass(
            code=row["asset_class"], group=row["group"], label_zh=row["label_zh"],
            label_en=row["label_en"], voltage_kv=float(row["voltage_kv"] or "nan"),
            oed_occupancy=int(row["oed_occupancy"]), oed_construction=int(row["oed_construction"]),
            is_line=row["is_line"] == "1",
            design_return_period_yr=float(row["design_return_period_yr"] or "nan"),
            design_wind_min_m_s=float(row["design_wind_min_m_s"] or "nan"),
            design_source=row["design_source"],
        )
        for row in load_card("", "asset_classes").rows("classes.csv")
    }


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule((int(row["occupancy_low"]), int(row["occupancy_high"])),
              (int(row["construction_low"] or 0), int(row["construction_high"] or 9999)),
              row["asset_class"])
        for row in load_card("", "asset_classes").rows("oed_rules.csv")
    )


def class_from_oed(occupancy_code: int, construction_code: int) -> str:
    """Return the class of an OED occupancy and construction code, "" where no rule fits.

    Source: models/asset_classes/oed_rules.csv, first rule that fits; a tower or line whose
    voltage OED does not tell takes the default named in the card.
    """
    for rule in _rules():
        if (rule.occupancy[0] <= occupancy_code <= rule.occupancy[1]
                and rule.construction[0] <= construction_code <= rule.construction[1]):
            return rule.asset_class
    return ""


def construction_from_oed(construction_code: int) -> str:
    """Return wood, masonry, concrete, steel, composite, else unknown, of an OED code."""
    for low, high, name in _CONSTRUCTION:
        if low <= construction_code <= high:
            return name
    return "unknown"
