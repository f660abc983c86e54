"""Removal effects of an absorbing Markov chain, solved exactly.

A touch's removal effect is the part of all conversions that is lost where every journey that
comes to the touch ends there in nothing. With N = (I - Q)^-1 of the chain, C the states whose
last touch it is, and x = N r the conversions that follow from each state, what is lost from
the start s is  N[s,C] N[C,C]^-1 x[C]:  the probabilities of coming to C first at each of its
states, times what would have followed.

Source  Anderl, Becker, von Wangenheim & Schumann (2016) Mapping the customer journey: lessons
        learned from graph-based online attribution modeling, Intern. J. of Research in
        Marketing 33(3), section 3.3, for the removal effect and chains of higher order;
        Kemeny & Snell (1976) Finite Markov chains, theorems 3.2.4 and 3.3.7, for N.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
MOST_STATES = 4000  # N is dense: 128 MB


class RemovalEffects(NamedTuple):
    """Per touch, 0 to 1 each: the part of the conversions, and of their amount, that is lost."""

    of_conversions: Array
    of_amount: Array


def state_count(chain: Array) -> int:
    """How many states of the chain anybody was in."""
    return int(np.count_nonzero(chain.any(axis=1)))


def removal_effects(chain: Array, chain_amounts: Array) -> RemovalEffects:
    """The effect of each touch's removal; zeros where nobody converted.

    ``chain``: counts of state x (next touch, then conversion, then nothing), where state is the
    last touches as digits to base touches + 1, state 0 the start. ``chain_amounts``: by state,
    the amount of the conversions that follow.
    """
    touch_count = chain.shape[1] - 2
    states = np.flatnonzero(chain.any(axis=1))
    counts = chain[states].astype(np.float64)
    followers = counts.sum(axis=1)
    rewards = np.column_stack([counts[:, touch_count], chain_amounts[states]])
    rewards = rewards / np.where(followers > 0, followers, 1)[:, None]
    visits = np.linalg.inv(np.eye(len(states)) - _steps(states, counts, followers, len(chain)))
    worth = visits @ rewards
    last_touch = states % (touch_count + 1) - 1
    lost = np.zeros((touch_count, 2))
    for touch in range(touch_count):
        its = np.flatnonzero(last_touch == touch)
        if len(its):
            comes = np.linalg.solve(visits[np.ix_(its, its)].T, visits[0, its])
            lost[touch] = comes @ worth[its]
    whole = worth[0] if len(states) else np.zeros(2)
    effects = np.divide(lost, whole, out=np.zeros_like(lost), where=whole > 0)
    return RemovalEffects(effects[:, 0], effects[:, 1])


def _steps(states: Array, counts: Array, followers: Array, all_states: int) -> Array:
    """Q: the probability of each state after each other one."""
    touch_count = counts.shape[1] - 2
    steps = np.zeros((len(states), len(states)))
    place, touch = np.nonzero(counts[:, :touch_count])
    after = (states[place] * (touch_count + 1) + touch + 1) % all_states
    steps[place, np.searchsorted(states, after)] = counts[place, touch] / followers[place]
    return steps
