"""Rows held in memory, given to the engine as a table that lazy expressions can read.

Not ``ibis.memtable``: that is dropped when the garbage collector runs, in whatever thread,
on a connection that may be at work in another. Here the thread that owns the shop's
connection registers and forgets its tables itself.
"""

import itertools
from collections import OrderedDict
from collections.abc import Hashable
from weakref import WeakKeyDictionary

import ibis.expr.types as ir
import pyarrow as pa

from regulars.flow.shop import Shop

CAPACITY = 16

_registered: WeakKeyDictionary[Shop, OrderedDict[Hashable, str]] = WeakKeyDictionary()
_numbers = itertools.count()


def engine_rows(shop: Shop, key: Hashable, rows: pa.Table) -> ir.Table:
    """``rows`` as a table of this shop's engine; the same table for the same ``key``.

    The oldest of many is forgotten: use the answer within the request that asked for it.
    """
    names = _registered.setdefault(shop, OrderedDict())
    if key not in names:
        names[key] = f"held_{next(_numbers)}"
        shop.backend.con.register(names[key], rows)
    names.move_to_end(key)
    while len(names) > CAPACITY:
        _, oldest = names.popitem(last=False)
        shop.backend.con.unregister(oldest)
    return shop.backend.table(names[key])
