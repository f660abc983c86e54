"""What a message is expected to earn from each candidate, and on what that rests.

For a customer with an order worth ``amount`` and ``margin``, who would order anyway with
the chance ``response_baseline``, and whom the message moves with the further chance ``u``:

    gain     = margin - discount x amount                    of one more order
    giveaway = response_baseline x discount x amount         to those who come anyway
    expected = u x gain - giveaway - message cost

``u`` is the prior of the kind until campaigns were measured. A measured effect per
customer is u x mean(gain) - mean(giveaway), hence u = (effect + mean(giveaway)) /
mean(gain), its error divided alike; prior and measured u are then joined by their
precision (stats/precision.py: normal-normal updating). Customers keep their differences,
and the kind's mean becomes what was measured, the more so the surer the measurement.

A finder may say how much more than others a customer answers (``uplift_weight``); u then is
the kind's times the weight over its mean: the differences are the customer's, the mean stays
the kind's.
"""

import json
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.decisions.opportunities import OPPORTUNITIES
from regulars.effects.amount import amount_text
from regulars.effects.measured import Measured
from regulars.tables.shape import shaped
from regulars.tables.text import Text


@dataclass(frozen=True)
class Offer:
    """What the message offers (share off the order, 0-1) and what one message costs."""

    discount_share: float = 0.0
    message_cost: float = 0.05


@dataclass(frozen=True)
class Prior:
    """The assumed further chance of an order with a message, its spread, and where it is from."""

    uplift: float
    standard_deviation: float
    source: Text


def expect(
    candidates: ir.Table,
    *,
    kind: str,
    as_of: date,
    offer: Offer,
    prior: Prior,
    measured: Measured | None,
    keeps_all: bool = False,
) -> ir.Table:
    """OPPORTUNITIES of the candidates whose expected money is above 0 (or of all), lazy.

    ``candidates``: customer_id, why, response_baseline, expires_on, average_order_amount,
    average_order_margin, and uplift_weight (0 or more) where the finder has one.
    """
    discount = candidates.average_order_amount * offer.discount_share
    rows = candidates.mutate(
        gain=candidates.average_order_margin - discount,
        giveaway=candidates.response_baseline * discount,
    )
    rows = rows if keeps_all else rows.filter(rows.gain > 0)
    rows = rows.mutate(pull=_pull(rows))
    rows = rows.mutate(expected_uplift=_uplift(rows, prior, measured) * rows.pull)
    expected = rows.expected_uplift * rows.gain - rows.giveaway - offer.message_cost
    proposed = rows.mutate(expected=expected)
    proposed = proposed if keeps_all else proposed.filter(proposed.expected > 0)
    described = proposed.mutate(
        kind=ibis.literal(kind),
        recommended_on=ibis.literal(as_of),
        discount_share=ibis.literal(offer.discount_share),
        expected_incremental_margin_amount=proposed.expected,
        expected_basis=ibis.literal("assumed" if measured is None else "measured"),
        basis_detail=ibis.literal(json.dumps(basis(prior, measured), ensure_ascii=False)),
    )
    return shaped(described, OPPORTUNITIES)


def _uplift(rows: ir.Table, prior: Prior, measured: Measured | None) -> ir.Value:
    """The kind's u: the prior, or prior and measured weighted by precision."""
    if measured is None:
        return ibis.literal(prior.uplift)
    everyone = ibis.window()
    mean_gain = (rows.gain * rows.pull).mean().over(everyone)
    seen = (measured.effect_per_customer + rows.giveaway.mean().over(everyone)) / mean_gain
    seen_precision = (mean_gain / measured.standard_error) ** 2
    prior_precision = prior.standard_deviation**-2
    total = seen_precision + prior_precision
    return (seen * seen_precision + prior.uplift * prior_precision) / total


def _pull(rows: ir.Table) -> ir.Value:
    """How much more than the mean of all candidates each one answers: 1 where nothing is said."""
    if "uplift_weight" not in rows.columns:
        return ibis.literal(1.0)
    weight = ibis.greatest(rows.uplift_weight.cast("float64"), 0.0)
    mean = weight.mean().over(ibis.window())
    return ibis.ifelse(mean > 0, weight / mean, 1.0)


def basis(prior: Prior, measured: Measured | None) -> dict[str, object]:
    """What the expectation rests on, as figures and words that a page can show."""
    detail: dict[str, object] = {
        "prior_uplift": prior.uplift,
        "prior_standard_deviation": prior.standard_deviation,
        "prior_source_en": prior.source.en,
        "prior_source_zh": prior.source.zh,
    }
    if measured is not None:
        half = 1.959963984540054 * measured.standard_error
        detail |= {
            "campaign_count": measured.campaign_count,
            "customer_count": measured.customer_count,
            "effect_per_customer": measured.effect_per_customer,
            "effect_low": measured.effect_per_customer - half,
            "effect_high": measured.effect_per_customer + half,
        }
    return detail


def basis_sentence(detail: str, currency_sign: str = "") -> Text:
    """A row's ``basis_detail`` as one sentence in both languages."""
    known = json.loads(detail)
    if "campaign_count" not in known:
        percent = f"{100 * known['prior_uplift']:.1f}"
        return Text(
            f"Assumed: {percent} more orders per 100 customers. {known['prior_source_en']}",
            f"假设：每100位顾客多带来{percent}笔订单。{known['prior_source_zh']}",
        )
    effect, low, high = (
        amount_text(known[name], currency_sign)
        for name in ("effect_per_customer", "effect_low", "effect_high")
    )
    count, people = known["campaign_count"], known["customer_count"]
    return Text(
        f"Measured: {effect} margin per customer (95% interval {low} to {high}) over "
        f"{_counted(count, 'campaign')} with {_counted(people, 'customer')}, weighed with the "
        "assumption by how sure each is.",
        f"实测：{count:,}个活动、{people:,}位顾客，人均增量毛利{effect}（95%区间{low}至{high}），"
        "并与原先的假设按各自的可信程度加权。",
    )


def _counted(number: int, noun: str) -> str:
    """1 campaign, 2 campaigns, 5,000 customers."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
