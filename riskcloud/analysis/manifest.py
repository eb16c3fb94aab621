"""manifest.json: what reproduces a run. Same manifest, same numbers."""

import platform
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import riskcloud
from riskcloud.catalog import load_card
from riskcloud.files import sha256_of

LIBRARIES = ("numpy", "numba", "scipy", "pandas", "pyarrow")


def file_entry(path: Path) -> dict[str, Any]:
    """Name, size and hash of an input file."""
    return {"path": str(path), "bytes": path.stat().st_size, "sha256": sha256_of(path)}


def make_manifest(*, inputs: Mapping[str, Path], cards: Iterable[tuple[str, str]],
                  settings: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs with hashes, model cards with versions and hashes, settings, software, time.

    cards : (kind, name) of each card the run used.
    """
    return {
        "software": {"riskcloud": riskcloud.__version__, "python": platform.python_version(),
                     "machine": platform.machine(),
                     **{name: version(name) for name in LIBRARIES}},
        "made_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "inputs": {name: file_entry(path) for name, path in inputs.items()},
        "settings": dict(settings),
        "model_cards": [
            {"kind": kind, "name": name, "version": str(load_card(kind, name)["version"]),
             "sha256": load_card(kind, name).sha256} for kind, name in sorted(set(cards))],
    }
