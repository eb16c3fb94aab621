"""``riskcloud verify``: the model against what happened."""

import typer

from riskcloud.cli import verify_damage

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None,
                  help="The model against what happened: observed winds, reported damage.")
app.command("damage")(verify_damage.damage)


@app.callback()
def _group() -> None:
    """Keep ``damage`` a command of its own while it is the only one."""
