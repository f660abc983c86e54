"""From a point of a figure to what is behind it: its customers, or its rows in the table."""

import calendar
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from regulars.analyses import find_analysis
from regulars.backoffice.charts import Address, language
from regulars.backoffice.insights.conditions import PREFIX, is_of_customers
from regulars.figures import figure_module, figure_names

CELL = "cell."

# What the points of a figure carry first, by name of the analysis.
CARRIED: Mapping[str, tuple[str, ...]] = {
    "kpis": ("metric",),
    "kpi_series": ("started_on",),
    "sales_change": ("dimension", "member_id"),
    "rfm": ("recency_score", "frequency_score"),
    "purchase_habits": ("preferred_weekday", "preferred_hour_band"),
    "purchase_times": ("weekday", "hour"),
    "purchase_mix": ("dimension", "member_id"),
    "cohort_retention": ("cohort_on", "months_since"),
    "product_ranking": ("product_id",),
    "retention": ("cohort_on", "period_number"),
    "sessions": ("dimension", "member_name"),
    "time_to_convert": ("by_value", "kind", "position"),
    "path_steps": ("step", "node"),
    "page_values": ("node",),
    "store_visits": ("store_id",),
    "store_zones": ("store_id", "zone"),
    "zone_flow": ("store_id", "from_zone", "to_zone"),
    "attribution": ("touch", "model"),
    "search_terms": ("head_term",),
    "missed_searches": ("query",),
    "decision_style": ("decision_style",),
    "decision_style_by_category": ("product_group",),
    "lifecycle": ("stage",),
    "personas": ("persona_{language}",),
    "lookalikes": ("lookalike_score_min", "lookalike_score_max"),
    "repurchase": ("purpose",),
}
# Whose points lead to the list of customers; other analyses of customers filter their own rows.
OF_CUSTOMERS = frozenset({"rfm", "purchase_habits", "decision_style"})


def address_of(name: str, query: Mapping[str, str], *, is_usual: bool) -> Address | None:
    """How a click on this analysis' figure finds its rows; None where its points say nothing.

    The customers behind a cell are those of the stored answer (``is_usual``); with other
    options the click opens the rows of the answer itself.
    """
    columns = carried(name)
    if columns is None:
        return None
    is_filter = is_of_customers(find_analysis(name))

    def address(point: Sequence[Any]) -> str | None:
        values = dict(zip(columns, point, strict=False))
        if len(values) < len(columns) or None in values.values():
            return None
        if is_usual and name in OF_CUSTOMERS:
            return f"{reverse('customers')}?{urlencode(values)}"
        prefix = PREFIX if is_filter else CELL
        return f"?{urlencode({**query, **{prefix + k: v for k, v in values.items()}})}#rows"

    return address


def carried(name: str) -> tuple[str, ...] | None:
    """The columns whose values a figure's points carry first: named here, or by the figure."""
    if name in CARRIED:
        return tuple(column.format(language=language()) for column in CARRIED[name])
    own: tuple[str, ...] | None = None
    return getattr(figure_module(name), "CARRIED", own) if name in figure_names() else own


def asked_cell(name: str, query: Mapping[str, str]) -> dict[str, str]:
    """The cell that an address asks for: column and value as text."""
    columns: Sequence[str] = carried(name) or ()
    return {c: query[f"{CELL}{c}"] for c in columns if query.get(f"{CELL}{c}")}


def cohort_customers(cell: Mapping[str, str]) -> str | None:
    """The address of the customers of a cohort: those whose first order fell in its month."""
    try:
        first = date.fromisoformat(cell.get("cohort_on", ""))
    except ValueError:
        return None
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    asked = {"first_order_on_min": first.isoformat(), "first_order_on_max": last.isoformat()}
    return f"{reverse('customers')}?{urlencode(asked)}"


# Links from a cell to customers, for analyses whose rows are not customers themselves.
CUSTOMERS_BEHIND: Mapping[str, Callable[[Mapping[str, str]], str | None]] = {
    "cohort_retention": cohort_customers,
}
