"""Data quality, the system, and the progress of what runs behind."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars import __version__
from regulars.backoffice.accounts.access import may, requires
from regulars.backoffice.charts import language
from regulars.backoffice.exports import csv_response, xlsx_response
from regulars.backoffice.formats import share_text
from regulars.backoffice.listing import column_label, declared_listing, page_number
from regulars.backoffice.monitor import queries
from regulars.backoffice.monitor.labels import table_label
from regulars.backoffice.monitor.models import Progress
from regulars.backoffice.monitor.services import start
from regulars.backoffice.monitor.tasks import REFRESH, refresh_shop
from regulars.backoffice.pages import not_found, render_page
from regulars.backoffice.shop import current_home, current_shop
from regulars.flow.quality import Check, Finding, check_named
from regulars.lake.head import read_head
from regulars.tables import CANONICAL
from regulars.tables.schema import Column

PAGE_SIZE = 50


@requires("see_quality")
def quality_page(request: HttpRequest) -> HttpResponse:
    """Rows, freshness and every finding with what it means."""
    state = queries.quality()
    context = {
        "quality": state,
        "tables": [(table_label(table.table), table) for table in state.tables],
        "findings": [_finding(finding) for finding in state.findings],
        "quarantine": queries.quarantine_by_reason(current_home()),
    }
    return render_page(request, "monitor/quality.html", context, title=_("Data quality"))


@requires("see_quality")
def finding_page(request: HttpRequest, name: str) -> HttpResponseBase:
    """The rows behind one finding; ?format=csv or xlsx gives them all as a file."""
    check = check_named(name)
    if check is None:
        return not_found(request)
    rows = queries.rows_of(check, current_shop())
    columns = [_column(check, column) for column in rows.columns]
    if (kind := request.GET.get("format")) in {"csv", "xlsx"} and may(request.user, "export_rows"):
        answer = csv_response if kind == "csv" else xlsx_response
        return answer(name, [column_label(column) for column in columns], queries.whole(check))
    count = int(rows.count().to_pyarrow().as_py())
    page = page_number(request.GET.get("page"), count)
    shown = queries.page_of(check, current_shop(), (page - 1) * PAGE_SIZE, PAGE_SIZE)
    listing = declared_listing(columns, shown, count=count, page=page, page_size=PAGE_SIZE)
    context = {"finding": _finding(queries.finding_of(check)), "listing": listing}
    return render_page(
        request, "monitor/finding.html", context, title=check.title.in_language(language())
    )


@requires("see_quality")
def system_page(request: HttpRequest) -> HttpResponse:
    """What runs behind, the lake and its sizes."""
    home = current_home()
    context = {
        "tasks": queries.recent_progress(),
        "head": read_head(home.lake_path),
        "sizes": queries.table_sizes(home),
        "home": home,
        "version": __version__,
    }
    return render_page(request, "monitor/system.html", context, title=_("System state"))


@require_POST
@requires("import_data")
def refresh(request: HttpRequest) -> HttpResponse:
    """Queue a refresh and go where it can be watched."""
    progress = start(
        refresh_shop,
        title=REFRESH,
        user=request.user,
        occupies="refresh",
        next_url=reverse("overview"),
    )
    return redirect("progress", progress.id)


@requires("see_overview")
def progress_page(request: HttpRequest, progress_id: UUID) -> HttpResponse:
    """One background task; as a fragment for the page that polls it."""
    progress = get_object_or_404(Progress, pk=progress_id)
    context: dict[str, Any] = {"progress": progress, "language": language()}
    if getattr(request, "htmx", False):
        response = render(request, "monitor/progress_bar.html", context)
        if progress.state == Progress.State.DONE and progress.next_url:
            response["HX-Redirect"] = progress.next_url
        return response
    if progress.state == Progress.State.DONE and progress.next_url:
        return redirect(progress.next_url)
    title = progress.title_zh if language() == "zh" else progress.title_en
    return render_page(request, "monitor/progress.html", context, title=title)


def _finding(finding: Finding) -> dict[str, Any]:
    check = finding.check
    return {
        "name": check.name,
        "title": check.title.in_language(language()),
        "meaning": check.meaning.in_language(language()),
        "table": table_label(check.table),
        "count": finding.count,
        "total_count": finding.total_count,
        "share": share_text(finding.share) if finding.total_count else "",
        "level": finding.level,
    }


def _column(check: Check, name: str) -> Column:
    """The declared column, or one made for what a check computes."""
    declared = {column.name: column for column in CANONICAL[check.table].columns}
    return declared.get(name) or COMPUTED[name]


COMPUTED = {
    "lines_amount": Column("lines_amount", "money", "the lines' net amounts together", "明细合计"),
    "after_on": Column("after_on", "day", "last day with an order before the gap", "之前最后一天"),
    "until_on": Column("until_on", "day", "first day with an order after it", "之后第一天"),
    "days_count": Column("days_count", "integer", "days without an order", "天数"),
}
