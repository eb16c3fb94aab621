"""The stochastic event set against the catalogue."""

from pathlib import Path

from skill_sections.wind import Absent


def section(images: Path) -> list[str]:
    """Landfalls, pressures and sizes."""
    raise Absent("riskcloud climate typhoon is not there")
