"""The response curve on a made-up shop: its parts add up to the arms, and it finds who differs."""

import pytest
from tests.analyses.bought_shop import made_shop
from tests.analyses.test_response import asked


@pytest.fixture(scope="module")
def shop():
    return made_shop()


def test_curve_adds_up_to_the_arms_when_all_are_approached(shop):
    answer = asked(shop, "response_curve", part_count=5)
    rows = answer.rows.to_pylist()
    assert [row["part"] for row in rows] == [1, 2, 3, 4, 5]
    assert sum(row["treated_count"] for row in rows) == answer.model["parameters"]["treated_count"]
    told = sum(row["treated_rate"] * row["treated_count"] for row in rows)
    held = sum(row["holdout_rate"] * row["holdout_count"] for row in rows)
    treated, untold = (
        sum(row[name] for row in rows) for name in ("treated_count", "holdout_count")
    )
    whole = 1000 * (told / treated - held / untold)
    assert rows[-1]["extra_orders"] == pytest.approx(whole)
    assert rows[-1]["random_extra_orders"] == pytest.approx(whole)
    assert rows[0]["effect"] > rows[-1]["effect"]
    assert rows[1]["extra_orders"] > rows[1]["random_extra_orders"]
