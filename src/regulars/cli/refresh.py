"""regulars refresh: every analysis, trait and opportunity, from the tables as they are now."""

from typing import Annotated

import typer

from regulars.cli.options import AsOf, Home
from regulars.cli.screen import note_early, progress, say


def refresh(
    home: Home = None,
    as_of: AsOf = None,
    anew: Annotated[
        bool,
        typer.Option("--all", help="Work out every result anew, also what has not changed since."),
    ] = False,
) -> None:
    """Run every analysis and store its result, the customers' traits and the opportunities.

    A result whose tables, day and program are as they were is left as it is.
    """
    from regulars.flow.refresh import refresh as run
    from regulars.flow.shop import Shop

    shop = Shop.open(home)
    note_early(shop, as_of)
    with progress() as report:
        outcomes = run(shop, as_of=as_of, anew=anew, report=report)
    for outcome in outcomes:
        how = "unchanged" if outcome.is_unchanged else f"{outcome.seconds:.1f} s"
        what = outcome.left_out or f"{outcome.row_count:,} rows, {how}"
        say(f"{outcome.step:<20} {what}")
    say(f"Refreshed {shop.home.settings.name} as of {as_of or shop.last_day}.")
