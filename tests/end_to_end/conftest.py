"""Commands in this process (a new one for each would take seconds), and one browser for all."""

import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from riskcloud.cli import main

BROWSER_ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update",
                     "--disable-sync"]


class Ran(NamedTuple):
    """What a command left."""

    status: Any
    out: str
    err: str

    def json(self) -> Any:
        """Return what ``--json`` printed."""
        return json.loads(self.out)

    def rows(self) -> list[dict[str, str]]:
        """Return the rows of a CSV printed."""
        return list(csv.DictReader(io.StringIO(self.out)))


def _call(*argv: Any) -> Ran:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True)
                for _ in range(2))
    with (redirect_stdout(out), redirect_stderr(err),
          pytest.raises(SystemExit) as ended):  # any other exception would be a traceback
        main([str(word) for word in argv])
    said = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return Ran(ended.value.code, *said)


@pytest.fixture(scope="session")
def riskcloud() -> Callable[..., Ran]:
    """Run a command: ``riskcloud("check", path)`` returns its status, stdout and stderr."""
    return _call


@pytest.fixture
def run(riskcloud: Callable[..., Ran], tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run a command whose store is a folder of this test."""
    monkeypatch.setenv("RISKCLOUD_STORE", str(tmp_path / "store"))
    return riskcloud


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a running Chromium; without one the tests skip, but on CI they fail."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        reason = "no chromium (tests/install_system_packages.sh installs it)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=BROWSER_ARGUMENTS)
        yield running
        running.close()
