"""50-year winds against the design code."""

from pathlib import Path

from skill_sections.wind import Absent


def section(images: Path) -> list[str]:
    """Stations of GB 50009."""
    raise Absent("riskcloud climate map is not there")
