"""The people of the trials by their held-out score, in parts: what a message did in each, and
what approaching the first parts would have brought."""

from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stats.response.learning import Learned
from regulars.stats.uplift.qini import Estimate, qini_curve
from regulars.stats.uplift.targeting import effect_by_part, parts_by_score, targeting_value

Array = npt.NDArray[Any]
PER = 1000.0


def measured_parts(known: Learned, part_count: int | None = None) -> dict[str, Any]:
    """Columns by name, one value per part; NaN where a part has too few of an arm."""
    count = part_count or known.part_count
    part = parts_by_score(known.score, count)
    arm = known.treatment
    answered = known.answered
    effects = effect_by_part(answered, part, arm, known.treated_share)
    people = known.trials.people
    amounts = people["net_amount"].to_numpy()
    cost = float(np.mean(people["message_cost"].to_numpy()[arm == 1]))
    values = [
        targeting_value(amounts, part, arm, known.treated_share, upto=upto, message_cost=cost)
        for upto in range(1, count + 1)
    ]
    sizes = _counts(part, np.ones(len(part)), count)
    treated = _counts(part, arm, count)
    bought = _counts(part, arm * answered, count)
    untold = _counts(part, (1 - arm) * answered, count)
    share = np.cumsum(sizes) / len(part)
    gained, whole = _gains(known, np.cumsum(sizes))
    return {
        "part": np.arange(1, count + 1),
        "customer_count": sizes.astype(np.int64),
        "treated_count": treated.astype(np.int64),
        "holdout_count": (sizes - treated).astype(np.int64),
        "treated_rate": bought / np.maximum(treated, 1),
        "holdout_rate": untold / np.maximum(sizes - treated, 1),
        **_named("effect", effects),
        "approached_share": share,
        "extra_orders": gained * PER,
        "random_extra_orders": whole * share * PER,
        **_named("targeting_value", values, PER),
    }


def _gains(known: Learned, people: Array) -> tuple[Array, float]:
    """q of the Qini curve at so many people, per treated person, and at its end."""
    at, values = qini_curve(known.answered, known.score, known.treatment)
    per = values / max(known.treatment.sum(), 1.0)
    return np.interp(people, at, per), float(per[-1])


def _counts(part: Array, weight: Array, count: int) -> Array:
    return np.bincount(part, weight, count + 1)[1:]


def _named(name: str, found: list[Estimate], factor: float = 1.0) -> dict[str, Array]:
    ends = {"": "value", "_low": "low", "_high": "high"}
    return {
        f"{name}{ending}": factor * np.array([getattr(one, field) for one in found])
        for ending, field in ends.items()
    }
