"""The finders: whom each proposes, when, why, and what they have in common."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from regulars.decisions.expectation import Offer
from regulars.decisions.finder import TRAITS
from regulars.decisions.finders import all_finders
from regulars.decisions.finders.second_order import second_order_gaps
from regulars.decisions.messages import fill_figures, merge_fields
from regulars.decisions.opportunities import OPPORTUNITIES
from regulars.effects.measured import Measured
from regulars.errors import NothingToAnalyse
from regulars.tables import CANONICAL
from regulars.tables.text import Text

MakeTables = Callable[..., dict[str, ir.Table]]
AS_OF = date(2026, 3, 31)
NOON = datetime(2026, 3, 31, 4, tzinfo=UTC)
KINDS = sorted(all_finders())
FREE = Offer(discount_share=0.0, message_cost=0.0)


def shop(
    make_tables: MakeTables, days_ago: dict[str, list[int]], **traits: dict[str, object]
) -> dict[str, ir.Table]:
    """Customers' orders of 100 each, so many days ago; traits as given, else valuable."""
    orders = [
        {
            "order_id": f"{who}{n}", "customer_id": who, "net_amount": 100,
            "ordered_at": NOON - timedelta(days=days),
        }
        for who, given in days_ago.items()
        for n, days in enumerate(given)
    ]  # fmt: skip
    known = [
        {"customer_id": who, "monetary_score": 5, "total_net_amount": 100.0 * len(given)}
        | traits.get(who, {})
        for who, given in days_ago.items()
    ]
    return with_traits(make_tables(orders=orders), pa.Table.from_pylist(known))


def with_traits(tables: dict[str, ir.Table], traits: pa.Table) -> dict[str, ir.Table]:
    tables[TRAITS] = ibis.memtable(traits)
    return tables


def found(tables: dict[str, ir.Table], kind: str, **options: Any) -> dict[str, dict[str, Any]]:
    lazy = all_finders()[kind].find(tables, as_of=AS_OF, **({"offer": FREE} | options))
    rows = tables["orders"].get_backend().to_pyarrow(lazy)
    assert rows.schema == OPPORTUNITIES.arrow_schema()
    return {row["customer_id"]: row for row in rows.to_pylist()}


SLIPPING = [100, 80, 60]  # a gap of 20 days, three gaps ago


def test_win_back_proposes_the_valuable_who_are_overdue_by_their_own_gap(
    make_tables: MakeTables,
) -> None:
    tables = shop(
        make_tables,
        {
            "slipping": SLIPPING,
            "seldom but on time": [190, 120, 60],
            "bought yesterday": [41, 21, 1],
            "overdue by days only": [22, 21, 20],
            "lost long ago": [500, 480, 460],
            "only two orders": [80, 60],
            "worth little": SLIPPING,
            "returned it all": SLIPPING,
        },
        **{"worth little": {"monetary_score": 3}, "returned it all": {"total_net_amount": 0.0}},
    )
    row = found(tables, "win_back")
    assert list(row) == ["slipping"]
    why = json.loads(row["slipping"]["why"])
    assert why["days_since_last_order"] == 60
    assert (why["mean_gap_days"], why["overdue_ratio"], why["order_count"]) == (20, 3, 3)
    assert row["slipping"]["expires_on"] == AS_OF + timedelta(days=14)
    assert 0 <= row["slipping"]["response_baseline"] <= 1


def test_win_back_finds_people_when_nobody_was_as_overdue_a_window_ago(
    make_tables: MakeTables,
) -> None:
    """The shop's past has then nothing to say of this group, but of slipping customers at large."""
    tables = shop(
        make_tables, {"like li a window ago": [130, 110, 90, 3], "new depth": [240, 220, 200]}
    )
    assert "new depth" in found(tables, "win_back")


