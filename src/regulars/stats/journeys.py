"""Journeys: each person's touches up to a conversion or to nothing, and who gets the credit.

A journey ends with a conversion, which takes the touches of the window before it that no
earlier conversion has taken; touches that no conversion took make journeys that led to
nothing, cut where more than a window lies between two. Events of one instant have no order:
its touches are taken by their number, before its conversions, which share one journey.

Credit is counted in whole units (a 2**32nd of a conversion, a ten-thousandth of money), so
that every model adds up to the conversions exactly, whatever the order of the sums.

Source  first, last, linear, time decay and position-based: the attribution models of Google
        Analytics' model comparison. Shapley value: Zhao, Mahboobi & Bagheri (2018) Shapley
        value methods for attribution modeling in online advertising, arXiv:1804.05327, eq. 6:
        where a coalition is worth the conversions whose touches all lie in it, each of a
        conversion's distinct touches gets the same part. Its transitions feed
        `stats.removal_effects`.
"""

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
UNIT = 2**32  # of one conversion
MODELS = ("first", "last", "linear", "time_decay", "position", "shapley")
FIRST, LAST, LINEAR, TIME_DECAY, POSITION, SHAPLEY = range(len(MODELS))


class Rules(NamedTuple):
    """What makes a journey. Moments and lengths in microseconds."""

    begin: int  # a journey counts that ends from here ...
    end: int  # ... to before here
    known_end: int  # nothing from here on is known
    window: int
    half_life: int
    first_weight: float
    last_weight: float
    collapses: bool  # equal touches one after the other are one, at the last one's moment
    keeps_lost: bool  # journeys without a conversion are counted


class Tally(NamedTuple):
    """What is counted. ``state`` of the chain: the last touches as digits to base touches + 1."""

    credits: Array  # int64, model x touch: units
    amounts: Array  # int64, model x touch: ten-thousandths
    untouched: Array  # int64: conversions without a touch, their amount
    won: Array  # int64 by touch: conversions whose journey has it
    lost: Array  # int64 by touch: journeys without a conversion that have it
    chain: Array  # int64, state x (next touch, then conversion, then nothing)
    chain_amounts: Array  # int64 by state: amount of the conversions that follow


def empty_tally(touch_count: int, order: int) -> Tally:
    """A tally of nothing, of touches 0 to ``touch_count`` - 1 and a chain of an order."""
    states = (touch_count + 1) ** order
    return Tally(
        credits=np.zeros((len(MODELS), touch_count), np.int64),
        amounts=np.zeros((len(MODELS), touch_count), np.int64),
        untouched=np.zeros(2, np.int64),
        won=np.zeros(touch_count, np.int64),
        lost=np.zeros(touch_count, np.int64),
        chain=np.zeros((states, touch_count + 2), np.int64),
        chain_amounts=np.zeros(states, np.int64),
    )


def add(whole: Tally, part: Tally) -> None:
    """Adds a part to the whole: whole numbers, so that the order does not matter."""
    for sums, counts in zip(whole, part, strict=True):
        np.add(sums, counts, out=sums)


@numba.njit(nogil=True, cache=True)
def tally_journeys(
    offsets: Array,
    moments: Array,
    touches: Array,
    converts: Array,
    amounts: Array,
    rules: Rules,
    tally: Tally,
) -> None:
    """Adds everybody's journeys to a tally.

    ``offsets``: person p has rows offsets[p] to offsets[p + 1], by moment. ``touches``: number
    of the row's touch, -1 for none. ``converts``: bool. ``amounts``: ten-thousandths, >= 0.
    """
    longest = 0
    for person in range(len(offsets) - 1):
        longest = max(longest, offsets[person + 1] - offsets[person])
    touch, at = np.empty(longest, np.int64), np.empty(longest, np.int64)
    for person in range(len(offsets) - 1):
        open_count = 0
        row, last = offsets[person], offsets[person + 1]
        while row < last and moments[row] < rules.known_end:
            moment, before = moments[row], open_count
            count, amount = 0, 0
            while row < last and moments[row] == moment:
                if converts[row]:
                    count += 1
                    amount += amounts[row]
                elif touches[row] >= 0:
                    _put(touch, at, before, open_count, touches[row], moment)
                    open_count += 1
                row += 1
            if count:
                taken = 0
                while taken < open_count and at[taken] < moment - rules.window:
                    taken += 1
                _lose(touch[:taken], at[:taken], rules, tally)
                if rules.begin <= moment < rules.end:
                    won_touch, won_at = touch[taken:open_count], at[taken:open_count]
                    _win(won_touch, won_at, moment, count, amount, rules, tally)
                open_count = 0
        _lose(touch[:open_count], at[:open_count], rules, tally)


