"""regulars demo: a living shop with simulated customers, made once and served."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli.options import Port
from regulars.cli.screen import progress, say

if TYPE_CHECKING:
    from regulars.lake import ShopHome

# Published on purpose: the people are fictional and `demo` listens on this machine only.
PASSWORD = "regulars-demo"  # noqa: S105
HOST = "127.0.0.1"


def demo(
    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            metavar="DIR",
            help="Where the demo shop lives; without it REGULARS_HOME, else ./demo-shop.",
            show_default=False,
        ),
    ] = None,
    customers: Annotated[
        int, typer.Option("--customers", min=100, max=5_000_000, help="How many customers it has.")
    ] = 20_000,
    months: Annotated[
        int, typer.Option("--months", min=3, max=60, help="How many months they have lived.")
    ] = 18,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another shop.")] = 7,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="Its last day; without it yesterday. The same day and seed make the same shop.",
            show_default=False,
        ),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve it, or only make it.")
    ] = True,
    port: Port = 8000,
) -> None:
    """Make a demo shop (once) and serve it on this machine."""
    from regulars.cli.serve import require_free, run

    path = (home or Path(os.environ.get("REGULARS_HOME") or "demo-shop")).expanduser().resolve()
    if serve:
        require_free(HOST, port)
    made = _made(path, customers, months, seed, until.date() if until else None)
    _add_users(made)
    say(f"Sign in as owner, marketer, analyst or store; password: {PASSWORD}")
    if serve:
        run(made, port, HOST)
    else:
        say(f"Serve it with: regulars serve --home {path}")


def _made(
    path: Path, customer_count: int, months: int, seed: int, end_on: date | None
) -> "ShopHome":
    """The demo shop at that folder; a whole one is kept as it is."""
    from regulars.flow.demo import build_demo, is_complete
    from regulars.lake import ShopHome

    if is_complete(path):
        say(f"The demo shop at {path} is there already.")
        return ShopHome.find(path)
    say(f"Making a demo shop with {customer_count:,} customers at {path} ...")
    with progress() as report:
        return build_demo(
            path,
            customer_count=customer_count,
            months=months,
            seed=seed,
            end_on=end_on,
            report=report,
        )


def _add_users(home: "ShopHome") -> None:
    """One user of every role; the store's staff belongs to the first store."""
    from regulars.cli.people import migrate

    migrate(home)
    from regulars.backoffice.accounts.services import create_demo_users
    from regulars.flow.shop import Shop

    stores = Shop(home).tables.stores
    first = stores.filter(stores.channel == "store").store_id.min().to_pyarrow().as_py()
    create_demo_users(PASSWORD, store_id=first or "")
