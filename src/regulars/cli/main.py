"""The commands of ``regulars``. What a command needs is imported when it runs, not before."""

from typing import Annotated

import typer

from regulars import __version__
from regulars.cli.analyse import analyse
from regulars.cli.analyses import analyses
from regulars.cli.demo import demo
from regulars.cli.doctor import doctor
from regulars.cli.import_ import import_files
from regulars.cli.init import init
from regulars.cli.manage import manage
from regulars.cli.models import models
from regulars.cli.refresh import refresh
from regulars.cli.serve import serve
from regulars.cli.shell import Shell
from regulars.cli.worker import worker

app = typer.Typer(
    name="regulars",
    cls=Shell,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
OPEN_ENDED = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.callback(invoke_without_command=True)
def regulars(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Regulars (回头客): turns a retailer's data into repeat customers."""
    if version:
        typer.echo(f"regulars {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


app.command()(demo)
app.command()(init)
app.command(name="import")(import_files)
app.command()(refresh)
app.command()(analyses)
app.command(context_settings=OPEN_ENDED)(analyse)
app.command()(models)
app.command()(serve)
app.command()(worker)
app.command()(doctor)
app.command(context_settings={**OPEN_ENDED, "help_option_names": []})(manage)
