"""Model cards and their tables, found and checked."""

import pytest

from riskcloud import catalog
from riskcloud.errors import ModelError, NotFoundError


def test_comments_and_blank_lines_are_skipped(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("# x\n\na,b\n# y\n1, 2 \n", encoding="utf-8")
    assert list(catalog.read_rows(path)) == [{"a": "1", "b": "2"}]


def test_an_unquoted_comma_is_told(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n1,2,3\n", encoding="utf-8")
    with pytest.raises(ModelError, match="more fields than columns"):
        list(catalog.read_rows(path))


def test_an_unknown_card_is_answered_with_the_known_ones():
    with pytest.raises(NotFoundError, match="known: climada-6, default"):
        catalog.load_card("wind", "nowhere")


def test_a_missing_file_of_a_card_is_named():
    with pytest.raises(NotFoundError, match="no file nothing.csv"):
        catalog.load_card("wind", "default").rows("nothing.csv")


def test_a_card_without_its_source_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / "wind" / "bare"
    folder.mkdir(parents=True)
    (folder / "card.toml").write_text('name = "bare"\ntitle = "Bare"\n', encoding="utf-8")
    monkeypatch.setattr(catalog, "models_dir", lambda: tmp_path)
    with pytest.raises(ModelError, match="missing title_zh, version, source, licence"):
        catalog.load_card("wind", "bare")


def test_the_hash_of_a_card_holds_all_its_files(tmp_path, monkeypatch):
    monkeypatch.setattr(catalog, "models_dir", lambda: tmp_path)
    hashes = []
    for name, table in (("one", "1"), ("two", "2")):
        folder = tmp_path / "kind" / name
        folder.mkdir(parents=True)
        (folder / "card.toml").write_text('name = "x"\ntitle = "x"\ntitle_zh = "x"\n'
                                          'version = "1"\nsource = "x"\nlicence = "x"\n')
        (folder / "table.csv").write_text(table)
        hashes.append(catalog.load_card("kind", name).sha256)
    assert hashes[0] != hashes[1]
