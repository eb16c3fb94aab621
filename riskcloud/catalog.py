"""Find and check model cards: science as data, one folder a model, card.toml + CSV.

A wheel carries the folders inside the package (``_models``, ``_data``, ``_dashboards``); an
editable install reads them from the checkout. Both behave alike.
"""

import csv
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from riskcloud.errors import ModelError, NotFoundError

_PACKAGE = Path(__file__).resolve().parent
REQUIRED = ("name", "title", "title_zh", "version", "source", "licence")


@dataclass(frozen=True, slots=True)
class Card:
    """A model's card: its folder, its fields, and the hash of all its files."""

    name: str
    folder: Path
    fields: Mapping[str, Any]
    sha256: str

    def __getitem__(self, key: str) -> Any:
        return self.fields[key]

    def get(self, key: str, default: Any = None) -> Any:
        """Return a field of the card, or ``default``."""
        return self.fields.get(key, default)

    def file(self, name: str) -> Path:
        """Return the path of a file in the card's folder. Raises NotFoundError."""
        path = self.folder / name
        if not path.is_file():
            raise NotFoundError(f"{self.folder}: no file {name}")
        return path

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a CSV in the card's folder. Raises NotFoundError, ModelError."""
        return list(read_rows(self.file(name)))


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a small CSV as dicts of stripped text; lines that begin with # are comments.

    Raises
    ------
    ModelError : a row with more fields than the header (an unquoted comma).
    """
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if line.strip() and not line.startswith("#"))
        for record in csv.DictReader(lines, restkey="", restval=""):
            if "" in record:
                raise ModelError(f"{path}: more fields than columns: {record['']}")
            yield {key: value.strip() for key, value in record.items()}


def _resources(packaged: str, in_checkout: str) -> Path:
    inside = _PACKAGE / packaged
    return inside if inside.is_dir() else _PACKAGE.parent / in_checkout


def models_dir() -> Path:
    """Return the folder of all model cards."""
    return _resources("_models", "models")


def samples_dir() -> Path:
    """Return the folder of the small samples that ship."""
    return _resources("_data/samples", "data/samples")


def dashboards_dir() -> Path:
    """Return the folder of page templates, fonts and vendored scripts."""
    return _resources("_dashboards", "dashboards")


@cache
def load_card(kind: str, name: str) -> Card:
    """Return the card ``models/<kind>/<name>/card.toml``, checked for its required fields.

    Raises
    ------
    NotFoundError : no such card; the message lists those there are.
    ModelError : a card without one of ``REQUIRED``.
    """
    folder = models_dir() / kind / name
    path = folder / "card.toml"
    if not path.is_file():
        raise NotFoundError(f"no {kind} model {name!r}; known: {', '.join(list_cards(kind))}")
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    if missing := [key for key in REQUIRED if not fields.get(key)]:
        raise ModelError(f"{path}: missing {', '.join(missing)}")
    digest = hashlib.sha256()
    for file in sorted(p for p in folder.iterdir() if p.is_file()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return Card(name=name, folder=folder, fields=fields, sha256=digest.hexdigest())


def list_cards(kind: str) -> list[str]:
    """Return the names of all cards of a kind, sorted."""
    return sorted(path.parent.name for path in (models_dir() / kind).glob("*/card.toml"))
