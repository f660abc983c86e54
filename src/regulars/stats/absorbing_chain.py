"""What an absorbing Markov chain comes to from each state, solved as linear equations.

With Q the probabilities between the states that a chain passes, and r what a state is worth
on leaving the chain, the expected worth from each state is v = r + Q v, or v = (I - Q)^-1 r:
with r the probability of being absorbed in a certain state, v is the probability of ending
there; with r the mean value of it, the expected value. States from which nothing of worth
can be reached are worth nothing, also where they are never left.

Source  Grinstead & Snell (1997) Introduction to Probability, 2nd ed., ch. 11.2, theorem 11.6.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.linalg import bicgstab, splu

Floats = npt.NDArray[np.float64]
MOST_DENSE = 300  # states up to which the equations are solved as a full matrix
CLOSE = 1e-10  # the most that v may differ from r + Q v, to the largest v


def expected_worth(passing: Any, worth: Floats) -> Floats:
    """v of each state. ``passing``: Q, a sparse matrix; ``worth``: r, one column per question."""
    q = sp.csr_array(passing)
    solved = np.zeros(worth.shape)
    reaches = _reaching(q, np.asarray((worth != 0).any(axis=1)))
    if not len(reaches):
        return solved
    equations = sp.eye_array(len(reaches), format="csr") - q[reaches][:, reaches]
    solved[reaches] = _solved(equations, worth[reaches])
    return solved


def _reaching(q: Any, is_worth: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The states that lead to one of worth, themselves included."""
    reaches, before = is_worth, -1
    while reaches.sum() != before:
        before = reaches.sum()
        reaches = reaches | (q @ reaches.astype(np.float64) > 0)
    return np.flatnonzero(reaches)


def _solved(equations: Any, worth: Floats) -> Floats:
    if equations.shape[0] <= MOST_DENSE:
        return np.asarray(np.linalg.solve(equations.toarray(), worth))
    columns = [_iterated(equations, column) for column in worth.T]
    if all(column is not None for column in columns):
        return np.stack([column for column in columns if column is not None], axis=1)
    return np.asarray(splu(equations.tocsc()).solve(worth))


def _iterated(equations: Any, worth: Floats) -> Floats | None:
    """The solution by BiCGSTAB, which is quick for chains that end soon; None if not close."""
    found, _ = bicgstab(equations, worth, rtol=1e-13, maxiter=500)
    error = np.abs(equations @ found - worth).max()
    return found if error <= CLOSE * np.abs(found).max() else None
