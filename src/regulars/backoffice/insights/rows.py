"""The rows behind a figure: those of a cell, in an order, a page or all of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import ibis.expr.types as ir
from django.http import QueryDict
from django.urls import reverse

from regulars.backoffice.asked import batches_of
from regulars.backoffice.charts import language
from regulars.backoffice.formats import NUMBER_TYPES, unit_text
from regulars.backoffice.insights.answers import Answer
from regulars.backoffice.insights.cells import cell_words
from regulars.backoffice.insights.columns import label_of, page_columns
from regulars.backoffice.insights.conditions import conditions, filtered, key_of
from regulars.backoffice.insights.drill import asked_cell
from regulars.backoffice.insights.row_words import row_words
from regulars.backoffice.listing import (
    PAGE_SIZE,
    Cell,
    Head,
    Listing,
    column_label,
    page_number,
)
from regulars.backoffice.remember import remembered
from regulars.backoffice.stores import store_choices
from regulars.backoffice.wording import is_number
from regulars.tables.schema import Column
from regulars.tables.text import Text

HIDDEN = frozenset({"metric_order", "label_en", "label_zh", "unit"})
# How a reader expects the rows, where that is not by their key.
NATURAL_ORDER: Mapping[str, tuple[str, ...]] = {
    "kpis": ("metric_order",),
    "sales_change": ("dimension", "change_rank"),
    "purchase_mix": ("dimension", "member_rank"),
    "product_ranking": ("product_rank",),
    "paths": ("step", "-visit_count"),
    "path_steps": ("step", "-visit_count"),
    "page_values": ("-visit_count",),
    "sessions": ("-visit_count",),
    "search_terms": ("by_value", "head_rank", "-search_count"),
    "missed_searches": ("query_rank",),
    "store_visits": ("-visit_count",),
    "store_zones": ("store_id", "-dwell_seconds"),
    "zone_flow": ("store_id", "-flow_count"),
    "attribution": ("model", "-conversion_count"),
    "decision_style_by_category": ("-deliberation_score",),
    "clv": ("-expected_amount",),
    "cac": ("dimension", "-new_customer_count"),
    "lifecycle": ("next_stage_on",),
    "lifecycle_moves": ("-month_on",),
    "repurchase": ("-within_14_days_probability",),
    "next_need": ("remind_on",),
    "churn": ("warning_rank",),
    "churn_drivers": ("effect_rank",),
    "one_time_buyers": ("-is_significant", "-risk_ratio"),
    "personas": ("-persona_confidence",),
    "loyalty": ("-net_amount",),
    "household_traits": ("-evidence_count",),
    "household_evidence": ("-score", "-evidence_count"),
    "price_sensitivity": ("elasticity",),
    "customer_price_sensitivity": ("-price_sensitivity_score",),
    "category_audience": ("category", "-is_significant", "-index"),
    "lookalikes": ("lookalike_rank",),
    "response": ("uplift_rank",),
}
# The same in every row, and said in the sentence above.
PERIOD = frozenset({"period", "started_on", "ended_on"})
OF_ONE_PERIOD = frozenset({"kpis", "product_ranking", "sales_change"})
# Columns that say nothing unless an option asks for them.
ONLY_WITH = {
    "by_store": ("store_id",),
    "by": ("by_value",),
    "against": ("against_count", "against_share", "share_difference"),
    "to": ("is_reached",),
}
UNITS = {"seconds": Text("seconds", "秒"), "hours": Text("hours", "小时")}
OF_UNIT = frozenset({"value", "previous_value", "last_year_value"})


def shown_columns(answer: Answer) -> list[Column]:
    """The columns that tell one row from another; the export has all of them."""
    hidden = HIDDEN | PERIOD if answer.analysis.name in OF_ONE_PERIOD else HIDDEN
    options = {parameter.name for parameter in answer.analysis.parameters}
    hidden |= {
        column
        for option, columns in ONLY_WITH.items()
        if option in options and not answer.parameters.get(option)
        for column in columns
    }
    columns = [c for c in page_columns(answer.analysis) if c.name not in hidden]
    if "store_id" in {column.name for column in columns}:  # which is shown by its name
        columns = [column for column in columns if column.name != "store_name"]
    return columns


def asked_rows(answer: Answer, query: Mapping[str, str]) -> ir.Table:
    """The rows of the asked cell for which the asked conditions hold, in the asked order."""
    rows = filtered(answer.rows, conditions(answer.analysis, query))
    for name, value in asked_cell(answer.analysis.name, query).items():
        rows = rows.filter(_is(rows[name], value))
    natural = NATURAL_ORDER.get(answer.analysis.name, ())
    usual = dict.fromkeys((*natural, *answer.analysis.returns.key))
    key = {name.removeprefix("-"): _ordered(rows, name) for name in usual}
    sort = query.get("sort", "")
    name = sort.removeprefix("-")
    if name not in answer.analysis.returns.column_names:
        return rows.order_by(*key.values())
    return rows.order_by(
        _ordered(rows, sort), *(by for column, by in key.items() if column != name)
    )


def _ordered(rows: ir.Table, name: str) -> ir.Value:
    """By a column, from the top where a minus stands before it; what is not known comes last."""
    if name.startswith("-"):
        return rows[name.removeprefix("-")].desc(nulls_first=False)
    return rows[name].asc()


def row_listing(answer: Answer, query: QueryDict) -> Listing:
    """One page of the asked rows."""
    columns = shown_columns(answer)
    cell = tuple(asked_cell(answer.analysis.name, query).items())
    cell += key_of(conditions(answer.analysis, query))
    rows = asked_rows(answer, query)
    count = remembered(
        answer.scope.shop,
        ("row count", answer.key, cell),
        lambda: int(rows.count().to_pyarrow().as_py()),
    )
    page = page_number(query.get("page"), count)
    found = remembered(
        answer.scope.shop,
        ("row page", answer.key, cell, query.get("sort", ""), page),
        lambda: rows.limit(PAGE_SIZE, offset=(page - 1) * PAGE_SIZE).to_pyarrow().to_pylist(),
    )
    stores = dict(store_choices(answer.scope.shop))
    cells = [
        [_cell(answer.analysis.name, column, row, stores) for column in columns] for row in found
    ]
    return Listing(
        [_head(answer.analysis.name, column, query) for column in columns], cells, count, page
    )


def all_rows(answer: Answer, query: Mapping[str, str]) -> Iterator[Sequence[Any]]:
    """Every asked row with every declared column, batch by batch."""
    rows = asked_rows(answer, query).select(answer.analysis.returns.column_names)
    for batch in batches_of(answer.scope.shop, rows):
        columns = [column.to_pylist() for column in batch.columns]
        yield from zip(*columns, strict=True)


def export_heads(answer: Answer) -> list[str]:
    """The headings of a file: there, lengths of time are plain numbers of a unit."""
    named = ((column_label(c), UNITS.get(c.unit)) for c in answer.analysis.returns.columns)
    return [f"{label} ({unit.in_language(language())})" if unit else label for label, unit in named]


def _is(column: ir.Column, text: str) -> ir.BooleanValue:
    kind = column.type()
    if kind.is_numeric():
        try:
            return column == float(text)
        except ValueError:
            return column.isnull() & column.notnull()
    if kind.is_date():
        try:
            return column == date.fromisoformat(text)
        except ValueError:
            return column.isnull() & column.notnull()
    return column == text


def _head(analysis: str, column: Column, query: QueryDict) -> Head:
    sort = query.get("sort", "")
    is_sorted = sort.removeprefix("-") == column.name
    from_top = not sort.startswith("-") if is_sorted else column.type in NUMBER_TYPES
    address = query.copy()
    address.pop("page", None)
    address["sort"] = f"{'-' if from_top else ''}{column.name}"
    state = ("descending" if sort.startswith("-") else "ascending") if is_sorted else ""
    url = f"?{address.urlencode()}#rows"
    return Head(label_of(analysis, column), is_number(column), column.meaning, url, state)


def _cell(analysis: str, column: Column, row: Mapping[str, Any], stores: Mapping[str, str]) -> Cell:
    value = row[column.name]
    if column.name == "customer_id" and value:
        return Cell(str(value), url=reverse("customer", args=[value]))
    if column.name in OF_UNIT and "unit" in row:
        return Cell(unit_text(value, row["unit"]), is_number=True)
    if column.name == "metric":
        return Cell(str(row[f"label_{language()}"]))
    if row.get("factor") == "store" and column.name == "level":
        value = stores.get(value, value)
    said = row_words(analysis, column.name, value, row)
    text = cell_words(analysis, column, value, stores) if said is None else said
    return Cell(text, is_number(column))
