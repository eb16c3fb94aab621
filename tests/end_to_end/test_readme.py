"""The front door keeps its word: the commands of README.md run, its files and links exist."""

import re
import shlex
from pathlib import Path

import pytest

from riskcloud.cli import main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    blocks = re.findall(r"```\n(.*?)```", README, flags=re.S)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("riskcloud ")]


def test_there_are_commands_to_run():
    assert len(commands()) >= 2


def test_commands_run_on_the_samples_one_after_the_other(tmp_path, samples):
    track = str(samples / "hato_2017.csv")
    fills = {"MY_PORTFOLIO.csv": str(samples / "pearl_river_portfolio.csv"),
             "NEW_BULLETIN...": f"{track} --issued-at 2017-08-22T16:00Z",
             "BULLETIN...": f"{track} --issued-at 2017-08-22T04:00Z",
             "DIR2": str(tmp_path / "new"), "DIR": str(tmp_path / "old")}
    for command in commands():
        for word, fill in fills.items():
            command = command.replace(word, fill)
        few = ["--members", "40"] if " forecast " in command else []
        with pytest.raises(SystemExit) as end:
            main([*shlex.split(command)[1:], *few])
        assert end.value.code == 0, command
    assert (tmp_path / "new" / "changed.html").exists()


def test_every_file_named_exists():
    named = set(re.findall(r"\]\(([^)h][^)]*)\)", README))
    named |= {name for name in re.findall(r"`([\w./-]+/[\w.-]+)`", README) if "." in name}
    assert named
    missing = [name for name in named if not (ROOT / name).exists()
               and not name.startswith((".venv", "DIR"))]
    assert not missing


def test_the_outputs_of_the_table_are_those_written(tmp_path, samples):
    arguments = [str(samples / name) for name in ("pearl_river_portfolio.csv", "hato_2017.csv")]
    for folder, more in (("old", []), ("new", ["--previous", str(tmp_path / "old")])):
        with pytest.raises(SystemExit):
            main(["forecast", *arguments, "--out", str(tmp_path / folder), "--members", "20",
                  "--json", *more])
    written = {path.name for path in (tmp_path / "new").iterdir()}
    table = README.split("## What comes out")[1].split("##")[0]
    promised = set(re.findall(r"`(\w+\.\w+)`", table)) - {"rejected.csv"}
    assert promised <= written
    assert written <= promised
