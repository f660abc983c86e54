"""regulars manage: Django's own commands, on one shop."""

from typing import Annotated

import typer

from regulars.cli.options import Home


def manage(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND [ARGS]...", help="Django's command and its options."),
    ] = None,
    home: Home = None,
) -> None:
    """Run one of Django's own commands (createsuperuser, migrate, dbshell, ...)."""
    from regulars.cli.people import migrate, setup
    from regulars.lake import ShopHome

    shop_home = ShopHome.find(home)
    # a new shop has no tables for its first user yet
    (migrate if (arguments or [""])[0] == "createsuperuser" else setup)(shop_home)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["regulars manage", *(arguments or ["help"])])
