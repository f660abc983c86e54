"""regulars refresh: every analysis, trait and opportunity, from the tables as they are now."""

from regulars.cli.options import AsOf, Home
from regulars.cli.screen import note_early, progress, say


def refresh(home: Home = None, as_of: AsOf = None) -> None:
    """Run every analysis and store its result, the customers' traits and the opportunities."""
    from regulars.flow.refresh import refresh as run
    from regulars.flow.shop import Shop

    shop = Shop.open(home)
    note_early(shop, as_of)
    with progress() as report:
        outcomes = run(shop, as_of=as_of, report=report)
    for outcome in outcomes:
        what = outcome.left_out or f"{outcome.row_count:,} rows, {outcome.seconds:.1f} s"
        say(f"{outcome.step:<20} {what}")
    say(f"Refreshed {shop.home.settings.name} as of {as_of or shop.last_day}.")
