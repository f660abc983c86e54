"""Category audience against a table worked by hand, and the test against scipy's own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from regulars.errors import NothingToAnalyse, ParameterInvalid
from regulars.stats.finite_index import index_against_whole

PRODUCTS = [
    {"product_id": "milk", "category": "food/dairy"},
    {"product_id": "toy", "category": "baby/toys"},
]
# as of 2026-03-31: ten customers of two lines each. Baby is 8 of 20 lines and so of the spend:
# mainly means half of one's own spend (twice 40% is more than half).
TOYS = {"ann": 2, "bea": 2, "cat": 1, "dan": 2, "eve": 1}
WOMEN = ("ann", "bea", "cat", "fay")
MEN = ("dan", "gus", "hal", "ivo", "joe")  # eve has not said
CUSTOMERS = [
    {"customer_id": who, "gender": "female", "birth_on": "1990-04-01", "city": "Wuhan"}
    for who in WOMEN
] + [{"customer_id": who, "gender": "male", "birth_on": "1960-01-01"} for who in MEN]


def shop():
    everyone = [*WOMEN, *MEN, "eve"]
    orders = [
        {
            "order_id": f"{who}{n}", "customer_id": who, "channel": "web",
            "ordered_at": "2026-03-01 10:00", "net_amount": 10,
        }
        for who in everyone
        for n in range(2)
    ]  # fmt: skip
    lines = [
        {
            "order_id": f"{who}{n}", "line_no": 1, "net_amount": 10, "quantity": 1.0,
            "product_id": "toy" if n < TOYS.get(who, 0) else "milk",
        }
        for who in everyone
        for n in range(2)
    ]  # fmt: skip
    return {
        "orders": orders,
        "order_lines": lines,
        "products": PRODUCTS,
        "customers": CUSTOMERS,
    }


def of(rows, fact, level, category="baby"):
    return next(
        r for r in rows if (r["category"], r["fact"], r["level"]) == (category, fact, level)
    )


def test_index_is_as_worked_by_hand(ask) -> None:
    """Mainly baby, of two lines or more: ann, bea, dan. Women 2 of 3, in the shop 4 of 9 known."""
    rows = ask("category_audience", "2026-03-31", **shop())
    women = of(rows, "gender", "female")
    assert women["buyer_count"] == 3
    assert (women["customer_count"], women["known_count"], women["shop_count"]) == (2, 3, 4)
    assert women["category_share"] == pytest.approx(2 / 3)
    assert women["shop_share"] == pytest.approx(4 / 9)
    assert women["index"] == pytest.approx(150)
    assert women["index_low"] < 100 < women["index_high"]
    # of 84 draws of 3 out of 9, those as likely as 2 women or less: C(4,2)C(5,1) = 30 and less
    assert women["p_value"] == pytest.approx((30 + 10 + 4) / 84)
    assert not women["is_significant"]


def test_age_counts_birthdays_and_what_is_unknown_stays_out(ask) -> None:
    rows = ask("category_audience", "2026-03-31", **shop())
    assert of(rows, "age_band", "35-44")["customer_count"] == 2  # 35, the birthday is tomorrow
    assert of(rows, "age_band", "65+")["shop_count"] == 5
    assert of(rows, "city", "Wuhan")["known_count"] == 2
    assert not [row for row in rows if row["fact"] in ("occupation", "income_band")]


def test_category_path_is_asked_for_at_its_own_depth(ask) -> None:
    rows = ask("category_audience", "2026-03-31", {"category": "baby/toys"}, **shop())
    assert {row["category"] for row in rows} == {"baby/toys"}
    with pytest.raises(
        NothingToAnalyse, match=r"Nobody bought category 'bay'.*Did you mean 'baby'"
    ):
        ask("category_audience", "2026-03-31", {"category": "bay"}, **shop())


def test_what_is_mainly_bought_follows_the_options(ask) -> None:
    # one toy of two lines is half of one's spend: cat and eve come in
    rows = ask("category_audience", "2026-03-31", {"min_purchases": 1}, **shop())
    assert of(rows, "gender", "female")["customer_count"] == 3


def test_future_and_order_of_rows_change_nothing(ask) -> None:
    now = ask("category_audience", "2026-03-31", **shop())
    made = shop()
    later = {**made["orders"][0], "order_id": "later", "ordered_at": "2026-04-01 00:00"}
    line = {**made["order_lines"][0], "order_id": "later", "product_id": "milk"}
    turned = {
        **{name: list(reversed(rows)) for name, rows in made.items()},
        "orders": [later, *reversed(made["orders"])],
        "order_lines": [line, *reversed(made["order_lines"])],
    }
    assert ask("category_audience", "2026-03-31", **turned) == now


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 60), st.integers(1, 60))
def test_p_value_is_fishers_exact(inside, holders_more, found, others) -> None:
    found = min(found, inside)
    holders, whole = found + holders_more, inside + others + holders_more
    table = [[found, inside - found], [holders_more, whole - inside - holders_more]]
    ours = index_against_whole(found, inside, holders, whole)
    assert ours.p_value == pytest.approx(fisher_exact(table).pvalue, abs=1e-9)
    assert ours.low <= ours.value + 1e-9
    assert ours.value <= ours.high + 1e-9


@pytest.mark.parametrize("parameters", [{"times": 0.5}, {"top": 0}, {"category_level": 0}])
def test_parameter_is_refused_when_it_does_not_fit(ask, parameters) -> None:
    with pytest.raises(ParameterInvalid, match="It is a"):
        ask("category_audience", "2026-03-31", parameters, **shop())


def test_shop_without_orders_is_told(ask) -> None:
    with pytest.raises(NothingToAnalyse, match="An audience needs customers who bought"):
        ask("category_audience", "2026-03-31")
