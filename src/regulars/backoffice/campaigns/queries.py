"""Reads: opportunities by kind, a draft's prospects, a campaign's state and measured effect."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import ibis
import ibis.expr.types as ir
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _l

from regulars.backoffice.asked import batches_of
from regulars.backoffice.campaigns.models import Campaign, Member, Message
from regulars.backoffice.remember import remembered
from regulars.backoffice.shop import current_home
from regulars.backoffice.stored import latest
from regulars.backoffice.wording import spoken_figures
from regulars.decisions.audience import EXCLUSIONS
from regulars.decisions.expectation import basis_sentence
from regulars.decisions.finder import Finder
from regulars.decisions.finders import all_finders
from regulars.decisions.holdout import TREATED
from regulars.decisions.messages import fill_figures
from regulars.effects.outcomes import HOLDOUT
from regulars.effects.power import Power, power
from regulars.effects.sample_ratio import SampleRatio, check_sample_ratio
from regulars.effects.unavailable import Unavailable
from regulars.figures.wording import sign
from regulars.flow.shop import Shop
from regulars.tables.text import Text

NOT_SENT = {
    "no_address": _l("no address"),
    "too_late": _l("would have come too late"),
}
EXPECTED = "expected_incremental_margin_amount"


@dataclass(frozen=True)
class OpportunityKind:
    """All opportunities of one kind: how many, how much, and on what that rests."""

    finder: Finder
    as_of: date
    customer_count: int
    expected_amount: Decimal
    is_measured: bool
    basis: Text
    low_amount: float | None
    high_amount: float | None
    expires_on: date


@dataclass(frozen=True)
class Prospect:
    """What a draft would do: who gets it, who is left alone, what it costs and may bring."""

    treated_count: int
    holdout_count: int
    exclusions: tuple[tuple[str, int], ...]
    expected_amount: Decimal
    cost_amount: Decimal
    campaign: Campaign

    @cached_property
    def power(self) -> Power | Unavailable:
        """What could be seen with these arms; worked out where it is asked for only."""
        return _power(self.campaign, self.treated_count, self.holdout_count, self.expected_amount)

    @property
    def found_count(self) -> int:
        return self.treated_count + self.holdout_count + sum(n for _, n in self.exclusions)


def opportunity_kinds(shop: Shop) -> list[OpportunityKind]:
    """The newest opportunities by kind, most money first; empty before a refresh found any."""
    return remembered(shop, "opportunity kinds", lambda: _opportunity_kinds(shop))


def _opportunity_kinds(shop: Shop) -> list[OpportunityKind]:
    stored = latest(shop, "opportunities")
    if stored is None:
        return []
    rows = stored.rows
    sums = rows.group_by("kind").aggregate(
        customer_count=rows.count(),
        expected_amount=rows[EXPECTED].sum(),
        expected_basis=rows.expected_basis.min(),
        basis_detail=rows.basis_detail.min(),
        expires_on=rows.expires_on.max(),
    )
    found = sums.order_by(ibis.desc("expected_amount")).to_pyarrow().to_pylist()
    finders = all_finders()
    known = [row for row in found if row["kind"] in finders]
    return [_kind(finders[row["kind"]], stored.as_of, row) for row in known]


def _kind(finder: Finder, as_of: date, row: dict[str, Any]) -> OpportunityKind:
    detail = json.loads(row["basis_detail"])
    ends: list[float | None] = [None, None]
    if "effect_low" in detail:
        cost = finder.offer.message_cost
        ends = [(detail[e] - cost) * row["customer_count"] for e in ("effect_low", "effect_high")]
    return OpportunityKind(
        finder,
        as_of,
        row["customer_count"],
        row["expected_amount"],
        row["expected_basis"] == "measured",
        basis_sentence(row["basis_detail"], sign(current_home().settings.currency)),
        ends[0],
        ends[1],
        row["expires_on"],
    )


def opportunity_rows(shop: Shop, kind: str) -> ir.Table:
    """The customers of one kind, most expected money first."""
    stored = latest(shop, "opportunities")
    assert stored is not None, "asked only where opportunity_kinds has the kind"  # noqa: S101
    rows = stored.rows.filter(stored.rows.kind == kind)
    return rows.order_by(ibis.desc(EXPECTED), "customer_id")


def why_words(finder: Finder, why: str | dict[str, Any], language: str) -> str:
    """Why this customer, in words with the figures."""
    figures = json.loads(why) if isinstance(why, str) else why
    return fill_figures(finder.why.in_language(language), spoken_figures(figures, language))


def whole(kind: str) -> Iterator[dict[str, Any]]:
    """Every customer of a kind, in batches, on a connection of its own."""
    shop = Shop(current_home())
    for batch in batches_of(shop, opportunity_rows(shop, kind)):
        yield from batch.to_pylist()


def prospect(campaign: Campaign) -> Prospect:
    """The draft in numbers."""
    members = Member.objects.filter(campaign=campaign)
    arms = dict(
        members.filter(excluded_reason="").values_list("arm").annotate(n=Count("pk")).order_by()
    )
    treated = members.filter(excluded_reason="", arm=TREATED)
    expected = treated.aggregate(total=Sum("expected_amount"))["total"] or Decimal(0)
    treated_count, holdout_count = arms.get(TREATED, 0), arms.get(HOLDOUT, 0)
    return Prospect(
        treated_count,
        holdout_count,
        tuple(exclusions(campaign)),
        expected,
        treated_count * campaign.cost_per_message,
        campaign,
    )


def _power(
    campaign: Campaign, treated_count: int, holdout_count: int, expected: Decimal
) -> Power | Unavailable:
    per_customer = None
    if treated_count:
        per_customer = float(expected / treated_count + campaign.cost_per_message)
    return _solved(
        treated_count + holdout_count,
        campaign.expectation.get("mean"),
        campaign.expectation.get("variance"),
        float(campaign.holdout_share),
        per_customer,
    )


@lru_cache(maxsize=256)
def _solved(
    count: int, mean: float | None, variance: float | None, share: float, expected: float | None
) -> Power | Unavailable:
    """The power, solved once for the same figures: it takes a third of a second."""
    return power(
        customer_count=count,
        mean=mean,
        variance=variance,
        holdout_share=share,
        expected_effect=expected,
    )


def exclusions(campaign: Campaign) -> list[tuple[str, int]]:
    """Reasons of exclusion with their numbers, most first."""
    counted = (
        Member.objects.filter(campaign=campaign)
        .exclude(excluded_reason="")
        .values_list("excluded_reason")
        .annotate(n=Count("pk"))
        .order_by("-n")
    )
    return [(reason, n) for reason, n in counted]


def exclusion_words(reason: str, language: str) -> str:
    """A reason of exclusion in words."""
    text = EXCLUSIONS.get(reason)
    return text.in_language(language) if text else reason


def message_counts(campaign: Campaign) -> list[tuple[str, str, int]]:
    """(state in words, reason in words, number) of the outbox."""
    rows = Message.objects.filter(campaign=campaign).values_list("state", "reason")
    counted = rows.annotate(n=Count("pk")).order_by("state", "reason")
    return [
        (str(Message.State(state).label), not_sent_words(reason), n) for state, reason, n in counted
    ]


def not_sent_words(reason: str) -> str:
    """Why a message was not sent, in words."""
    return str(NOT_SENT.get(reason, reason))


def sample_ratio(campaign: Campaign) -> SampleRatio | None:
    """The arms' sizes against the plan; None before anyone is assigned."""
    found = prospect(campaign)
    share = float(campaign.holdout_share)
    if not found.treated_count + found.holdout_count:
        return None
    return check_sample_ratio(found.treated_count, found.holdout_count, share)


