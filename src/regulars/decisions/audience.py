"""Who of the candidates may be approached at all, by which channel, or why not.

Reads    candidates (customer_id), customers, identifiers, exposures, campaigns
Returns  one row per candidate: customer_id | channel text, null | excluded_reason text, null

Marketing consent stands in the customer's attributes: ``consent_<channel>`` decides for its
channel, else ``consent_marketing`` for all of them; unknown means no. Who is in another
running campaign, treated or held out, would blur both measurements.
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.effects.outcomes import assigned
from regulars.tables.text import Text

CHANNEL_IDENTIFIERS = {"sms": "phone", "email": "email", "wechat": "unionid", "push": "device"}
EXCLUSIONS: dict[str, Text] = {
    "no_consent": Text("has not agreed to marketing messages", "未同意接收营销消息"),
    "in_other_campaign": Text("is in another running campaign", "正在参与其他活动"),
    "no_channel": Text(
        "has no address for a channel that they agreed to", "同意的渠道没有可用的联系方式"
    ),
}
YES = ("true", "1", "yes", "y", "t", "是", "同意")


def audience(
    candidates: ir.Table,
    customers: ir.Table,
    identifiers: ir.Table,
    exposures: ir.Table,
    campaigns: ir.Table,
    *,
    as_of: date,
) -> ir.Table:
    """Every candidate once; eligible where ``excluded_reason`` is null.

    ``channel`` is the first of CHANNEL_IDENTIFIERS that is agreed to and has an address.
    """
    people = candidates.select("customer_id").distinct()
    rows = people.left_join(_consents(customers), "customer_id").drop("customer_id_right")
    rows = rows.left_join(_addresses(identifiers), "customer_id").drop("customer_id_right")
    rows = rows.left_join(_busy(exposures, campaigns, as_of), "customer_id")
    agreed = {name: rows[f"agreed_{name}"].fill_null(False) for name in CHANNEL_IDENTIFIERS}
    reachable = [
        (agreed[name] & rows[f"has_{kind}"].fill_null(False), name)
        for name, kind in CHANNEL_IDENTIFIERS.items()
    ]
    channel = ibis.cases(*reachable, else_=ibis.null("string"))
    excluded = ibis.cases(
        (~ibis.or_(*agreed.values()), "no_consent"),
        (rows.is_busy.fill_null(False), "in_other_campaign"),
        (channel.isnull(), "no_channel"),
        else_=ibis.null("string"),
    )
    return rows.select("customer_id", channel=channel, excluded_reason=excluded)


def exclusion_counts(audience: ir.Table) -> ir.Table:
    """``excluded_reason`` (null = eligible) | ``customer_count``, one row per reason met."""
    return audience.group_by("excluded_reason").aggregate(customer_count=audience.count())


def _consents(customers: ir.Table) -> ir.Table:
    said = customers.attributes.cast("json")
    general = _yes(said["consent_marketing"]).fill_null(False)
    return customers.select(
        "customer_id",
        **{
            f"agreed_{name}": _yes(said[f"consent_{name}"]).fill_null(general)
            for name in CHANNEL_IDENTIFIERS
        },
    )


def _yes(value: ir.JSONValue) -> ir.BooleanValue:
    """True or false as said in any of the ways that sources say it; null where nothing was."""
    return ibis.coalesce(value.bool, value.str.strip().lower().isin(YES), value.int == 1)


def _addresses(identifiers: ir.Table) -> ir.Table:
    kinds = CHANNEL_IDENTIFIERS.values()
    return identifiers.group_by("customer_id").aggregate(
        **{f"has_{kind}": (identifiers.kind == kind).any() for kind in kinds}
    )


def _busy(exposures: ir.Table, campaigns: ir.Table, as_of: date) -> ir.Table:
    people = assigned(exposures, campaigns)
    running = people.filter(people.from_at.date() <= as_of, people.until_at.date() > as_of)
    return running.select("customer_id").distinct().mutate(is_busy=True)
