"""Customers by named group, each group with its customers behind a link."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import ibis
from django.urls import reverse
from django.utils.http import urlencode

from regulars.backoffice.insights.answers import Answer
from regulars.backoffice.insights.columns import label_of, page_columns
from regulars.backoffice.insights.conditions import NOT_KNOWN, PREFIX
from regulars.backoffice.insights.row_words import word_of
from regulars.backoffice.remember import remembered

MOST_GROUPS = 12
# The text columns that name a group, and the trait that finds its customers. Other analyses of
# customers: every text that is a trait and takes few values, found by a filter of their rows.
GROUPED: Mapping[str, Mapping[str, str]] = {
    "rfm": {"group_zh": "rfm_group_zh", "group_en": "rfm_group_en"},
    "purchase_habits": {"frequency_class": "frequency_class"},
    "decision_style": {"decision_style": "decision_style"},
}
# What goes with a risk is read beside it; customers are not grouped by it.
UNGROUPED = frozenset({"driver_1", "driver_2", "driver_3", "churn_method"})


@dataclass(frozen=True)
class Group:
    """One group: how many customers, what share of them, and their money where it is known."""

    name: str
    count: int
    share: float
    amount: Decimal | None
    url: str


@dataclass(frozen=True)
class Grouping:
    """The groups of one naming, the one with most money (or most customers) first."""

    label: str
    groups: list[Group]

    @property
    def has_amounts(self) -> bool:
        return any(group.amount is not None for group in self.groups)


def groupings(answer: Answer) -> list[Grouping]:
    """Every naming of an analysis' customers."""
    analysis = answer.analysis
    if analysis.name in GROUPED:
        named = GROUPED[analysis.name]
        return [
            _grouping(answer, column, partial(_customers, trait)) for column, trait in named.items()
        ]
    if analysis.returns.key != ("customer_id",):
        return []
    telling = {t.source_column for t in analysis.traits if t.type in ("text", "flag")}
    names = [column.name for column in page_columns(analysis) if column.name in telling - UNGROUPED]
    found = [_grouping(answer, name, partial(_own_rows, name)) for name in names]
    return [grouping for grouping in found if 1 < len(grouping.groups) <= MOST_GROUPS]


def _customers(trait: str, value: Any) -> str:
    return f"{reverse('customers')}?{urlencode({trait: value or '-'})}"


def _own_rows(column: str, value: Any) -> str:
    text = NOT_KNOWN if value is None else str(value).lower() if value in (True, False) else value
    return f"?{urlencode({PREFIX + column: text})}#rows"


def _grouping(answer: Answer, name: str, address: Callable[[Any], str]) -> Grouping:
    column = answer.analysis.returns.column(name)
    counted = remembered(
        answer.scope.shop, ("groups", answer.key, name), lambda: _counted(answer, name)
    )
    whole = sum(row["count"] for row in counted) or 1
    groups = [
        Group(
            word_of(answer.analysis.name, column, row[name]),
            row["count"],
            row["count"] / whole,
            row.get("amount"),
            address(row[name]),
        )
        for row in counted
    ]
    return Grouping(label_of(answer.analysis.name, column), groups)


def _counted(answer: Answer, name: str) -> list[dict[str, Any]]:
    rows = answer.rows
    sums = {"count": rows.count()}
    if "net_amount" in rows.columns:
        sums["amount"] = rows.net_amount.sum()
    by = "amount" if "amount" in sums else "count"
    grouped = rows.group_by(name).aggregate(**sums).order_by(ibis.desc(by), name)
    grouped = grouped.limit(MOST_GROUPS + 1)
    found: list[dict[str, Any]] = grouped.to_pyarrow().to_pylist()
    return found
