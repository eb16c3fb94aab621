"""``riskcloud climate``: stochastic storms, and the wind climate they make."""

import typer

from riskcloud.cli import climate_map, climate_typhoon

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None,
                  help="Stochastic storms from the historical catalogue, and their wind climate.")
app.command("typhoon")(climate_typhoon.typhoon)
app.command("map")(climate_map.climate_map)
