"""``riskcloud ep``: average annual loss, OEP, AEP and TVaR of a loss table."""

from pathlib import Path
from typing import Annotated

import typer

from riskcloud.cli.books import STORE, STORE_PATH
from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_lang,
    told_in,
)

PERIODS = "10,20,50,100,200,250"
MOST = 100
"""Return periods at once; ours."""


def ep(
    losses: Annotated[Path, typer.Argument(
        help="Loss table: CSV, XLSX or Parquet with event_id, loss, and where there are any year, "
             "annual_rate, member, currency, stage.")],
    years: Annotated[int | None, typer.Option(
        "--years", min=1, help="Years simulated: empty ones count.")] = None,
    rates: Annotated[Path | None, typer.Option(
        "--rates", help="Table event_id, annual_rate, or the folder of an event set: events strike "
        "as a Poisson process.")] = None,
    events: Annotated[Path | None, typer.Option(
        "--events", help="Folder of an event set (climate typhoon): its simulated years."),
    ] = None,
    return_periods: Annotated[str | None, typer.Option(
        "--return-periods", help=f"Years, separated by commas ({PERIODS}).")] = None,
    by: Annotated[list[str] | None, typer.Option(
        "--by", help="Columns to sum by, separated by commas: client, branch, peril, any other; "
        "client+peril for pairs.")] = None,
    activity_cv: Annotated[float, typer.Option(
        "--activity-cv", min=0.0, max=5.0, help="Of yearly rates: coefficient of variation of the "
        "factor that all rates of a year share (negative binomial numbers); 0 is Poisson.")] = 0.0,
    layer: Annotated[list[str] | None, typer.Option(
        "--layer", help="A layer to price on the whole: \"LIMIT xs ATTACHMENT\", with "
        "\"; reinstatements 1,0.5\" and \"; aggregate LIMIT xs ATTACHMENT\"; repeatable.")] = None,
    currency: Annotated[str | None, typer.Option(
        "--currency", help="ISO 4217 code of a file that has no such column.")] = None,
    events_repeat: Annotated[bool, typer.Option(
        "--events-repeat", help="An event may strike in several years.")] = False,
    portfolio: Annotated[str | None, typer.Option(
        "--portfolio", help="File or book that knows client, branch ... of the locations or "
        "accounts of LOSSES.")] = None,
    store: STORE = STORE_PATH,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write to.")] = None,
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Losses by event to losses a year: AAL, sd, OEP, AEP and TVaR by return period."""
    from riskcloud.cli.ep_job import Job, run_job
    from riskcloud.cli.layer_option import parse_layer
    from riskcloud.files import to_json

    check_lang(lang)
    layers = [parse_layer(words) for words in layer or ()]
    if sum(option is not None for option in (rates, events)) > 1:
        raise typer.BadParameter("give --rates or --events, one of the two")
    if years is not None and rates is not None:
        raise typer.BadParameter("give --years or --rates, one of the two")
    settings = {"years": years, "return_periods_yr": read_periods(return_periods or PERIODS),
                "periods_asked": return_periods is not None, "by": _keys(by or ()),
                "currency": None if currency is None else _currency(currency),
                "activity_cv": activity_cv, "layers": list(layer or ()),
                "events_repeat": events_repeat, "skip_bad": skip_bad, "lang": lang}
    with told_in(lang, whole=True):
        done = run_job(Job(losses, rates, events, out, settings, portfolio, store,
                           layers))
    if as_json:
        typer.echo(to_json({**done.summary, **done.figures,
                            "out": None if out is None else str(out)}))
    else:
        from riskcloud.cli.ep_terminal import print_ep

        print_ep(done.summary, done.figures, out, lang)
    return SET_ASIDE if done.summary["n_rejected"] else DONE


def read_periods(text: str) -> list[float]:
    """Return return periods, ascending. Raises the error of wrong usage."""
    try:
        periods = sorted({float(one) for one in text.split(",") if one.strip()})
    except ValueError as error:
        raise typer.BadParameter(
            f"--return-periods {text}: expected numbers separated by commas") from error
    if not 0 < len(periods) <= MOST or not all(1.0 <= one < 1e7 for one in periods):
        raise typer.BadParameter(f"--return-periods {text}: expected 1 to {MOST} numbers of 1 year "
                                 "or more")
    return periods


def _keys(by: list[str] | tuple[str, ...]) -> list[str]:
    names = [name.strip() for text in by for name in text.split(",")]
    parts = [[part.strip() for part in name.split("+")] for name in names if name]
    if not all(part for name in parts for part in name):
        raise typer.BadParameter(f"--by {','.join(by)}: expected names separated by commas")
    return list(dict.fromkeys("+".join(name) for name in parts))


def _currency(text: str) -> str:
    from riskcloud.exposure.codes import code_key, code_table, remedy_for

    code = code_table("currency").get(code_key(text))
    if code is None:
        raise typer.BadParameter(f"--currency {text}: {remedy_for('currency', text)}")
    return code
