"""Work that several questions have in common, done once: a refresh asks them one after another.

    with sharing():
        ...every analysis in turn...

Within it, equal expressions (of the same parts: Ibis compares them, without writing SQL) are
worked out once (``asked``), and a model that several analyses make of the same answers is made
once (``once``). Both are memory of pure functions: an answer is the same with and without them.
Answers used longest ago are forgotten, with what was made of them, where all answers would be
more than ``MOST_BYTES``; everything is at the end.
"""

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, TypeVar, cast

import ibis.expr.types as ir
import pyarrow as pa

MOST_BYTES = 1 << 30

Made = TypeVar("Made")


class Shared:
    """Answers by their questions, and what was made of them, for as long as there is room."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._answers: OrderedDict[tuple[int, Hashable], pa.Table] = OrderedDict()
        self._made: dict[Hashable, tuple[frozenset[int], Any]] = {}
        self._backends: dict[int, Any] = {}  # held, so that no other can have its number

    def answer(self, table: ir.Table) -> pa.Table:
        """The rows of a lazy table, as they were worked out before or are now."""
        backend = table.get_backend()
        self._backends[id(backend)] = backend
        key = (id(backend), table.op())
        if key not in self._answers:
            self._answers[key] = table.to_pyarrow()
        self._answers.move_to_end(key)
        found = self._answers[key]
        self._forget()
        return found

    def once(
        self, make: Callable[..., Made], known: Mapping[str, Any], options: Mapping[str, Any]
    ) -> Made:
        """What ``make`` makes of what is held; made anew where some of it is held no more."""
        # the answer to one question is one object, and an object that is held keeps its number
        ids = {name: id(value) for name, value in known.items()}
        held = {id(value) for value in self._answers.values()}
        held |= {id(value) for _, value in self._made.values()}
        if not held.issuperset(ids.values()):
            return make(**known, **options)
        key = (make, tuple(ids.items()), tuple(options.items()))
        if key not in self._made:
            self._made[key] = (frozenset(ids.values()), make(**known, **options))
        return cast(Made, self._made[key][1])

    def _forget(self) -> None:
        """The answers asked for longest ago, where all are too much, and what was made of them."""
        size = sum(table.nbytes for table in self._answers.values())
        gone: list[Any] = []
        while size > self._most_bytes:
            _, table = self._answers.popitem(last=False)
            size -= table.nbytes
            gone.append(table)
        while gone:
            without = id(gone.pop())
            of_it = [key for key, (of, _) in self._made.items() if without in of]
            gone.extend(self._made.pop(key)[1] for key in of_it)


_SHARED: ContextVar[Shared | None] = ContextVar("shared", default=None)


@contextlib.contextmanager
def sharing(most_bytes: int = MOST_BYTES) -> Iterator[None]:
    """Questions asked within remember what they have in common."""
    token = _SHARED.set(Shared(most_bytes))
    try:
        yield
    finally:
        _SHARED.reset(token)


def asked(table: ir.Table) -> pa.Table:
    """The rows of a lazy table; within ``sharing``, worked out once for equal ones."""
    shared = _SHARED.get()
    return table.to_pyarrow() if shared is None else shared.answer(table)


def once(make: Callable[..., Made], known: Mapping[str, Any], **options: Hashable) -> Made:
    """``make(**known, **options)``; within ``sharing``, once for the same answers and options.

    ``known`` are answers as they were handed to a Fit's ``make``, or what an earlier ``once``
    returned, the same objects. ``make`` is a pure function of a module (not one made in
    passing), and what it returns is not changed by anybody.
    """
    shared = _SHARED.get()
    return make(**known, **options) if shared is None else shared.once(make, known, options)
