"""A CSV that begins with a blank line is told, not guessed."""

from pathlib import Path

import pytest

from riskcloud.errors import InputError
from riskcloud.exposure.csv_file import open_csv


@pytest.mark.parametrize("data", [b"\nLocNumber,Longitude\n1,113\n", b"\r\n\r\n1", b"\r0"])
def test_a_blank_first_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match="row 1 is no CSV header") as found:
        list(open_csv(path).chunks)
    assert "remove it" in str(found.value)
