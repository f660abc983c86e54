"""How long a customer may stay away before it means something, by his own gaps between orders.

The logarithm of a gap (days between successive days with orders) is taken as normal: about the
customer's own mean, which is itself normal over the shop's customers. Own mean and spread are
drawn to the shop's by how little is known of the customer, so that who ordered once is judged
by what the shop's customers do, and who ordered fifty times by what he does.

    credibility  z = n between / (n between + within)
    mean         m = shop + z (own - shop)
    variance     v = (own squares + 4 within) / (n - 1 + 4) + between (1 - z)
    quantile     exp(m + normal(q) sqrt(v)), up to the next whole day

``within`` is pooled over all gaps, ``shop`` and ``between`` count each customer once: gaps of
frequent buyers are many and short, and not what to expect of a newcomer.

Source  credibility of a mean: Bühlmann (1967) Experience rating and credibility, ASTIN Bulletin
        4(3), 199-207; between people with unequal counts by unweighted means: Searle, Casella &
        McCulloch (1992) Variance Components, section 4.2. Log-normal gaps between purchases:
        Lawrence (1980) The lognormal distribution of buying frequency rates, J. of Marketing
        Research 17(2), 212-220.
"""

from datetime import date
from statistics import NormalDist

import ibis
import ibis.expr.types as ir

from regulars.errors import ParameterInvalid
from regulars.stats.periods import until
from regulars.tables.parameters import check_number, check_whole

STAGES = ("new", "active", "loyal", "slipping", "lost", "won_back")
SPREAD_GAPS = 4  # how many gaps the shop's spread weighs against the customer's own
DIGITS = 6  # sums of floats differ behind these by the order of rows


def check_stages(slipping_quantile: float, lost_quantile: float, loyal_order_count: int) -> None:
    """ParameterInvalid unless the quantiles rise and the count is whole."""
    check_number("slipping_quantile", slipping_quantile, 0.5, 0.999)
    check_number("lost_quantile", lost_quantile, 0.5, 0.9999)
    check_whole("loyal_order_count", loyal_order_count, 2, 1000)
    if lost_quantile <= slipping_quantile:
        raise ParameterInvalid(
            f"Parameter lost_quantile cannot be '{lost_quantile:g}'. "
            f"It is a number above slipping_quantile, which is {slipping_quantile:g}."
        )


def order_days(orders: ir.Table, day: date) -> ir.Table:
    """One row per customer and local day with orders up to ``day``, with what was known then.

    gap_days since the day with orders before (null for the first), next_on (null for the last),
    gap_count, log_sum, log_squares of the gaps up to this day.
    """
    known = orders.filter(until(orders.ordered_at, day), orders.customer_id.notnull())
    days = known.select("customer_id", ordered_on=known.ordered_at.date()).distinct()
    of_customer = ibis.window(group_by="customer_id", order_by="ordered_on")
    days = days.mutate(
        gap_days=days.ordered_on.delta(days.ordered_on.lag().over(of_customer), unit="day"),
        next_on=days.ordered_on.lead().over(of_customer),
    )
    days = days.mutate(log_gap=days.gap_days.log().fill_null(0.0))
    so_far = ibis.cumulative_window(group_by="customer_id", order_by="ordered_on")
    return days.mutate(
        gap_count=days.gap_days.count().over(so_far),
        log_sum=days.log_gap.sum().over(so_far),
        log_squares=(days.log_gap * days.log_gap).sum().over(so_far),
    )


def shop_gaps(days: ir.Table) -> ir.Table:
    """One row: the shop's mean of logarithms, and the variances within and between customers.

    All null where nobody ever came back; nothing between them where they differ by chance.
    """
    last = days.filter(days.next_on.isnull(), days.gap_count > 0)
    mean = last.log_sum / last.gap_count
    inside = ibis.greatest(last.log_squares - last.log_sum * mean, 0.0)
    each = last.select("gap_count", mean=mean, inside=inside, part=1 / last.gap_count)
    sums = each.aggregate(
        shop_mean=each["mean"].mean(),
        spread=each["mean"].var(how="sample").fill_null(0.0),
        within=each.inside.sum() / (each.gap_count.sum() - each.count()).nullif(0),
        part=each.part.mean(),
    )
    within = sums.within.fill_null(0.0)
    return sums.select(
        shop_mean=sums.shop_mean.round(DIGITS),
        within=within.round(DIGITS),
        between=ibis.greatest(sums.spread - within * sums.part, 0.0).round(DIGITS),
    )


