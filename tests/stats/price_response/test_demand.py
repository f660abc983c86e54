"""Elasticities against statsmodels-free brute force, known truth, and the days as they were."""

import numpy as np
import pytest
from scipy import optimize

from regulars.stats.price_response.demand import SEASON_DAYS, responses
from regulars.stats.price_response.shelf import UNKNOWN, Known, Sales, pieces_on, shelf_of

NOTHING = Known(*(np.zeros(0, dtype=np.int64) for _ in range(10)), np.zeros(0))


def drawn(seed, products=8, days=140, elasticity=-1.5, rate=4.0):
    """Days of products with offers of one week, a swing of days; sales drawn as Poisson."""
    rng = np.random.default_rng(seed)
    usual = rng.integers(200, 400, products)
    price = np.repeat(usual[:, None], days, axis=1)
    for product in range(products):
        for start in rng.choice(days - 7, 5, replace=False):
            price[product, start : start + 7] = usual[product] - rng.choice([10, 22, 36])
    swing = 0.3 * np.sin(np.arange(days) / 9) + 0.2 * (np.arange(days) % 7 == 5)
    level = np.log(rate) + rng.normal(0, 0.3, products)
    mean = np.exp(level[:, None] + elasticity * (price - usual[:, None]) / 100 + swing)
    return price, rng.poisson(mean)


def sales_of(price, sold):
    product, day = np.nonzero(sold)
    paid = price[product, day]
    return Sales(product, day, sold[product, day] * 1000, paid, np.repeat(0, len(day)) + paid)


def whole_shelf(price, sold):
    """Every day known: a first and a last sale, list prices for the days between."""
    product, day = np.indices(price.shape).reshape(2, -1)
    lists = (product, day, price.ravel())
    sold = sold.copy()
    sold[:, [0, -1]] = np.maximum(sold[:, [0, -1]], 1)
    known = Known(*(np.zeros(0, np.int64) for _ in range(5)), *lists, *NOTHING_OUT)
    offers_of_none = Known(
        np.arange(len(price)), np.full(len(price), -9), np.full(len(price), -8),
        np.full(len(price), -1), np.zeros(len(price), np.int64), *lists, *NOTHING_OUT,
    )  # fmt: skip
    del known
    sales = sales_of(price, sold)
    shelf = shelf_of(sales, offers_of_none, len(price))
    return shelf, pieces_on(shelf, sales), sold


NOTHING_OUT = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


