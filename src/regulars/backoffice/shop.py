"""The shop that the pages read: one connection per thread, renewed when the lake moves on.

A page asks ``current_shop()``; while the lake's head keeps its number the same open
connection answers, and when an import or a refresh has replaced the head the next page
sees the new state. Nobody restarts anything.
"""

import threading
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from regulars.errors import ShopNotFound
from regulars.flow.shop import Shop
from regulars.lake.head import read_head
from regulars.lake.home import ShopHome

_open = threading.local()


class _Key(NamedTuple):
    path: Path
    head_number: int


def current_home() -> ShopHome:
    """The home that this process serves; ShopNotFound when it was started without one."""
    home: ShopHome | None = settings.SHOP_HOME
    if home is None:
        raise ShopNotFound(
            "The back office was started without a shop home. "
            "Set REGULARS_HOME, or start it with: regulars serve --home my-shop"
        )
    return home


def current_shop() -> Shop:
    """The shop at the lake's present head, opened at most once per thread and head."""
    home = current_home()
    key = _Key(home.path, head_number())
    held: tuple[_Key, Shop] | None = getattr(_open, "held", None)
    if held is not None and held[0] == key:
        return held[1]
    shop = Shop(home, waits=False)
    _open.held = (key, shop)
    return shop


def head_number() -> int:
    """The number of the lake's head: rises with every write, names a state for caches."""
    return read_head(current_home().lake_path).number
