"""``riskcloud verify``: the model against what happened."""

import typer

from riskcloud.cli import verify_climate, verify_damage, verify_wind

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None,
                  help="The model against what happened: observed winds, reported damage.")
app.command("wind")(verify_wind.wind)
app.command("climate")(verify_climate.climate)
app.command("damage")(verify_damage.damage)
