"""Imports: files in, how they are read, what would become of them, and go."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars import sources
from regulars.backoffice.accounts.access import requires
from regulars.backoffice.accounts.masking import masked_text
from regulars.backoffice.charts import language
from regulars.backoffice.imports import inbox, services
from regulars.backoffice.imports.columns import (
    FORM_LABELS,
    chosen_mapping,
    column_rows,
    layout_label,
)
from regulars.backoffice.imports.models import ImportDraft
from regulars.backoffice.imports.tasks import IMPORT, LOOK, look_through, run_import
from regulars.backoffice.listing import PAGE_SIZE, Listing, page_number
from regulars.backoffice.monitor.labels import TABLE_LABELS, table_label
from regulars.backoffice.monitor.queries import last_failure
from regulars.backoffice.monitor.services import start
from regulars.backoffice.pages import render_page
from regulars.backoffice.shop import current_home
from regulars.backoffice.wording import said
from regulars.errors import RegularsError


@requires("import_data")
def imports(request: HttpRequest) -> HttpResponse:
    """Upload, choose from the inbox, go on with a draft; every account there is."""
    home = current_home()
    done = sources.accounts(home)
    page = page_number(request.GET.get("page"), len(done))
    context = {
        "waiting": inbox.waiting(home)[:100],
        "drafts": ImportDraft.objects.exclude(state=ImportDraft.State.IMPORTED)[:20],
        "accounts": done[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        "listing": Listing([], [], len(done), page),
        "endings": ",".join(inbox.ENDINGS),
    }
    return render_page(request, "imports/imports.html", context, title=_("Imports"))


@require_POST
@requires("import_data")
def prepare(request: HttpRequest) -> HttpResponse:
    """Take in uploads or files chosen from the inbox, and look through them."""
    assert isinstance(request.user, User), "requires() lets only users in"  # noqa: S101
    try:
        draft = services.prepare(
            current_home(),
            request.user,
            uploads=request.FILES.getlist("files"),
            chosen=request.POST.getlist("chosen"),
        )
    except RegularsError as error:
        messages.error(request, said(error))
        return redirect("imports")
    return _look(request, draft)


@requires("import_data")
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """How the files would be read and what would become of their rows."""
    found = get_object_or_404(ImportDraft, pk=draft_id)
    if found.import_id:
        return redirect("import_account", found.import_id)
    look = found.look | {"reasons": _masked_reasons(found)}
    context = {
        "draft": found,
        "look": look,
        "files": [_file(file) for file in look.get("files", [])],
        "tables": [(table_label(name), name, n) for name, n in look.get("tables", {}).items()],
        "table_choices": _table_choices(),
        "preset_choices": [(name, preset.title) for name, preset in sources.presets().items()],
        "forms": FORM_LABELS,
        "can_run": found.state == ImportDraft.State.LOOKED and not look.get("unclear"),
        "failed": _last_failure(found),
    }
    return render_page(request, "imports/draft.html", context, title=str(found)[:120])


@require_POST
@requires("import_data")
def look(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Look again, with the table, preset and columns that were chosen."""
    found = get_object_or_404(ImportDraft, pk=draft_id)
    try:
        mapping = chosen_mapping(found, request.POST)
        table, preset = request.POST.get("table", ""), request.POST.get("preset", "")
        if (table, preset) != (found.table, found.preset):
            mapping = {}  # other targets: what was chosen before does not carry over
        found = services.change(found.pk, table=table, preset=preset, mapping=mapping)
    except RegularsError as error:
        messages.error(request, said(error))
        return redirect("import_draft", draft_id)
    return _look(request, found)


@require_POST
@requires("import_data")
def run(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Import, behind the page; the account follows."""
    found = get_object_or_404(ImportDraft, pk=draft_id)
    if found.import_id:
        return redirect("import_account", found.import_id)
    progress = start(
        run_import,
        title=IMPORT,
        user=request.user,
        occupies=f"import {found.pk}",
        next_url=reverse("import_draft", args=[found.pk]),
        draft_id=str(found.pk),
        with_refresh="refresh" in request.POST,
    )
    return redirect("progress", progress.id)


@require_POST
@requires("import_data")
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Forget the draft; its files stay in the inbox."""
    ImportDraft.objects.filter(pk=draft_id, import_id="").delete()
    return redirect("imports")


def _look(request: HttpRequest, found: ImportDraft) -> HttpResponse:
    progress = start(
        look_through,
        title=LOOK,
        user=request.user,
        occupies=f"look {found.pk}",
        next_url=reverse("import_draft", args=[found.pk]),
        draft_id=str(found.pk),
    )
    return redirect("progress", progress.id)


def _masked_reasons(found: ImportDraft) -> list[dict[str, Any]]:
    reasons = found.look.get("reasons", [])
    return [{**reason, "example": masked_text(reason["example"])} for reason in reasons]


def _file(file: dict[str, Any]) -> dict[str, Any]:
    layout = file["layout"]
    return {**file, "layout_label": layout_label(layout), "rows": column_rows(file, language())}


def _table_choices() -> Sequence[tuple[str, str]]:
    named = [(name, label.in_language(language())) for name, label in TABLE_LABELS.items()]
    return [("sales", _("sales, one row per line")), *named]


def _last_failure(found: ImportDraft) -> str:
    """Why the last look or import of this draft ended without result; "" if it did not."""
    return last_failure(reverse("import_draft", args=[found.pk]))
