"""This project's models of orders, for a process of its own.

python -m benchmarks.ours_buying FILE.npy
"""

import sys
from collections.abc import Callable

import numpy as np
from benchmarks.answering import answer

from regulars.stats.buying.histories import unique_histories
from regulars.stats.buying.maximum import Maximum
from regulars.stats.buying.models import MODELS, Model


def main() -> None:
    columns = np.load(sys.argv[1])

    def fit(model: Model) -> Callable[[], Maximum]:
        return lambda: model.fit(unique_histories(*columns))

    def parameters(found: Maximum) -> list[float]:
        return [float(value) for value in found.parameters]

    answer({name: (fit(model), parameters) for name, model in MODELS.items()})


if __name__ == "__main__":
    main()
