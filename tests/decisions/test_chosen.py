"""A list chosen by hand: everybody stays on it, with what a message may be expected to bring."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import pytest

from regulars.decisions.chosen import CHOSEN, PEOPLE, expected_of_list
from regulars.decisions.expectation import Offer
from regulars.decisions.finders import all_finders

AS_OF = date(2026, 3, 31)
NOON = datetime(2026, 3, 31, 4, tzinfo=UTC)
MakeTables = Callable[..., dict[str, ir.Table]]


def expected(make_tables: MakeTables, days_ago: dict[str, list[int]], *people: str) -> Any:
    orders = [
        {"order_id": f"{who}{n}", "customer_id": who, "net_amount": 100,
         "ordered_at": NOON - timedelta(days=days)}
        for who, given in days_ago.items()
        for n, days in enumerate(given)
    ]  # fmt: skip
    tables = make_tables(orders=orders)
    tables[PEOPLE] = ibis.memtable({"customer_id": list(people)})
    prior = all_finders()["win_back"].prior
    lazy = expected_of_list(tables, as_of=AS_OF, offer=Offer(0.1, 0.05), prior=prior)
    rows = tables["orders"].get_backend().to_pyarrow(lazy).to_pylist()
    return {row["customer_id"]: row for row in rows}


def test_everybody_stays_when_some_bring_nothing(make_tables: MakeTables) -> None:
    """Margin 30 of 100 (assumed), a tenth off: gain 20, u 0.06, giveaway 10 x the own chance."""
    days = {"li": [60, 30], "wang": [10], "zhao": [200, 40]}
    rows = expected(make_tables, days, "li", "wang", "nobody", "li")
    assert sorted(rows) == ["li", "nobody", "wang"]
    li = rows["li"]
    by_hand = 0.06 * 20 - li["response_baseline"] * 10 - 0.05
    amount = "expected_incremental_margin_amount"
    assert float(li[amount]) == pytest.approx(by_hand, abs=0.0001)
    assert float(rows["nobody"][amount]) == pytest.approx(-0.05)
    assert json.loads(li["why"])["order_count"] == 2
    assert {row["kind"] for row in rows.values()} == {"list"}


def test_is_no_finder_of_its_own() -> None:
    assert CHOSEN.kind not in all_finders()
