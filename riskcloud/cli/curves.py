"""``riskcloud curves``: the damage curves there are, with source and what they hold for."""

import json
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from riskcloud.catalog import Card

_HEADINGS = {
    "zh": ("曲线", "名称", "适用资产", "强度指标", "有效范围", "地区", "默认使用", "核对", "来源"),
    "en": ("curve", "title", "holds for", "measure", "valid range", "region", "by default",
           "verified", "source"),
}
_VERIFIED = {"primary": "原文", "secondary": "转引", "unconfirmed": "未核实"}
_YES_NO = {"zh": ("是", "否"), "en": ("yes", "no")}


def curves(
    asset_class: str | None = typer.Argument(None, help="Only curves of this asset class."),
    lang: str = typer.Option("zh", "--lang", help="zh or en."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout."),
) -> None:
    """List the damage curves, with source and what they hold for."""
    from riskcloud.errors import InputError
    from riskcloud.vulnerability.library import ASSET_CLASSES, list_curves

    if lang not in _HEADINGS:
        raise InputError(f"--lang {lang!r}: expected zh or en")
    records = [_record(card) for card in list_curves(asset_class)]
    if as_json:
        payload = {"asset_classes": list(ASSET_CLASSES), "curves": records}
        typer.echo(json.dumps(payload, ensure_ascii=False, indent=2))
        return
    _print_table(records, lang)


def _record(card: "Card") -> dict[str, Any]:
    from riskcloud.vulnerability.library import assigned_curves

    keys = ("title", "title_zh", "kind", "asset_classes", "measure", "unit", "averaging_s",
            "height_m", "terrain", "region", "wind_chain", "includes", "valid_min", "valid_max",
            "spread_sigma", "verified", "verified_words", "source", "source_url", "licence",
            "version", "notes", "notes_zh")
    return {"curve_id": card.name, **{key: card.get(key) for key in keys},
            "by_default": card.name in assigned_curves(), "sha256": card.sha256}


def _print_table(records: list[dict[str, Any]], lang: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_lines=True)
    for heading in _HEADINGS[lang]:
        table.add_column(heading, overflow="fold")
    yes, no = _YES_NO[lang]
    for record in records:
        unit = "" if record["unit"] == "1" else f" {record['unit']}"
        verified = record["verified"]
        table.add_row(
            record["curve_id"], record["title_zh" if lang == "zh" else "title"],
            ", ".join(record["asset_classes"]), record["measure"],
            f"{record['valid_min']:g}-{record['valid_max']:g}{unit}", record["region"],
            yes if record["by_default"] else no,
            _VERIFIED[verified] if lang == "zh" else verified, record["source"])
    Console().print(table)
