"""How an analysis declares itself: what it reads, what it returns, what it says of customers."""

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from regulars.tables.fit import Fit
from regulars.tables.schema import ColumnType, Table
from regulars.tables.text import Text


@dataclass(frozen=True)
class Trait:
    """One thing known of a customer, from one column of an analysis' result."""

    name: str
    type: ColumnType
    label: Text
    meaning: Text
    unit: str = ""
    column: str = ""

    @property
    def source_column(self) -> str:
        return self.column or self.name


TIMELINE = "timeline"  # among what an analysis reads: regulars.tables.timeline.Timeline


@dataclass(frozen=True)
class Repeated:
    """Marks an option of several values that is given once for each: ``--step A --step B``.

    ``Annotated[tuple[str, ...], Repeated("step")]``; the texts are taken as they are.
    """

    option: str


@dataclass(frozen=True)
class Parameter:
    """One keyword option of an analysis, read off its function's signature.

    A name that Python keeps for itself bears an underscore behind: ``from_`` is ``from``.
    """

    name: str
    annotation: Any
    default: Any

    @property
    def repeated(self) -> Repeated | None:
        """The mark of an option that is given once for each value."""
        marks = getattr(self.annotation, "__metadata__", ())
        return next((mark for mark in marks if isinstance(mark, Repeated)), None)

    @property
    def option(self) -> str:
        """Its name as people type it, without dashes in front: ``touch-property``."""
        name = self.repeated.option if self.repeated else self.name.rstrip("_")
        return name.replace("_", "-")


@dataclass(frozen=True)
class Analysis:
    """One question and the function that answers it.

    ``compute`` takes the tables of ``reads`` by position, then keyword-only ``as_of``
    (a date: what happened after that local day does not exist) and its own options,
    and returns one table with exactly the columns of ``returns``: a lazy one, or, where
    it reads the timeline (``TIMELINE``), one of Arrow. One that fits a model returns what it
    needs to know for that, and what it makes of it (``Fit``).
    """

    title: Text
    question: Text
    reads: tuple[str, ...]
    returns: Table
    compute: Callable[..., ir.Table | pa.Table | Fit]
    traits: tuple[Trait, ...] = ()
    is_kept: bool = True  # by a refresh; False for what is only ever asked
    is_fitted: bool = False  # ``compute`` returns a Fit

    @property
    def name(self) -> str:
        return self.returns.name

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        hints = typing.get_type_hints(self.compute, include_extras=True)
        signature = inspect.signature(self.compute)
        return tuple(
            Parameter(name, hints[name], parameter.default)
            for name, parameter in signature.parameters.items()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY and name != "as_of"
        )
