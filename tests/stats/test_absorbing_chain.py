"""Absorbing chains against a textbook, against power iteration, and where nothing is reached."""

import numpy as np
import pytest
import scipy.sparse as sp

from regulars.stats import absorbing_chain
from regulars.stats.absorbing_chain import expected_worth


def test_drunkards_walk_is_that_of_the_textbook():
    # Grinstead & Snell, Introduction to Probability, 2nd ed., ch. 11.2, example 11.13 and its
    # continuations: of corners 0 to 4 home (0) and the bar (4) absorb, from 1, 2 and 3 he goes
    # left or right with probability 1/2
    passing = sp.csr_array(np.array([[0, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0]]))
    leaving = np.array([[0.5, 0.0], [0.0, 0.0], [0.0, 0.5]])
    # ibid.: B = NR, the probabilities of ending at home and in the bar
    assert expected_worth(passing, leaving) == pytest.approx(
        np.array([[3 / 4, 1 / 4], [1 / 2, 1 / 2], [1 / 4, 3 / 4]])
    )
    # ibid.: t = Nc, the expected steps to absorption
    assert expected_worth(passing, np.ones((3, 1)))[:, 0] == pytest.approx([3, 4, 3])


@pytest.mark.parametrize("most_dense", [0, 10_000])
def test_worth_is_that_of_a_long_walk_when_solved_densely_or_sparsely(monkeypatch, most_dense):
    monkeypatch.setattr(absorbing_chain, "MOST_DENSE", most_dense)
    random = np.random.default_rng(4)
    often = sp.random_array((400, 400), density=0.03, rng=random, format="csr") * 9
    left = often.sum(axis=1) + random.uniform(0.1, 2, 400)
    passing = often.multiply(1 / left[:, None]).tocsr()
    worth = random.uniform(0, 1, (400, 2)) * (1 - passing.sum(axis=1))[:, None]
    walked = worth.copy()
    for _ in range(3000):
        walked = worth + passing @ walked
    assert expected_worth(passing, worth) == pytest.approx(walked, abs=1e-9)


def test_direct_solution_steps_in_when_iteration_is_not_close(monkeypatch):
    passing = sp.csr_array(np.array([[0, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0]]))
    leaving = np.array([[0.5], [0.0], [0.0]])
    monkeypatch.setattr(absorbing_chain, "MOST_DENSE", 0)
    monkeypatch.setattr(absorbing_chain, "bicgstab", lambda *_, **__: (np.zeros(3), 1))
    assert expected_worth(passing, leaving)[:, 0] == pytest.approx([3 / 4, 1 / 2, 1 / 4])


def test_states_that_are_never_left_are_worth_nothing():
    # 1 and 2 go to each other for ever; from 0 half the chains fall into them
    passing = sp.csr_array(np.array([[0, 0.5, 0.0], [0, 0, 1.0], [0, 1.0, 0]]))
    assert expected_worth(passing, np.array([[0.5], [0.0], [0.0]]))[:, 0].tolist() == [0.5, 0, 0]


def test_nothing_is_worth_anything_when_nothing_is():
    assert expected_worth(sp.csr_array((2, 2)), np.zeros((2, 2))).tolist() == [[0, 0], [0, 0]]
    assert expected_worth(sp.csr_array((0, 0)), np.zeros((0, 2))).shape == (0, 2)
