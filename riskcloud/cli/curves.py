"""``riskcloud curves``: the damage curves there are, with source and what they hold for."""

import json
from typing import TYPE_CHECKING, Any

import typer

from riskcloud.cli.options import DONE, JSON, LANG, check_choice, check_lang

if TYPE_CHECKING:
    from riskcloud.catalog import Card

_HEADINGS = {
    "zh": ("适用资产", "强度指标", "有效范围", "地区", "包含", "默认使用", "核对", "来源"),
    "en": ("holds for", "measure", "valid range", "region", "includes", "by default",
           "verified", "source"),
}
WIND, EARTHQUAKE, FLOOD, ALL = PERILS = "wind", "earthquake", "flood", "all"
_VERIFIED = {"primary": "原文", "secondary": "转引", "unconfirmed": "未核实"}
_YES_NO = {"zh": ("是", "否"), "en": ("yes", "no")}


def curves(
    asset_class: str | None = typer.Argument(None, help="Only curves of this asset class."),
    peril: str = typer.Option("all", "--peril", help="wind, earthquake, flood or all."),
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """List the damage curves, with source and what they hold for."""
    from riskcloud.vulnerability.flood import list_flood_curves
    from riskcloud.vulnerability.library import asset_classes, list_curves
    from riskcloud.vulnerability.quake import list_quake_curves

    check_lang(lang)
    check_choice("--peril", peril, PERILS)
    records = [_record(card) for card in list_curves(asset_class)] if peril in (WIND, ALL) else []
    if peril in (EARTHQUAKE, ALL):
        records += [_shared_record(card, EARTHQUAKE) for card in list_quake_curves(asset_class)]
    if peril in (FLOOD, ALL):
        records += [_shared_record(card, FLOOD) for card in list_flood_curves(asset_class)]
    if as_json:
        payload = {"asset_classes": list(asset_classes()), "curves": records}
        typer.echo(json.dumps(payload, ensure_ascii=False, indent=2))
        return DONE
    _print_blocks(records, lang)
    return DONE


def _record(card: "Card") -> dict[str, Any]:
    from riskcloud.vulnerability.library import assigned_curves

    keys = ("title", "title_zh", "kind", "asset_classes", "measure", "unit", "averaging_s",
            "height_m", "terrain", "region", "wind_chain", "includes", "valid_min", "valid_max",
            "spread_sigma", "verified", "verified_words", "source", "source_url", "licence",
            "version", "notes", "notes_zh")
    return {"curve_id": card.name, "peril": WIND, **{key: card.get(key) for key in keys},
            "by_default": card.name in assigned_curves(), "sha256": card.sha256}


def _shared_record(card: "Card", peril: str) -> dict[str, Any]:
    """A card of earthquake or flood curves: one card holds the curves of several classes."""
    keys = ("title", "title_zh", "kind", "asset_classes", "measure", "unit", "region", "includes",
            "valid_min", "valid_max", "spread_sigma", "verified", "verified_words", "source",
            "source_url", "licence", "version", "notes", "notes_zh")
    return {"curve_id": card.name, "peril": peril, **{key: card.get(key) for key in keys},
            "by_default": True, "sha256": card.sha256}


def _print_blocks(records: list[dict[str, Any]], lang: str) -> None:
    """A block a curve: a table of nine columns cannot be read on a terminal of 80."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console()
    zh = lang == "zh"
    yes, no = _YES_NO[lang]
    for record in records:
        unit = "" if record["unit"] == "1" else f" {record['unit']}"
        verified = record["verified"]
        values = (
            ", ".join(record["asset_classes"]), record["measure"],
            f"{record['valid_min']:g}-{record['valid_max']:g}{unit}", record["region"],
            ", ".join(record["includes"]), yes if record["by_default"] else no,
            _VERIFIED[verified] if zh else verified, record["source"])
        console.print(Text.assemble((record["curve_id"], "bold"), "  ",
                                    record["title_zh" if zh else "title"]))
        for heading, value in zip(_HEADINGS[lang], values, strict=True):
            console.print(Padding(Text(f"{heading}: {value}"), (0, 0, 0, 4)))
