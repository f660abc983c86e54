"""RFM against a table worked by hand, both namings, cuts and parameters."""

from pathlib import Path

import pytest

from regulars.errors import ParameterInvalid

# as of 2026-03-31; Alice returned 50 of order 2, Dave only ever returned
ORDERS = [
    {"order_id": "1", "customer_id": "alice", "ordered_at": "2026-03-01 10:00", "net_amount": 100},
    {"order_id": "2", "customer_id": "alice", "ordered_at": "2026-03-21 10:00", "net_amount": 150},
    {"order_id": "3", "customer_id": "bob", "ordered_at": "2026-01-30 23:59", "net_amount": 30},
    {"order_id": "4", "customer_id": "carol", "ordered_at": "2026-03-31 23:59", "net_amount": 40},
    {"order_id": "5", "customer_id": None, "ordered_at": "2026-03-31 12:00", "net_amount": 999},
]
RETURNS = [
    {"return_id": "a", "order_id": "2", "returned_at": "2026-03-25 09:00", "refund_amount": 50},
    {
        "return_id": "b",
        "customer_id": "dave",
        "returned_at": "2026-03-25 09:00",
        "refund_amount": 70,
    },
]


def by_customer(rows):
    return {row["customer_id"]: row for row in rows}


def test_measures_are_as_worked_by_hand_when_refunds_are_subtracted(ask):
    rows = by_customer(ask("rfm", "2026-03-31", orders=ORDERS, returns=RETURNS))
    assert set(rows) == {"alice", "bob", "carol"}
    alice = rows["alice"]
    assert (alice["days_since_last_order"], alice["order_count"]) == (10, 2)
    assert (alice["refund_amount"], alice["net_amount"]) == (50, 200)
    assert alice["average_order_value"] == 125
    assert rows["bob"]["days_since_last_order"] == 60
    assert rows["carol"]["days_since_last_order"] == 0


def test_refund_is_counted_once_when_customer_and_order_are_both_named(ask):
    both = [{**RETURNS[0], "customer_id": "alice"}]
    rows = by_customer(ask("rfm", "2026-03-31", orders=ORDERS, returns=both))
    assert rows["alice"]["refund_amount"] == 50


def test_order_at_the_shops_midnight_is_the_next_days_when_utc_is_still_before(ask):
    rows = by_customer(ask("rfm", "2026-03-30", orders=ORDERS))
    assert set(rows) == {"alice", "bob"}


def test_chinese_groups_follow_the_means_when_cut_at_the_mean(ask):
    # means: 23.33 days, 1.33 orders, 90 money
    rows = by_customer(ask("rfm", "2026-03-31", orders=ORDERS, returns=RETURNS))
    groups = {name: row["group_zh"] for name, row in rows.items()}
    assert groups == {"alice": "重要价值", "bob": "一般挽留", "carol": "一般发展"}


def test_scores_are_shared_when_values_are_equal(ask):
    orders = [
        {"order_id": str(n), "customer_id": f"c{n}", "ordered_at": "2026-03-01", "net_amount": 10}
        for n in range(7)
    ]
    rows = ask("rfm", "2026-03-31", orders=orders)
    assert {(r["recency_score"], r["frequency_score"], r["monetary_score"]) for r in rows} == {
        (5, 1, 1)
    }


def test_quintiles_hold_a_fifth_each_when_values_differ(ask):
    orders = [
        {
            "order_id": str(n),
            "customer_id": f"c{n:02d}",
            "ordered_at": f"2026-03-{n + 1:02d}",
            "net_amount": n + 1,
        }
        for n in range(20)
    ]
    rows = ask("rfm", "2026-03-31", orders=orders)
    assert [row["recency_score"] for row in rows] == [1 + n // 4 for n in range(20)]
    assert [row["monetary_score"] for row in rows] == [1 + n // 4 for n in range(20)]


def test_fixed_edges_belong_to_the_lower_part_when_a_value_lies_on_one(ask):
    edges = {
        "cuts": "fixed",
        "score_count": 3,
        "days_edges": "10,30",
        "order_count_edges": (1, 2),
        "net_amount_edges": "100,200",
    }
    rows = by_customer(ask("rfm", "2026-03-31", edges, orders=ORDERS, returns=RETURNS))
    scores = [rows["alice"][f"{n}_score"] for n in ("recency", "frequency", "monetary")]
    assert scores == [3, 2, 2]
    assert rows["bob"]["recency_score"] == 1


def test_mean_cuts_give_two_scores_when_asked(ask):
    rows = by_customer(ask("rfm", "2026-03-31", {"cuts": "mean"}, orders=ORDERS))
    assert [rows["alice"][f"{n}_score"] for n in ("recency", "frequency", "monetary")] == [2, 2, 2]
    assert rows["alice"]["group_en"] == "Champions"
    assert [rows["bob"][f"{n}_score"] for n in ("recency", "frequency", "monetary")] == [1, 1, 1]
    assert rows["bob"]["group_en"] == "Lost"


def test_own_rules_are_used_when_a_file_is_given(ask, tmp_path: Path):
    rules = tmp_path / "groups.toml"
    rules.write_text(
        '[[chinese]]\nname = "全部"\n'
        '[[english]]\nname = "Big"\nwhen = { monetary_at_least = 5 }\n[[english]]\nname = "Rest"\n',
        encoding="utf-8",
    )
    given = {"group_rules": str(rules)}
    rows = by_customer(ask("rfm", "2026-03-31", given, orders=ORDERS, returns=RETURNS))
    assert {name: row["group_en"] for name, row in rows.items()} == {
        "alice": "Big",
        "bob": "Rest",
        "carol": "Rest",
    }
    assert rows["bob"]["group_zh"] == "全部"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"cuts": "quintile"}, "Choices: quantile, mean, fixed. Did you mean 'quantile'?"),
        ({"high_cut": "mode"}, "Choices: mean, median."),
        ({"score_count": 1}, "It is a whole number from 2 to 10."),
        ({"score_count": 2.5}, "It is a whole number from 2 to 10."),
        ({"cuts": "fixed", "days_edges": "30,20,10,5"}, "It is 4 rising numbers"),
        ({"cuts": "fixed", "net_amount_edges": "a,b"}, "It is 4 rising numbers"),
        ({"group_rules": "/nowhere.toml"}, "/nowhere.toml cannot be read"),
    ],
)
def test_parameter_is_refused_with_one_clear_line_when_it_does_not_fit(ask, parameters, message):
    with pytest.raises(ParameterInvalid) as refused:
        ask("rfm", "2026-03-31", parameters, orders=ORDERS)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