def test_second_order_proposes_newcomers_between_early_and_late(make_tables: MakeTables) -> None:
    """Repeat buyers took 10, 20, ... 100 days: from 19 to 91 it is neither early nor late."""
    repeat = {f"r{gap}": [300, 300 - gap] for gap in range(10, 110, 10)}
    newcomers = {f"n{days}": [days] for days in (3, 18, 19, 50, 91, 92)}
    tables = shop(
        make_tables, repeat | newcomers | {"refunded": [50]}, refunded={"total_net_amount": 0.0}
    )
    rows = found(tables, "second_order")
    assert sorted(rows) == ["n19", "n50", "n91"]
    assert rows["n50"]["expires_on"] == AS_OF + timedelta(days=41)
    assert rows["n91"]["expires_on"] == AS_OF
    why = json.loads(rows["n50"]["why"])
    assert (why["typical_days"], why["until_days"]) == (55, 91)


def test_gaps_are_between_days_when_two_orders_fall_on_the_first(make_tables: MakeTables) -> None:
    tables = shop(make_tables, {"li": [50, 50, 40, 10], "wang": [9], "zhao": [5, 5]})
    rows = second_order_gaps(tables["orders"], AS_OF)
    assert rows.to_pyarrow()["gap_days"].to_pylist() == [10]


@pytest.mark.parametrize("kind", KINDS)
def test_finds_nobody_when_the_shop_has_no_orders(make_tables: MakeTables, kind: str) -> None:
    empty = pa.table({
        "customer_id": pa.array([], pa.string()),
        "monetary_score": pa.array([], pa.int64()),
        "total_net_amount": pa.array([], pa.float64()),
    })  # fmt: skip
    assert found(with_traits(make_tables(), empty), kind) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_says_which_traits_are_missing_when_they_are(make_tables: MakeTables, kind: str) -> None:
    tables = with_traits(make_tables(), pa.table({"customer_id": ["li"]}))
    with pytest.raises(NothingToAnalyse, match=r"needs the traits .*total_net_amount.* refresh"):
        found(tables, kind)


def test_offer_and_measurement_change_what_is_expected(make_tables: MakeTables) -> None:
    tables = shop(make_tables, {"li": SLIPPING, "wang": [240, 220, 200]})
    free = found(tables, "win_back")["li"]
    dear = found(tables, "win_back", offer=Offer(0.0, 1.0))["li"]
    amount = "expected_incremental_margin_amount"
    assert float(free[amount] - dear[amount]) == pytest.approx(1.0)
    measured = Measured("win_back", 15.0, 0.01, 3, 9000)
    learnt = found(tables, "win_back", measured=measured)["li"]
    assert learnt["expected_basis"] == "measured"
    assert float(learnt[amount]) == pytest.approx(15.0, abs=0.01)
    assert free["expected_basis"] == "assumed"


@pytest.mark.parametrize("kind", KINDS)
def test_own_offer_is_supposed_when_none_is_given(make_tables: MakeTables, kind: str) -> None:
    finder = all_finders()[kind]
    people = {"li": SLIPPING, "wang": [60], "zhao": [300, 240], "chen": [300, 220]}
    rows = found(shop(make_tables, people), kind, offer=None)
    assert all(row["discount_share"] == finder.offer.discount_share for row in rows.values())


@pytest.mark.parametrize("kind", KINDS)
def test_declares_itself_in_full(kind: str) -> None:
    finder = all_finders()[kind]
    assert finder.kind == kind
    assert set(finder.reads) <= set(CANONICAL)
    assert "name" in merge_fields(finder.message.en)
    assert set(merge_fields(finder.message.en)) == set(merge_fields(finder.message.zh))
    for text in (finder.title, finder.question, finder.why, finder.prior.source):
        assert isinstance(text, Text)
        assert text.en
        assert text.zh


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_why_is_a_sentence_with_its_figures_when_filled(
    make_tables: MakeTables, kind: str, language: str
) -> None:
    people = {"li": SLIPPING, "wang": [60], "zhao": [300, 240], "chen": [300, 220]}
    row = next(iter(found(shop(make_tables, people), kind).values()))
    why = json.loads(row["why"])
    text = fill_figures(all_finders()[kind].why.in_language(language), why)
    assert "{" not in text
    assert "-" not in text.replace("second-order", "")
