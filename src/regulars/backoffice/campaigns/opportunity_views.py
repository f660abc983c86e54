"""Opportunities: what could be done today, for how much money, and for whom."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.backoffice.accounts.access import may, requires
from regulars.backoffice.campaigns import queries
from regulars.backoffice.campaigns.audience import finder_named
from regulars.backoffice.charts import language
from regulars.backoffice.exports import csv_response, xlsx_response
from regulars.backoffice.formats import cell_text
from regulars.backoffice.listing import (
    PAGE_SIZE,
    Cell,
    Head,
    Listing,
    column_label,
    page_number,
)
from regulars.backoffice.pages import not_found, render_page
from regulars.backoffice.shop import current_shop
from regulars.decisions.finder import Finder
from regulars.decisions.finders import all_finders
from regulars.decisions.opportunities import OPPORTUNITIES
from regulars.flow.shop import Shop

SHOWN = (
    "customer_id",
    "expected_incremental_margin_amount",
    "expected_uplift",
    "response_baseline",
    "expires_on",
)


@requires("see_opportunities")
def opportunities(request: HttpRequest) -> HttpResponse:
    """Every kind with its customers and money; one click makes a campaign."""
    tongue = language()
    kinds = [
        {
            "found": found,
            "kind": found.finder.kind,
            "title": found.finder.title.in_language(tongue),
            "question": found.finder.question.in_language(tongue),
            "basis": found.basis.in_language(tongue),
        }
        for found in queries.opportunity_kinds(current_shop())
    ]
    total = sum(kind["found"].expected_amount for kind in kinds)  # type: ignore[attr-defined] # of object
    context = {"kinds": kinds, "total": total}
    return render_page(request, "campaigns/opportunities.html", context, title=_("Opportunities"))


@requires("see_opportunities")
def customers(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The customers behind one kind, each with why; ?format=csv or xlsx gives them all."""
    if kind not in all_finders():
        return not_found(request)
    finder, shop = finder_named(kind), current_shop()
    known = [found for found in queries.opportunity_kinds(shop) if found.finder.kind == kind]
    asked = request.GET.get("format")
    if known and asked in {"csv", "xlsx"} and may(request.user, "export_rows"):
        answer = csv_response if asked == "csv" else xlsx_response
        return answer(f"opportunities-{kind}", _export_heads(), _export_rows(finder))
    count = known[0].customer_count if known else 0
    context = {
        "found": known[0] if known else None,
        "kind": kind,
        "question": finder.question.in_language(language()),
        "basis": known[0].basis.in_language(language()) if known else "",
        "listing": _listing(shop, finder, count, request.GET.get("page")),
    }
    return render_page(
        request, "campaigns/opportunity.html", context, title=finder.title.in_language(language())
    )


def _listing(shop: Shop, finder: Finder, count: int, asked: str | None) -> Listing:
    columns = [OPPORTUNITIES.column(name) for name in SHOWN]
    heads = [Head(column_label(c), c.type in {"money", "number"}, c.meaning) for c in columns]
    heads.insert(1, Head(_("Why")))
    page = page_number(asked, count)
    if not count:
        return Listing(heads, [], 0)
    rows = queries.opportunity_rows(shop, finder.kind)
    shown = rows.limit(PAGE_SIZE, offset=(page - 1) * PAGE_SIZE).to_pyarrow().to_pylist()
    return Listing(heads, [_cells(finder, row) for row in shown], count, page)


def _cells(finder: Finder, row: dict[str, Any]) -> list[Cell]:
    columns = [OPPORTUNITIES.column(name) for name in SHOWN[1:]]
    url = reverse("customer", args=[row["customer_id"]])
    why = queries.why_words(finder, row["why"], language())
    return [
        Cell(row["customer_id"], url=url),
        Cell(why),
        *(_figure(column.name, row) for column in columns),
    ]


def _figure(name: str, row: dict[str, Any]) -> Cell:
    column = OPPORTUNITIES.column(name)
    is_number = column.type in {"money", "number"}
    if column.type == "number":
        return Cell(f"{row[name] * 100:.1f}%", is_number)
    return Cell(cell_text(column, row[name]), is_number)


def _export_heads() -> list[str]:
    labels = [column_label(OPPORTUNITIES.column(name)) for name in SHOWN]
    return [labels[0], _("Why"), *labels[1:]]


def _export_rows(finder: Finder) -> Iterator[list[Any]]:
    tongue = language()  # a stream outlives the request's language
    for row in queries.whole(finder.kind):
        why = queries.why_words(finder, row["why"], tongue)
        yield [row["customer_id"], why, *(row[name] for name in SHOWN[1:])]
