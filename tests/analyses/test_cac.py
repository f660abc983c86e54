"""Acquisition cost against a table worked by hand, and what it says where something is missing."""

import random
from datetime import date

import pytest
from tests.analyses.generated_shop import generated_orders

from regulars.errors import NothingToAnalyse, ParameterInvalid

AS_OF = "2026-01-31"
# ann and bob came by WeChat (written twice), cat by nobody knows, dan by the campaign C1
ORDERS = [
    {"order_id": "1", "customer_id": "ann", "ordered_at": "2026-01-01 10:00", "net_amount": 10},
    {"order_id": "2", "customer_id": "ann", "ordered_at": "2026-01-11 10:00", "net_amount": 30},
    {"order_id": "3", "customer_id": "bob", "ordered_at": "2026-01-05 10:00", "net_amount": 20},
    {"order_id": "4", "customer_id": "bob", "ordered_at": "2026-01-25 10:00", "net_amount": 20},
    {"order_id": "5", "customer_id": "cat", "ordered_at": "2026-01-07 10:00", "net_amount": 50},
    {"order_id": "6", "customer_id": "dan", "ordered_at": "2026-01-09 10:00", "net_amount": 5},
    {"order_id": "7", "customer_id": "old", "ordered_at": "2025-12-09 10:00", "net_amount": 99},
]
CUSTOMERS = [
    {"customer_id": "ann", "acquisition_channel": "微信"},
    {"customer_id": "bob", "acquisition_channel": "WeChat"},
    {"customer_id": "dan", "acquisition_channel": "search", "acquisition_campaign_id": "C1"},
    {"customer_id": "old", "acquisition_channel": "search"},
]
COSTS = [
    {"channel": "wechat", "campaign_id": None, "on_date": "2026-01-01", "cost_amount": 40},
    {"channel": "wechat", "campaign_id": None, "on_date": "2026-01-20", "cost_amount": 20},
    {"channel": "search", "campaign_id": "C1", "on_date": "2026-01-02", "cost_amount": 12},
    {"channel": "email", "campaign_id": None, "on_date": "2026-01-03", "cost_amount": 7},
    {"channel": "email", "campaign_id": None, "on_date": "2026-02-03", "cost_amount": 700},
]
CAMPAIGNS = [
    {"campaign_id": "C1", "campaign_name": "Spring", "started_at": "2026-01-02",
     "cost_amount": 3},
    {"campaign_id": "C2", "campaign_name": "Win back", "started_at": "2026-01-02",
     "cost_amount": 500},
]  # fmt: skip
SHOP = {
    "orders": ORDERS, "customers": CUSTOMERS, "marketing_costs": COSTS, "campaigns": CAMPAIGNS,
}  # fmt: skip


def of(rows, dimension):
    return {row["member_name"]: row for row in rows if row["dimension"] == dimension}


def test_costs_and_customers_meet_by_channel_when_worked_by_hand(ask):
    rows = of(ask("cac", AS_OF, **SHOP), "channel")
    assert set(rows) == {"wechat", "search", "email", None}
    wechat = rows["wechat"]
    assert (wechat["new_customer_count"], wechat["cost_amount"], wechat["cac_amount"]) == (
        2,
        60,
        30,
    )
    # of 2 expected between .2422 and 7.2247: Garwood (1936), as R's poisson.test(2)
    assert float(wechat["cac_low"]) == pytest.approx(60 / 7.224688, abs=1e-3)
    assert float(wechat["cac_high"]) == pytest.approx(60 / 0.242209, abs=1e-2)
    assert wechat["value_kind"] == "net_amount"  # no line has a cost
    assert wechat["brought_amount"] == 40
    # ann 10 and bob 20 at once: 15; ann's 30 on day 10: 30, the cost
    assert (wechat["payback_days"], wechat["payback"]) == (10, "reached")
    assert (rows["search"]["new_customer_count"], rows["search"]["cost_amount"]) == (1, 12)
    assert (rows["search"]["payback_days"], rows["search"]["payback"]) == (None, "not_yet")


def test_costs_without_customers_and_customers_without_costs_stay(ask):
    rows = of(ask("cac", AS_OF, **SHOP), "channel")
    email, unknown = rows["email"], rows[None]
    assert (email["new_customer_count"], email["cost_amount"], email["payback"]) == (
        0, 7, "no_customers",
    )  # fmt: skip
    assert email["cac_amount"] is None
    assert email["brought_amount"] is None
    assert (unknown["new_customer_count"], unknown["payback"]) == (1, "not_stated")
    assert unknown["cost_amount"] == 3  # C1's own: of no channel
    assert unknown["cac_amount"] is None  # these customers and this cost have nothing in common
    assert unknown["brought_amount"] == 50


def test_dimensions_add_up_to_everything(ask):
    rows = ask("cac", AS_OF, **SHOP)
    whole = of(rows, "all")[None]
    assert (whole["new_customer_count"], whole["cost_amount"]) == (4, 82)  # with C1's own 3
    for dimension in ("campaign", "cohort"):
        mine = of(rows, dimension).values()
        assert sum(row["new_customer_count"] for row in mine) == 4
        assert sum(row["cost_amount"] or 0 for row in mine) == 82


