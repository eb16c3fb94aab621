"""Make docs/skill.md and its plots: how far the model is from what happened. ``make skill``.

Each section is a function that returns Markdown lines; one whose data or part of the program is
absent says so in the page instead.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from common import SHARED
from skill_sections import climate, damage, events, seismic, water, wind
from skill_sections.commands import Absent

DOCS = Path(__file__).resolve().parent.parent / "docs"
SECTIONS: tuple[tuple[str, Callable[[Path], list[str]]], ...] = (
    ("Gusts at Hong Kong stations", wind.gusts), ("A window of Hato 2017", wind.window),
    ("With wind radii", wind.radii), ("Hourly means", wind.hourly),
    ("Gusts elsewhere", wind.points),
    ("Whose the error is", wind.unexplained), ("Damage", damage.section),
    ("Event set", events.section), ("50-year winds", climate.section),
    ("475-year ground acceleration", seismic.towns), ("Storm surge", water.surge),
    ("Storm rain", water.rain),
)
HEAD = """# Skill

Made by `make skill` (benchmarks/skill.py) from the data in ../shared/data; do not edit. Errors are
model - observed. Nothing in the model is fitted to the winds, damage or design winds below: its
parameters come from the papers that their cards name.
"""


def main() -> None:
    """Write the page; the names of sections on the command line make only these, to the screen."""
    images = DOCS / "images" / "skill"
    images.mkdir(parents=True, exist_ok=True)
    parts = [HEAD]
    for title, make in SECTIONS:
        if sys.argv[1:] and title not in sys.argv[1:]:
            continue
        try:
            lines = make(images)
        except Absent as reason:
            lines = [f"Not made: {reason}."]
        parts.append("\n".join([f"## {title}", "", *lines, ""]))
        sys.stderr.write(f"{title}: {len(lines)} lines\n")
    page = "\n".join(parts)
    if sys.argv[1:]:
        sys.stdout.write(page)
    else:
        (DOCS / "skill.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    if not SHARED.is_dir():
        sys.exit(f"real data not found at {SHARED} (set RISKCLOUD_SHARED)")
    main()
