"""Regulars (回头客): turns a retailer's data into repeat customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from regulars.flow.shop import Shop

__all__ = ["open_shop"]
__version__ = "0.1.0"


def open_shop(home: str | PathLike[str] | None = None) -> Shop:
    """The shop whose home is that folder (None: REGULARS_HOME, else the current folder).

    ``shop.tables.orders`` is a lazy table; ``shop.analyse("rfm", as_of=...)`` a result.
    Raises ShopNotFound where the folder is no shop home.
    """
    # the engines load when a shop is opened, not before
    from regulars.flow.shop import Shop  # noqa: PLC0415

    return Shop.open(home)
