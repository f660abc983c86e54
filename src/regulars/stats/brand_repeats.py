"""Whether customers buy the same brand again, against how often chance would have it.

Of a customer's n purchases for a need (purpose, else category), all pairs are compared: how many
are of one brand, and how many would be if each purchase were any of the shop's. A need weighs as
its number of repeats, n - 1.

    loyalty = (same - chance) / (all - chance): 0 as by chance, 1 always the same brand

Source  the correction for chance: Cohen (1960) A coefficient of agreement for nominal scales,
        Educational and Psychological Measurement 20, 37-46; share of category requirements as
        the measure of loyalty: Fader & Schmittlein (1993), J. Marketing Research 30(4), 478-493
"""

import ibis
import ibis.expr.types as ir


def brand_repeats(lines: ir.Table) -> ir.Table:
    """One row per customer of ``lines`` (customer_id, need, brand, net_amount).

    purchase_count, repeat_count (purchases for a need bought before), brand_share (of the
    spend of each need on the customer's largest brand of it, needs weighted by spend),
    excess, information (sums over needs of how far same brands exceed chance, and of the
    variance that chance gives it), chance_room (repeats x (1 - chance)): in millionths
    """
    brands = lines.group_by("customer_id", "need", "brand").aggregate(
        brand_count=lines.count(), brand_amount=lines.net_amount.sum()
    )
    chance = same_by_chance(brands, "brand_count")
    amount, k = brands.brand_amount, brands.brand_count
    needs = brands.group_by("customer_id", "need").aggregate(
        purchase_count=k.sum(),
        same_count=(k * (k - 1)).sum() / 2,
        largest_amount=ibis.greatest(amount.max(), 0),
        need_amount=ibis.greatest(amount, 0).sum(),
    )
    needs = needs.inner_join(chance, "need")
    n, p = needs.purchase_count, needs.same_chance
    excess = (needs.same_count - n * (n - 1) / 2 * p) * 2 / n
    sums = needs.mutate(
        repeats=n - 1,
        excess=_millionths(excess),
        information=_millionths((n - 1) * p * (1 - p)),
        room=_millionths((n - 1) * (1 - p)),
    )
    people = sums.group_by("customer_id").aggregate(
        purchase_count=sums.purchase_count.sum(),
        repeat_count=sums.repeats.sum(),
        largest=sums.largest_amount.sum(),
        whole=sums.need_amount.sum(),
        excess=sums.excess.sum(),
        information=sums.information.sum(),
        chance_room=sums.room.sum(),
    )
    return people.mutate(brand_share=people.largest / people.whole.nullif(0)).drop(
        "largest", "whole"
    )


def same_by_chance(brands: ir.Table, count: str) -> ir.Table:
    """``same_chance``: how likely two of the shop's purchases for a need are of one brand.

    ``brands`` has a row per customer, need and brand, and how many purchases in ``count``.
    """
    shares = brands.group_by("need", "brand").aggregate(brand_count=brands[count].sum())
    needs = shares.group_by("need").aggregate(
        whole=shares.brand_count.sum().cast("float64"),
        squares=(shares.brand_count * shares.brand_count).sum().cast("float64"),
    )
    return needs.select("need", same_chance=needs.squares / (needs.whole * needs.whole))


def _millionths(value: ir.NumericValue) -> ir.IntegerValue:
    # whole numbers: their sums are the same in whatever order rows come
    return (value * 1_000_000).round().cast("int64")
