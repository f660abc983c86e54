"""A customer in plain sentences, from what the analyses say; silent on what is not known."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.backoffice.charts import language
from regulars.backoffice.formats import money_text


def sentences(known: Mapping[str, Any], traits: Mapping[str, Any], as_of: date | None) -> list[str]:
    """Two or three sentences; one that says why where nothing is known yet."""
    if as_of is None:
        return [
            _("The analyses have not run yet, so there is nothing to say but what was imported.")
        ]
    if not traits.get("order_count"):
        return [_("No order up to %(day)s.") % {"day": as_of}]
    told = [_buying(traits), _lately(traits, as_of), _group(traits), _belongs(known)]
    return [sentence for sentence in told if sentence]


def _buying(traits: Mapping[str, Any]) -> str:
    count = int(traits["order_count"])
    values = {
        "count": f"{count:,}",
        "amount": money_text(traits.get("total_net_amount")),
        "average": money_text(traits.get("average_order_value")),
        "day": traits.get("first_order_on"),
    }
    return (
        ngettext(
            "One order, on %(day)s, for %(amount)s after refunds.",
            "%(count)s orders since %(day)s: %(amount)s after refunds, %(average)s an order.",
            count,
        )
        % values
    )


def _lately(traits: Mapping[str, Any], as_of: date) -> str:
    days = traits.get("days_since_last_order")
    if days is None:
        return ""
    values = {"days": f"{days:,}", "day": as_of}
    return (
        ngettext(
            "On %(day)s the last order was %(days)s day ago.",
            "On %(day)s the last order was %(days)s days ago.",
            int(days),
        )
        % values
    )


def _group(traits: Mapping[str, Any]) -> str:
    group = traits.get(f"rfm_group_{language()}")
    return _("RFM group: %(group)s.") % {"group": group} if group else ""


def _belongs(known: Mapping[str, Any]) -> str:
    if not known.get("is_member"):
        return ""
    store = known.get("store")
    if store:
        return _("A member who belongs to %(store)s.") % {"store": store}
    return _("A member.")
