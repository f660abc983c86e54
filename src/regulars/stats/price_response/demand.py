"""Own-price elasticities of many products at once, with what moves all of them partialled out.

    E[pieces of p on day t] = weight_pt exp(level_p + day_t + season_c(p),t + display shown_pt
                                            + elasticity_p ln price_pt)

A Poisson pseudo-maximum-likelihood with fixed effects: of each product, of each day (the shop's
own weekdays, holidays, growth and big sales), and of each category in each four weeks (its
season). Days without a sale count as what they are, where the logarithm of nothing could not;
the counts need not be Poisson. What is left of a product's price when those effects are taken
out is what its elasticity rests on (Frisch & Waugh 1933, Lovell 1963).

Errors: by what the days of each week leave unexplained (clusters: product and week, each
weighted by its leverage as in a jackknife), the dispersion drawn to that of all products, since
few weeks of a product have a price of their own.

Source  Santos Silva & Tenreyro (2006) The log of gravity, Review of Economics and Statistics
        88(4), 641-658, for the estimator and its zeros; Correia, Guimarães & Zylkin (2020)
        Fast Poisson estimation with high-dimensional fixed effects, Stata Journal 20(1), for
        taking the effects one after the other; Bell & McCaffrey (2002) Bias reduction in
        standard errors, Survey Methodology 28(2), for the weight of clusters.
"""

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from regulars.stats.price_response.shelf import Shelf

Array = npt.NDArray[Any]
SEASON_DAYS = 28
MOST_ROUNDS, CLOSE = 60, 1e-3
STEEPEST = 20.0  # an elasticity beyond it is no answer
DISPERSION_WEEKS = 10.0  # how many weeks of a product's own the dispersion of all is worth
LEVEL, ELASTICITY = 0, 1
NOTHING_SOLD = -1e9  # the level of a product that a group of customers never bought


@dataclass(frozen=True)
class Effects:
    """What moves the products: by product its level and elasticity, by day, by season, display."""

    products: Array
    days: Array
    seasons: Array
    display: float
    rounds: int


@dataclass(frozen=True)
class Response:
    """By product: the elasticity, its error, and what it rests on.

    ``week_count`` is how many weeks of equal weight the price varied in: (sum of the
    information)^2 / sum of its squares. NaN and infinite where the price never moved.
    """

    elasticity: Array
    error: Array
    week_count: Array
    dispersion: float
    effects: Effects


