"""Household traits of a small shop: evidence, what was said, ages, leaks, order of rows."""

import json

import numpy as np
import pytest

from regulars.errors import NothingToAnalyse, ParameterInvalid

PRODUCTS = [
    {"product_id": "n1", "product_name": "纸尿裤 S码", "category": "母婴", "list_price": 100},
    {"product_id": "n2", "product_name": "纸尿裤 M码", "category": "母婴", "list_price": 110},
    {"product_id": "a", "product_name": "成人纸尿裤", "category": "护理", "list_price": 90},
    {"product_id": "c", "product_name": "Cat food 2 kg", "category": "pet", "list_price": 50},
    *(
        {"product_id": f"t{n}", "product_name": "Tea", "category": "tea", "list_price": 10 * n}
        for n in range(1, 6)
    ),
]


def shop(customers=60, seed=3, until="2026-03-31"):
    """Every fifth buys for a baby, every seventh for a cat; all buy tea."""
    rng = np.random.default_rng(seed)
    orders, lines = [], []
    for customer in range(customers):
        for order in range(12):
            order_id = f"{customer:03}-{order:02}"
            day = np.datetime64(until) - 14 * (12 - order) + int(rng.integers(0, 5))
            orders.append(
                {
                    "order_id": order_id,
                    "customer_id": f"c{customer:03}",
                    "ordered_at": f"{day} 10:00",
                }
            )
            bought = [f"t{1 + (customer + order) % 5}"]
            if customer % 5 == 0:
                bought.append("n1" if order < 6 else "n2")
            if customer % 7 == 0:
                bought.append("c")
            if rng.random() < 0.02:
                bought.append("a")
            lines += [
                {"order_id": order_id, "line_no": n, "product_id": product, "quantity": 1}
                for n, product in enumerate(bought, 1)
            ]
    return {"orders": orders, "order_lines": lines, "products": PRODUCTS}


def by_customer(rows):
    return {row["customer_id"]: row for row in rows}


def test_who_buys_for_a_baby_is_told_from_who_does_not(ask):
    rows = by_customer(ask("household_traits", "2026-03-31", **shop()))
    assert rows["c005"]["baby_score"] > 0.9
    assert rows["c001"]["baby_score"] is None  # adult nappies are none of a baby
    assert "pet_cat" in rows["c007"]["likely_traits"]
    assert rows["c035"]["likely_traits"] == "baby, family_with_children, pet_cat"
    # S until three months ago, M since
    low, months, high = (rows["c005"][f"baby_age_{part}"] for part in ("low", "months", "high"))
    assert low <= months <= high
    assert 5 <= months <= 9


def test_word_of_the_customer_wins_when_purchases_say_otherwise(ask):
    said = {
        "c005": '{"has_baby": "no", "孩子生日": "2015-05-01"}',
        "c001": '{"pets": "a cat"}',
        "x": '{"宝宝生日": "2026-01-31"}',
    }
    customers = [{"customer_id": name, "attributes": text} for name, text in said.items()]
    rows = by_customer(ask("household_traits", "2026-03-31", customers=customers, **shop()))
    assert rows["c005"]["baby_score"] == 0
    assert rows["c005"]["baby_age_months"] is None
    assert rows["c005"]["denied_traits"] == "baby"
    assert rows["c005"]["said_traits"] == "family_with_children"
    assert (rows["c001"]["pet_cat_score"], rows["c001"]["said_traits"]) == (1, "pet_cat")
    assert rows["x"]["baby_score"] == 1
    assert rows["x"]["baby_age_low"] == rows["x"]["baby_age_high"] == pytest.approx(1.94, abs=0.01)


def test_word_of_the_customer_counts_when_its_name_is_written_in_escapes(ask):
    escaped = json.dumps({"养猫": "有"}, ensure_ascii=True)
    assert "养猫" not in escaped
    customers = [{"customer_id": "c001", "attributes": escaped}]
    rows = by_customer(ask("household_traits", "2026-03-31", customers=customers, **shop()))
    assert rows["c001"]["said_traits"] == "pet_cat"


