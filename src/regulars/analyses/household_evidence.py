"""Household evidence: every trait that a customer's purchases or own words tell of, by the rules.

Reads    orders, order_lines, products, customers
Returns  one row per (customer_id, trait) that is said, or at least ``least_score`` sure
         score 0-1: how sure it is; 1 or 0 where the customer said so | source said or purchases
         purchase_score 0-1 by purchases alone | evidence_count orders that tell of it
         last_evidence_on | said yes or no | child_age_months with its interval
Figure   figures/household_evidence.py
Source   rules: stats/household/household_rules.toml, or the shop's own; strength against the base
         rate: stats/household/strength.py; ages: stats/household/child_age.py
"""

from datetime import date
from functools import partial
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.errors import NothingToAnalyse
from regulars.stats.household.judged import AFFIRMED, DENIED, UNSAID, Judged, asks, judged
from regulars.stats.household.rules import HouseholdRules, rules_of
from regulars.tables.analysis import Analysis
from regulars.tables.fit import Fit, Fitted, arrow_rows
from regulars.tables.parameters import check_number
from regulars.tables.schema import Column, Table
from regulars.tables.sharing import once
from regulars.tables.text import Text

WORDS = {UNSAID: None, DENIED: "no", AFFIRMED: "yes"}

RETURNS = Table(
    name="household_evidence",
    grain="(customer, trait) said or told by purchases",
    key=("customer_id", "trait"),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column("trait", "text", "the trait's name in the rules", "特征"),
        Column("trait_en", "text", "its English label", "特征（英文）"),
        Column("trait_zh", "text", "its Chinese label", "特征（中文）"),
        Column("score", "number", "0-1: how sure it is; 1 or 0 where it was said", "把握程度"),
        Column("source", "text", "said or purchases", "依据"),
        Column("said", "text", "yes or no, where the customer said it", "顾客自述", nullable=True),
        Column("purchase_score", "number", "0-1: by purchases alone", "购买推断把握"),
        Column("evidence_count", "integer", "orders that tell of it", "证据订单数", unit="orders"),
        Column("last_evidence_on", "day", "day of the last one", "最近证据日期", nullable=True),
        Column(
            "child_age_months", "number", "the child's age on the day", "孩子月龄", unit="months",
            nullable=True,
        ),
        Column("child_age_low", "number", "lower end of it", "月龄下限", nullable=True),
        Column("child_age_high", "number", "upper end of it", "月龄上限", nullable=True),
    ),
)  # fmt: skip


def household_evidence(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    customers: ir.Table,
    *,
    as_of: date,
    rules: str | None = None,
    least_score: float = 0.1,
) -> Fit:
    """All traits of the rules, a marketer's own among them.

    ``rules``: the path of a file in the shape of household_rules.toml. ``least_score``: how
    sure purchases must be for a row (what was said always has one). Raises
    ParameterInvalid; making it, NothingToAnalyse.
    """
    check_number("least_score", least_score, 0, 1)
    read = rules_of(rules)
    tables = asks(orders, order_lines, products, customers, as_of=as_of, rules=read)
    return Fit(tables, partial(_made, as_of=as_of, rules=read, least_score=least_score))


def _made(*, as_of: date, rules: HouseholdRules, least_score: float, **tables: pa.Table) -> Fitted:
    if not tables["people"].num_rows:
        raise NothingToAnalyse(
            "Household traits need orders of known customers or what customers say of themselves; "
            f"there are none up to {as_of}."
        )
    found = once(judged, tables, as_of=as_of, rules=rules)
    model = {
        "name": "two groups of households, empirical Bayes",
        "customer_count": tables["people"].num_rows,
        "window": {"until": as_of},
        "parameters": {f"share_{name}": one["share"] for name, one in found.models.items()},
    }
    return Fitted(_rows(found, as_of, rules, least_score), model)


def _rows(found: Judged, as_of: date, rules: HouseholdRules, least_score: float) -> pa.Table:
    keep = np.flatnonzero((found.said != UNSAID) | (found.score >= least_score))
    trait = found.trait[keep].astype(np.int64)
    days = found.days_ago[keep]
    last = np.datetime64(as_of) - np.maximum(days, 0).astype("timedelta64[D]")

    def label(kind: str) -> Any:
        return pa.array([getattr(one, kind) for one in rules.traits]).take(
            pa.array(trait, pa.int64())
        )

    words = pa.array([WORDS[state] for state in (UNSAID, DENIED, AFFIRMED)])
    said = found.said[keep].astype(np.int64)
    return arrow_rows(
        {
            "customer_id": found.ids.take(pa.array(found.household[keep])),
            "trait": label("name"),
            "trait_en": label("en"),
            "trait_zh": label("zh"),
            "score": found.score[keep],
            "source": pa.array(["purchases", "said"]).take(pa.array(said > 0).cast(pa.int64())),
            "said": words.take(pa.array(said, pa.int64())),
            "purchase_score": found.purchase_score[keep],
            "evidence_count": found.evidence_count[keep],
            "last_evidence_on": pa.array(last, pa.date32(), mask=days < 0),
            "child_age_months": found.months[keep],
            "child_age_low": found.months_low[keep],
            "child_age_high": found.months_high[keep],
        },
        RETURNS,
    )


ANALYSIS = Analysis(
    title=Text("Household evidence", "家庭特征依据"),
    question=Text(
        "What tells of each customer's household: which orders, how sure, and what they said?",
        "每位顾客的家庭特征依据何在：哪些购买、把握多大、本人怎么说？",
    ),
    reads=("orders", "order_lines", "products", "customers"),
    returns=RETURNS,
    compute=household_evidence,
    is_fitted=True,
)
