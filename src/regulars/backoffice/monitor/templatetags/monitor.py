"""Tags of the working pages: states, and texts kept in two languages."""

from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.backoffice.charts import language
from regulars.backoffice.formats import NOTHING, moment_text

register = template.Library()
CLASSES = {"fine": "", "empty": "r-tag-quiet", "notice": "r-tag-warn", "warning": "r-tag-bad"}


@register.simple_tag
def level_tag(level: str) -> SafeString:
    """How a finding stands, as a coloured word."""
    words = {
        "fine": _("fine"),
        "empty": _("no rows"),
        "notice": _("notice"),
        "warning": _("attention"),
    }
    return format_html('<span class="r-tag {}">{}</span>', CLASSES[level], words[level])


@register.simple_tag
def in_language(en: str, zh: str) -> str:
    """The text in the reader's language."""
    return zh if language() == "zh" else en


@register.filter
def moment_or_day(value: datetime | date | None) -> str:
    """A moment on the shop's clock, or a day."""
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if value else NOTHING


@register.filter
def count(value: int | None) -> str:
    """12345 -> 12,345, in every language."""
    return NOTHING if value is None else f"{value:,}"


@register.filter
def said_at(value: str) -> str:
    """A moment kept as ISO text, on the shop's clock."""
    return moment_text(datetime.fromisoformat(value)) if value else NOTHING