def with_limits(
    days: ir.Table, slipping_quantile: float, lost_quantile: float, *, shop: ir.Table | None = None
) -> ir.Table:
    """Order days with how many days after each mean slipping and lost, and what this day was.

    slipping_days, lost_days: he slips, or is lost, when he stays away for longer. longest_days,
    break_days: the same two as they stood before this day's gap; null for the first.
    ``shop`` is `shop_gaps` of other days than these.
    """
    rows = days.cross_join(shop_gaps(days) if shop is None else shop)
    now = (rows.gap_count, rows.log_sum, rows.log_squares)
    squared = rows.log_gap * rows.log_gap
    before = (
        ibis.greatest(rows.gap_count - 1, 0),
        rows.log_sum - rows.log_gap,
        rows.log_squares - squared,
    )
    slipping, longest = (_limit(rows, known, slipping_quantile) for known in (now, before))
    lost, broken = (_limit(rows, known, lost_quantile) for known in (now, before))
    is_repeat = rows.gap_days.notnull()
    return rows.mutate(
        slipping_days=slipping,
        lost_days=_above(lost, slipping),
        longest_days=is_repeat.ifelse(longest, ibis.null("int64")),
        break_days=is_repeat.ifelse(_above(broken, longest), ibis.null("int64")),
    )


def _above(limit: ir.NumericValue, other: ir.NumericValue) -> ir.NumericValue:
    """At least a day more than the other limit; null where that is."""
    return (limit > other).ifelse(limit, other + 1)


def _limit(
    rows: ir.Table,
    known: tuple[ir.NumericValue, ir.NumericValue, ir.NumericValue],
    quantile: float,
) -> ir.NumericValue:
    """A quantile of the gap to come, in whole days; at least 1, at most ten thousand."""
    count, log_sum, log_squares = known
    own = log_sum / count.nullif(0)
    share = count * rows.between / (count * rows.between + rows.within).nullif(0.0)
    share = share.fill_null(0.0)
    mean = rows.shop_mean + share * (own.fill_null(rows.shop_mean) - rows.shop_mean)
    inside = ibis.greatest(log_squares - log_sum * own.fill_null(0.0), 0.0)
    freedom = ibis.greatest(count - 1, 0) + SPREAD_GAPS
    variance = (inside + SPREAD_GAPS * rows.within) / freedom + rows.between * (1 - share)
    level = mean + NormalDist().inv_cdf(quantile) * variance.sqrt()
    days = ibis.least(level, 9.2).exp().round(DIGITS).ceil()
    # the greatest of 1 and nothing would be 1
    return rows.shop_mean.isnull().ifelse(ibis.null("int64"), ibis.greatest(days.cast("int64"), 1))


def with_bought_stage(rows: ir.Table, loyal_order_count: int) -> ir.Table:
    """Rows of `with_limits` with the stage that an order on this day puts the customer in."""
    return rows.mutate(
        bought_stage=ibis.cases(
            (rows.slipping_days.isnull(), ibis.null("string")),
            (rows.gap_count == 0, "new"),
            (rows.gap_days > rows.break_days, "won_back"),
            (rows.gap_count + 1 >= loyal_order_count, "loyal"),
            else_="active",
        )
    )


def stage_after(rows: ir.Table, days_away: ir.NumericValue) -> ir.StringValue:
    """The stage so many days after the order day of a row of `with_bought_stage`."""
    return ibis.cases(
        (rows.slipping_days.isnull(), ibis.null("string")),
        (days_away > rows.lost_days, "lost"),
        (days_away > rows.slipping_days, "slipping"),
        else_=rows.bought_stage,
    )
