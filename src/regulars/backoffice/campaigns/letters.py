"""What each customer is to read and where it goes, from the lake as it is now.

Names and addresses are read when a message is written, not kept with the audience.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.backoffice.accounts.masking import masked
from regulars.backoffice.campaigns.audience import known_ids
from regulars.backoffice.campaigns.models import Campaign
from regulars.backoffice.customers.listing_query import customer_name
from regulars.backoffice.stored import TRAITS, latest
from regulars.decisions.audience import CHANNEL_IDENTIFIERS
from regulars.decisions.messages import render
from regulars.figures.purposes import purpose_name
from regulars.figures.wording import member
from regulars.flow.shop import Shop

BATCH = 20_000
FAVOURITE = "top_category"
NEED = "next_need_purpose"


@dataclass(frozen=True)
class Letter:
    """One customer's text, and the address of each channel that there is one for."""

    customer_id: str
    text: str
    addresses: dict[str, str]


def letters(
    shop: Shop, campaign: Campaign, customer_ids: Iterable[str], *, ends_on: date
) -> Iterator[Letter]:
    """The letters of these customers, so many at a time that memory stays small."""
    stream = iter(customer_ids)
    while ids := list(islice(stream, BATCH)):
        for row in _known(shop, ids):
            values = _values(row, campaign, ends_on)
            text = render(campaign.message, values, language=campaign.language)
            addresses = {
                channel: row[kind] for channel, kind in CHANNEL_IDENTIFIERS.items() if row[kind]
            }
            yield Letter(row["customer_id"], text, addresses)


def previews(
    shop: Shop, campaign: Campaign, customer_ids: list[str], *, message: str, ends_on: date
) -> list[dict[str, str]]:
    """What these customers would read under ``message``, their names and ids masked."""
    rows = _known(shop, customer_ids)
    found = []
    for row in sorted(rows, key=lambda row: customer_ids.index(row["customer_id"])):
        values = _values(row, campaign, ends_on)
        values["name"] = masked("name", row["name"]) if row["name"] else None
        text = render(message, values, language=campaign.language)
        found.append({"customer_id": row["customer_id"], "text": text})
    return found


def offer_end(campaign: Campaign, now: datetime, shop: Shop) -> date:
    """The last local day of the window, were the campaign launched at ``now``."""
    end = campaign.ends_at or window_end(now, campaign.window_days, shop)
    return end.astimezone(shop.home.settings.timezone).date()


def window_end(now: datetime, window_days: int, shop: Shop) -> datetime:
    """The last microsecond of the window's last local day; the day of ``now`` is its first."""
    zone = shop.home.settings.timezone
    last = now.astimezone(zone).date().toordinal() + window_days - 1
    return datetime.combine(date.fromordinal(last), datetime.max.time(), tzinfo=zone)


def _known(shop: Shop, customer_ids: Iterable[str]) -> list[dict[str, Any]]:
    """One row per customer: what the merge fields and the channels need."""
    with known_ids(shop, customer_ids) as people:
        found: list[dict[str, Any]] = _joined(shop, people).to_pyarrow().to_pylist()
    return found


def _joined(shop: Shop, people: ir.Table) -> ir.Table:
    customers = shop.tables.customers
    stores = shop.tables.stores.select("store_id", "store_name")
    named = customers.select(
        "customer_id", store_id=customers.home_store_id, name=customer_name(customers)
    )
    rows = people.left_join(named, "customer_id").drop("customer_id_right")
    rows = rows.left_join(stores, "store_id").drop("store_id_right")
    rows = rows.left_join(_last_orders(shop), "customer_id").drop("customer_id_right")
    rows = rows.left_join(_addresses(shop), "customer_id").drop("customer_id_right")
    rows = rows.left_join(_favourites(shop), "customer_id").drop("customer_id_right")
    return rows.left_join(_needs(shop), "customer_id").drop("customer_id_right")


def _last_orders(shop: Shop) -> ir.Table:
    orders = shop.tables.orders
    return orders.group_by("customer_id").aggregate(last_order_on=orders.ordered_at.max().date())


def _addresses(shop: Shop) -> ir.Table:
    known = shop.tables.identifiers
    return known.group_by("customer_id").aggregate(
        **{kind: known.value.min(where=known.kind == kind) for kind in CHANNEL_IDENTIFIERS.values()}
    )


def _favourites(shop: Shop) -> ir.Table:
    """The category that each customer bought most, where the traits say so."""
    traits = latest(shop, TRAITS)
    if traits is None or FAVOURITE not in traits.rows.columns:
        return shop.tables.customers.select("customer_id", favourite_category=ibis.null("string"))
    return traits.rows.select("customer_id", favourite_category=traits.rows[FAVOURITE])


def _needs(shop: Shop) -> ir.Table:
    """What each customer will need next, where the traits say so."""
    traits = latest(shop, TRAITS)
    if traits is None or NEED not in traits.rows.columns:
        return shop.tables.customers.select("customer_id", needed_purpose=ibis.null("string"))
    return traits.rows.select("customer_id", needed_purpose=traits.rows[NEED])


def _values(row: dict[str, Any], campaign: Campaign, ends_on: date) -> dict[str, object]:
    """The merge fields' values for one customer."""
    share = campaign.discount_share
    category = row["favourite_category"]
    return {
        "name": row["name"],
        "favourite_category": _category(category, campaign.language),
        "needed_purpose": _purpose(row["needed_purpose"], campaign.language),
        "last_order_on": _day(row["last_order_on"], campaign.language),
        "store_name": row["store_name"],
        "discount": f"{share * 100:.0f}%" if share else None,
        "valid_until": _day(ends_on, campaign.language),
    }


def _category(category: str | None, language: str) -> str | None:
    """The last part of a category's path, in the message's language where we have its words."""
    return member(category.rsplit("/", 1)[-1], language) if category else None


def _purpose(purpose: str | None, language: str) -> str | None:
    """A purpose as people say it: a source's laundry_detergent is laundry detergent, 洗衣液."""
    return purpose_name(purpose, language) if purpose else None


def _day(day: date | None, language: str) -> str | None:
    if day is None:
        return None
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()
