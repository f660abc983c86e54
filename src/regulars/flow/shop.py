"""A shop, opened: its tables, its stored results, and questions asked of them."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from regulars.analyses import find_analysis
from regulars.errors import NothingToAnalyse, ParameterInvalid, TableUnknown, among
from regulars.flow.declared import declared_results
from regulars.flow.shop_rules import usual_options
from regulars.flow.traits import CUSTOMER_FACTS, trait_names
from regulars.lake import Lake, ShopHome, connect
from regulars.lake.connect import RESULTS, stored_results
from regulars.lake.timeline import open_timeline
from regulars.tables import CANONICAL
from regulars.tables.analysis import TIMELINE, Analysis
from regulars.tables.fit import Fit, Fitted, fitted
from regulars.tables.given import fitting
from regulars.tables.timeline import Timeline

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Result:
    """The answer to a question: which, as of when, with what options, and its rows.

    ``model``: of a fitted analysis, what is known of its model (``tables/fit.py``).
    """

    analysis: Analysis
    as_of: date
    parameters: dict[str, Any]
    table: pa.Table
    model: Mapping[str, Any] | None = None

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table, columns as the analysis declares."""
        return self.table

    def to_pandas(self) -> "pd.DataFrame":
        """The rows as a pandas data frame; money as Decimal."""
        return self.table.to_pandas()

    def to_rows(self) -> list[dict[str, Any]]:
        """The rows as plain dictionaries."""
        return self.table.to_pylist()


class Tables:
    """Lazy tables by attribute or name: ``shop.tables.orders``, ``shop.tables["orders"]``."""

    def __init__(self, backend: Backend, names: list[str], database: str | None = None) -> None:
        self._backend = backend
        self._names = names
        self._database = database
        self._asked: dict[str, ir.Table] = {}

    def __getitem__(self, name: str) -> ir.Table:
        if name not in self._names:
            raise TableUnknown(name, self._names)
        if name not in self._asked:  # the engine is asked for a table's schema once
            self._asked[name] = self._backend.table(name, database=self._database)
        return self._asked[name]

    def __getattr__(self, name: str) -> ir.Table:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def __dir__(self) -> list[str]:
        return self._names


