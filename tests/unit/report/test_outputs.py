"""Tables on their way to a CSV file."""

import io

import pandas as pd
from pyarrow.csv import WriteOptions, write_csv

from riskcloud.report.outputs import whole_table


def test_words_joined_from_empty_tables_are_written_as_they_are() -> None:
    parts = [pd.DataFrame({"word": pd.Series(words, dtype="str")})
             for words in ([], [], ["Road A", "Road B"])]
    out = io.BytesIO()
    write_csv(whole_table(pd.concat(parts, ignore_index=True)), out,
              WriteOptions(include_header=False))
    assert out.getvalue() == b'"Road A"\n"Road B"\n'
    assert whole_table(parts[0]).num_rows == 0
