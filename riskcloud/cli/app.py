"""The command ``riskcloud``: which commands there are, and what their ends mean.

Exit status: 0 done, 1 our fault, 2 bad input, 3 done with rows set aside, 64 wrong usage.
"""

import logging
import sys
from typing import Any

import typer

from riskcloud.cli import (
    book,
    check,
    climate,
    curves,
    data,
    ep,
    explain,
    flood,
    forecast,
    geocode,
    hazard,
    overlay,
    parametric,
    quake,
    rain,
    rain_frequency,
    risk,
    shake,
    surge,
    terms,
    track,
    verify,
    wind,
    within,
)
from riskcloud.cli.options import BAD_INPUT, DONE, OUR_FAULT, WRONG_USAGE
from riskcloud.errors import InputError, NotFoundError, RiskCloudError

# typer carries a click of its own since 0.20, older ones import click: the base stands in both
USAGE_ERROR: Any = typer.BadParameter.__bases__[0]

FAULTS_SHOWN = 1000

app = typer.Typer(
    name="riskcloud", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="From insured assets and a typhoon track to a loss forecast that can be defended.",
)
app.command("forecast")(forecast.forecast)
app.command("track")(track.track)
app.command("wind")(wind.wind)
app.command("rain")(rain.rain)
app.command("check")(check.check)
app.command("curves")(curves.curves)
app.command("geocode")(geocode.geocode)
app.command("within")(within.within)
app.add_typer(book.app, name="book")
app.command("overlay")(overlay.overlay)
app.command("data")(data.data)
app.command("shake")(shake.shake)
app.command("quake")(quake.quake)
app.command("flood")(flood.flood)
app.command("ep")(ep.ep)
app.command("surge")(surge.surge)
app.command("rain-frequency")(rain_frequency.rain_frequency)
app.command("hazard")(hazard.hazard)
app.command("terms")(terms.terms)
app.command("risk")(risk.risk)
app.command("explain")(explain.explain)
app.command("parametric")(parametric.parametric)
app.add_typer(climate.app, name="climate")
app.add_typer(verify.app, name="verify")


@app.callback()
def _options(verbose: bool = typer.Option(False, "--verbose", "-v", help="Log what is done."),
             ) -> None:
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, stream=sys.stderr,
                        format="%(levelname)s %(name)s: %(message)s")


def _faults(error: InputError) -> list[str]:
    """Every fault on a line of its own; past a screenful of screens, where the rest is."""
    left = len(error.problems) - FAULTS_SHOWN
    more = [f"... and {left} more: `riskcloud check FILE --out DIR` writes all of a portfolio's"]
    return [*map(str, error.problems[:FAULTS_SHOWN]), *(more if left > 0 else [])]


def main(argv: list[str] | None = None) -> None:
    """Run the command line and leave with one of the statuses above."""
    status: Any = OUR_FAULT
    try:
        status = app(args=argv, standalone_mode=False)
    except USAGE_ERROR as error:
        error.show()
        status = WRONG_USAGE
    except typer.Abort:
        typer.echo("interrupted", err=True)
    except InputError as error:
        typer.echo("\n  ".join([f"error: {error.message}", *_faults(error)]), err=True)
        status = BAD_INPUT
    except NotFoundError as error:
        typer.echo(f"error: {error}", err=True)
        status = BAD_INPUT
    except (RiskCloudError, OSError, MemoryError) as error:
        typer.echo(f"error: {str(error) or 'out of memory'}", err=True)
    except Exception as error:  # the edge: what nobody foresaw is told, not thrown at the user
        logging.getLogger(__name__).info("unforeseen", exc_info=True)
        typer.echo(f"error: our fault: {type(error).__name__}: {error} "
                   "(riskcloud --verbose ... shows where)", err=True)
    sys.exit(status if isinstance(status, int) else DONE)
