"""Commands of the program run for a section, and what is said when one is not there."""

import json
import subprocess
import sys
from typing import Any


class Absent(Exception):
    """The data or the part of the program that a section needs is not there."""


def answer(*arguments: object) -> dict[str, Any]:
    """Return what a command prints with --json. Raises Absent where it cannot be run."""
    words = [str(word) for word in arguments]
    ran = subprocess.run([sys.executable, "-m", "riskcloud", *words, "--json"],
                         capture_output=True, text=True, check=False)
    if ran.returncode not in (0, 3):
        said = (ran.stderr.strip().splitlines() or ["no answer"])[0]
        raise Absent(f"riskcloud {' '.join(words[:2])}: {said.strip()}")
    found: dict[str, Any] = json.loads(ran.stdout)
    return found
