"""Four axes of what customers go for, each against what others chose among the same goods.

A purchase is compared with all purchases of the same need (purpose, else category) in the same
month: what the shop offered then, and what the household needs, is not the customer's taste.

    discount   discount of the amount before it, 0-1
    price      place of the product's price among the need's purchases of the month, 0-1
    novelty    1 where the product had been on sale for less than ``new_days`` days, else 0
    variety    1 where two purchases of the same need are of different brands, else 0

Per purchase e = x - mean of its cell and v = the cell's variance. sum(e) / sum(v) is the
one-step estimate of how much a taste tilts the choice (the score of a log-linear tilt over its
information): a purchase where there was nothing to choose says nothing. For variety, the pairs
of a need's purchases are compared with the chance that two of the shop's purchases of it differ
in brand; each need weighs as its number of repeats, however few or many (pairs are unbiased).

All sums are of whole millionths, so that they are the same in whatever order rows come.

Source  Rao (1948) Large sample tests, Proc. Cambridge Philosophical Society 44, 50-57 (score);
        Hurlbert (1971) The nonconcept of species diversity, Ecology 52(4), 577-586 (pairs)
"""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.stats.brand_repeats import same_by_chance
from regulars.stats.local_times import with_local_time
from regulars.stats.periods import until

AXES = ("discount", "price", "novelty", "variety")
CHOICES = AXES[:3]  # one value per purchase; variety is of pairs
MILLION = 1_000_000
SUMS = ("lean", "information")  # per axis; with _then: up to the earlier day


def axis_sums(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    then: date,
    window_days: int,
    new_days: int,
) -> ir.Table:
    """One row per customer with a purchase in the ``window_days`` up to ``then``, or since.

    purchase_count, purchase_count_then, repeat_count: order lines, those up to ``then``, and
    those that bought for a need bought before | per axis: ``lean``, ``information`` (sums of e
    and v), ``value`` (sum of x; for variety of its chance), and with ``_then`` the sums up to
    that day, with ``dispersion_then`` (sum over needs of e2/v) and ``need_count_then``.
    All but the counts in millionths.
    """
    since = then - timedelta(days=window_days - 1)
    lines = _lines(orders, order_lines, products, as_of, since, new_days)
    lines = _against_others(lines, _product_months(lines))
    is_then = lines.local_on <= ibis.literal(then)
    sums = {"count": lines.count(), "count_then": is_then.sum()}
    for axis in CHOICES:
        sums[f"value_{axis}"] = lines[axis].sum()
        for name in SUMS:
            column = lines[f"{name}_{axis}"]
            sums[f"{name}_{axis}"] = column.sum()
            sums[f"{name}_{axis}_then"] = column.sum(where=is_then)
    brands = lines.group_by("customer_id", "need", "brand").aggregate(**_whole(sums))
    return _customers(_needs(brands))


def _lines(
    orders: ir.Table, order_lines: ir.Table, products: ir.Table, as_of: date, since: date, new: int
) -> ir.Table:
    """One row per order line of a known customer: need, brand, month, and the axes' values."""
    orders = orders.filter(
        until(orders.ordered_at, as_of),
        orders.ordered_at >= ibis.literal(since),
        orders.customer_id.notnull(),
    )
    orders = with_local_time(orders.select("order_id", "customer_id", "ordered_at"), "ordered_at")
    orders = orders.mutate(month=orders.local_on.year() * 12 + orders.local_on.month())
    goods = products.select(
        "product_id",
        "launched_on",
        need=ibis.coalesce(products.purpose, products.category),
        brand=ibis.coalesce(products.brand, products.product_id),
    )
    lines = order_lines.select(
        "order_id", "product_id", "quantity", "unit_price", "discount_amount"
    )
    lines = lines.inner_join(orders.drop("ordered_at"), "order_id").inner_join(goods, "product_id")
    gross = lines.unit_price.cast("float64") * lines.quantity
    share = (lines.discount_amount.cast("float64") / gross.nullif(0.0)).clip(0.0, 1.0)
    age = lines.local_on.delta(lines.launched_on, unit="day")
    is_new = (age >= 0) & (age < new)
    return lines.select(
        "customer_id", "product_id", "need", "brand", "month", "local_on",
        unit_price=lines.unit_price.cast("float64"),
        discount=_millionths(share.fill_null(0.0)),
        novelty=ibis.ifelse(is_new, MILLION, 0).fill_null(0).cast("int64"),
        has_launch=lines.launched_on.notnull(),
    )  # fmt: skip


