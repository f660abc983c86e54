"""The account of an import, and the rows that it left out."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from regulars import sources
from regulars.backoffice.accounts.access import may, requires, signed_in
from regulars.backoffice.accounts.masking import masked_text
from regulars.backoffice.accounts.services import log_access
from regulars.backoffice.exports import csv_response, xlsx_response
from regulars.backoffice.imports.columns import layout_label
from regulars.backoffice.listing import PAGE_SIZE, Cell, Head, Listing, page_number
from regulars.backoffice.monitor.labels import table_label
from regulars.backoffice.pages import not_found, render_page
from regulars.backoffice.shop import current_home
from regulars.backoffice.wording import said

COLUMNS = ("file", "line", "reason", "row")


@requires("import_data")
def account(request: HttpRequest, import_id: str) -> HttpResponse:
    """Rows read = used + repeated + quarantined; money to the cent; what changed in each table."""
    found = next((a for a in sources.accounts(current_home()) if a.import_id == import_id), None)
    if found is None:
        return not_found(request)
    reasons = [replace(r, example=masked_text(r.example)) for r in found.reasons]
    found = replace(found, reasons=tuple(reasons))
    changes = [(table_label(name), name, change) for name, change in found.tables.items()]
    files = [(file, layout_label(file.layout)) for file in found.files]
    context = {"account": found, "files": files, "changes": changes}
    title = ", ".join(dict.fromkeys(file.file for file in found.files))[:120]
    return render_page(request, "imports/account.html", context, title=title)


@requires("import_data")
def rows(request: HttpRequest, import_id: str) -> HttpResponseBase:
    """The rows left out, with file, line and reason; ?format=csv or xlsx gives them all.

    The page masks what they say of people. A file has it in full for whom may see that, logged.
    """
    kept_out = sources.quarantined(current_home(), import_id)
    heads = [_("File"), _("Line"), _("Reason"), _("Row")]
    asked = request.GET.get("format")
    if asked in {"csv", "xlsx"} and may(request.user, "export_rows"):
        in_full = may(request.user, "see_personal")
        if in_full:
            log_access(signed_in(request), [f"import {import_id}"], ["rows left out"])
        answer = csv_response if asked == "csv" else xlsx_response
        values = _values(kept_out, str if in_full else masked_text)
        return answer(f"quarantine-{import_id}", heads, values)
    page = page_number(request.GET.get("page"), len(kept_out))
    shown = kept_out.slice((page - 1) * PAGE_SIZE, PAGE_SIZE)
    cells = [
        [Cell(str(value)) for value in (file, line, said(reason), row)]
        for file, line, reason, row in _values(shown, masked_text)
    ]
    listing = Listing([Head(head) for head in heads], cells, len(kept_out), page)
    context = {"listing": listing, "import_id": import_id}
    return render_page(request, "imports/rows.html", context, title=_("Rows left out"))


def _values(table: pa.Table, shown: Callable[[str], str]) -> Iterator[list[Any]]:
    """The rows' values; ``shown`` makes a reason and a row what the reader may see of them."""
    for batch in table.select(list(COLUMNS)).to_batches(max_chunksize=5_000):
        columns = (column.to_pylist() for column in batch.columns)
        for file, line, reason, row in zip(*columns, strict=True):
            yield [file, line, shown(reason or ""), shown(row or "")]
