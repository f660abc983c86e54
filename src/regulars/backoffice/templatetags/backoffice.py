"""Tags that every page uses: amounts, counts, days, and addresses that keep their filters."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from regulars.backoffice.charts import language
from regulars.backoffice.formats import money_text, share_text
from regulars.backoffice.listing import column_label
from regulars.backoffice.wording import said
from regulars.tables.schema import Column
from regulars.tables.text import Text

register = template.Library()
TABLE_LABELS = {
    "orders": gettext_lazy("Newest order"),
    "events": gettext_lazy("Newest event"),
    "feedback": gettext_lazy("Newest feedback"),
}


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """This page's address with some of its query changed; None or "" takes one out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def as_query(pairs: list[tuple[str, str]]) -> str:
    """Names and values as the query of an address."""
    return urlencode(pairs)


@register.filter
def money(value: Decimal | float | None) -> str:
    """An amount with the shop's currency sign and thousands separators."""
    return money_text(value)


@register.filter
def local_time(value: datetime | None) -> str:
    """A moment on the shop's clock, to the minute."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else "–"


@register.filter
def share(value: float | None) -> str:
    """A share between 0 and 1 as per cent."""
    return share_text(value)


@register.filter
def why(reason: str) -> str:
    """A reason, note, question or error in the reader's language."""
    return said(reason)


@register.filter
def spaced(name: str) -> str:
    """A name of ours as words: bad_debt -> bad debt."""
    return name.replace("_", " ")


@register.filter
def in_language(text: Text) -> str:
    """A text of two languages in the reader's."""
    return text.in_language(language())


@register.filter(name="column_label")
def column_label_filter(column: Column) -> str:
    """A declared column's short label."""
    return column_label(column)


@register.filter
def table_label(name: str) -> str:
    """A canonical table's name in words."""
    return str(TABLE_LABELS.get(name, name))
