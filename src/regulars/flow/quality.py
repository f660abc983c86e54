"""Data quality: what the tables lack, each finding with the rows behind it.

A check names the rows that are at fault, as one lazy table; its share is their number
against the rows it looked at. The back office's page and ``regulars doctor`` show the
same findings.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import ibis
import ibis.expr.types as ir

from regulars.tables import CANONICAL
from regulars.tables.text import Text

Tables = Callable[[str], ir.Table]
"""A canonical table by its name: ``backend.table``."""

Level = Literal["empty", "fine", "notice", "warning"]


@dataclass(frozen=True)
class Check:
    """One thing that may be wrong: the rows of ``table`` that are, and what that means.

    Above ``notice_share`` of the rows it is worth a notice, above ``warning_share`` a
    warning; ``weight`` names the column that counts where a row stands for several.
    """

    name: str
    table: str
    title: Text
    meaning: Text
    rows: Callable[[Tables], ir.Table]
    notice_share: float = 0.0
    warning_share: float = 0.05
    weight: str = ""
    total: Callable[[Tables], ir.Table] | None = None


@dataclass(frozen=True)
class Finding:
    """What a check found: rows at fault, rows looked at."""

    check: Check
    count: int
    total_count: int

    @property
    def share(self) -> float:
        return self.count / self.total_count if self.total_count else 0.0

    @property
    def level(self) -> Level:
        if not self.total_count:
            return "empty"
        if self.share > self.check.warning_share:
            return "warning"
        return "notice" if self.count and self.share > self.check.notice_share else "fine"


@dataclass(frozen=True)
class Freshness:
    """How many rows a table holds and the newest moment (or day) that they speak of."""

    table: str
    row_count: int
    newest: datetime | date | None


def freshness(tables: Tables) -> list[Freshness]:
    """Rows and newest moment of every canonical table, in declared order."""
    return [_freshness(tables(name), name) for name in CANONICAL]


def findings(tables: Tables, checks: "tuple[Check, ...] | None" = None) -> Iterator[Finding]:
    """Every check's finding, one after the other (each one or two queries)."""
    for check in CHECKS if checks is None else checks:
        looked_at = check.total(tables) if check.total else tables(check.table)
        yield Finding(check, _size(check.rows(tables), check.weight), _size(looked_at, ""))


def check_named(name: str) -> Check | None:
    """The check of that name."""
    return next((check for check in CHECKS if check.name == name), None)


def _freshness(table: ir.Table, name: str) -> Freshness:
    when = _newest_column(name)
    newest = table[when].max() if when else ibis.null()
    row = table.aggregate(row_count=table.count(), newest=newest).to_pyarrow().to_pylist()[0]
    return Freshness(name, row["row_count"], row["newest"])


def _newest_column(name: str) -> str | None:
    """The column that says when a row's fact happened: the first moment, else the first day."""
    columns = CANONICAL[name].columns
    for kind in ("moment", "day"):
        for column in columns:
            if column.type == kind and column.name not in {"birth_on", "launched_on", "opened_on"}:
                return column.name
    return None


def _size(rows: ir.Table, weight: str) -> int:
    total = rows[weight].sum().fill_null(0) if weight else rows.count()
    return int(total.to_pyarrow().as_py() or 0)


def _lacking(table: str, column: str) -> Callable[[Tables], ir.Table]:
    """Rows whose column says nothing."""
    return lambda tables: tables(table).filter(ibis._[column].isnull())


def _dangling(table: str, column: str, target: str) -> Callable[[Tables], ir.Table]:
    """Rows that name something that the table it should stand in does not hold."""

    def rows(tables: Tables) -> ir.Table:
        named = tables(table).filter(ibis._[column].notnull())
        return named.anti_join(tables(target), column)

    return rows


def _lines_without_cost(tables: Tables) -> ir.Table:
    priced = tables("products").filter(ibis._.unit_cost.notnull())
    return tables("order_lines").filter(ibis._.unit_cost.isnull()).anti_join(priced, "product_id")


def _orders_not_adding_up(tables: Tables) -> ir.Table:
    lines = tables("order_lines")
    sums = lines.group_by("order_id").aggregate(lines_amount=lines.net_amount.sum())
    joined = tables("orders").join(sums, "order_id")
    return joined.filter((ibis._.net_amount - ibis._.lines_amount).abs() > 0.01).select(
        "order_id", "ordered_at", "customer_id", "net_amount", "lines_amount"
    )


def _days_without_orders(tables: Tables) -> ir.Table:
    """Gaps of at least one whole day between two days that have orders."""
    days = tables("orders").select(ordered_on=ibis._.ordered_at.date()).distinct()
    following = days.mutate(next_on=days.ordered_on.lead().over(order_by=days.ordered_on))
    gaps = following.filter(ibis._.next_on.notnull())
    gaps = gaps.mutate(days_count=gaps.next_on.delta(gaps.ordered_on, unit="day") - 1)
    return gaps.filter(ibis._.days_count > 0).select(
        after_on="ordered_on", until_on="next_on", days_count="days_count"
    )


