"""What the assigned did: windows, arms and sums, by hand and against a plain loop."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pytest

from regulars.effects.movements import movements
from regulars.effects.outcomes import METRICS, arm_statistics, assigned, outcomes

MakeTables = Callable[..., dict[str, ir.Table]]
START = datetime(2026, 3, 1, 2, tzinfo=UTC)
END = START + timedelta(days=28)
AS_OF = date(2026, 4, 30)
VALUE_TABLES = ("orders", "order_lines", "products", "returns")


def campaign(**more: Any) -> dict[str, Any]:
    return {
        "campaign_id": "k", "campaign_name": "Spring", "kind": "win_back", "ended_at": END,
        "offer": '{"holdout_share": 0.25}',
    } | more  # fmt: skip


def exposure(customer_id: str, arm: str, **more: Any) -> dict[str, Any]:
    return {"campaign_id": "k", "customer_id": customer_id, "arm": arm, "assigned_at": START} | more


def order(number: int, customer_id: str, after: timedelta, net: float) -> dict[str, Any]:
    return {
        "order_id": f"o{number}", "customer_id": customer_id, "ordered_at": START + after,
        "net_amount": net,
    }  # fmt: skip


def moved(tables: dict[str, ir.Table]) -> ir.Table:
    return movements(*(tables[name] for name in VALUE_TABLES), as_of=AS_OF)


def test_counts_from_assignment_up_to_the_end_when_the_campaign_says_when(
    make_tables: MakeTables,
) -> None:
    moment = timedelta(microseconds=1)
    tables = make_tables(
        campaigns=[campaign()],
        exposures=[exposure("li", "message"), exposure("wang", "holdout")],
        orders=[
            order(1, "li", timedelta(days=-366), 1),
            order(2, "li", timedelta(days=-365), 2),
            order(3, "li", -moment, 4),
            order(4, "li", timedelta(0), 8),
            order(5, "li", timedelta(days=28) - moment, 16),
            order(6, "li", timedelta(days=28), 32),
        ],
    )
    people = assigned(tables["exposures"], tables["campaigns"])
    rows = outcomes(people, moved(tables)).order_by("customer_id").to_pyarrow().to_pylist()
    li, wang = rows
    assert (li["net_amount"], li["prior_net_amount"]) == (8 + 16, 2 + 4)
    assert (li["order_count"], li["buyer_rate"], li["prior_buyer_rate"]) == (2, 1, 1)
    assert (wang["net_amount"], wang["buyer_rate"], wang["is_treated"]) == (0, 0, False)


def test_window_has_the_default_length_when_the_campaign_has_no_end(
    make_tables: MakeTables,
) -> None:
    tables = make_tables(
        campaigns=[campaign(ended_at=None)],
        exposures=[exposure("li", "a"), exposure("li", "a", campaign_id="not in campaigns")],
    )
    people = assigned(tables["exposures"], tables["campaigns"], window_days=10)
    until = {row["until_at"] for row in people.to_pyarrow().to_pylist()}
    assert until == {START + timedelta(days=10)}


def test_sums_up_each_arm_when_aggregated(make_tables: MakeTables) -> None:
    treated = [exposure(f"t{n}", "message", sent_at=START, cost_amount=0.05) for n in range(3)]
    unsent = exposure("t3", "other text", not_sent_reason="frequency")
    tables = make_tables(
        campaigns=[campaign(cost_amount=100)],
        exposures=[*treated, unsent, exposure("h0", "holdout"), exposure("h1", "holdout")],
        orders=[
            order(1, "t0", timedelta(days=1), 10),
            order(2, "t3", timedelta(days=1), 30),
            order(3, "h0", timedelta(days=1), 20),
        ],
    )
    sums = arm_statistics(tables["exposures"], tables["campaigns"], moved(tables))
    held, done = sums.order_by("is_treated").to_pyarrow().to_pylist()
    # t3 was never reached, and counts in the arm assigned
    assert (done["customer_count"], done["sent_count"]) == (4, 3)
    assert done["message_cost"] == pytest.approx(0.15)
    assert (done["net_amount_mean"], done["buyer_rate_mean"]) == (10, 0.5)
    assert done["net_amount_variance"] == pytest.approx(np.var([10, 0, 0, 30], ddof=1))
    assert (held["customer_count"], held["net_amount_mean"], held["fixed_cost"]) == (2, 10, 100)
    assert (done["kind"], done["holdout_share"]) == ("win_back", 0.25)
    assert (done["from_on"], done["until_on"]) == (date(2026, 3, 1), date(2026, 3, 29))
    assert (done["net_total"], done["uncosted_total"]) == (40, 40)


def test_agrees_with_a_plain_loop_when_many_customers_are_in_two_campaigns(
    make_tables: MakeTables,
) -> None:
    rng = np.random.default_rng(8)
    arms = ["holdout" if rng.random() < 0.3 else "message" for _ in range(60)]
    exposures = [exposure(f"c{n}", arm) for n, arm in enumerate(arms)]
    later = START + timedelta(days=14)
    exposures += [
        exposure(f"c{n}", "message", campaign_id="j", assigned_at=later) for n in range(0, 60, 2)
    ]
    orders = [
        order(n, f"c{rng.integers(80)}", timedelta(hours=int(hours)), int(net))
        for n, (hours, net) in enumerate(
            zip(rng.integers(-3000, 1500, 900), rng.integers(5, 99, 900), strict=True)
        )
    ]
    tables = make_tables(
        campaigns=[campaign(), campaign(campaign_id="j", offer="{}", ended_at=END)],
        exposures=exposures,
        orders=orders,
    )
    sums = arm_statistics(tables["exposures"], tables["campaigns"], moved(tables))
    for row in sums.to_pyarrow().to_pylist():
        start = later if row["campaign_id"] == "j" else START
        mine = [
            e["customer_id"]
            for e in exposures
            if e["campaign_id"] == row["campaign_id"]
            and (e["arm"] != "holdout") == row["is_treated"]
        ]
        within = [
            sum(o["net_amount"] for o in orders
                if o["customer_id"] == who and start <= o["ordered_at"] < END)
            for who in mine
        ]  # fmt: skip
        before = [
            sum(o["net_amount"] for o in orders
                if o["customer_id"] == who and o["ordered_at"] < start)
            for who in mine
        ]  # fmt: skip
        assert row["net_amount_mean"] == pytest.approx(np.mean(within))
        assert row["net_amount_prior_mean"] == pytest.approx(np.mean(before))
        assert row["net_amount_variance"] == pytest.approx(np.var(within, ddof=1))
        assert row["net_amount_covariance"] == pytest.approx(np.cov(within, before)[0, 1])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_metric_has_a_name_when_shown(language: str) -> None:
    assert all(label.in_language(language) for label in METRICS.values())
