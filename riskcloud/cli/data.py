"""``riskcloud data``: public layers, where they come from and on what terms; fetch and check."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.options import BAD_INPUT, DONE, JSON, LANG, check_choice, check_lang, told_in

if TYPE_CHECKING:
    from riskcloud.geo.public_layers import Kept, PublicLayer

ACTIONS = ("list", "fetch", "check")
_WORDS = {
    "origin": {"zh": "来源", "en": "origin"}, "address": {"zh": "地址", "en": "address"},
    "licence": {"zh": "许可", "en": "licence"}, "size": {"zh": "大小", "en": "size"},
    "sha256": {"zh": "校验值", "en": "sha256"}, "state": {"zh": "本地", "en": "here"},
    "note": {"zh": "说明", "en": "note"},
    "absent": {"zh": "未下载", "en": "absent"}, "ok": {"zh": "完好", "en": "ok"},
    "unpinned": {"zh": "有文件，无校验值", "en": "there, no hash known"},
    "damaged": {"zh": "与校验值不符", "en": "damaged: its hash is another"},
    "pinned_later": {"zh": "首次下载时记录", "en": "pinned at the first fetch"},
}


def data(
    action: Annotated[str, typer.Argument(help="list, fetch or check.")],
    names: Annotated[list[str] | None, typer.Argument(
        metavar="NAME...", help="Layers; all for list and check.")] = None,
    folder: Annotated[Path | None, typer.Option(
        "--data", help="Folder of layers; else $RISKCLOUD_DATA, else ./riskcloud-data.")] = None,
    sources: Annotated[Path | None, typer.Option(
        "--sources", help="Your own list (TOML), in place of the one that ships.")] = None,
    mirror: Annotated[str | None, typer.Option(
        "--mirror", help="Fetch from this address, where the files lie by their names.")] = None,
    renew: Annotated[bool, typer.Option(
        "--renew", help="Fetch again; take the new hash where the list knows none.")] = False,
    timeout_s: Annotated[float, typer.Option("--timeout-s", help="Longest time a layer.")] = 3600.0,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Public layers: origin, licence, size, hash. Fetch them, and check those that are here."""
    from riskcloud.files import to_json
    from riskcloud.geo.public_layers import check_layer, data_dir, find_layer, load_layers

    check_lang(lang)
    check_choice("data", action, ACTIONS)
    with told_in(lang, whole=True):
        folder = data_dir() if folder is None else folder
        known = load_layers(sources)
        chosen = [find_layer(known, name) for name in dict.fromkeys(names or [])] or list(known)
        if action == "fetch":
            if not names:
                raise typer.BadParameter("name the layers to fetch; riskcloud data list shows them")
            if not timeout_s > 0.0:
                raise typer.BadParameter(f"--timeout-s {timeout_s:g}: expected seconds above 0")
            if mirror is not None and not mirror.startswith(("http://", "https://")):
                raise typer.BadParameter(f"--mirror {mirror}: expected an http or https address")
            kept = [_fetched(layer, folder, mirror, renew, timeout_s) for layer in chosen]
        else:
            kept = [check_layer(layer, folder, whole=action == "check") for layer in chosen]
    if as_json:
        typer.echo(to_json({"action": action, "folder": str(folder),
                            "layers": [_record(one) for one in kept]}))
    else:
        _print(kept, lang)
    return BAD_INPUT if any(one.state == "damaged" for one in kept) else DONE


def _fetched(layer: "PublicLayer", folder: Path, mirror: str | None, renew: bool,
             timeout_s: float) -> "Kept":
    from riskcloud.cli.terminal import progress
    from riskcloud.geo.public_layers import fetch_layer

    with progress(layer.name) as on_progress:
        return fetch_layer(layer, folder, mirror=mirror, renew=renew, timeout_s=timeout_s,
                           on_progress=on_progress)


def _record(one: "Kept") -> dict[str, Any]:
    layer = one.layer
    return {"name": layer.name, "title": layer.title, "title_zh": layer.title_zh,
            "origin": layer.origin, "address": layer.address, "licence": layer.licence,
            "size_mb": layer.size_mb, "sha256": layer.sha256 or None, "note": layer.note,
            "confirmed": layer.confirmed, "state": one.state, "present": one.state != "absent",
            "path": str(one.path), "found_sha256": one.sha256 or None,
            "bytes": one.n_bytes or None, "fetched_utc": one.fetched_utc or None}


def _print(kept: list["Kept"], lang: str) -> None:
    """A block a layer; addresses are not broken, so that they can be copied."""
    from rich.console import Console
    from rich.text import Text

    from riskcloud.messages import translated

    console = Console()
    for one in kept:
        layer = one.layer
        console.print(Text.assemble((layer.name, "bold"), "  ",
                                    layer.title_zh if lang == "zh" else layer.title))
        state = _WORDS[one.state][lang]
        facts = {"origin": layer.origin, "address": layer.address, "licence": layer.licence,
                 "size": f"{layer.size_mb:g} MB",
                 "sha256": layer.sha256 or one.sha256 or _WORDS["pinned_later"][lang],
                 "note": translated(layer.note, lang),
                 "state": state if one.state == "absent" else f"{state}: {one.path}"}
        for key, value in facts.items():
            if value:
                console.print(Text(f"    {_WORDS[key][lang]}: {value}"), soft_wrap=True)
