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


@pytest.mark.parametrize("command", commands())
def test_commands_run_on_the_samples(command, tmp_path, samples):
    filled = (command.replace("MY_PORTFOLIO.csv", str(samples / "pearl_river_portfolio.csv"))
              .replace("MY_TRACK.csv", str(samples / "hato_2017.csv"))
              .replace("DIR", str(tmp_path / "out")))
    with pytest.raises(SystemExit) as end:
        main(shlex.split(filled)[1:])
    assert end.value.code == 0


def test_every_file_named_exists():
    named = set(re.findall(r"\]\(([^)h][^)]*)\)", README))
    named |= {name for name in re.findall(r"`([\w./-]+/[\w.-]+)`", README) if "." in name}
    assert named
    missing = [name for name in named if not (ROOT / name).exists()
               and not name.startswith((".venv", "DIR"))]
    assert not missing


def test_the_outputs_of_the_table_are_those_written(tmp_path, samples):
    with pytest.raises(SystemExit):
        main(["forecast", str(samples / "pearl_river_portfolio.csv"),
              str(samples / "hato_2017.csv"), "--out", str(tmp_path), "--members", "20", "--json"])
    written = {path.name for path in tmp_path.iterdir()}
    table = README.split("## What comes out")[1].split("##")[0]
    promised = set(re.findall(r"`(\w+\.\w+)`", table)) - {"rejected.csv"}
    assert promised <= written
    assert written <= promised
