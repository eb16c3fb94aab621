"""Commands in this process (a new one for each would take seconds), and one browser for all."""

import base64
import csv
import io
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fontTools.ttLib import TTFont

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


class Visit:
    """A page opened from disk, with everything it complained about or asked for."""

    def __init__(self, browser: Any, path: Path, *, width: int = 1100) -> None:
        self.faults: list[str] = []
        self.source = path.read_text(encoding="utf-8")
        context = browser.new_context(offline=True, viewport={"width": width, "height": 850})
        self.page = context.new_page()
        self.page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._note)
        self.page.goto(path.as_uri())
        self.page.wait_for_load_state("load")
        self.page.evaluate("document.fonts.ready")

    def _note(self, request: Any) -> None:
        if not request.url.startswith(("data:", "file:")):
            self.faults.append(f"request: {request.url}")

    def embedded(self) -> set[int]:
        """Return the characters of the font in the page."""
        found = re.search(r"data:font/woff;base64,([\w+/=]+)", self.source)
        assert found is not None
        return set(TTFont(io.BytesIO(base64.b64decode(found.group(1)))).getBestCmap())

    def missing_glyphs(self) -> set[str]:
        """Return the characters that a reader sees and the embedded font lacks."""
        text = self.page.evaluate("document.body.innerText")
        assert len(text) > 50
        known = self.embedded()
        return {sign for sign in text if sign.isprintable() and ord(sign) not in known}


@pytest.fixture
def visit(browser: Any) -> Callable[..., Visit]:
    """Open a page: ``visit(path, width=390)``."""
    def opened(path: Path, *, width: int = 1100) -> Visit:
        return Visit(browser, path, width=width)
    return opened
