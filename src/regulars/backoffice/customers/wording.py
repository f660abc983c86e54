"""A line of the timeline in words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from regulars.backoffice.formats import money_text, number_text

KIND_LABELS = {
    "order": gettext_lazy("Orders"),
    "return": gettext_lazy("Returns"),
    "event": gettext_lazy("Visits and clicks"),
    "feedback": gettext_lazy("Feedback"),
    "message": gettext_lazy("Messages"),
    "points": gettext_lazy("Points"),
    "tier": gettext_lazy("Tiers"),
    "coupon": gettext_lazy("Coupons"),
}
ICONS = {
    "order": "shopping_bag",
    "return": "assignment_return",
    "event": "ads_click",
    "feedback": "chat_bubble",
    "message": "mail",
    "points": "toll",
    "tier": "military_tech",
    "coupon": "confirmation_number",
}
EVENT_LABELS = {
    "Products Searched": gettext_lazy("Searched"),
    "Product List Viewed": gettext_lazy("Looked through a list"),
    "Product Viewed": gettext_lazy("Viewed a product"),
    "Product Added": gettext_lazy("Added to cart"),
    "Product Removed": gettext_lazy("Took out of the cart"),
    "Cart Viewed": gettext_lazy("Looked at the cart"),
    "Checkout Started": gettext_lazy("Began to check out"),
    "Coupon Entered": gettext_lazy("Entered a coupon"),
    "Coupon Applied": gettext_lazy("Coupon accepted"),
    "Order Completed": gettext_lazy("Completed an order online"),
    "Order Delivered": gettext_lazy("Order delivered"),
    "Order Refunded": gettext_lazy("Order refunded"),
    "Product Reviewed": gettext_lazy("Reviewed a product"),
    "Page Viewed": gettext_lazy("Viewed a page"),
    "Store Entered": gettext_lazy("Entered the store"),
    "Zone Entered": gettext_lazy("Entered a zone"),
    "Zone Left": gettext_lazy("Left a zone"),
    "Store Left": gettext_lazy("Left the store"),
    "Product Picked Up": gettext_lazy("Picked up a product"),
    "Service Contacted": gettext_lazy("Contacted service"),
    "Post Liked": gettext_lazy("Liked a post"),
    "Post Shared": gettext_lazy("Shared a post"),
    "Post Commented": gettext_lazy("Commented on a post"),
    "Activity Joined": gettext_lazy("Joined an activity"),
}
MESSAGE_LABELS = {
    "unsubscribed": gettext_lazy("Message sent; unsubscribed"),
    "clicked": gettext_lazy("Message sent and clicked"),
    "opened": gettext_lazy("Message sent and opened"),
    "delivered": gettext_lazy("Message delivered"),
    "sent": gettext_lazy("Message sent"),
    "holdout": gettext_lazy("Left alone on purpose (holdout)"),
    "not sent": gettext_lazy("Message not sent"),
}
FEEDBACK_LABELS = {
    "review": gettext_lazy("Review"),
    "survey": gettext_lazy("Survey answer"),
    "ticket": gettext_lazy("Service ticket"),
    "complaint": gettext_lazy("Complaint"),
    "social": gettext_lazy("Social post"),
}
CHANNEL_LABELS = {
    "store": gettext_lazy("store"),
    "web": gettext_lazy("web shop"),
    "app": gettext_lazy("app"),
    "mini_program": gettext_lazy("mini program"),
    "marketplace": gettext_lazy("marketplace"),
    "pos": gettext_lazy("till"),
    "wifi": gettext_lazy("in-store Wi-Fi"),
    "camera": gettext_lazy("in-store camera"),
    "service": gettext_lazy("service desk"),
    "social": gettext_lazy("social media"),
    "sms": gettext_lazy("text message"),
    "email": gettext_lazy("e-mail"),
    "wechat": gettext_lazy("WeChat"),
    "push": gettext_lazy("push message"),
}


@dataclass(frozen=True)
class Names:
    """What ids are called: products, stores, campaigns."""

    products: dict[str, str]
    stores: dict[str, str]
    campaigns: dict[str, str]


@dataclass(frozen=True)
class Entry:
    """One line of the timeline, ready to be shown."""

    happened_at: datetime
    kind: str
    icon: str
    title: str
    detail: str
    amount: str = ""
    quote: str = ""
    order_id: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)


def entry(row: dict[str, Any], names: Names, lines: list[dict[str, Any]]) -> Entry:
    """A row of the timeline in words; ``lines`` are its order's, where it is one."""
    kind = row["kind"]
    detail = [_product(row, names), _place(row, names), _remark(row)]
    return Entry(
        happened_at=row["happened_at"],
        kind=kind,
        icon=ICONS[kind],
        title=_title(row, names),
        detail=" · ".join(part for part in detail if part),
        amount=_amount(row),
        quote=row["note"] or "" if kind == "feedback" else "",
        order_id=row["reference"] or "" if kind == "order" else "",
        lines=lines,
    )


def channel_label(channel: str | None) -> str:
    """A channel in the reader's language; an unknown one as it is."""
    return str(CHANNEL_LABELS.get(channel or "", channel or ""))


def _title(row: dict[str, Any], names: Names) -> str:
    return TITLES[row["kind"]](row["what"] or "", row, names)


def _feedback_title(what: str, row: dict[str, Any], names: Names) -> str:
    label = str(FEEDBACK_LABELS.get(what, what))
    if row["number"] is None:
        return label
    return _("%(kind)s, score %(score)s") % {"kind": label, "score": number_text(row["number"])}


def _message_title(what: str, row: dict[str, Any], names: Names) -> str:
    campaign = names.campaigns.get(row["reference"], row["reference"])
    return f"{MESSAGE_LABELS.get(what, what)}: {campaign}"


def _tier_title(what: str, row: dict[str, Any], names: Names) -> str:
    before = row["note"] or pgettext("tier", "none")
    return _("Tier changed from %(old)s to %(new)s") % {"old": before, "new": what}


TITLES: dict[str, Callable[[str, dict[str, Any], Names], str]] = {
    "order": lambda what, row, names: _("Order %(id)s") % {"id": row["reference"]},
    "return": lambda what, row, names: _("Returned"),
    "event": lambda what, row, names: str(EVENT_LABELS.get(what, what)),
    "feedback": _feedback_title,
    "message": _message_title,
    "points": lambda what, row, names: (
        _("%(points)s points") % {"points": f"{row['number']:+,.0f}"}
    ),
    "tier": _tier_title,
    "coupon": lambda what, row, names: _("Used coupon %(code)s") % {"code": what},
}


def _product(row: dict[str, Any], names: Names) -> str:
    product = row["product_id"]
    return names.products.get(product, product) if product else ""


def _place(row: dict[str, Any], names: Names) -> str:
    store = row["store_id"]
    return names.stores.get(store, store) if store else channel_label(row["channel"])


def _remark(row: dict[str, Any]) -> str:
    """The note where it says something more: a page's path says no more than its product."""
    note = row["note"] or ""
    is_told = row["kind"] in ("feedback", "tier") or (row["product_id"] and note.startswith("/"))
    return "" if is_told else note


def _amount(row: dict[str, Any]) -> str:
    if row["amount"] is None or row["kind"] == "message":
        return ""
    sign = -1 if row["kind"] == "return" else 1
    return money_text(sign * row["amount"])
