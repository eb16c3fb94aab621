"""Modelled against reported damage."""

from pathlib import Path

from skill_sections.wind import Absent


def section(images: Path) -> list[str]:
    """Towers, poles, transformers and grid losses, storm by storm."""
    raise Absent("riskcloud verify damage is not there")