def test_evidence_says_what_it_rests_on(ask):
    customers = [{"customer_id": "c005", "attributes": '{"has_baby": "no"}'}]
    rows = ask("household_evidence", "2026-03-31", customers=customers, **shop())
    found = {(row["customer_id"], row["trait"]): row for row in rows}
    baby = found["c010", "baby"]
    assert (baby["source"], baby["said"], baby["evidence_count"]) == ("purchases", None, 12)
    assert str(baby["last_evidence_on"]) >= "2026-03-17"
    denied = found["c005", "baby"]
    assert (denied["source"], denied["said"], denied["score"]) == ("said", "no", 0)
    assert denied["purchase_score"] > 0.9


def test_own_rules_are_used_when_given(ask, tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(
        '[[trait]]\nname = "tea_lover"\nen = "Loves tea"\nzh = "爱喝茶"\n'
        '[[rule]]\ntrait = "tea_lover"\ncategory = "tea"\nprice_rank = [0.8, 1.0]\n',
        encoding="utf-8",
    )
    rows = ask("household_evidence", "2026-03-31", {"rules": str(path), "least_score": 0}, **shop())
    assert {row["trait_zh"] for row in rows} == {"爱喝茶"}
    # the dearest tea is one order in five
    assert {row["evidence_count"] for row in rows} == {2, 3}


def test_old_evidence_fades_and_the_baby_grows_out_of_it(ask):
    now = by_customer(ask("household_traits", "2026-03-31", **shop()))["c005"]
    later = by_customer(ask("household_traits", "2030-03-31", **shop()))["c005"]
    assert now["baby_score"] > 0.9
    assert later["baby_score"] == 0
    assert later["family_with_children_score"] < now["family_with_children_score"]


@pytest.mark.parametrize("name", ["household_traits", "household_evidence"])
def test_result_is_the_same_when_the_future_is_not_there_yet(ask, name):
    whole = shop()
    past = {order["order_id"] for order in whole["orders"] if order["ordered_at"] < "2026-02-16"}
    known = {
        "products": PRODUCTS,
        "orders": [order for order in whole["orders"] if order["order_id"] in past],
        "order_lines": [line for line in whole["order_lines"] if line["order_id"] in past],
    }
    now = ask(name, "2026-02-15", **known)
    assert now
    assert ask(name, "2026-02-15", **whole) == now


def test_result_is_the_same_whatever_the_order_of_rows(ask):
    whole = shop()
    turned = {name: rows[::-1] for name, rows in whole.items()}
    for name in ("household_traits", "household_evidence"):
        assert ask(name, "2026-03-31", **turned) == ask(name, "2026-03-31", **whole)


def test_budget_is_where_in_the_prices_customers_buy(ask):
    orders, lines = [], []
    for customer in range(40):
        for order in range(20):
            order_id = f"{customer}-{order}"
            orders.append(
                {
                    "order_id": order_id,
                    "customer_id": f"c{customer:02}",
                    "ordered_at": f"2026-03-{order + 1:02} 10:00",
                }
            )
            tier = {0: order % 2, 1: 3 + order % 2}.get(customer % 4, order % 5)
            lines.append({"order_id": order_id, "line_no": 1, "product_id": f"t{tier + 1}"})
    given = {"orders": orders, "order_lines": lines, "products": PRODUCTS}
    rows = by_customer(ask("household_traits", "2026-03-31", **given))
    assert {rows[f"c{n:02}"]["budget_level"] for n in (0, 4, 8)} == {"low"}
    assert {rows[f"c{n:02}"]["budget_level"] for n in (1, 5, 9)} == {"high"}
    assert "low" not in {rows[f"c{n:02}"]["budget_level"] for n in (2, 3)}
    assert rows["c00"]["price_tier_low"] < rows["c00"]["price_tier_score"] < 0.4


def test_one_line_says_what_is_missing_when_nobody_is_known(ask):
    with pytest.raises(NothingToAnalyse, match="orders of known customers"):
        ask("household_traits", "2026-03-31")
    with pytest.raises(ParameterInvalid, match="sure"):
        ask("household_traits", "2026-03-31", {"sure": 2.0})
