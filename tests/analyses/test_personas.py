"""Personas of a generated shop whose customers' leanings are known; leaks, order, few purchases."""

from collections import Counter
from datetime import timedelta
from functools import cache

import numpy as np
import pytest
from tests.analyses.persona_shop import LEANINGS, START, shop

from regulars.errors import NothingToAnalyse, ParameterInvalid

NAMES = {
    "offers": "Price-sensitive",
    "quality": "Quality-seeking",
    "new": "Novelty-seeking",
    "brand": "Brand-loyal",
}
LAST = "2026-06-25"


@cache
def generated():
    return shop()


def persona_by_customer(rows):
    return {row["customer_id"]: row["persona_en"] for row in rows}


def test_personas_are_the_leanings_that_the_shop_was_made_with(ask) -> None:
    found = persona_by_customer(ask("personas", LAST, **generated()))
    for leaning in LEANINGS:
        mine = Counter(name for who, name in found.items() if who.startswith(leaning))
        name, times = mine.most_common(1)[0]
        assert name == NAMES[leaning], (leaning, mine)
        assert times >= 0.85 * mine.total(), (leaning, mine)


def test_levels_lie_on_the_side_of_the_leaning(ask) -> None:
    rows = ask("personas", LAST, **generated())
    for leaning, axis, way in (
        ("offers", "discount_lean", 1), ("quality", "price_lean", 1),
        ("new", "novelty_lean", 1), ("brand", "variety_lean", -1),
    ):  # fmt: skip
        mine = [row[axis] for row in rows if row["customer_id"].startswith(leaning)]
        others = [row[axis] for row in rows if not row["customer_id"].startswith(leaning)]
        assert way * (np.mean(mine) - np.mean(others)) > 0.8


def test_result_is_the_same_when_the_future_is_not_there_yet(ask) -> None:
    today = "2026-05-20"
    end = START.replace(hour=0, minute=0) + timedelta(days=324)  # 2026-05-21
    made = generated()
    orders = [order for order in made["orders"] if order["ordered_at"] < end]
    assert len(orders) < len(made["orders"])
    known = {order["order_id"] for order in orders}
    lines = [line for line in made["order_lines"] if line["order_id"] in known]
    now = ask("personas", today, **{**made, "orders": orders, "order_lines": lines})
    assert ask("personas", today, **made) == now
    assert ask("persona_axes", today, **made) == ask(
        "persona_axes", today, **{**made, "orders": orders, "order_lines": lines}
    )


def test_result_is_the_same_whatever_the_order_of_rows(ask) -> None:
    made = generated()
    turned = {name: list(reversed(rows)) for name, rows in made.items()}
    assert ask("personas", LAST, **turned) == ask("personas", LAST, **made)


def test_few_purchases_have_no_persona_but_a_reason(ask) -> None:
    made = generated()
    few = [{**made["orders"][n], "customer_id": "zoe", "order_id": f"z{n}"} for n in range(7)]
    lines = [{**made["order_lines"][n], "order_id": f"z{n}"} for n in range(7)]
    rows = ask(
        "personas",
        LAST,
        **{
            **made,
            "orders": [*made["orders"], *few],
            "order_lines": [*made["order_lines"], *lines],
        },
    )
    zoe = next(row for row in rows if row["customer_id"] == "zoe")
    assert zoe["persona_en"] is None
    assert zoe["persona_confidence"] is None
    assert zoe["persona_reason"] == "too_few_purchases"
    assert all(row["persona_reason"] is None for row in rows if row["persona_en"])


def test_earlier_persona_is_kept_when_another_is_not_surely_nearer(ask) -> None:
    made = generated()
    calm = ask("personas", LAST, {"sureness": 1.0}, **made)
    assert all(r["persona_en"] == r["earlier_en"] for r in calm if r["earlier_en"])
    keen = ask("personas", LAST, {"sureness": 0.5}, **made)
    usual = ask("personas", LAST, **made)
    moved = [sum(r["persona_en"] != r["earlier_en"] for r in rows) for rows in (usual, keen)]
    assert moved[0] <= moved[1]


def test_customer_who_truly_turns_gets_the_new_persona(ask) -> None:
    """Offers until the quarter's end, then forty purchases of the dearest without a discount."""
    made = generated()
    who, day = "offers 0000", START + timedelta(days=290)
    more = [
        {**made["orders"][0], "order_id": f"t{n}", "ordered_at": day + timedelta(days=n)}
        for n in range(60)
    ]
    lines = [
        {
            **made["order_lines"][0],
            "order_id": f"t{n}", "product_id": f"n{n % 6}b5", "unit_price": 60,
            "discount_amount": 0, "net_amount": 60,
        }
        for n in range(60)
    ]  # fmt: skip
    rows = ask(
        "personas",
        LAST,
        **{
            **made,
            "orders": [*made["orders"], *more],
            "order_lines": [*made["order_lines"], *lines],
        },
    )
    turned = next(row for row in rows if row["customer_id"] == who)
    assert turned["earlier_en"] == "Price-sensitive"
    assert turned["persona_en"] != "Price-sensitive"


def test_own_rules_name_the_kinds_and_equal_names_are_told_apart(ask, tmp_path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[persona]]\nname = "All / 全部"\n', encoding="utf-8")
    rows = ask("personas", LAST, {"persona_rules": str(rules), "kinds": 4}, **generated())
    names = {(row["persona_en"], row["persona_zh"]) for row in rows if row["persona_en"]}
    assert len(names) == 4
    assert all(en.startswith("All") and zh.startswith("全部") for en, zh in names)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"kinds": 1}, "It is a whole number from 2 to 12."),
        ({"min_purchases": 1}, "It is a whole number from 2"),
        ({"sureness": 0.2}, "It is a number from 0.5 to 1."),
        ({"persona_rules": "/nowhere.toml"}, "/nowhere.toml cannot be read"),
    ],
)
def test_parameter_is_refused_when_it_does_not_fit(ask, parameters, message) -> None:
    with pytest.raises(ParameterInvalid) as refused:
        ask("personas", LAST, parameters, **generated())
    assert message in str(refused.value)


@pytest.mark.parametrize("people", [0, 1, 10, 40])
def test_tiny_shop_is_told_what_personas_need(ask, people) -> None:
    made = shop(people=people, orders_each=12)
    with pytest.raises(NothingToAnalyse, match=r"Personas need 60 customers .* there are \d+"):
        ask("personas", LAST, **made)


def test_young_shop_is_judged_by_today_when_no_quarter_is_over(ask) -> None:
    rows = ask("personas", "2025-09-25", **generated())
    assert any(row["persona_en"] for row in rows)