def test_fit_is_the_maximum_of_the_likelihood_when_found_by_brute_force():
    price, sold = drawn(1, products=3, days=56)
    shelf, pieces, sold = whole_shelf(price, sold)
    found = responses(shelf, pieces, np.zeros(3, np.int64), 56)
    log_price = price / 100

    def loss(place):
        level, slope, day, season = np.split(place, [3, 6, 62])
        linear = level[:, None] + slope[:, None] * log_price + day + season[np.arange(56) // 28]
        return np.exp(linear).sum() - (sold * linear).sum() + 1e-9 * (place**2).sum()

    def slope_of(place):
        level, slope, day, season = np.split(place, [3, 6, 62])
        linear = level[:, None] + slope[:, None] * log_price + day + season[np.arange(56) // 28]
        left = np.exp(linear) - sold
        by_season = left.sum(axis=0).reshape(2, 28).sum(axis=1)
        return (
            np.concatenate(
                [left.sum(axis=1), (left * log_price).sum(axis=1), left.sum(axis=0), by_season]
            )
            + 2e-9 * place
        )

    best = optimize.minimize(
        loss, np.zeros(64), jac=slope_of, method="BFGS", options={"gtol": 1e-6, "maxiter": 4000}
    )
    assert found.elasticity == pytest.approx(best.x[3:6], abs=0.02)


def test_truth_is_covered_when_sales_are_drawn():
    errors = []
    for seed in range(12):
        price, sold = drawn(seed, products=20, days=364)
        shelf, pieces, _ = whole_shelf(price, sold)
        found = responses(shelf, pieces, np.arange(20) // 5, 364)
        errors.extend((found.elasticity + 1.5) / found.error)
    errors = np.array(errors)
    assert np.mean(np.abs(errors) < 1.96) == pytest.approx(0.95, abs=0.04)
    assert abs(errors.mean()) < 4 / len(errors) ** 0.5
    assert errors.std() == pytest.approx(1, abs=0.15)


def test_price_that_never_moves_has_no_elasticity_and_the_others_are_told():
    price, sold = drawn(5)
    price[0] = price[0, 0]
    shelf, pieces, _ = whole_shelf(price, sold)
    found = responses(shelf, pieces, np.zeros(8, np.int64), 140)
    assert np.isnan(found.elasticity[0]) or found.error[0] > 1e3
    assert np.isfinite(found.error[1:]).all()


def test_display_is_taken_out_when_offers_are_shown():
    rng = np.random.default_rng(2)
    days, products = 280, 30
    price = np.full((products, days), 300)
    shown = np.zeros((products, days), dtype=np.int64)
    for product in range(products):
        for start in rng.choice(np.arange(0, days - 7, 7), 10, replace=False):
            price[product, start : start + 7] -= rng.choice([10, 22, 36])
            shown[product, start : start + 7] = rng.random() < 0.5
    sold = rng.poisson(6 * np.exp(-1.5 * (price - 300) / 100 + 0.5 * shown))
    shelf, pieces, _ = whole_shelf(price, sold)
    shelf.shown[:] = shown.ravel()
    found = responses(shelf, pieces, np.zeros(products, np.int64), days)
    assert found.effects.display == pytest.approx(0.5, abs=0.04)
    assert found.elasticity.mean() == pytest.approx(-1.5, abs=0.1)


def test_days_without_a_sale_have_the_price_that_held():
    offers = (np.array([0]), np.array([3]), np.array([5]), np.array([-20]), np.array([1]))
    known = Known(*offers, np.array([0]), np.array([6]), np.array([310]), *NOTHING_OUT)
    sales = Sales(
        np.array([0, 0, 0]), np.array([0, 2, 8]), np.array([1000, 2000, 1000]),
        np.array([300, 300, UNKNOWN]), np.array([300, 300, 310]),
    )  # fmt: skip
    shelf = shelf_of(sales, known, 1)
    # before, the offer, after it, the new list price; a day with a coupon only: the list price
    assert shelf.price.tolist() == [300, 300, 300, 280, 280, 300, 310, 310, 310]
    assert shelf.shown.tolist() == [0, 0, 0, 1, 1, 0, 0, 0, 0]
    assert pieces_on(shelf, sales).tolist() == [1, 0, 2, 0, 0, 0, 0, 0, 1]


def test_price_paid_last_holds_when_no_offers_are_declared():
    sales = Sales(
        np.zeros(3, np.int64), np.array([0, 2, 4]), np.full(3, 1000), np.array([300, 270, 300]),
        np.full(3, 300),
    )  # fmt: skip
    assert shelf_of(sales, NOTHING, 1).price.tolist() == [300, 300, 270, 270, 300]


def test_days_out_of_stock_weigh_less_or_nothing():
    known = Known(
        *(np.zeros(0, np.int64) for _ in range(8)),
        np.zeros(3, np.int64), np.array([1, 2, 3]), np.array([0.4, 1.0, 1.0]),
    )  # fmt: skip
    sales = Sales(
        np.zeros(3, np.int64), np.array([0, 3, 4]), np.full(3, 1000), np.full(3, 300),
        np.full(3, 300),
    )  # fmt: skip
    weight = shelf_of(sales, known, 1).weight
    assert weight == pytest.approx([1, 0.6, 0, 0.05, 1])


def test_seasons_are_four_weeks():
    assert SEASON_DAYS == 28
