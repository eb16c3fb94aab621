"""docs/columns.md says what columns.csv says."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("docs", ROOT / "data" / "make_column_docs.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    page = script.TARGET.read_text(encoding="utf-8")
    assert page == script.column_docs(), "run: python data/make_column_docs.py"
    assert "| `LocNumber` | `loc_id` | 标的编号 |" in page
