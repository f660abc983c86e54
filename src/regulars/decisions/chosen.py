"""Chosen by hand: customers whom a person put on a list, with a message of a kind's own.

What they are expected to bring is worked out as for every opportunity (expectation.py), but
nobody is left out for bringing too little: who chose them is told, and decides. What such
campaigns earn teaches the finders nothing: a list is of whom somebody thought of.

Reads    orders, order_lines, products, returns
Returns  one row per customer of the list
"""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.decisions.baseline import behaviour, with_baseline
from regulars.decisions.expectation import Offer, Prior, expect
from regulars.decisions.figures_json import figures_json
from regulars.decisions.finder import VALUE_TABLES, Finder
from regulars.decisions.order_values import order_values
from regulars.tables.text import Text

KIND = "list"
PEOPLE = "people"  # among the tables: customer_id of everybody on the list
GROUP_DAYS, MOST_GROUP = 14, 26
WINDOW_DAYS = 28


def candidates(tables: Mapping[str, ir.Table], *, as_of: date, window_days: int) -> ir.Table:
    """Everybody on the list; who never bought has no chance that could be read off anything."""
    orders = tables["orders"]
    known = with_baseline(
        behaviour(orders, as_of), orders, as_of=as_of, window_days=window_days, group=_age_group
    )
    rows = tables[PEOPLE].select("customer_id").distinct()
    rows = rows.left_join(known, "customer_id").drop("customer_id_right")
    rows = rows.mutate(
        order_count=rows.order_count.fill_null(0),
        response_baseline=rows.response_baseline.fill_null(0.0),
    )
    return rows.select(
        "customer_id",
        "response_baseline",
        why=figures_json({name: rows[name] for name in ("order_count", "response_baseline")}),
        expires_on=ibis.literal(as_of) + ibis.interval(days=window_days),
    )


def expected_of_list(
    tables: Mapping[str, ir.Table], *, as_of: date, offer: Offer, prior: Prior
) -> ir.Table:
    """OPPORTUNITIES of everybody on the list, lazy; the prior is that of the message's kind."""
    found = candidates(tables, as_of=as_of, window_days=WINDOW_DAYS)
    values = order_values(*(tables[name] for name in VALUE_TABLES), as_of=as_of)
    rows = found.left_join(values, "customer_id").drop("customer_id_right")
    rows = rows.mutate(
        average_order_amount=rows.average_order_amount.cast("float64").fill_null(0.0),
        average_order_margin=rows.average_order_margin.cast("float64").fill_null(0.0),
    )
    return expect(
        rows, kind=KIND, as_of=as_of, offer=offer, prior=prior, measured=None, keeps_all=True
    )


def _age_group(habits: ir.Table) -> ir.IntegerValue:
    """Fortnights since the last order, the last one open."""
    fortnights = (habits.days_since_last_order / GROUP_DAYS).floor().cast("int64")
    return ibis.least(fortnights, MOST_GROUP)


CHOSEN = Finder(
    kind=KIND,
    title=Text("A list of customers", "顾客名单"),
    question=Text("Whom did somebody choose by hand?", "哪些顾客是人工挑选的？"),
    why=Text("Chosen by hand; {order_count} orders so far.", "人工挑选；累计{order_count}单。"),
    message=Text(
        "{name}, thank you for being with us. Come and see what is new.",
        "{name}，感谢您一直以来的支持，欢迎来看看新品。",
    ),
    traits=(),
    offer=Offer(discount_share=0.0),
    prior=Prior(
        uplift=0.02,
        standard_deviation=0.03,
        source=Text(
            "The makers' assumption for a message without an offer; a list is measured by its "
            "own holdout.",
            "开发者对无优惠消息的假设；名单活动以自身对照组衡量。",
        ),
    ),
    window_days=WINDOW_DAYS,
    candidates=candidates,
)
