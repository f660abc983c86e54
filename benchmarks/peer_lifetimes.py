"""lifetimes' models of orders, in an environment of its own.

    python peer_lifetimes.py FILE.npy

FILE.npy: repeat orders, first to last order, first order to today; a row each.
"""

import sys

import numpy as np
from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter

from answering import Question, answer

FITTERS = {
    "bg_nbd": (BetaGeoFitter, ("r", "alpha", "a", "b")),
    "mbg_nbd": (ModifiedBetaGeoFitter, ("r", "alpha", "a", "b")),
    "pareto_nbd": (ParetoNBDFitter, ("r", "alpha", "s", "beta")),
}


def main() -> None:
    orders, span, age = np.load(sys.argv[1])

    def question(name: str) -> Question:
        kind, names = FITTERS[name]
        return (
            lambda: kind().fit(orders, span, age),
            lambda found: [float(found.params_[name]) for name in names],
        )

    answer({name: question(name) for name in FITTERS})


if __name__ == "__main__":
    main()