class Shop:
    """One retailer's data at the state that the lake had when it was opened.

    ``tables`` are the canonical ones, ``results`` what the last refreshes kept (by ``as_of``);
    one that was never written has its columns and no rows. ``waits``: for a timeline that
    another process is bringing up to date; a page rather shows the one before.
    """

    def __init__(self, home: ShopHome, *, waits: bool = True) -> None:
        self.home = home
        self._waits = waits
        self.head = Lake(home).head()
        self.backend = connect(home, declared_results())
        self.tables = Tables(self.backend, list(CANONICAL))
        self.results = Tables(
            self.backend, sorted({*declared_results(), *stored_results(self.head)}), RESULTS
        )

    @classmethod
    def open(cls, home: str | os.PathLike[str] | None = None) -> "Shop":
        """The shop at that home; ShopNotFound where there is none."""
        return cls(ShopHome.find(home))

    def refreshed(self) -> "Shop":
        """The shop at the present state of its lake."""
        return Shop(self.home, waits=self._waits)

    def __repr__(self) -> str:
        return f"<Shop {self.home.settings.name!r} at {self.home.path}>"

    @property
    def first_day(self) -> date:
        """The first local day with an order; of a shop without orders, with an event.

        NothingToAnalyse where it has neither.
        """
        if self.has_orders:
            return self._day(self.tables.orders.ordered_at.date().min())
        return self._day(self.tables.events.occurred_at.date().min())

    @property
    def last_day(self) -> date:
        """The last local day with an order; of a shop without orders, with an event.

        NothingToAnalyse where it has neither.
        """
        if self.has_orders:
            return self._day(self.tables.orders.ordered_at.date().max())
        return self._day(self.tables.events.occurred_at.date().max())

    @property
    def has_orders(self) -> bool:
        """Whether anything was ever sold here."""
        state = self.head.tables.get("orders")
        return state is not None and state.row_count > 0

    def require(self, analysis: Analysis) -> None:
        """NothingToAnalyse where an analysis reads orders and there are none."""
        if "orders" in analysis.reads and not self.has_orders:
            self._no_orders()

    def _day(self, asked: ir.Scalar) -> date:
        day: date | None = asked.to_pyarrow().as_py()
        return self._no_orders() if day is None else day

    def _no_orders(self) -> NoReturn:
        raise NothingToAnalyse(
            f"There are no orders in {self.home.path}. Import some: regulars import FILE ..."
        )

    def analyse(self, name: str, *, as_of: date | str | None = None, **parameters: Any) -> Result:
        """Ask a question. ``as_of``: what happened after that local day does not exist for it
        (a date, or text such as "2026-09-30"; None: the last day that has an order).

        Raises AnalysisUnknown, ParameterInvalid, and NothingToAnalyse.
        """
        analysis = find_analysis(name)
        known = {parameter.name: parameter for parameter in analysis.parameters}
        for given in parameters:
            if given not in known:
                options = among(given, known, "Options") if known else "It has no options."
                raise ParameterInvalid(f"Analysis '{name}' has no option '{given}'. {options}")
        parameters = {name: fitting(known[name], value) for name, value in parameters.items()}
        usual = {parameter.name: parameter.default for parameter in analysis.parameters}
        usual |= self.usual_options(name)
        day = self.usual_day(analysis) if as_of is None else day_of(as_of)
        answer = self.answer(analysis, day, parameters)
        if isinstance(answer, Fitted):
            return Result(analysis, day, usual | parameters, answer.rows, answer.model)
        rows = answer if isinstance(answer, pa.Table) else answer.to_pyarrow()
        return Result(analysis, day, usual | parameters, rows)

    def usual_day(self, analysis: Analysis) -> date:
        """The last day that an analysis knows: with an order, or with anything on the timeline."""
        if TIMELINE in analysis.reads:
            return self.timeline.last_day
        self.require(analysis)
        return self.last_day

    def answer(
        self, analysis: Analysis, as_of: date, parameters: dict[str, Any]
    ) -> ir.Table | pa.Table | Fitted:
        """The answer as a lazy table, not yet asked; of the timeline or a model, its rows."""
        tables = [self.input(name) for name in analysis.reads]
        options = self.usual_options(analysis.name) | parameters
        answer = analysis.compute(*tables, as_of=as_of, **options)
        return fitted(answer) if isinstance(answer, Fit) else answer

    def usual_options(self, name: str) -> dict[str, Any]:
        """An analysis' options where none are given: the shop's own rules, where it has some."""
        return usual_options(self.home, name)

    def input(self, name: str) -> ir.Table | Timeline:
        """What an analysis reads under that name: a canonical table, or the timeline."""
        return self.timeline if name == TIMELINE else self.tables[name]

    @cached_property
    def timeline(self) -> Timeline:
        """All that everybody did, in the order of time; brought up to date where it is not."""
        return open_timeline(
            self.home, trait_names=trait_names(), read_trait=self._trait, waits=self._waits
        )

    def _trait(self, name: str) -> pa.Table:
        """A trait's values of the last refresh, or a fact of customers: customer_id and value."""
        known = self.tables.customers
        if name not in CUSTOMER_FACTS:
            traits = self.results["customer_traits"]
            known = traits.filter(traits.as_of == traits.as_of.max())
        return known.select("customer_id", value=known[name].cast("string")).to_pyarrow()


def day_of(given: date | str) -> date:
    """The day that a date, a moment or an ISO text names; ParameterInvalid for anything else."""
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise ParameterInvalid(
            f"as_of {given!r} is not a day; give a date, or text like '2026-09-30'."
        ) from None