@numba.njit(nogil=True, cache=True)
def _put(touch: Array, at: Array, before: int, count: int, wanted: int, moment: int) -> None:
    """A touch among those of its instant, which begin at ``before``, by number."""
    place = count
    while place > before and touch[place - 1] > wanted:
        touch[place] = touch[place - 1]
        place -= 1
    touch[place] = wanted
    at[count] = moment


@numba.njit(nogil=True, cache=True)
def _collapsed(touch: Array, at: Array, rules: Rules) -> int:
    """Equal touches one after the other made one, in place; how many are left."""
    if not rules.collapses:
        return len(touch)
    count = 0
    for place in range(len(touch)):
        if count == 0 or touch[count - 1] != touch[place]:
            touch[count] = touch[place]
            count += 1
        at[count - 1] = at[place]
    return count


@numba.njit(nogil=True, cache=True)
def _lose(touch: Array, at: Array, rules: Rules, tally: Tally) -> None:
    """Touches that no conversion took, as journeys that led to nothing."""
    begin = 0
    for place in range(len(touch)):
        ends = place + 1 == len(touch) or at[place + 1] - at[place] > rules.window
        if not ends:
            continue
        if rules.keeps_lost and rules.begin <= at[place] < rules.end:
            piece = touch[begin : place + 1]
            piece = piece[: _collapsed(piece, at[begin : place + 1].copy(), rules)]
            _count_touches(piece, 1, tally.lost)
            state = _walk(piece, 1, tally)
            tally.chain[state, len(tally.won) + 1] += 1
        begin = place + 1


@numba.njit(nogil=True, cache=True)
def _win(
    touch: Array, at: Array, moment: int, count: int, amount: int, rules: Rules, tally: Tally
) -> None:
    """A journey of ``count`` conversions of one instant."""
    if len(touch) == 0:
        tally.untouched[0] += count
        tally.untouched[1] += amount
        return
    length = _collapsed(touch, at, rules)
    touch, at = touch[:length], at[:length]
    _count_touches(touch, count, tally.won)
    state = _walk(touch, count, tally)
    tally.chain[state, len(tally.won)] += count
    tally.chain_amounts[state] += amount
    weights = np.zeros(length)
    for model in range(len(tally.credits)):
        _weigh(weights, model, touch, at, moment, rules, len(tally.won))
        _share(weights, touch, count * UNIT, tally.credits[model])
        _share(weights, touch, amount, tally.amounts[model])


@numba.njit(nogil=True, cache=True)
def _count_touches(touch: Array, count: int, counts: Array) -> None:
    """Adds ``count`` once for each distinct touch."""
    seen = np.zeros(len(counts), np.bool_)
    for number in touch:
        if not seen[number]:
            counts[number] += count
            seen[number] = True


@numba.njit(nogil=True, cache=True)
def _walk(touch: Array, count: int, tally: Tally) -> int:
    """The chain's steps through the touches; the state in which they end."""
    state = 0
    for number in touch:
        tally.chain[state, number] += count
        state = (state * (len(tally.won) + 1) + number + 1) % len(tally.chain)
    return state


@numba.njit(nogil=True, cache=True)
def _weigh(
    weights: Array,
    model: int,
    touch: Array,
    at: Array,
    moment: int,
    rules: Rules,
    touch_count: int,
) -> None:
    """What each touch of a journey weighs by a model, in any scale."""
    length = len(touch)
    weights[:] = 1.0 if model == LINEAR else 0.0
    if model == FIRST or (model == POSITION and length == 1):
        weights[0] = 1.0
    elif model == LAST:
        weights[-1] = 1.0
    elif model == TIME_DECAY:
        # against the last touch, so that a long window does not round to nothing
        for place in range(length):
            weights[place] = 0.5 ** ((at[-1] - at[place]) / rules.half_life)
    elif model == POSITION:
        middle = 1.0 - rules.first_weight - rules.last_weight
        if length > 2:
            weights[:] = middle / (length - 2)
        weights[0], weights[-1] = rules.first_weight, rules.last_weight
        if length == 2 and rules.first_weight + rules.last_weight == 0:
            weights[:] = 1.0
    elif model == SHAPLEY:
        seen = np.zeros(touch_count, np.bool_)
        for place in range(length):
            weights[place] = 0.0 if seen[touch[place]] else 1.0
            seen[touch[place]] = True


@numba.njit(nogil=True, cache=True)
def _share(weights: Array, touch: Array, whole: int, shares: Array) -> None:
    """``whole`` shared by weight in whole units; the heaviest gets what rounding leaves."""
    total = weights.sum()
    heaviest, left = 0, whole
    for place in range(len(weights)):
        if weights[place] > weights[heaviest]:
            heaviest = place
        part = int(np.floor(whole * (weights[place] / total) + 0.5))
        shares[touch[place]] += part
        left -= part
    shares[touch[heaviest]] += left
