"""What is said of earthquake files has a Chinese form."""

import random
import re
from pathlib import Path

import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.earthquake.formats import read_events, read_shaking_grid
from riskcloud.messages import translated

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
CHINESE = re.compile("[\u4e00-\u9fff]")
CHANGES = ((b"9", b"x"), (b"2", b""), (b"8", b"8000"), (b"depth", b"deep"), (b"type", b"kind"),
           (b"mag", b"m"), (b"%g", b"feet"), (b"index", b"i"), (b"preferred", b"other"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_notes_and_remedies_are_told_in_chinese(sample, tmp_path):
    raw, rng = sample.read_bytes(), random.Random(sample.name)
    said = set()
    for change in (None, *CHANGES, *(rng.randrange(len(raw)) for _ in range(20))):
        harmed = raw if change is None else raw[:change] if isinstance(change, int) else \
            raw.replace(*change)
        path = tmp_path / "event"
        path.write_bytes(harmed or b" ")
        for read in (read_events, read_shaking_grid):
            try:
                found = read(path)
                said |= set(found.notes) if read is read_shaking_grid else {
                    note for event in found for note in event.notes}
            except InputError as error:
                said |= {problem.remedy for problem in error.problems}
    assert said
    for words in said:
        assert CHINESE.search(translated(words, "zh")), words
