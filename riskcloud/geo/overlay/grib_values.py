"""Values of GRIB messages, decoded by ecCodes in a process of its own."""

import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.grib_messages import NOT_INSTALLED
from riskcloud.types import Floats

DECODER = Path(__file__).with_name("grib_messages.py")
LONGEST_S = 600.0
"""Time a file may take to decode [s]. Ours."""


def run_decoder(what: str, path: Path, *numbers: int) -> bytes:
    """Return what the decoder says, in a process of its own: ecCodes may crash on damaged data."""
    command = [sys.executable, "-P", str(DECODER), what, str(path.resolve()),
               *map(str, numbers)]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{path}: not decoded within {LONGEST_S:g} s") from error
    if done.returncode == NOT_INSTALLED:
        raise InputError(f"{path}: GRIB needs ecCodes", [
            Problem(0, "", "", "pip install 'riskcloud[bufr]'")])
    if done.returncode != 0:
        raise InputError(f"{path}: not a GRIB file that can be decoded; is it whole?")
    return done.stdout


@lru_cache(maxsize=2)
def _decoded(path: Path, changed_ns: int, numbers: tuple[int, ...], size: int) -> Floats:
    values = np.frombuffer(run_decoder("values", path, *numbers), np.float64)
    if len(values) != len(numbers) * size:
        raise InputError(f"{path}: not a GRIB file that can be decoded; is it whole?")
    order = np.argsort(np.argsort(numbers))  # they come in the order of the file
    return values.reshape(len(numbers), size)[order]


def decoded(path: Path, bands: tuple[int, ...], height: int, width: int) -> Floats:
    """Return the values (n_bands, height, width) of messages numbered from 1."""
    numbers = tuple(band - 1 for band in bands)
    values = _decoded(path, path.stat().st_mtime_ns, numbers, height * width)
    return values.reshape(len(numbers), height, width)
