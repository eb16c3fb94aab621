"""What a terminal shows of ``riskcloud within``: totals, then tables, the largest sums first."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from riskcloud.analysis.within.answer import Within, policy_records

_TOP = 10  # lines of a table; all of them go to --json and --out
_WORDS = {
    "found": {
        "zh": "距 ({lon}, {lat}) {radius} 公里以内，{at} UTC 有效：{n} 个标的，{policies} 张保单"
              "（其中 {partly} 张有标的在范围外），被保险人 {people} 人",
        "en": "Within {radius} km of ({lon}, {lat}), in force {at} UTC: {n} locations of "
              "{policies} policies ({partly} of them partly outside), {people} insured people"},
    "total": {"zh": "保额合计 {tiv} {currency}", "en": "sum insured {tiv} {currency}"},
    "branch": {"zh": "按承保分公司", "en": "by issuing branch"},
    "place": {"zh": "按所在地", "en": "by place"},
    "asset_class": {"zh": "按资产类别", "en": "by asset class"},
    "policy": {"zh": "按保单", "en": "by policy"},
    "name": {"zh": "名称", "en": "name"},
    "n_locations": {"zh": "标的数", "en": "locations"},
    "n_policies": {"zh": "保单数", "en": "policies"},
    "insured_people": {"zh": "被保险人数", "en": "people"},
    "tiv": {"zh": "保额", "en": "sum insured"},
    "issued_by": {"zh": "承保分公司", "en": "issuing branch"},
    "policy_id": {"zh": "保单号", "en": "policy"},
    "tiv_inside": {"zh": "范围内保额", "en": "sum inside"},
    "tiv_total": {"zh": "保单总保额", "en": "sum in all"},
    "n_inside": {"zh": "范围内/全部标的", "en": "locations inside / all"},
    "nearest_km": {"zh": "最近（公里）", "en": "nearest (km)"},
    "others": {"zh": "其余 {n} 项", "en": "{n} others"},
    "none": {"zh": "没有有效标的。", "en": "Nothing in force there."},
    "rejected": {"zh": "{n} 行有问题，未采用", "en": "{n} rows set aside"},
    "out": {"zh": "结果：{out}", "en": "written: {out}"},
}


def print_within(found: Within, answer: Mapping[str, Any], by: list[str], lang: str) -> None:
    """Print the answer."""
    console = Console(highlight=False)
    sums = found.sums
    console.print(_word(
        "found", lang, lon=f"{found.lon:g}", lat=f"{found.lat:g}", radius=f"{found.radius_km:g}",
        at=answer["at_utc"][:16].replace("T", " "), n=f"{sums.n_locations:,}",
        policies=f"{sums.n_policies:,}", partly=f"{sums.n_partly_inside:,}",
        people=f"{sums.insured_people:,}"), soft_wrap=True)
    for item in sums.totals:
        console.print(_word("total", lang, tiv=f"{item['tiv']:,.0f}", currency=item["currency"]))
    if not sums.n_locations:
        console.print(_word("none", lang))
    groups = {"branch": sums.by_branch, "place": sums.by_place, "asset_class": sums.by_asset_class}
    for name in by if sums.n_locations else ():
        console.print(_policies(found, lang) if name == "policy"
                      else _group(name, groups[name], lang))
    for note in answer["notes"]:
        console.print(f"- {escape(note)}")
    if answer["portfolio"]["n_rejected"]:
        console.print(_word("rejected", lang, n=f"{answer['portfolio']['n_rejected']:,}"))
    if answer["out"]:
        console.print(_word("out", lang, out=escape(answer["out"])), soft_wrap=True)


def _word(key: str, lang: str, **values: str) -> str:
    return _WORDS[key][lang].format(**values)


def _framed(title: str, headings: Iterable[tuple[str, bool]], rows: Iterable[list[str]],
            n_left: int, lang: str) -> Table:
    table = Table(title=_word(title, lang), title_justify="left")
    for key, is_number in headings:
        table.add_column(_word(key, lang), justify="right" if is_number else "left",
                         overflow="fold")
    for row in rows:
        table.add_row(*row)
    if n_left > 0:
        table.add_row(_word("others", lang, n=f"{n_left:,}"))
    return table


def _group(name: str, items: tuple[Mapping[str, Any], ...], lang: str) -> Table:
    counts = ("n_locations", "n_policies", "insured_people")
    rows = [[escape(_label(name, item, lang)), *(f"{item[key]:,}" for key in counts),
             f"{item['tiv']:,.0f} {item['currency']}"] for item in items[:_TOP]]
    return _framed(name, [("name", False), *((key, True) for key in (*counts, "tiv"))], rows,
                   len(items) - _TOP, lang)


def _label(name: str, item: Mapping[str, Any], lang: str) -> str:
    if name == "place":
        return " ".join(filter(None, (item["province"], item["county"]))) or "-"
    if name == "asset_class":
        from riskcloud.exposure.classes import asset_classes

        known = asset_classes().get(item[name])
        return getattr(known, f"label_{lang}", item[name]) or "-"
    return item[name] or "-"


def _policies(found: Within, lang: str) -> Table:
    rows = [[escape(item["policy_id"] or "-"), escape(item["branch"] or "-"),
             f"{item['tiv_inside']:,.0f} {item['currency']}",
             f"{item['tiv_total']:,.0f} {item['currency']}" if item["partly_inside"] else "=",
             f"{item['n_inside']:,} / {item['n_total']:,}",
             "-" if item["nearest_km"] is None else f"{item['nearest_km']:.2f}"]
            for item in policy_records(found, _TOP)]
    return _framed("policy", [
        ("policy_id", False), ("issued_by", False), ("tiv_inside", True), ("tiv_total", True),
        ("n_inside", True), ("nearest_km", True)], rows,
        len(found.sums.policies) - _TOP, lang)
