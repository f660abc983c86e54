"""The three models by name, each as the same few verbs."""

from collections.abc import Callable
from dataclasses import dataclass

from regulars.stats.buying import order_counts, pareto_nbd
from regulars.stats.buying.geometric import BG_NBD, MBG_NBD, Geometric
from regulars.stats.buying.histories import Floats, Histories
from regulars.stats.buying.maximum import Maximum


@dataclass(frozen=True)
class Model:
    """A buy-till-you-die model; arguments as in ``geometric`` and ``pareto_nbd``.

    ``counts`` makes the running distribution of orders to come (``order_counts``).
    """

    name: str
    parameter_names: tuple[str, ...]
    fit: Callable[[Histories], Maximum]
    log_likelihood: Callable[[Floats, Histories], tuple[float, Floats]]
    alive: Callable[[Floats, Histories], Floats]
    expected_orders: Callable[[Floats, Histories, float], Floats]
    counts: order_counts.Counts


def _geometric(name: str, model: Geometric) -> Model:
    counts = order_counts.geometric(model.first)
    methods = (model.fit, model.log_likelihood, model.alive, model.expected_orders)
    return Model(name, model.names, *methods, counts)


MODELS = {
    "mbg_nbd": _geometric("mbg_nbd", MBG_NBD),
    "bg_nbd": _geometric("bg_nbd", BG_NBD),
    "pareto_nbd": Model(
        "pareto_nbd",
        pareto_nbd.NAMES,
        pareto_nbd.fit,
        pareto_nbd.log_likelihood,
        pareto_nbd.alive,
        pareto_nbd.expected_orders,
        order_counts.pareto,
    ),
}
