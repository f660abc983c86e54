"""A draft's audience: the opportunities of a kind, who of them may be approached, which arm.

Built anew whenever the offer or the holdout changes, and streamed in batches: an audience
is as large as the shop's opportunities are.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from regulars.backoffice.asked import batches_of
from regulars.backoffice.campaigns.models import Campaign, Member
from regulars.backoffice.customers.queries import members as list_members
from regulars.backoffice.engine_rows import engine_rows
from regulars.backoffice.stored import TRAITS, latest
from regulars.decisions.audience import audience
from regulars.decisions.chosen import CHOSEN, PEOPLE, expected_of_list
from regulars.decisions.expectation import Offer
from regulars.decisions.finder import Finder
from regulars.decisions.finders import all_finders
from regulars.decisions.holdout import arm
from regulars.effects.measured import measured_by_kind
from regulars.effects.movements import movements
from regulars.effects.power import past_spending
from regulars.errors import AudienceInvalid, among
from regulars.flow.shop import Shop

EXPECTED = "expected_incremental_margin_amount"


def finder_named(kind: str) -> Finder:
    """The finder of that kind, or of lists; AudienceInvalid where there is none."""
    finders = {**all_finders(), CHOSEN.kind: CHOSEN}
    if kind not in finders:
        raise AudienceInvalid(
            f"Opportunity '{kind}' does not exist. {among(kind, finders, 'Kinds')}"
        )
    return finders[kind]


def found_opportunities(shop: Shop, kind: str) -> tuple[date, ir.Table]:
    """The stored opportunities of a kind and their date; AudienceInvalid where none are."""
    stored = latest(shop, "opportunities")
    if stored is None:
        raise AudienceInvalid("No opportunities have been looked for yet. Refresh the analyses.")
    return stored.as_of, stored.rows.filter(stored.rows.kind == kind)


def opportunities_under(shop: Shop, kind: str, offer: Offer) -> ir.Table:
    """The opportunities as they would be under another offer than the finder's own."""
    finder = finder_named(kind)
    as_of, rows = found_opportunities(shop, kind)
    if offer == finder.offer:
        return rows
    traits = latest(shop, TRAITS)
    if traits is None:
        return rows
    effects = latest(shop, "campaign_effects")
    measured = measured_by_kind(effects.rows.to_pyarrow()) if effects else {}
    tables = {TRAITS: traits.rows, **{name: shop.tables[name] for name in finder.reads}}
    return finder.find(tables, as_of=as_of, offer=offer, measured=measured.get(kind))


def people_on_list(shop: Shop, campaign: Campaign, offer: Offer) -> ir.Table:
    """Everybody on the list that a draft is for; AudienceInvalid where it is gone."""
    if campaign.customer_list_id is None:
        raise AudienceInvalid("The list that this draft was made for is deleted. Discard it.")
    key, ids = list_members(shop, campaign.customer_list_id)
    tables = {name: shop.tables[name] for name in CHOSEN.reads}
    tables[PEOPLE] = engine_rows(shop, key, ids)
    prior = finder_named(campaign.expectation.get("template", CHOSEN.kind)).prior
    return expected_of_list(tables, as_of=campaign.as_of, offer=offer, prior=prior)


def members(shop: Shop, campaign: Campaign, now: datetime) -> Iterator[list[Member]]:
    """The audience of a draft, in batches: everyone found, with arm or reason of exclusion."""
    offer = Offer(campaign.discount_share, float(campaign.cost_per_message))
    if campaign.kind == CHOSEN.kind:
        found = people_on_list(shop, campaign, offer)
    else:
        found = opportunities_under(shop, campaign.kind, offer)
    checked = eligibility(shop, found, now)
    rows = found.select("customer_id", "why", EXPECTED).join(checked, "customer_id")
    share = float(campaign.holdout_share)
    rows = rows.mutate(arm=arm(campaign.salt, rows.customer_id, holdout_share=share))
    for batch in batches_of(shop, rows):
        yield [_member(campaign, row) for row in batch.to_pylist()]


def eligibility(shop: Shop, people: ir.Table, now: datetime) -> ir.Table:
    """customer_id | channel | excluded_reason of each, as things stand at ``now``."""
    tables = shop.tables
    return audience(
        people,
        tables.customers,
        tables.identifiers,
        tables.exposures,
        tables.campaigns,
        as_of=now.astimezone(shop.home.settings.timezone).date(),
    )


def spread(shop: Shop, campaign: Campaign, ids: Iterable[str]) -> dict[str, Any]:
    """Mean and variance of what these customers brought per window: what power needs."""
    tables = shop.tables
    moved = movements(
        tables.orders, tables.order_lines, tables.products, tables.returns, as_of=campaign.as_of
    )
    with known_ids(shop, ids) as people:
        row = past_spending(people, moved, as_of=campaign.as_of, window_days=campaign.window_days)
        found: dict[str, Any] = row.to_pyarrow().to_pylist()[0]
    return found


@contextmanager
def known_ids(shop: Shop, ids: Iterable[str]) -> Iterator[ir.Table]:
    """Customer ids as a table that the engine can join, for as long as the block lasts.

    (Not a memtable: that is dropped whenever the collector runs, in whatever thread, on a
    connection that may be at work.)
    """
    name = f"ids_{uuid.uuid4().hex}"
    rows = pa.table({"customer_id": pa.array(iter(ids), pa.string())})
    shop.backend.con.register(name, rows)
    try:
        yield shop.backend.table(name)
    finally:
        shop.backend.con.unregister(name)


def _member(campaign: Campaign, row: dict[str, Any]) -> Member:
    excluded = row["excluded_reason"] or ""
    return Member(
        campaign=campaign,
        customer_id=row["customer_id"],
        arm="" if excluded else row["arm"],
        excluded_reason=excluded,
        expected_amount=Decimal(row[EXPECTED]),
        channel=row["channel"] or "",
        why=json.loads(row["why"]),
    )
