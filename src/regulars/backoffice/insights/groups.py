"""Customers by named group, each group with its customers behind a link."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
from django.urls import reverse
from django.utils.http import urlencode

from regulars.backoffice.insights.answers import Answer
from regulars.backoffice.remember import remembered
from regulars.backoffice.wording import value_label
from regulars.tables.schema import Column

# The text columns that name a group, and the trait that finds its customers.
GROUPED: Mapping[str, Mapping[str, str]] = {
    "rfm": {"group_zh": "rfm_group_zh", "group_en": "rfm_group_en"},
    "purchase_habits": {"frequency_class": "frequency_class"},
    "decision_style": {"decision_style": "decision_style"},
}


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

    column: Column
    groups: list[Group]

    @property
    def has_amounts(self) -> bool:
        return any(group.amount is not None for group in self.groups)


def groupings(answer: Answer) -> list[Grouping]:
    """Every naming of an analysis' customers."""
    named = GROUPED.get(answer.analysis.name, {})
    return [_grouping(answer, column, trait) for column, trait in named.items()]


def _grouping(answer: Answer, name: str, trait: str) -> Grouping:
    counted = remembered(
        answer.scope.shop, ("groups", answer.key, name), lambda: _counted(answer, name)
    )
    whole = sum(row["count"] for row in counted) or 1
    groups = [
        Group(
            value_label(row[name] or ""),
            row["count"],
            row["count"] / whole,
            row.get("amount"),
            f"{reverse('customers')}?{urlencode({trait: row[name] or '-'})}",
        )
        for row in counted
    ]
    return Grouping(answer.analysis.returns.column(name), groups)


def _counted(answer: Answer, name: str) -> list[dict[str, Any]]:
    rows = answer.rows
    sums = {"count": rows.count()}
    if "net_amount" in rows.columns:
        sums["amount"] = rows.net_amount.sum()
    by = "amount" if "amount" in sums else "count"
    grouped = rows.group_by(name).aggregate(**sums).order_by(ibis.desc(by), name)
    found: list[dict[str, Any]] = grouped.to_pyarrow().to_pylist()
    return found
