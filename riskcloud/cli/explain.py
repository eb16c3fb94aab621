"""``riskcloud explain``: how one location's loss came about, term by term."""

from pathlib import Path
from typing import Annotated

import typer

from riskcloud.cli.clauses import CLAUSES
from riskcloud.cli.options import DONE, JSON, LANG, SET_ASIDE, check_lang, told_in


def explain(
    losses: Annotated[Path | None, typer.Argument(
        metavar="LOSSES", help="What `riskcloud terms --out` wrote: it names the files and terms "
        "(LOSSES.manifest.json). Without it: --location-file, --account and a loss.")] = None,
    location: Annotated[str, typer.Option(
        "--location", help="LocNumber; where several accounts have it, ACC/LOC or PORT/ACC/LOC.",
    )] = "",
    event: Annotated[str | None, typer.Option(
        "--event", help="loss_factor_idx or event_id; the first without it.")] = None,
    member: Annotated[str | None, typer.Option(
        "--member", help="Member of the event, of a loss table.")] = None,
    year: Annotated[int | None, typer.Option(
        "--year", help="Year of the event, where a loss table has it in several.")] = None,
    location_file: Annotated[Path | None, typer.Option(
        "--location-file", help="OED location file, where it is not the one LOSSES names.")] = None,
    account: Annotated[Path | None, typer.Option("--account", help="OED account file.")] = None,
    reins_info: Annotated[Path | None, typer.Option(
        "--reins-info", help="OED reinsurance info file.")] = None,
    reins_scope: Annotated[Path | None, typer.Option("--reins-scope", help="Its scope.")] = None,
    loss_factor: Annotated[float | None, typer.Option(
        "--loss-factor", help="Without LOSSES: share of every sum insured that is lost.")] = None,
    ground_up: Annotated[Path | None, typer.Option(
        "--ground-up", help="Loss table (see `terms`).")] = None,
    peril: Annotated[str | None, typer.Option(
        "--peril", help="Without LOSSES: OED code of the peril that strikes.")] = None,
    rates: Annotated[Path | None, typer.Option(
        "--rates", help="Table of currency and rate.")] = None,
    clauses: CLAUSES = None,
    out: Annotated[Path | None, typer.Option(
        "--out", help="A page (.html) or a table (.csv) to write.")] = None,
    skip_bad: Annotated[bool, typer.Option(
        "--skip-bad", help="Without LOSSES: go on without what has a fault.")] = False,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Show how a location's loss came about: each step with its number, term and rule."""
    from riskcloud.cli.explain_job import Job, run_job
    from riskcloud.files import to_json

    check_lang(lang)
    if not location:
        raise typer.BadParameter("give --location: a LocNumber")
    if out is not None and out.suffix.lower() not in (".html", ".csv"):
        raise typer.BadParameter("--out: expected a name that ends in .html or .csv")
    if losses is None:
        if location_file is None or account is None:
            raise typer.BadParameter("give LOSSES, or --location-file and --account")
        if (loss_factor is None) == (ground_up is None):
            raise typer.BadParameter("give --loss-factor or --ground-up, one of the two")
    elif loss_factor is not None or peril is not None or skip_bad:
        raise typer.BadParameter("LOSSES says by itself what --loss-factor, --peril and --skip-bad "
                                 "were: leave them out, and choose with --event")
    if loss_factor is not None and not 0.0 <= loss_factor < 1e6:
        raise typer.BadParameter("--loss-factor: expected a number from 0")
    if losses is None and (reins_info is None) != (reins_scope is None):
        raise typer.BadParameter("--reins-info and --reins-scope belong together")
    files = {"location": location_file, "account": account, "reins_info": reins_info,
             "reins_scope": reins_scope, "ground_up": ground_up, "rates": rates,
             "clauses": clauses}
    job = Job(losses, location, event, member, year,
              {name: path for name, path in files.items() if path is not None}, loss_factor, peril,
              out, skip_bad, lang)
    with told_in(lang, whole=True):
        answer = run_job(job)
    if as_json:
        typer.echo(to_json(answer))
    else:
        from riskcloud.cli.explain_terminal import print_explained

        print_explained(answer, lang)
    return SET_ASIDE if answer["n_problems"] else DONE
