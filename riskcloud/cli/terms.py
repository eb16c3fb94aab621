"""``riskcloud terms``: a book in OED files through its terms and treaties."""

from pathlib import Path
from typing import Annotated

import typer

from riskcloud.cli.clauses import CLAUSES
from riskcloud.cli.ep import PERIODS, read_periods
from riskcloud.cli.options import DONE, JSON, LANG, SET_ASIDE, check_lang, told_in

_SKIP = Annotated[bool, typer.Option(
    "--skip-bad", help="Go on without locations and accounts that have a fault; write the faults "
    "to rejected.csv beside --out.")]


def terms(
    location: Annotated[Path, typer.Option("--location", help="OED location file.")],
    account: Annotated[Path, typer.Option("--account", help="OED account file.")],
    reins_info: Annotated[Path | None, typer.Option(
        "--reins-info", help="OED reinsurance info file.")] = None,
    reins_scope: Annotated[Path | None, typer.Option(
        "--reins-scope", help="OED reinsurance scope file.")] = None,
    loss_factor: Annotated[list[float] | None, typer.Option(
        "--loss-factor", help="Share of every sum insured that is lost; repeat for more.")] = None,
    ground_up: Annotated[Path | None, typer.Option(
        "--ground-up", help="Ground-up losses instead: a loss table (Parquet or CSV).")] = None,
    years: Annotated[int | None, typer.Option(
        "--years", min=1, help="Years simulated of the loss table: AAL, OEP, AEP, TVaR.")] = None,
    event_rates: Annotated[Path | None, typer.Option(
        "--event-rates", help="Instead of years: table event_id, annual_rate, or the folder of an "
        "event set.")] = None,
    events: Annotated[Path | None, typer.Option(
        "--events", help="Folder of an event set (climate typhoon): its simulated years.")] = None,
    return_periods: Annotated[str | None, typer.Option(
        "--return-periods", help=f"Years, separated by commas ({PERIODS}).")] = None,
    peril: Annotated[str | None, typer.Option(
        "--peril", help="OED code of the peril that strikes, such as WTC. Without it: every peril "
        "that is covered, as one event.")] = None,
    rates: Annotated[Path | None, typer.Option(
        "--rates", help="Table of currency and rate, for a book in several currencies.")] = None,
    clauses: CLAUSES = None,
    out: Annotated[Path | None, typer.Option(
        "--out", help="Losses by location: a .csv or .parquet file.")] = None,
    report: Annotated[Path | None, typer.Option(
        "--report", help="Folder for a report of the loss table: page, tables, losses by event.",
    )] = None,
    skip_bad: _SKIP = False,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Apply policy terms and reinsurance to a book in OED files: ground-up, gross, net."""
    from riskcloud.cli.terms_job import Job, run_job
    from riskcloud.files import to_json

    check_lang(lang)
    if (not loss_factor) == (ground_up is None):
        raise typer.BadParameter("give --loss-factor or --ground-up, one of the two")
    if (reins_info is None) != (reins_scope is None):
        raise typer.BadParameter("--reins-info and --reins-scope belong together")
    if out is not None and out.suffix.lower() not in (".csv", ".parquet", ".pq"):
        raise typer.BadParameter("--out: expected a name that ends in .csv or .parquet")
    factors = tuple(loss_factor or ())
    if not all(0.0 <= factor < 1e6 for factor in factors):
        raise typer.BadParameter("--loss-factor: expected numbers from 0")
    asked = {"--years": years, "--event-rates": event_rates, "--events": events,
             "--return-periods": return_periods, "--report": report}
    told = [name for name, value in asked.items() if value is not None]
    if told and ground_up is None:
        raise typer.BadParameter(f"{told[0]}: of a loss table, give --ground-up")
    if sum(one is not None for one in (event_rates, events)) > 1 or (
            years is not None and event_rates is not None):
        raise typer.BadParameter("give --years, --event-rates or --events, one of them")
    job = Job(location, account, reins_info, reins_scope, factors, ground_up, peril, rates, clauses,
              out, skip_bad, lang, years, event_rates, events,
              tuple(read_periods(return_periods or PERIODS)), return_periods is not None, report)
    with told_in(lang, whole=True):
        answer = run_job(job)
    if as_json:
        typer.echo(to_json(answer))
    else:
        from riskcloud.cli.terms_terminal import print_terms

        print_terms(answer, lang)
    return SET_ASIDE if answer["problems"] else DONE
