"""An analysis' answer as a page needs it: stored where it is the usual one, else worked out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
from django.utils.translation import gettext as _

from regulars.analyses import find_analysis
from regulars.backoffice.engine_rows import engine_rows
from regulars.backoffice.remember import remembered, remembered_if
from regulars.backoffice.scope import Scope
from regulars.backoffice.stored import latest
from regulars.errors import NothingToAnalyse
from regulars.flow.shop_rules import rules_digest
from regulars.tables.analysis import TIMELINE, Analysis
from regulars.tables.fit import Fit, fitted

KEPT_BYTES = 16_000_000  # a larger computed answer is worked out again for each page of it


@dataclass(frozen=True)
class Answer:
    """Which analysis, as of when, with what options, and its rows (lazy)."""

    analysis: Analysis
    as_of: date
    parameters: Mapping[str, Any]
    rows: ir.Table
    key: tuple[Any, ...]
    scope: Scope
    marks: dict[bytes, bytes] | None = None  # what the analysis says of its rows as a whole

    def to_arrow(self) -> pa.Table:
        """All rows, as the analysis declares them."""
        rows: pa.Table = self.rows.select(self.analysis.returns.column_names).to_pyarrow()
        return rows.replace_schema_metadata(self.marks) if self.marks else rows


def answer(
    scope: Scope,
    name: str,
    *,
    as_of: date | None = None,
    parameters: Mapping[str, Any],
    is_kept: bool = True,
) -> Answer:
    """The stored answer for the whole shop with usual options, else one computed now.

    ``is_kept``: a computed answer is kept for the next page; an export reads it lazily.

    Raises AnalysisUnknown, ParameterInvalid, and NothingToAnalyse where there are no orders.
    """
    analysis = find_analysis(name)
    stored = latest(scope.shop, name)
    is_usual = scope.store_id is None and not parameters
    if stored is not None and is_usual and as_of in (None, stored.as_of):
        return Answer(analysis, stored.as_of, parameters, stored.rows, (name, stored.as_of), scope)
    if stored is not None and _is_part_of_model(scope, analysis, as_of, stored.as_of, parameters):
        rows = stored.rows.semi_join(scope.customer_ids(), "customer_id")
        part_key = (name, stored.as_of, scope.store_id)
        return Answer(analysis, stored.as_of, parameters, rows, part_key, scope)
    day = as_of or (stored.as_of if stored else _last_day(scope, analysis))
    options = tuple(sorted((k, str(v)) for k, v in parameters.items()))
    key = (name, day, scope.store_id, options, rules_digest(scope.shop.home, name))
    chosen = scope.shop.usual_options(name) | dict(parameters)
    if scope.store_id is not None and not _has_orders(scope):
        raise NothingToAnalyse(
            _("Store %(store)s has no orders: nothing to show.") % {"store": scope.store_id}
        )
    lazy = None
    if TIMELINE not in analysis.reads:
        lazy = analysis.compute(*(scope.input(t) for t in analysis.reads), as_of=day, **chosen)
    if lazy is None or isinstance(lazy, Fit):
        held = _worked_out(scope, key, analysis, day, chosen, lazy)
        marks, rows = held.schema.metadata, engine_rows(scope.shop, key, held)
        return Answer(analysis, day, parameters, rows, key, scope, marks)
    rows = _kept(scope, key, lazy) if is_kept else lazy
    return Answer(analysis, day, parameters, rows, key, scope)


def _is_part_of_model(
    scope: Scope,
    analysis: Analysis,
    as_of: date | None,
    stored_on: date,
    parameters: Mapping[str, Any],
) -> bool:
    """Whether a store's answer is its customers' rows of the whole shop's: a model is of all."""
    is_usual = as_of in (None, stored_on) and not parameters
    is_of_people = "customer_id" in analysis.returns.key
    return scope.store_id is not None and analysis.is_fitted and is_of_people and is_usual


def _worked_out(
    scope: Scope,
    key: tuple[Any, ...],
    analysis: Analysis,
    day: date,
    parameters: Mapping[str, Any],
    fit: Fit | None,
) -> pa.Table:
    """The answer of the timeline or of a model: kept for the next page where it is small enough.

    Of large ones the last is kept: its pages are turned one after the other.
    """

    def compute() -> pa.Table:
        if fit is not None:
            return fitted(fit).rows
        tables = [scope.input(table) for table in analysis.reads]
        rows: Any = analysis.compute(*tables, as_of=day, **parameters)
        return rows

    return remembered_if(scope.shop, ("rows", key), compute, lambda rows: rows.nbytes <= KEPT_BYTES)


def _last_day(scope: Scope, analysis: Analysis) -> date:
    """The last day that the analysis knows; where there is none, what to do about it on a page."""
    try:
        return scope.shop.usual_day(analysis)
    except NothingToAnalyse:
        raise NothingToAnalyse(
            _(
                "Begin with an export of your sales: one row per line of a receipt is enough. "
                "Customers, products and stores are found in it."
            )
        ) from None


def _kept(scope: Scope, key: tuple[Any, ...], rows: ir.Table) -> ir.Table:
    """The rows worked out and held in memory, where they are small enough."""

    def small_enough() -> pa.Table | None:
        table = rows.to_pyarrow()
        return table if table.nbytes <= KEPT_BYTES else None

    kept = remembered(scope.shop, ("rows", key), small_enough)
    return rows if kept is None else engine_rows(scope.shop, key, kept)


def _has_orders(scope: Scope) -> bool:
    key = ("any orders", scope.store_id)
    return remembered(
        scope.shop, key, lambda: bool(scope["orders"].limit(1).count().to_pyarrow().as_py())
    )
