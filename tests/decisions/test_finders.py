"""The finders: whom each proposes, when, why, and what they have in common."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
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
NEED = {
    "next_need_purpose": "tissues",
    "next_need_on": AS_OF + timedelta(days=8),
    "next_need_low_on": AS_OF + timedelta(days=4),
    "next_need_high_on": AS_OF + timedelta(days=15),
    "next_need_remind_on": AS_OF + timedelta(days=3),
    "next_need_chance": 0.8,
}
LEAVING = {"churn_risk": 0.7, "value_at_risk_amount": 50.0}
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
        | {"loyalty_group_en": "Heavy, loyal"}
        | NEED
        | LEAVING
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


# twelve customers of 1 to 12 orders in half a year, the last days ago, one of each half before
GROWING = {f"grown {n}": [200, *range(10, 10 + 12 * n, 12)] for n in range(1, 13)}
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


def test_replenish_proposes_those_whose_need_is_near_and_likely(make_tables: MakeTables) -> None:
    """A need that is late is to be reminded of tomorrow; one that is far or unlikely is not."""
    rhythm = [190, 40, 20]

    def need(remind: int, expected: int, high: int | None = 30, **other: object) -> dict[str, Any]:
        on = {"next_need_remind_on": remind, "next_need_on": expected, "next_need_high_on": high}
        days = {k: None if v is None else AS_OF + timedelta(days=v) for k, v in on.items()}
        return days | other

    given = {
        "soon": need(7, 12, next_need_purpose='dish "soap"'),
        "late": need(1, 2, high=3),
        "far": need(8, 14),
        "without end": need(5, 20, high=None),
        "unlikely": need(2, 9, next_need_chance=0.29),
        "nothing known": dict.fromkeys(NEED),
        "returned it all": need(3, 8, total_net_amount=0.0),
        "once": need(3, 8),
    }
    days = {who: [30] if who == "once" else rhythm for who in given}
    rows = found(shop(make_tables, days, **given), "replenish")
    assert sorted(rows) == ["late", "soon", "without end"]
    why = json.loads(rows["soon"]["why"])
    assert (why["purpose"], why["expected_on"]) == ('dish "soap"', "2026-04-12")
    assert why["chance_percent"] == 80
    left = {who: (row["expires_on"] - AS_OF).days for who, row in rows.items()}
    assert left == {"late": 7, "soon": 28, "without end": 28}


def test_replenish_expects_as_many_by_themselves_as_came_in_the_last_window(
    make_tables: MakeTables,
) -> None:
    """Four who were, a window ago, as far into their gap as she is now: half of them came."""
    others = {f"came{n}": [148, 98, 48, 10] for n in range(2)}
    others |= {f"stayed{n}": [148, 98, 48] for n in range(2)}
    row = found(shop(make_tables, others | {"li": [120, 70, 20]}), "replenish")["li"]
    # 20 of 50 days both then and now; li herself, then 42 of 50, came
    kind = shop_share = 3 / 5
    kind = (3 + 10 * shop_share) / (5 + 10)
    assert row["response_baseline"] == pytest.approx((2 + 10 * kind) / (4 + 10))


def test_vip_at_risk_proposes_the_top_fifth_who_may_leave(make_tables: MakeTables) -> None:
    """Ten spent 100 to 1000: the 80% point is 820, so that 900 and 1000 are of the top fifth."""
    days = {f"c{n}": [200, 100, 30] for n in range(1, 11)}
    traits = {f"c{n}": {"total_net_amount": 100.0 * n} for n in range(1, 11)}
    rows = found(shop(make_tables, days, **traits), "vip_at_risk")
    assert sorted(rows) == ["c10", "c9"]
    why = json.loads(rows["c9"]["why"])
    assert (why["churn_percent"], why["value_at_risk_amount"]) == (70, 50)
    assert (why["order_count"], why["days_since_last_order"]) == (3, 30)
    assert rows["c9"]["expires_on"] == AS_OF + timedelta(days=14)
    traits["c9"] |= {"churn_risk": 0.49}
    traits["c10"] |= {"churn_risk": None}  # lost already
    assert found(shop(make_tables, days, **traits), "vip_at_risk") == {}


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
        "next_need_purpose": pa.array([], pa.string()),
        **{name: pa.array([], pa.date32()) for name in NEED if name.endswith("_on")},
        "next_need_chance": pa.array([], pa.float64()),
        **{name: pa.array([], pa.float64()) for name in LEAVING},
        "loyalty_group_en": pa.array([], pa.string()),
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
    people = {"li": SLIPPING, "wang": [60], "zhao": [300, 240], "chen": [300, 220]} | GROWING
    row = next(iter(found(shop(make_tables, people), kind).values()))
    why = json.loads(row["why"])
    text = fill_figures(all_finders()[kind].why.in_language(language), why)
    assert "{" not in text
    days = re.sub(r"\d{4}-\d{2}-\d{2}", "", text)
    assert "-" not in days.replace("second-order", "")


def test_second_order_puts_first_whom_the_shops_experiments_say(make_tables: MakeTables) -> None:
    """Uplift in proportion to response_uplift, its mean that of the kind."""
    repeat = {f"r{gap}": [300, 300 - gap] for gap in range(10, 110, 10)}
    traits = {"a": {"response_uplift": 0.03}, "b": {"response_uplift": 0.01}}
    others = {name: {"response_uplift": 0.0} for name in repeat}
    tables = shop(make_tables, repeat | {"a": [50], "b": [50]}, **traits, **others)
    rows = found(tables, "second_order")
    uplift = {who: rows[who]["expected_uplift"] for who in ("a", "b")}
    assert uplift["a"] / uplift["b"] == pytest.approx(3)
    assert sum(uplift.values()) / 2 == pytest.approx(all_finders()["second_order"].prior.uplift)


def test_second_order_puts_first_who_is_in_doubt_when_nothing_was_learned(
    make_tables: MakeTables,
) -> None:
    """Of those new a window ago (20 to 33 days old now and then) most came, of older ones none."""
    repeat = {f"r{gap}": [300, 300 - gap] for gap in range(10, 110, 10)}
    newcomers = {"young": [25], "old": [75]}
    came = {f"c{n}": [28 + 20 + n % 8, 27] for n in range(12)}
    stayed_away = {f"s{n}": [28 + 71 + n % 12] for n in range(24)}
    rows = found(shop(make_tables, repeat | newcomers | came | stayed_away), "second_order")
    young, old = rows["young"], rows["old"]
    assert old["response_baseline"] < young["response_baseline"] < 0.9
    b = {who: rows[who]["response_baseline"] for who in ("young", "old")}
    wanted = (b["young"] * (1 - b["young"])) / (b["old"] * (1 - b["old"]))
    assert young["expected_uplift"] / old["expected_uplift"] == pytest.approx(wanted)
    assert young["expected_uplift"] > old["expected_uplift"]


def test_thank_and_upgrade_proposes_the_heavy_and_loyal_just_below_the_next_level(
    make_tables: MakeTables,
) -> None:
    """Forty spend 100 to 4000 in a year in orders of 100, more of it lately; levels by quantile."""
    days = {f"c{n:02d}": [200, *(5 + 4 * k for k in range(n - 1))] for n in range(3, 41)}
    days |= {"shrunk": [*(190 + k for k in range(26)), 5], "asleep": [*range(120, 146), 200]}
    other = {"c30": {"total_net_amount": 0.0}, "c29": {"loyalty_group_en": "Heavy, switching"}}
    rows = found(shop(make_tables, days, **other), "thank_and_upgrade")
    spend = sorted(100 * len(given) for given in days.values())
    levels = [float(np.quantile(spend, q)) for q in (0.75, 0.9, 0.97)]
    near = {
        who
        for who, given in days.items()
        if any(0 < level - 100 * len(given) <= 200 for level in levels)
    }
    assert set(rows) == near - {"shrunk", "asleep", *other}
    why = json.loads(next(iter(rows.values()))["why"])
    assert 0 < why["missing_amount"] <= 200
    assert why["grown_ratio"] > 1
    assert why["next_level_amount"] == pytest.approx(why["year_amount"] + why["missing_amount"])
