"""Markdown of tables and figures."""

from collections.abc import Iterable, Sequence


def markdown(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return a table; the first column is words, figures are set right."""
    rule = ["---", *["---:"] * (len(headings) - 1)]
    return [_line(headings), _line(rule), *map(_line, rows)]


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


def figure(value: float | None, digits: int = 1, *, signed: bool = False) -> str:
    """Return a number, a dash for none."""
    if value is None or value != value:
        return "–"
    return f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"


def picture(name: str, words: str) -> list[str]:
    """Return the lines that show a plot of docs/images/skill."""
    return ["", f"![{words}](images/skill/{name})", ""]
