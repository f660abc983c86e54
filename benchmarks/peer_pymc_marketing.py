"""pymc-marketing's models of orders, the maximum a posteriori, in an environment of its own.

    python peer_pymc_marketing.py FILE.npy

FILE.npy: repeat orders, first to last order, first order to today; a row each.
"""

import sys
from typing import Any

import numpy as np
import pandas as pd
from pymc_marketing.clv import BetaGeoModel, ModifiedBetaGeoModel

from answering import Question, answer

MODELS = {"bg_nbd": BetaGeoModel, "mbg_nbd": ModifiedBetaGeoModel}


def main() -> None:
    orders, span, age = np.load(sys.argv[1])
    rows = pd.DataFrame(
        {
            "customer_id": np.arange(len(orders)),
            "frequency": orders,
            "recency": span,
            "T": age,
        }
    )

    def question(name: str) -> Question:
        def fit() -> Any:
            model = MODELS[name](data=rows)
            model.fit(method="map", progressbar=False)
            return model.idata.posterior

        return fit, lambda found: [float(found[name].mean()) for name in ("r", "alpha", "a", "b")]

    answer({name: question(name) for name in MODELS})


if __name__ == "__main__":
    main()
