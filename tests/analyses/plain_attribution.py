"""Attribution as its definition reads, in plain Python: lists, fractions and permutations."""

import itertools
from collections import defaultdict
from fractions import Fraction
from math import factorial

DAY = 24 * 60


def journeys(rows, window, collapse=True, begin=-(10**9), end=10**9):
    """(touches with minutes, conversions, amount, minute of the conversion or None) of each.

    ``rows``: (person, minute, touch or None, amount or None); an amount makes a conversion.
    """
    found = []
    for person in sorted({row[0] for row in rows}):
        mine = [row for row in rows if row[0] == person]
        left = []
        for minute in sorted({row[1] for row in mine}):
            now = [row for row in mine if row[1] == minute]
            left += sorted(
                (touch, minute) for _, _, touch, amount in now if amount is None and touch
            )
            sold = [amount for _, _, _, amount in now if amount is not None]
            if sold:
                inside = [(t, m) for t, m in left if m >= minute - window]
                found += lost([(t, m) for t, m in left if m < minute - window], window)
                found.append((inside, len(sold), sum(sold), minute))
                left = []
        found += lost(left, window)
    inside = [j for j in found if begin <= (j[0][-1][1] if j[3] is None else j[3]) < end]
    return [(collapsed(j[0]) if collapse else j[0], *j[1:]) for j in inside]


def lost(touches, window):
    pieces = []
    for touch in touches:
        if pieces and touch[1] - pieces[-1][-1][1] <= window:
            pieces[-1].append(touch)
        else:
            pieces.append([touch])
    return [(piece, 0, 0, None) for piece in pieces]


def collapsed(touches):
    runs = [list(run) for _, run in itertools.groupby(touches, key=lambda touch: touch[0])]
    return [run[-1] for run in runs]


def weights(model, path, minute, half_life):
    count = len(path)
    middle = [0.2 / (count - 2)] * (count - 2) if count > 2 else []
    return {
        "first": [1] + [0] * (count - 1),
        "last": [0] * (count - 1) + [1],
        "linear": [1] * count,
        "time_decay": [2.0 ** (-(minute - m) / half_life) for _, m in path],
        "position": [1] if count == 1 else [0.4, *middle, 0.4],
    }[model]


def counted(found, model, half_life):
    """touch -> (conversions, amount) by one of the models that count."""
    credit = defaultdict(lambda: [0.0, 0.0])
    for path, conversions, amount, minute in found:
        if not conversions:
            continue
        if not path:
            credit["(no touch)"][0] += conversions
            credit["(no touch)"][1] += amount
            continue
        parts = weights(model, path, minute, half_life)
        for (touch, _), part in zip(path, parts, strict=True):
            credit[touch][0] += conversions * part / sum(parts)
            credit[touch][1] += amount * part / sum(parts)
    return dict(credit)


def shapley(found, place=1):
    """The average marginal worth of each touch over all orders in which they could join."""
    sold = [(frozenset(t for t, _ in j[0]), j[place]) for j in found if j[1] and j[0]]
    touches = sorted(set().union(*(touched for touched, _ in sold)))
    value = dict.fromkeys(touches, Fraction(0))
    for order in itertools.permutations(touches):
        joined = frozenset()
        for touch in order:
            more = joined | {touch}
            value[touch] += Fraction(
                sum(n for touched, n in sold if touched <= more and not touched <= joined)
            )
            joined = more
    return {touch: total / factorial(len(touches)) for touch, total in value.items()}


def removal(found, order=1, place=1):
    """touch -> removal effect: each chain is solved anew without the touch, in fractions.

    ``place`` 1: of conversions, 2: of their amount.
    """
    counts = defaultdict(lambda: defaultdict(int))
    reward = defaultdict(int)
    for path, conversions, amount, _ in found:
        state = ()
        times = max(conversions, 1)
        for touch, _ in path:
            after = (*state, touch)[-order:]
            counts[state][after] += times
            state = after
        if path:
            counts[state]["won" if conversions else "lost"] += times
            reward[state] += (conversions, amount)[place - 1]
    touches = sorted({touch for j in found for touch, _ in j[0]})
    whole = _worth(counts, reward, None)
    if not whole:
        return dict.fromkeys(touches, Fraction(0))
    return {touch: 1 - _worth(counts, reward, touch) / whole for touch in touches}


def _worth(counts, reward, without):
    """What is to be expected from the start, where coming to ``without`` ends in nothing."""
    states = [s for s in counts if not s or s[-1] != without]
    if () not in states:
        return Fraction(0)
    size = len(states)
    grid = []
    for row, state in enumerate(states):
        total = sum(counts[state].values())
        line = [Fraction(int(row == column)) for column in range(size)]
        for after, count in counts[state].items():
            if after in states:
                line[states.index(after)] -= Fraction(count, total)
        grid.append([*line, Fraction(reward[state]) / total])
    for pivot in range(size):  # Gauss and Jordan
        best = next(row for row in range(pivot, size) if grid[row][pivot])
        grid[pivot], grid[best] = grid[best], grid[pivot]
        grid[pivot] = [value / grid[pivot][pivot] for value in grid[pivot]]
        for row in range(size):
            if row != pivot and grid[row][pivot]:
                factor = grid[row][pivot]
                grid[row] = [a - factor * b for a, b in zip(grid[row], grid[pivot], strict=True)]
    return grid[states.index(())][-1]


def markov(found, order=1, place=1):
    """touch -> its part of what conversions with a touch brought."""
    effects = removal(found, order, place)
    total = sum(j[place] for j in found if j[1] and j[0])
    whole = sum(effects.values())
    return {t: total * effect / whole if whole else Fraction(0) for t, effect in effects.items()}
