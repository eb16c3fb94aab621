"""``riskcloud check``: every fault of a portfolio by row, what was understood; nothing is run."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from riskcloud.cli.books import PORTFOLIO_HELP, STORE, STORE_PATH, open_portfolio
from riskcloud.cli.options import (
    BAD_INPUT,
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_coordinates,
    check_lang,
    in_words,
)

if TYPE_CHECKING:
    from riskcloud.errors import InputError, Problem
    from riskcloud.exposure.portfolio import Portfolio

_SHOWN = 50  # faults shown on a terminal; all of them go to --json and --out. Ours
_TOP = 10  # lines of a table of totals

_WORDS = {
    "rows": {"zh": "可用行数", "en": "rows understood"},
    "set_aside": {"zh": "有问题的行", "en": "rows with faults"},
    "lines": {"zh": "其中线路", "en": "of them lines"},
    "polygons": {"zh": "其中面", "en": "of them polygons"},
    "extent": {"zh": "范围(西、南、东、北)", "en": "extent (west, south, east, north)"},
    "dates": {"zh": "起保日 / 终保日", "en": "inception / expiry"},
    "design": {"zh": "有设计风速的行", "en": "rows with a design wind"},
    "columns": {"zh": "列名", "en": "columns"},
    "unused": {"zh": "未使用的列", "en": "columns not used"},
    "row": {"zh": "行", "en": "row"},
    "column": {"zh": "列", "en": "column"},
    "value": {"zh": "值", "en": "value"},
    "reason": {"zh": "问题与改法", "en": "fault and remedy"},
    "faults": {"zh": "问题", "en": "faults"},
    "more": {"zh": "另有 {n} 个问题未列出:用 --out 或 --json 查看全部",
             "en": "{n} more faults: see all with --out or --json"},
    "clean": {"zh": "没有发现问题。", "en": "No fault found."},
    "by_asset_class": {"zh": "按资产类别", "en": "by asset class"},
    "by_client_id": {"zh": "按客户", "en": "by client"},
    "by_branch": {"zh": "按分公司", "en": "by branch"},
    "name": {"zh": "名称", "en": "name"},
    "count": {"zh": "数量", "en": "locations"},
    "tiv": {"zh": "保额", "en": "sum insured"},
    "others": {"zh": "其余 {n} 项", "en": "{n} others"},
}


def check(
    portfolio: Path = typer.Argument(..., help=PORTFOLIO_HELP),
    lang: LANG = "zh",
    as_json: JSON = False,
    skip_bad: SKIP_BAD = False,
    out: Path | None = typer.Option(None, "--out", help="Folder for rejected.csv (all faults) and "
                                    "check.json."),
    coordinate_system: str | None = typer.Option(
        None, "--coordinates", "--coordinate-system",
        help="WGS84, GCJ-02 or BD-09, for rows that do not say."),
    store: STORE = STORE_PATH,
) -> int:
    """Check a portfolio: every fault by row, and what was understood. Nothing is run."""
    from riskcloud.errors import InputError
    from riskcloud.files import to_json

    check_lang(lang)
    check_coordinates(coordinate_system)
    began = time.perf_counter()
    book: Portfolio | None = None
    fault: InputError | None = None
    try:
        book = open_portfolio(portfolio, store, skip_bad=True,
                              coordinate_system=coordinate_system)
    except InputError as error:
        fault = error
    answer = _answer(portfolio, book, fault, lang)
    answer["timings_s"] = {"read": round(time.perf_counter() - began, 3)}
    problems = book.rejected if book else tuple(fault.problems) if fault else ()
    if out is not None:
        _write(out, answer, problems, lang)
    if as_json:
        typer.echo(to_json(answer, indent=2))
    else:
        _show(answer, lang)
    if answer["ok"]:
        return DONE
    return SET_ASIDE if skip_bad and book is not None else BAD_INPUT


def _answer(path: Path, book: "Portfolio | None", fault: "InputError | None",
            lang: str) -> dict[str, Any]:
    """Return all that is said about the file, as the JSON object."""
    from riskcloud.exposure.describe import describe_portfolio
    from riskcloud.messages import translated

    problems = book.rejected if book else tuple(fault.problems) if fault else ()
    answer: dict[str, Any] = {
        "source": str(path), "ok": fault is None and not problems,
        "error": fault.message if fault else None,
        "n_rejected": book.rejected_rows if book else len({item.row for item in problems}),
        "problems": [{"row": item.row, "column": item.column, "value": item.value,
                      "reason": item.remedy} for item in in_words(problems, lang)],
    }
    if book is not None:
        answer |= {"sha256": book.sha256, "columns_used": dict(book.columns_used),
                   "columns_unused": list(book.columns_unused),
                   "notes": [translated(note, lang) for note in book.notes],
                   "understood": describe_portfolio(book)}
    return answer


def _write(out: Path, answer: dict[str, Any], problems: "tuple[Problem, ...]", lang: str) -> None:
    from riskcloud.exposure.rejected import write_rejected
    from riskcloud.files import write_json

    write_rejected(in_words(problems, lang), out / "rejected.csv")
    write_json(answer, out / "check.json")


def _show(answer: dict[str, Any], lang: str) -> None:
    """Print the answer as tables."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    console.print(f"[bold]{escape(answer['source'])}[/bold]")
    if answer["error"] and not answer["problems"]:
        console.print(escape(answer["error"]))
    if answer["problems"]:
        console.print(_fault_table(answer["problems"], lang))
        left = len(answer["problems"]) - _SHOWN
        if left > 0:
            console.print(_word("more", lang).format(n=left))
    if "understood" in answer:
        console.print(_facts_table(answer, lang))
        for group in ("by_asset_class", "by_client_id", "by_branch"):
            console.print(_totals_table(answer["understood"][group], group, lang))
        for note in answer["notes"]:
            console.print(f"- {escape(note)}")
    if answer["ok"]:
        console.print(_word("clean", lang))