def _days_covered(tables: Tables) -> ir.Table:
    """One row per day between the first order and the last."""
    orders = tables("orders")
    first, last = orders.ordered_at.min().date(), orders.ordered_at.max().date()
    ends = orders.aggregate(first=first, days=last.delta(first, unit="day") + 1)
    known = ends.filter(ends.days.notnull())
    return known.select(day=ibis.range(0, known.days.cast("int64")).unnest())


def _customers_not_reachable(tables: Tables) -> ir.Table:
    reachable = tables("identifiers").filter(ibis._.kind.isin(["phone", "email"]))
    return tables("customers").anti_join(reachable, "customer_id")


CHECKS: tuple[Check, ...] = (
    Check(
        "orders_without_customer",
        "orders",
        Text("Orders without a customer", "没有顾客的订单"),
        Text(
            "They count in sales, but in nothing that is said about customers.",
            "它们计入销售额，但不计入任何关于顾客的分析。",
        ),
        _lacking("orders", "customer_id"),
        notice_share=0.02,
        warning_share=0.30,
    ),
    Check(
        "lines_without_cost",
        "order_lines",
        Text("Order lines without a cost", "没有成本的订单明细"),
        Text(
            "Neither the line nor its product says what it cost; margin there is assumed.",
            "明细和商品都没有成本；这部分毛利按假定的比例计算。",
        ),
        _lines_without_cost,
        warning_share=0.30,
    ),
    Check(
        "products_without_category",
        "products",
        Text("Products without a category", "没有类目的商品"),
        Text("Rankings by category leave them out.", "按类目的排行不包含它们。"),
        _lacking("products", "category"),
        warning_share=0.20,
    ),
    Check(
        "customers_not_reachable",
        "customers",
        Text("Customers without phone or e-mail", "没有手机号和邮箱的顾客"),
        Text("No message can reach them.", "任何消息都发不到他们。"),
        _customers_not_reachable,
        notice_share=0.10,
        warning_share=0.80,
    ),
    Check(
        "lines_of_unknown_product",
        "order_lines",
        Text("Order lines whose product is unknown", "商品不在商品表中的订单明细"),
        Text(
            "Import the product list that names them; until then they have no category or cost.",
            "请导入含有这些商品的商品表；在此之前它们没有类目和成本。",
        ),
        _dangling("order_lines", "product_id", "products"),
    ),
    Check(
        "lines_of_unknown_order",
        "order_lines",
        Text("Order lines whose order is unknown", "订单不存在的订单明细"),
        Text(
            "Without the order there is no time and no customer; import the orders.",
            "没有订单就没有时间和顾客；请导入订单。",
        ),
        _dangling("order_lines", "order_id", "orders"),
        warning_share=0.0,
    ),
    Check(
        "orders_of_unknown_customer",
        "orders",
        Text("Orders whose customer is unknown", "顾客不在顾客表中的订单"),
        Text("The customer list lacks people who bought.", "顾客表缺少买过东西的人。"),
        _dangling("orders", "customer_id", "customers"),
    ),
    Check(
        "orders_of_unknown_store",
        "orders",
        Text("Orders whose store is unknown", "门店不在门店表中的订单"),
        Text("They are missing when you look at one store.", "按门店查看时会缺少它们。"),
        _dangling("orders", "store_id", "stores"),
    ),
    Check(
        "orders_not_adding_up",
        "orders",
        Text("Orders that are not the sum of their lines", "与明细之和不符的订单"),
        Text(
            "The order's net amount and its lines' differ by more than a cent.",
            "订单实付金额与明细合计相差超过一分钱。",
        ),
        _orders_not_adding_up,
    ),
    Check(
        "returns_of_unknown_order",
        "returns",
        Text("Returns whose order is unknown", "原订单不存在的退货"),
        Text(
            "Refunds count, but cannot be set against what was bought.",
            "退款照常计算，但无法对应到原来的购买。",
        ),
        _dangling("returns", "order_id", "orders"),
        warning_share=0.30,
    ),
    Check(
        "events_without_person",
        "events",
        Text("Events that belong to nobody", "不属于任何人的行为事件"),
        Text(
            "They name neither a customer nor a visitor; the tracking plan should.",
            "它们既没有顾客编号，也没有访客编号；埋点应当带上。",
        ),
        lambda tables: tables("events").filter(
            ibis._.customer_id.isnull() & ibis._.anonymous_id.isnull()
        ),
    ),
    Check(
        "days_without_orders",
        "orders",
        Text("Days without a single order", "一笔订单都没有的日子"),
        Text(
            "Closed days are fine; otherwise a file is missing for them.",
            "歇业日是正常的；否则就是缺了那几天的文件。",
        ),
        _days_without_orders,
        weight="days_count",
        total=_days_covered,
        warning_share=0.10,
    ),
)