def _product_months(lines: ir.Table) -> ir.Table:
    """One row per product and month: its price's place, and the mean and variance of each axis
    among the purchases of its need in the month (those of known launch, for novelty)."""
    rows = lines.group_by("need", "product_id", "month").aggregate(
        line_count=lines.count(),
        unit_price=lines.unit_price.quantile(0.5),
        discount_sum=lines.discount.sum(),
        discount_square=(lines.discount * lines.discount).sum(),
        launch_count=lines.has_launch.sum(),
        novelty_sum=lines.novelty.sum(),
    )
    rows = rows.mutate(price=_millionths(_place(rows)))
    cell = ibis.window(group_by=[rows.need, rows.month])

    def share(total: ir.NumericValue, number: ir.NumericValue) -> ir.FloatingValue:
        return total.sum().over(cell).cast("float64") / number.sum().over(cell).nullif(0)

    count = rows.line_count
    moments = {
        "discount": (share(rows.discount_sum, count), share(rows.discount_square, count)),
        "price": (share(rows.price * count, count), share(rows.price * rows.price * count, count)),
        "novelty": (
            share(rows.novelty_sum, rows.launch_count),
            share(rows.novelty_sum, rows.launch_count) * MILLION,
        ),
    }
    figures: dict[str, ir.Value] = {}
    for axis, (mean, square) in moments.items():
        variance = ibis.greatest(square - mean * mean, 0.0) / MILLION
        figures[f"mean_{axis}"] = mean.round().cast("int64")
        figures[f"information_{axis}"] = variance.round().cast("int64")
    return rows.select("product_id", "month", "price", **figures)


def _place(rows: ir.Table) -> ir.FloatingValue:
    """The middle place, 0-1, of a product's price among its cell's purchases; equals share it."""
    cell = [rows.need, rows.month]
    upto = ibis.range_window(group_by=cell, order_by=rows.unit_price, preceding=None, following=0)
    equals = rows.line_count.sum().over(ibis.window(group_by=[*cell, rows.unit_price]))
    whole = rows.line_count.sum().over(ibis.window(group_by=cell)).cast("float64")
    return (rows.line_count.sum().over(upto).cast("float64") - equals / 2) / whole


def _against_others(lines: ir.Table, cells: ir.Table) -> ir.Table:
    """Each line beside e (``lean_...``) and v (``information_...``) of the axes."""
    rows = lines.inner_join(cells, ["product_id", "month"])
    is_known = rows.has_launch
    return rows.select(
        "customer_id", "need", "brand", "local_on", "discount", "price", "novelty",
        *(f"information_{axis}" for axis in CHOICES[:2]),
        information_novelty=ibis.ifelse(is_known, rows.information_novelty, 0).fill_null(0),
        lean_discount=rows.discount - rows.mean_discount,
        lean_price=rows.price - rows.mean_price,
        lean_novelty=ibis.ifelse(is_known, rows.novelty - rows.mean_novelty, 0).fill_null(0),
    )  # fmt: skip


def _needs(brands: ir.Table) -> ir.Table:
    """One row per customer and need: the sums, and the pairs of different brands as an axis."""
    sums = {name: brands[name].sum() for name in brands.columns[3:]}
    counts = {when: brands[f"count{when}"] for when in ("", "_then")}
    same = {f"same{when}": (k * (k - 1)).sum() / 2 for when, k in counts.items()}
    rows = brands.group_by("customer_id", "need").aggregate(**_whole(sums), **same)
    rows = rows.inner_join(_chances(brands), "need")
    figures: dict[str, ir.Value] = {}
    for when in ("", "_then"):
        count, chance = rows[f"count{when}"], rows.same_chance
        pairs = count * (count - 1) / 2
        excess = (pairs * chance - rows[f"same{when}"]) * 2 / count.nullif(0)
        repeats = ibis.greatest(count - 1, 0)
        figures[f"repeats{when}"] = repeats
        figures[f"lean_variety{when}"] = _millionths(excess.fill_null(0.0))
        figures[f"information_variety{when}"] = _millionths(repeats * chance * (1 - chance))
    figures["value_variety"] = _millionths(figures["repeats"] * (1 - rows.same_chance))
    return rows.mutate(**figures)


def _chances(brands: ir.Table) -> ir.Table:
    """Each need's ``same_chance`` as it was known by then, so that the kinds stay as they are;
    of a need that nobody had bought for by then, as it is known now."""
    before = same_by_chance(brands.filter(brands.count_then > 0), "count_then")
    chances = same_by_chance(brands, "count").left_join(
        before.select("need", chance_then=before.same_chance), "need"
    )
    return chances.select(
        "need", same_chance=ibis.coalesce(chances.chance_then, chances.same_chance)
    )


def _customers(needs: ir.Table) -> ir.Table:
    """One row per customer, as `axis_sums` says."""
    sums: dict[str, ir.Value] = {
        "purchase_count": needs["count"].sum(),
        "purchase_count_then": needs.count_then.sum(),
        "repeat_count": needs.repeats.sum(),
    }
    for axis in AXES:
        lean, information = needs[f"lean_{axis}_then"], needs[f"information_{axis}_then"]
        says = information > 0
        sums[f"value_{axis}"] = needs[f"value_{axis}"].sum()
        for name in SUMS:
            for when in ("", "_then"):
                sums[f"{name}_{axis}{when}"] = needs[f"{name}_{axis}{when}"].sum()
        square = lean.cast("float64") * lean / information.nullif(0)
        sums[f"dispersion_{axis}_then"] = square.round().cast("int64").sum(where=says)
        sums[f"need_count_{axis}_then"] = says.sum()
    return needs.group_by("customer_id").aggregate(**_whole(sums))


def _millionths(value: ir.NumericValue) -> ir.IntegerValue:
    return (value * MILLION).round().cast("int64")


def _whole(sums: dict[str, ir.Value]) -> dict[str, ir.Value]:
    """Sums of whole numbers as whole numbers of 64 bits; of nothing, 0."""
    return {name: total.fill_null(0).cast("int64") for name, total in sums.items()}