def test_a_campaigns_own_cost_counts_where_it_brought_customers(ask):
    rows = of(ask("cac", AS_OF, **SHOP), "campaign")
    assert set(rows) == {"C1", None}  # C2 won nobody back for the first time
    assert (rows["C1"]["cost_amount"], rows["C1"]["cac_amount"]) == (15, 15)
    assert (rows[None]["cost_amount"], rows[None]["cac_amount"]) == (67, None)


def test_value_is_the_margin_of_lines_whose_cost_is_known(ask):
    lines = [
        {"order_id": "1", "line_no": 1, "product_id": "p", "quantity": 2, "net_amount": 10,
         "unit_cost": 3},
        {"order_id": "2", "line_no": 1, "product_id": "q", "quantity": 1, "net_amount": 30},
    ]  # fmt: skip
    row = of(ask("cac", AS_OF, order_lines=lines, **SHOP), "channel")["wechat"]
    assert (row["value_kind"], row["brought_amount"]) == ("margin", 16)  # 40 x (1 - 6 / 10)
    row = of(ask("cac", AS_OF, {"margin_rate": 0.25}, **SHOP), "channel")["wechat"]
    assert (row["value_kind"], row["brought_amount"]) == ("margin", 10)
    row = of(ask("cac", AS_OF, {"value": "net_amount"}, order_lines=lines, **SHOP), "channel")
    assert row["wechat"]["brought_amount"] == 40


def test_window_begins_with_the_first_cost_when_left_open(ask):
    assert set(of(ask("cac", AS_OF, **SHOP), "cohort")) == {"2026-01"}
    early = ask("cac", AS_OF, {"since": date(2025, 12, 1)}, **SHOP)
    cohorts = of(early, "cohort")
    assert cohorts["2025-12"]["new_customer_count"] == 1
    assert (cohorts["2025-12"]["cost_amount"], cohorts["2025-12"]["payback"]) == (None, "no_cost")


def test_expected_value_is_that_of_the_lifetime_value(ask):
    orders = generated_orders()
    costs = [{"channel": "web", "campaign_id": None, "on_date": "2025-01-01", "cost_amount": 900}]
    people = [{"customer_id": f"c{n:03d}", "acquisition_channel": "web"} for n in range(300)]
    found = ask("cac", "2026-03-01", orders=orders, marketing_costs=costs, customers=people)
    whole = of(found, "channel")["web"]
    values = ask("clv", "2026-03-01", orders=orders)
    mean = sum(float(row["expected_amount"]) for row in values) / len(values)
    assert float(whole["expected_amount"]) == pytest.approx(mean, rel=1e-6)
    assert whole["clv_to_cac"] == pytest.approx(float(whole["clv_amount"]) / 3, rel=1e-4)


def test_expected_value_is_left_out_and_told_when_too_few_came_back(fit_of):
    found = fit_of("cac", AS_OF, **SHOP)
    assert found.rows["expected_amount"].null_count == found.rows.num_rows
    assert "needs 30 customers" in found.model["reason"]


def test_result_is_the_same_when_the_future_is_not_there_and_rows_are_shuffled(fit_of):
    orders = generated_orders()
    costs = [
        {"channel": f"c{n % 3}", "campaign_id": None, "on_date": f"2025-{1 + n % 12:02d}-03",
         "cost_amount": round(10 + n / 7, 2)}
        for n in range(36)
    ]  # fmt: skip
    costs = list({(c["channel"], c["on_date"]): c for c in costs}.values())
    people = [{"customer_id": f"c{n:03d}", "acquisition_channel": f"c{n % 3}"} for n in range(300)]
    day = "2025-09-30"
    past = {
        "orders": [order for order in orders if order["ordered_at"][:10] <= day],
        "marketing_costs": [cost for cost in costs if cost["on_date"] <= day],
    }
    later = {"orders": orders, "marketing_costs": costs}
    mixed = {name: random.Random(1).sample(rows, len(rows)) for name, rows in later.items()}
    first, second, third = (fit_of("cac", day, customers=people, **s) for s in (past, later, mixed))
    assert second.rows.equals(first.rows)
    assert third.rows.equals(first.rows)
    assert third.model == first.model


def test_no_costs_are_told_in_one_line(ask):
    with pytest.raises(NothingToAnalyse, match=r"marketing_costs has no rows. Import"):
        ask("cac", AS_OF, orders=ORDERS)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"value": "profit"}, "Choices: margin, net_amount."),
        ({"margin_rate": 1.5}, "a number from 0 to 1"),
        ({"horizon_days": 0}, "whole number from 1 to 3650"),
    ],
)
def test_parameter_is_refused_with_one_clear_line_when_it_does_not_fit(ask, parameters, message):
    with pytest.raises(ParameterInvalid) as refused:
        ask("cac", AS_OF, parameters, **SHOP)
    assert message in str(refused.value)