def responses(shelf: Shelf, pieces: Array, categories: Array, day_count: int) -> Response:
    """Fit all products. ``categories``: a number by product; days run from 0 to day_count - 1."""
    effects = _fitted(shelf, pieces, categories, day_count)
    seasons = -(-day_count // SEASON_DAYS)
    rows = (shelf.starts, shelf.first_days, shelf.price, shelf.weight, shelf.shown, pieces)
    totals = np.zeros((len(effects.seasons), 2))
    common = (categories, seasons, effects.days, effects.seasons, effects.display)
    _seasons(rows, *common, effects.products, totals)
    found = np.zeros((shelf.product_count, 3))
    _information(rows, *common, effects.products, totals[:, 1], found)
    information, squares, scores = found.T
    has = information > 1e-9
    safe = np.where(has, information, 1.0)
    weeks = np.where(has, safe**2 / np.maximum(squares, 1e-300), 0.0)
    shop = float(scores[has].sum() / information[has].sum()) if has.any() else 1.0
    own = scores / safe
    dispersion = (weeks * own + DISPERSION_WEEKS * shop) / (weeks + DISPERSION_WEEKS)
    return Response(
        elasticity=np.where(has, effects.products[:, ELASTICITY], np.nan),
        error=np.where(has, np.sqrt(dispersion / safe), np.inf),
        week_count=weeks,
        dispersion=shop,
        effects=effects,
    )


def _fitted(shelf: Shelf, pieces: Array, categories: Array, day_count: int) -> Effects:
    """Products, days, seasons and display in turn, until none of them moves."""
    seasons = -(-day_count // SEASON_DAYS)
    rows = (shelf.starts, shelf.first_days, shelf.price, shelf.weight, shelf.shown, pieces)
    category_count = int(categories.max()) + 1
    products = np.zeros((shelf.product_count, 2))
    products[:, ELASTICITY] = -1.0
    days, season = np.zeros(day_count), np.zeros(category_count * seasons)
    has_display = bool(shelf.shown.any())
    display, rounds = 0.0, 0
    while rounds < MOST_ROUNDS:
        rounds += 1
        by_day, by_season = np.zeros((day_count, 2)), np.zeros((len(season), 2))
        _products(rows, categories, seasons, days, season, display, products, by_day)
        moved = _moved(days, by_day)
        _seasons(rows, categories, seasons, days, season, display, products, by_season)
        moved = max(moved, _moved(season, by_season))
        if has_display:
            pull, curve = _display(rows, categories, seasons, days, season, display, products)
            change = float(np.clip(pull / curve, -0.5, 0.5)) if curve > 1 else 0.0
            display, moved = display + change, max(moved, abs(change))
        if moved < CLOSE:
            break
    return Effects(products, days, season, display, rounds)


def _moved(effects: Array, sums: Array) -> float:
    """Bring each effect to where what is expected is what was sold; by how much they moved.

    An effect of days on which nothing was sold stays: those days have no weight.
    """
    has = (sums[:, 0] > 0) & (sums[:, 1] > 0)
    change = np.log(sums[has, 0] / sums[has, 1])
    effects[has] += change
    return float(np.abs(change).max(initial=0.0))


@numba.njit(nogil=True, cache=True)
def _slope(base: Array, log_price: Array, sold: float, pull: float, slope: float) -> float:
    """Newton steps of a product's elasticity, the level always where all that was sold is expected.

    ``pull``: the sum of pieces times ``log_price``.
    """
    for _ in range(3):
        zero = one = two = 0.0
        for at in range(len(base)):
            if base[at] > 0:
                expected = base[at] * np.exp(slope * log_price[at])
                zero += expected
                one += expected * log_price[at]
                two += expected * log_price[at] ** 2
        scale = sold / zero
        curve = scale * (two - one * one / zero)
        if curve > 1e-9:
            step = (pull - scale * one) / curve
            slope += min(max(step, -1.0), 1.0)
            slope = min(max(slope, -STEEPEST), STEEPEST)
    return slope


@numba.njit(nogil=True, cache=True)
def _products(
    rows: tuple[Array, Array, Array, Array, Array, Array],
    categories: Array,
    seasons: int,
    days: Array,
    season: Array,
    display: float,
    products: Array,
    by_day: Array,
) -> None:
    """Each product's elasticity and level, then what was sold and is expected by day."""
    starts, first, price, weight, shown, pieces = rows
    for product in range(len(first)):
        begin, size = starts[product], starts[product + 1] - starts[product]
        base, log_price = np.zeros(size), np.zeros(size)
        whole = middle = sold = pull = 0.0
        for at in range(size):
            row, day = begin + at, first[product] + at
            if weight[row] > 0:
                place = categories[product] * seasons + day // SEASON_DAYS
                base[at] = weight[row] * np.exp(days[day] + season[place] + display * shown[row])
                whole += base[at]
                middle += base[at] * price[row] / 100
                sold += pieces[row]
        if whole <= 0 or sold <= 0:
            products[product, 0] = NOTHING_SOLD
            continue
        middle /= whole
        for at in range(size):
            if base[at] > 0:
                log_price[at] = price[begin + at] / 100 - middle
                pull += pieces[begin + at] * log_price[at]
        slope = _slope(base, log_price, sold, pull, products[product, 1])
        expected = base * np.exp(slope * log_price)
        scale = sold / expected.sum()
        products[product, 0] = np.log(scale) - slope * middle
        products[product, 1] = slope
        for at in range(size):
            if base[at] > 0:
                by_day[first[product] + at, 0] += pieces[begin + at]
                by_day[first[product] + at, 1] += scale * expected[at]


@numba.njit(nogil=True, cache=True)
def _seasons(
    rows: tuple[Array, Array, Array, Array, Array, Array],
    categories: Array,
    seasons: int,
    days: Array,
    season: Array,
    display: float,
    products: Array,
    by_season: Array,
) -> None:
    """What was sold and is expected by category and season."""
    starts, first, price, weight, shown, pieces = rows
    for product in range(len(first)):
        if products[product, 0] < NOTHING_SOLD / 2:
            continue
        for row in range(starts[product], starts[product + 1]):
            if weight[row] <= 0:
                continue
            day = first[product] + row - starts[product]
            place = categories[product] * seasons + day // SEASON_DAYS
            by_season[place, 0] += pieces[row]
            by_season[place, 1] += weight[row] * np.exp(
                products[product, 0]
                + products[product, 1] * price[row] / 100
                + days[day]
                + season[place]
                + display * shown[row]
            )


@numba.njit(nogil=True, cache=True)
def _display(
    rows: tuple[Array, Array, Array, Array, Array, Array],
    categories: Array,
    seasons: int,
    days: Array,
    season: Array,
    display: float,
    products: Array,
) -> tuple[float, float]:
    """Pull and curvature of the display's effect, each product's level and elasticity given way."""
    starts, first, price, weight, shown, pieces = rows
    pull = curve = 0.0
    for product in range(len(first)):
        if products[product, 0] < NOTHING_SOLD / 2:
            continue
        zero = one = two = seen = seen_price = 0.0
        usual = price[starts[product]] / 100
        for row in range(starts[product], starts[product + 1]):
            if weight[row] <= 0:
                continue
            day = first[product] + row - starts[product]
            place = categories[product] * seasons + day // SEASON_DAYS
            expected = weight[row] * np.exp(
                products[product, 0]
                + products[product, 1] * price[row] / 100
                + days[day]
                + season[place]
                + display * shown[row]
            )
            apart = price[row] / 100 - usual
            zero += expected
            one += expected * apart
            two += expected * apart * apart
            if shown[row]:
                pull += pieces[row] - expected
                seen += expected
                seen_price += expected * apart
        whole = zero * two - one * one
        if seen > 0 and whole > 1e-9 * zero * zero:
            taken = (two * seen - one * seen_price) * seen + (
                zero * seen_price - one * seen
            ) * seen_price
            curve += max(seen - taken / whole, 0.0)
    return pull, curve


@numba.njit(nogil=True, cache=True)
def _week_sums(first: int, expected: Array, pieces: Array, left: Array, found: Array) -> None:
    """Adds a product's information, and the squares and scores of its weeks, to ``found``."""
    for turn in range(2):
        information = score = 0.0
        for at in range(len(expected)):
            if expected[at] > 0:
                information += expected[at] * left[at] ** 2
                score += (pieces[at] - expected[at]) * left[at]
            # weeks begin where the day's number says so, whatever the product's first day
            if (first + at) % 7 == 6 or at == len(expected) - 1:
                if turn == 0:
                    found[0] += information
                    found[1] += information**2
                elif found[0] > 0:
                    leverage = min(information / found[0], 0.9)
                    found[2] += (score / (1 - leverage)) ** 2
                information = score = 0.0


@numba.njit(nogil=True, cache=True)
def _information(
    rows: tuple[Array, Array, Array, Array, Array, Array],
    categories: Array,
    seasons: int,
    days: Array,
    season: Array,
    display: float,
    products: Array,
    totals: Array,
    found: Array,
) -> None:
    """By product: information on the elasticity, and its weeks' squares and scores summed.

    Of what moves between seasons only that part informs which the category's other products
    do not share: its season's effect has taken the rest.
    """
    starts, first, price, weight, shown, pieces = rows
    for product in range(len(first)):
        if products[product, 0] < NOTHING_SOLD / 2:
            continue
        begin, size = starts[product], starts[product + 1] - starts[product]
        expected, log_price = np.zeros(size), np.zeros(size)
        sums = np.zeros((seasons, 2))
        for at in range(size):
            row, day = begin + at, first[product] + at
            if weight[row] > 0:
                place = categories[product] * seasons + day // SEASON_DAYS
                log_price[at] = price[row] / 100
                expected[at] = weight[row] * np.exp(
                    products[product, 0]
                    + products[product, 1] * log_price[at]
                    + days[day]
                    + season[place]
                    + display * shown[row]
                )
                sums[day // SEASON_DAYS, 0] += expected[at]
                sums[day // SEASON_DAYS, 1] += expected[at] * log_price[at]
        whole = sums[:, 0].sum()
        if whole > 0:
            middle = sums[:, 1].sum() / whole
            for at in range(size):
                place = (first[product] + at) // SEASON_DAYS
                if expected[at] > 0:
                    share = sums[place, 0] / totals[categories[product] * seasons + place]
                    own = sums[place, 1] / sums[place, 0]
                    log_price[at] -= middle + share * (own - middle)
            _week_sums(
                first[product], expected, pieces[begin : begin + size], log_price, found[product]
            )