def effects(shop: Shop, campaign_id: str) -> tuple[date | None, dict[str, dict[str, Any]]]:
    """The newest measured effects of a campaign by metric, and the day they are of."""
    stored = latest(shop, "campaign_effects")
    return (stored.as_of if stored else None), all_effects(shop).get(campaign_id, {})


def all_effects(shop: Shop) -> dict[str, dict[str, dict[str, Any]]]:
    """Campaign -> metric -> measured effect, as of the last refresh."""

    def work_out() -> dict[str, dict[str, dict[str, Any]]]:
        stored = latest(shop, "campaign_effects")
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for row in stored.rows.to_pyarrow().to_pylist() if stored else ():
            found.setdefault(row["campaign_id"], {})[row["metric"]] = row
        return found

    return remembered(shop, "campaign effects", work_out)


def is_ours(campaign_id: str) -> bool:
    """Whether the campaign was made here, and so has a page; a source may name others."""
    return Campaign.objects.filter(pk=campaign_id).exists()


def attributed(shop: Shop, campaign: Campaign) -> dict[str, Any]:
    """Orders after the message of those who got one, a description only: not what it caused."""
    return remembered(shop, ("attributed", campaign.pk), lambda: _attributed(shop, campaign))


def _attributed(shop: Shop, campaign: Campaign) -> dict[str, Any]:
    tables = shop.tables
    sent = tables.exposures.filter(
        tables.exposures.campaign_id == campaign.pk, tables.exposures.sent_at.notnull()
    ).select("customer_id", "sent_at")
    joined = tables.orders.join(sent, "customer_id")
    within = joined.filter(
        joined.ordered_at >= joined.sent_at, joined.ordered_at <= ibis.literal(campaign.ends_at)
    )
    sums = within.aggregate(
        order_count=within.count(),
        customer_count=within.customer_id.nunique(),
        net_amount=within.net_amount.sum(),
    )
    found: dict[str, Any] = sums.to_pyarrow().to_pylist()[0]
    return found
