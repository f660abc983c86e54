"""The model of every purpose: some buy it regularly, others now and then, and some have stopped.

Each customer is one of two kinds of buyer of a purpose. Both buy as the MBG/CNBD-k says
(``stats/buying/cnbd.py``): a regular buyer at intervals of Erlang-k with k of 2 or more, an
occasional one at any time (k = 1); the kinds have their own rates, and one chance to stop.
Time is counted in the purpose's typical time per piece (``scale``), so that the shop as a
whole can be fitted first, and each purpose then drawn to it: by a normal prior on the
logarithms of its parameters, as if purposes differed by ``BETWEEN``.

Source  The kinds as a finite mixture: McLachlan & Peel (2000) Finite Mixture Models, 1.4.
        Parameters drawn to the shop's: Gelman et al. (2013) Bayesian Data Analysis, 5.5.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stats.buying import cnbd
from regulars.stats.buying.cnbd import Timings
from regulars.stats.repurchase.stock_up import elasticities

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NAMES = ("regular_r", "regular_mean_gap", "occasional_r", "occasional_mean_gap", "a", "b")
KS = (2, 3, 4, 6, 8, 12, 16)  # that a purpose's regular buyers may have
FIRST_K = 3  # of KS: where the search begins
SHOP_ROWS, PURPOSE_ROWS = 4000, 1500  # that a fit looks at
LEAST_GAPS = 50  # of the shop, below which nothing is learned
OWN_GAPS, MOST_OWN = 10, 60  # a purpose with fewer gaps, or beyond so many, is as the shop
SCALE_WEIGHT = 5.0  # gaps of the shop that stand in every purpose's scale
START = np.array([np.log(6), 0.0, np.log(1.5), np.log(2.5), np.log(0.5), np.log(5.0), 0.0])
# standard deviations of the logarithms: of the shop about START, of purposes about the shop,
# which differ most in how many buy them regularly
WIDE, BETWEEN = np.full(7, 2.0), np.array([1.0] * 6 + [2.0])
_BOUND = 9.0


@dataclass(frozen=True)
class Kinds:
    """The two kinds of buyers of one purpose: k of the regular, and the other parameters.

    ``logs``: logarithms of NAMES, then the log odds of being regular; gaps in scales.
    """

    k: int
    logs: Floats

    @property
    def parameters(self) -> dict[str, float]:
        """Everything by name, as itself."""
        named = dict(zip(NAMES, (float(x) for x in np.exp(self.logs[:6])), strict=True))
        return {"regular_k": self.k, **named, "regular_share": self.regular_share}

    @property
    def regular_share(self) -> float:
        return float(1 / (1 + np.exp(-self.logs[6])))

    def of_kind(self, is_regular: bool) -> tuple[int, Floats]:
        """k, and r, alpha, a, b of that kind."""
        first = 0 if is_regular else 2
        k = self.k if is_regular else 1
        r, gap = np.exp(self.logs[first : first + 2])
        return k, np.array([r, gap * r / k, *np.exp(self.logs[4:6])])


@dataclass(frozen=True)
class Needs:
    """What is known of every purpose, arrays by the purpose's number.

    ``scale`` days that one piece lasts, typically | ``elasticity`` b of the quantity |
    ``kinds`` of each purpose | ``is_own``: fitted on the purpose's own customers
    """

    scale: Floats
    elasticity: Floats
    kinds: tuple[Kinds, ...]
    is_own: npt.NDArray[np.bool_]
    shop: Kinds
    log_likelihood: float


def learn(purpose: Ints, gaps: Any, timings_at: Any, purpose_count: int) -> Needs:
    """The model from a sample of customers.

    ``gaps``: ``stock_up.Gaps``; ``timings_at(power)``: the sample's histories in days per
    quantity^power. Rows in a fixed order: which of them a fit looks at goes by it.
    """
    power = elasticities(gaps, purpose_count)
    known: Timings = timings_at(power[purpose])
    counts = np.bincount(purpose, gaps.count, purpose_count)
    logs = np.bincount(purpose, known.log_gap_sum, purpose_count)
    middle = logs.sum() / max(counts.sum(), 1.0)
    scale = np.exp((logs + SCALE_WEIGHT * middle) / (counts + SCALE_WEIGHT))
    known = scaled(known, scale[purpose])
    order = np.lexsort((np.arange(purpose_count), -counts))
    own = [one for one in order[:MOST_OWN] if counts[one] >= OWN_GAPS]
    shop, value = fit_kinds(known.take(_some(np.arange(len(known)), SHOP_ROWS)), START, WIDE)
    kinds = [shop] * purpose_count
    for one in own:
        rows = _some(np.flatnonzero(purpose == one), PURPOSE_ROWS)
        kinds[one], _ = fit_kinds(known.take(rows), shop.logs, BETWEEN, shop.k)
    is_own = np.isin(np.arange(purpose_count), own)
    return Needs(scale, power, tuple(kinds), is_own, shop, value)


def scaled(known: Timings, scale: Floats) -> Timings:
    """Histories with the time counted in ``scale``."""
    x = known.repeat_order_count
    return Timings(
        x, known.gap_sum / scale, known.log_gap_sum - x * np.log(scale), known.open_gap / scale
    )


def fit_kinds(
    known: Timings, middle: Floats, deviation: Floats, k: int = KS[FIRST_K]
) -> tuple[Kinds, float]:
    """The two kinds of the greatest posterior about ``middle``, and its log-likelihood.

    k goes up and down from where it begins for as long as that is better.
    """
    tried: dict[int, tuple[float, Floats]] = {}

    def cost(place: int, start: Floats) -> float:
        if place not in tried:
            tried[place] = _descend(known, KS[place], start, middle, deviation)
        return tried[place][0]

    best = KS.index(k)
    cost(best, middle)
    for step in (1, -1):
        while 0 <= best + step < len(KS):
            if cost(best + step, tried[best][1]) >= tried[best][0]:
                break
            best += step
    found = Kinds(KS[best], tried[best][1])
    return found, float(_value(found, known)[0].sum())


def _descend(
    known: Timings, k: int, start: Floats, middle: Floats, deviation: Floats
) -> tuple[float, Floats]:
    from scipy.optimize import minimize

    def downhill(logs: Floats) -> tuple[float, Floats]:
        logs = np.clip(logs, -_BOUND, _BOUND)
        away = (logs - middle) / deviation
        value, gradient = _value(Kinds(k, logs), known)
        cost = -value.sum() + (away**2).sum() / 2
        return float(cost) / len(known), (-gradient + away / deviation) / len(known)

    # not L-BFGS-B: it hands matrices of seven by seven to LAPACK, whose threads then wait for
    # each other ten times as long as the work takes
    found = minimize(downhill, start, jac=True, method="BFGS", options={"gtol": 1e-4})
    return float(found.fun), np.clip(found.x, -_BOUND, _BOUND)


def _value(kinds: Kinds, known: Timings) -> tuple[Floats, Floats]:
    """Every history's log-likelihood, and the gradient of their sum by ``logs``."""
    share = kinds.regular_share
    parts = []
    for is_regular in (True, False):
        k, parameters = kinds.of_kind(is_regular)
        value, gradient = cnbd.each(parameters, k, known)
        parts.append((value, gradient * parameters[:, None]))  # by the logarithms
    (regular, by_regular), (occasional, by_occasional) = parts
    weighed = np.log(max(share, 1e-12)) + regular, np.log(max(1 - share, 1e-12)) + occasional
    value = np.logaddexp(*weighed)
    is_regular_then = np.exp(weighed[0] - value)
    ours = (by_regular * is_regular_then).sum(axis=1)
    theirs = (by_occasional * (1 - is_regular_then)).sum(axis=1)
    gradient = np.array([
        ours[0] + ours[1], ours[1],  # alpha is mean gap x r / k
        theirs[0] + theirs[1], theirs[1],
        *(ours + theirs)[2:],
        (is_regular_then - share).sum(),
    ])  # fmt: skip
    return value, gradient


def _some(rows: Ints, most: int) -> Ints:
    """At most so many, evenly out of all."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
