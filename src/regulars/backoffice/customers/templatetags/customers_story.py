"""Labels on the page of a customer."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.backoffice.formats import number_text

register = template.Library()
IDENTIFIER_LABELS = {
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "member_no": gettext_lazy("Member number"),
    "customer_no": gettext_lazy("Customer number"),
    "card": gettext_lazy("Card"),
    "unionid": gettext_lazy("WeChat id"),
}


@register.filter
def identifier_label(kind: str) -> str:
    """A kind of identifier in words."""
    return str(IDENTIFIER_LABELS.get(kind, kind))


@register.filter
def gender_label(gender: str) -> str:
    """A gender in words; what a source said otherwise stays as it is."""
    return {"female": _("female"), "male": _("male"), "other": _("other")}.get(gender, gender)


@register.filter
def plain_number(value: float) -> str:
    """A quantity without needless digits."""
    return number_text(value, 3)
