"""What ``riskcloud terms`` shows on a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

_SHOWN = 20  # rows of a table on a terminal; all of them are in --json. Ours

_WORDS = {
    "title": {"zh": "条款与再保", "en": "Terms and reinsurance"},
    "event": {"zh": "事件", "en": "event"},
    "currency": {"zh": "币种", "en": "currency"},
    "loss_gul": {"zh": "条款前损失", "en": "ground-up"},
    "loss_il": {"zh": "毛损失", "en": "gross"},
    "loss_ri": {"zh": "净损失", "en": "net"},
    "contract": {"zh": "再保合同", "en": "contract"},
    "recovery": {"zh": "摊回", "en": "recovery"},
    "unmapped": {"zh": "标准表之外的取值", "en": "not in the published tables"},
    "file": {"zh": "文件", "en": "file"},
    "column": {"zh": "列", "en": "column"},
    "count": {"zh": "数量", "en": "count"},
    "value": {"zh": "取值", "en": "value"},
    "book": {"zh": "{n_locations:,} 个标的，{n_accounts:,} 个账户，{n_policies:,} 张保单，"
                   "{n_contracts:,} 份再保合同",
             "en": "{n_locations:,} locations, {n_accounts:,} accounts, {n_policies:,} policies, "
                   "{n_contracts:,} contracts"},
    "aside": {"zh": "未采用：{locations:,} 个标的，保额 {tiv}",
              "en": "set aside: {locations:,} locations, sums insured {tiv}"},
    "aside_losses": {"zh": "未采用：{loss_rows:,} 行损失，损失 {loss}",
                     "en": "set aside: {loss_rows:,} rows of losses, losses {loss}"},
    "over": {"zh": "{n} 处分出超过全部损失，已按比例缩减",
             "en": "ceded more than whole at {n} place(s): scaled down"},
    "premium": {"zh": "恢复限额的保费", "en": "reinstatement premium"},
    "year": {"zh": "年份", "en": "year"},
    "more": {"zh": "其余 {n} 行见 --json", "en": "{n} more rows in --json"},
}


def print_terms(answer: Mapping[str, Any], lang: str) -> None:
    """Print totals, recoveries by contract, and what was noted."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    console.print(f"[bold]{_word('title', lang)}[/bold]  "
                  + _word("book", lang).format(**answer))
    console.print(_totals(answer["totals"], lang))
    left = len(answer["totals"]) - _SHOWN
    if left > 0:
        console.print(_word("more", lang).format(n=left))
    if answer["contracts"]:
        console.print(_contracts(answer["contracts"], lang))
    if answer.get("reinstatement_premium"):
        console.print(_premium(answer["reinstatement_premium"], lang))
    if "coinsurance" in answer:
        from riskcloud.cli.clauses import insurers_table

        console.print(insurers_table(answer["coinsurance"], lang))
    if "annual" in answer:
        from riskcloud.cli.ep_terminal import print_statistics
        from riskcloud.report.text import load_text

        print_statistics(answer, load_text(lang), console)
        for note in answer["statistics_notes"]:
            console.print(f"- {escape(note)}")
    if answer["over_ceded"]:
        console.print(_word("over", lang).format(n=answer["over_ceded"]))
    if answer["unmapped"]:
        console.print(_unmapped(answer["unmapped"], lang))
    for note in answer["notes"]:
        console.print(f"- {escape(note)}")
    if answer["problems"]:
        aside = answer["set_aside"]
        console.print(_word("aside", lang).format(
            locations=aside["locations"], tiv=_sums(aside["tiv"])))
        if aside.get("loss_rows"):
            console.print(_word("aside_losses", lang).format(
                loss_rows=aside["loss_rows"], loss=_sums(aside["loss"])))
    if answer["out"]:
        console.print(escape(str(answer["out"])))
    if answer["report"]:
        _print_report(answer, console, lang)


def _print_report(answer: Mapping[str, Any], console: Any, lang: str) -> None:
    from pathlib import Path

    from riskcloud.report.text import load_text

    seconds = sum(answer["timings_s"].values())
    console.print(load_text(lang)("terms_report.files", seconds=f"{seconds:.1f}",
                                  out=answer["report"],
                                  page=str(Path(answer["report"]) / "terms.html")),
                  soft_wrap=True, markup=False)


def _sums(by_currency: Mapping[str, float]) -> str:
    return ", ".join(f"{value:,.0f} {name}".strip() for name, value in by_currency.items()) or "0"


def _word(key: str, lang: str) -> str:
    return _WORDS[key][lang]


def _totals(rows: Sequence[Mapping[str, Any]], lang: str) -> Any:
    from rich.table import Table

    table = Table()
    table.add_column(_word("event", lang))
    table.add_column(_word("currency", lang))
    for name in ("loss_gul", "loss_il", "loss_ri"):
        table.add_column(_word(name, lang), justify="right")
    for row in rows[:_SHOWN]:
        event = f"{row['loss_factor']:g}" if "loss_factor" in row else \
            f"{row['event_id']} {row['member']}"
        table.add_row(event, row["currency"], *(f"{row[name]:,.2f}" for name in (
            "loss_gul", "loss_il", "loss_ri")))
    return table


def _contracts(contracts: Sequence[Mapping[str, Any]], lang: str) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    table.add_column(_word("contract", lang))
    table.add_column(_word("recovery", lang), justify="right")
    for item in contracts[:_SHOWN]:
        table.add_row(escape(f"{item['ReinsNumber']} {item['ReinsType']} {item['ReinsName']}"),
                      "  ".join(f"{value:,.2f}" for value in item["recoveries"][:4]))
    return table


def _premium(rows: Sequence[Mapping[str, Any]], lang: str) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=_word("premium", lang), title_justify="left")
    for name in ("year", "contract", "currency"):
        table.add_column(_word(name, lang))
    table.add_column(_word("premium", lang), justify="right")
    for row in rows[:_SHOWN]:
        table.add_row("" if row["year"] is None else str(row["year"]), escape(row["ReinsNumber"]),
                      row["currency"], f"{row['premium']:,.2f}")
    return table


def _unmapped(rows: Sequence[Mapping[str, Any]], lang: str) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=_word("unmapped", lang), title_justify="left")
    for name in ("file", "column"):
        table.add_column(_word(name, lang))
    table.add_column(_word("value", lang))
    table.add_column(_word("count", lang), justify="right")
    for row in rows[:_SHOWN]:
        table.add_row(escape(row["file"]), escape(row["column"]), escape(row["value"] or "-"),
                      f"{row['count']:,}")
    return table
