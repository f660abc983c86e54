"""What was worked out of one state of the lake, kept until the lake moves on.

The head's number names the state, so nothing here can be out of date. Bounded: the
oldest is forgotten first.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from regulars.flow.shop import Shop

T = TypeVar("T")
CAPACITY = 400

_lock = threading.Lock()
_kept: OrderedDict[Hashable, object] = OrderedDict()


_last_large: tuple[Hashable, object] | None = None


def remembered_if(
    shop: Shop, what: Hashable, work_out: Callable[[], T], is_small: Callable[[T], bool]
) -> T:
    """The same, where the value ``is_small``; of those that are not, the last one only."""
    global _last_large  # noqa: PLW0603 - one place for one large value
    key = (shop.home.path, shop.head.number, what)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return cast(T, _kept[key])
        if _last_large is not None and _last_large[0] == key:
            return cast(T, _last_large[1])
    value = work_out()
    with _lock:
        if is_small(value):
            _keep(key, value)
        else:
            _last_large = (key, value)
    return value


def remembered(shop: Shop, what: Hashable, work_out: Callable[[], T]) -> T:
    """``work_out()``, done once per state of this shop's lake and ``what``."""
    key = (shop.home.path, shop.head.number, what)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return cast(T, _kept[key])
    value = work_out()
    with _lock:
        _keep(key, value)
    return value


def _keep(key: Hashable, value: object) -> None:
    _kept[key] = value
    while len(_kept) > CAPACITY:
        _kept.popitem(last=False)
