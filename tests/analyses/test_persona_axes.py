"""Persona axes: the profiles add up to the personas, and the shop is 100."""

from functools import cache

import pytest
from tests.analyses.persona_shop import shop

LAST = "2026-06-25"


@cache
def generated():
    return shop()


def test_profiles_are_the_means_of_the_personas_customers(ask) -> None:
    made = generated()
    people = ask("personas", LAST, **made)
    for row in ask("persona_axes", LAST, **made):
        everyone = [person for person in people if person["persona_en"]]
        mine = [p for p in everyone if row["is_shop"] or p["persona_en"] == row["persona_en"]]
        levels = [p[f"{row['axis']}_level"] for p in mine]
        assert row["customer_count"] == len(mine)
        assert row["mean_level"] == pytest.approx(sum(levels) / len(levels))
        assert row["purchase_count"] == sum(p["purchase_count"] for p in mine)
        assert row["lean_low"] <= row["lean_high"]


def test_shop_is_100_and_shares_add_up_to_one(ask) -> None:
    rows = ask("persona_axes", LAST, **generated())
    assert {row["index"] for row in rows if row["is_shop"]} == {100}
    shares = [
        row["customer_share"] for row in rows if not row["is_shop"] and row["axis"] == "price"
    ]
    assert sum(shares) == pytest.approx(1)
    assert 0 < rows[0]["stability"] <= 1
    assert rows[0]["persona_count"] == len(shares)