def _word(key: str, lang: str) -> str:
    return _WORDS[key][lang]


def _fault_table(problems: list[dict[str, Any]], lang: str) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"{_word('faults', lang)}: {len(problems)}", title_justify="left")
    for key in ("row", "column", "value", "reason"):
        table.add_column(_word(key, lang), justify="right" if key == "row" else "left",
                         overflow="fold")
    for item in problems[:_SHOWN]:
        table.add_row(str(item["row"] or ""), escape(item["column"]), escape(item["value"]),
                      escape(item["reason"]))
    return table


def _facts_table(answer: dict[str, Any], lang: str) -> Any:
    from rich.markup import escape
    from rich.table import Table

    found = answer["understood"]
    facts = {
        "rows": f"{found['n_locations']:,}", "set_aside": f"{answer['n_rejected']:,}",
        "lines": f"{found['n_lines']:,}", "polygons": f"{found['n_polygons']:,}",
        "design": f"{found['n_design_wind']:,}",
        "extent": ", ".join(f"{value:g}" for value in found["extent"]),
        "dates": " / ".join(" - ".join(found[name]) for name in ("inception_date", "expiry_date")),
        "columns": ", ".join(f"{header} = {name}" if header != name else name
                             for header, name in answer["columns_used"].items()),
        "unused": ", ".join(answer["columns_unused"]) or "-",
    }
    table = Table(show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for key, text in facts.items():
        table.add_row(_word(key, lang), escape(text))
    return table


def _totals_table(totals: list[dict[str, Any]], group: str, lang: str) -> Any:
    from rich.markup import escape
    from rich.table import Table

    from riskcloud.exposure.classes import asset_classes

    table = Table(title=_word(group, lang), title_justify="left")
    table.add_column(_word("name", lang), overflow="fold")
    table.add_column(_word("count", lang), justify="right")
    table.add_column(_word("tiv", lang), justify="right")
    name = group.removeprefix("by_")
    for item in totals[:_TOP]:
        label = item[name]
        if name == "asset_class":
            label = getattr(asset_classes()[label], f"label_{lang}")
        table.add_row(escape(label or "-"), f"{item['n_locations']:,}",
                      f"{item['tiv']:,.0f} {item['currency']}")
    if len(totals) > _TOP:
        table.add_row(_word("others", lang).format(n=len(totals) - _TOP), "", "")
    return table
