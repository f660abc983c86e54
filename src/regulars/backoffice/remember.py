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


def remembered(shop: Shop, what: Hashable, work_out: Callable[[], T]) -> T:
    """``work_out()``, done once per state of this shop's lake and ``what``."""
    key = (shop.home.path, shop.head.number, what)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return cast(T, _kept[key])
    value = work_out()
    with _lock:
        _kept[key] = value
        while len(_kept) > CAPACITY:
            _kept.popitem(last=False)
    return value
