"""regulars init: a new, empty shop home."""

from typing import Annotated

import typer

from regulars.cli.options import Home
from regulars.cli.screen import say


def init(
    home: Home = None,
    name: Annotated[
        str, typer.Option("--name", help="The shop's name, shown on every page.")
    ] = "My shop",
    timezone: Annotated[
        str, typer.Option("--timezone", help="Where the shop's day begins, like Asia/Shanghai.")
    ] = "UTC",
    currency: Annotated[
        str, typer.Option("--currency", help="ISO 4217 code of every amount, like CNY or GBP.")
    ] = "CNY",
    language: Annotated[
        str, typer.Option("--language", help="Language of first choice: en or zh.")
    ] = "en",
) -> None:
    """Make a shop home: a folder with settings (shop.toml) and an empty lake."""
    from regulars.lake import ShopHome

    made = ShopHome.create(
        home,
        {
            "shop.name": name,
            "shop.timezone": timezone,
            "shop.currency": currency,
            "shop.language": language,
        },
    )
    say(f"Made {made.path}: timezone {timezone}, currency {currency} (settings: shop.toml).")
    say(f"Next: regulars import FILE --home {home or made.path}")
