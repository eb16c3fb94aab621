"""The page of a loss table behind its terms: exceedance curves, recoveries, what was set aside."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from riskcloud.report import terms_tables as tables
from riskcloud.report.coinsurance import coinsurance_tables
from riskcloud.report.ep import basis_line, page_of
from riskcloud.report.ep_charts import ep_chart
from riskcloud.report.pages import render_page
from riskcloud.report.tables import Table, of_currency
from riskcloud.report.terms_charts import waterfall
from riskcloud.report.text import Text

_READABLE = 0.4  # of the ground-up curve, at which gross is read beside it; ours
_SHOWN = 20  # notes on the page; summary.json has all. Ours

Entry = Mapping[str, Any]


def render_terms(summary: Entry, text: Text) -> str:
    """Return the page as one HTML file that needs nothing else.

    summary : of ``riskcloud ep``, with contracts, largest_events, what is said of the book.
    """
    page = page_of(summary, text)
    counts = {name: text.number(summary[name]) for name in (
        "n_locations", "n_accounts", "n_policies", "n_contracts")}
    page |= {"kind": text("terms_report.title"),
             "title": text("terms_report.name", source=Path(str(summary["losses"])).name),
             "lines": [text("terms_report.book", **counts), basis_line(summary, text)],
             "blocks": [_aside(summary, text)],
             "notes": [*summary["notes"], *summary["statistics_notes"]][:_SHOWN]}
    for book, currency in zip(page["books"], summary["currencies"], strict=False):
        book["blocks"] = _of_currency(summary, currency, text)
    page["quality"] = [(text("ep.rows"), text.number(summary["n_rows"])),
                       (text("ep.events"), text.number(summary["n_events"])),
                       (text("ep.samples"), text.number(summary["n_samples"])),
                       (text("terms_report.faults"), text.number(len(summary["problems"])))]
    return render_page("ep.html.j2", text, page)


def _of_currency(summary: Entry, currency: str, text: Text) -> list[dict[str, Any]]:
    """Return what stands on the page between headline and curves of one currency."""
    annual = {row["stage"]: row for row in summary["annual"]
              if row["key"] == "all" and row["currency"] == currency}
    contracts = [row for row in summary["contracts"]
                 if str(row["currency"]).strip().upper() in (currency, "")]
    steps = _steps(annual, contracts, text)
    found = [_block(text("terms_report.through"), tables.stages_table(summary, currency, text),
                    chart=waterfall(steps, currency, text),
                    caption=text("terms_report.through_caption" if "net" in annual
                                 else "terms_gross.through_caption"))]
    if contracts:
        found.append(_block(text("terms_report.contracts"), tables.contracts_table(
            contracts, annual, currency, text)))
    shared = coinsurance_tables(summary["coinsurance"], currency, text) \
        if "coinsurance" in summary else []
    if shared:
        found.append(_block(text("coinsurance.title"), *shared,
                            caption=text("coinsurance.caption")))
    curves = of_currency(summary["curves"], currency)
    if _dwarfed(curves):
        points = [row for row in of_currency(summary["exceedance"], currency)
                  if row["key"] == "all" and row["calc"] == curves[0]["calc"]]
        found.append(_block(
            text("terms_report.insurer"), caption=text(f"ep.caption_{summary['frequency']}"),
            chart=ep_chart(curves, points, currency, text, but="ground_up")))
    largest = of_currency(summary["largest_events"], currency)
    if largest:
        found.append(_block(text("terms_report.largest"), tables.events_table(
            largest, currency, text, has_net="net" in annual)))
    return found


def _dwarfed(curves: Sequence[Entry]) -> bool:
    """Return whether ground-up losses are so large that the others cannot be read beside them."""
    largest = {stage: max((max(curve["loss"], default=0.0) for curve in curves
                           if curve["stage"] == stage), default=0.0)
               for stage in ("ground_up", "gross")}
    return 0.0 < largest["gross"] < _READABLE * largest["ground_up"]


def _block(title: str, *shown: Table, chart: str = "", caption: str = "",
           lines: Sequence[str] = ()) -> dict[str, Any]:
    return {"title": title, "lines": lines, "chart": chart, "caption": caption, "tables": shown}


def _steps(annual: Mapping[str, Entry], contracts: Sequence[Entry],
           text: Text) -> list[tuple[str, float, bool]]:
    """Return the bars of the picture: what they are, how much, whether they stand on the floor."""
    ground_up, gross = annual["ground_up"]["aal"], annual["gross"]["aal"]
    steps = [(text.label("ep_stage", "ground_up"), ground_up, True),
             (text("terms_report.kept"), gross - ground_up, False),
             (text.label("ep_stage", "gross"), gross, True)]
    if "net" in annual:
        net = annual["net"]["aal"]
        shown = sorted((row for row in contracts if row["annual_recovery"] > 0.0),
                       key=lambda row: -row["annual_recovery"])[:tables.BARS]
        shown.sort(key=lambda row: row["InuringPriority"])
        steps += [(tables.contract_name(row), -row["annual_recovery"], False) for row in shown]
        rest = gross - net - sum(row["annual_recovery"] for row in shown)
        if rest > 1e-9 * max(gross, 1.0):
            steps.append((text("terms_report.other_contracts"), -rest, False))
        steps.append((text.label("ep_stage", "net"), net, True))
    return steps


def _aside(summary: Entry, text: Text) -> dict[str, Any]:
    """Return what was set aside, and what the tables of the standard do not know."""
    found = [table for table in (tables.faults_table(summary, text),
                                 tables.unmapped_table(summary, text)) if table is not None]
    lines = [tables.aside_line(summary, text)]
    if not summary["unmapped"]:
        lines.append(text("terms_report.all_mapped"))
    if summary["over_ceded"]:
        lines.append(text("terms_report.over_ceded", n=text.number(summary["over_ceded"])))
    return _block(text("terms_report.aside"), *found, lines=lines)
