"""regulars import: files into the tables; what each column becomes is shown before."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli.options import Home
from regulars.cli.screen import progress, say, show
from regulars.cli.shell import WrongUsage
from regulars.errors import LayoutUnclear

if TYPE_CHECKING:
    from regulars.lake import ShopHome
    from regulars.sources import Proposal


def import_files(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, or folders of files.")
    ],
    home: Home = None,
    table: Annotated[
        str | None,
        typer.Option("--table", help="The table that the files hold (or sales, segment)."),
    ] = None,
    preset: Annotated[
        str | None, typer.Option("--preset", help="A known export, such as shopify_orders.")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="COLUMN=SOURCE", help="Which source column is which; may be repeated."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Import without asking.")] = False,
) -> None:
    """Import files: show the proposed mapping, ask, write, give the account."""
    from regulars import sources
    from regulars.lake import ShopHome
    from regulars.lake.timeline import bring_up_to_date

    shop_home = ShopHome.find(home)
    proposal = sources.propose(
        shop_home, paths, table=table, preset=preset, mapping=_pairs(mapping or [])
    )
    _show(proposal)
    if not yes:
        _ask(shop_home, proposal)
    with progress() as report:
        account = sources.run(shop_home, proposal, report=report)
        bring_up_to_date(shop_home, report)
    from regulars.cli.account import print_account

    print_account(account, shop_home.settings.currency)
    say(f"Next: regulars refresh --home {home or shop_home.path}")


def _pairs(mapping: list[str]) -> dict[str, str]:
    """column=source, each column once."""
    pairs: dict[str, str] = {}
    for text in mapping:
        column, equals, source = text.partition("=")
        if not equals or not column.strip() or not source.strip():
            raise WrongUsage(f"--map {text}: write it as column=source (quantity=数量).")
        if column.strip() in pairs:
            raise WrongUsage(f"--map names the column '{column.strip()}' twice.")
        pairs[column.strip()] = source.strip()
    return pairs


def _show(proposal: "Proposal") -> None:
    """What each column becomes; then LayoutUnclear while questions are open."""
    from regulars.cli.account import proposal_tables

    for drawn in proposal_tables(proposal):
        show(drawn)
    for note in proposal.notes:
        say(f"note: {note}")
    if proposal.unclear:
        for question in proposal.unclear[1:]:
            say(f"?  {question}")
        more = len(proposal.unclear) - 1
        raise LayoutUnclear(proposal.unclear[0] + (f" ({more} more above.)" if more else ""))


def _ask(home: "ShopHome", proposal: "Proposal") -> None:
    """Show what would be put aside, and go on only after a yes."""
    from regulars import sources
    from regulars.cli.account import preview_table

    if not sys.stdin.isatty():
        raise WrongUsage("there is no terminal to ask on; add --yes to import as proposed.")
    show(preview_table(sources.preview(home, proposal)))
    if not typer.confirm("Import as proposed?", default=True, err=True):
        say("Nothing was imported.")
        raise typer.Exit(1)
