"""Fit the four methods on earlier days, judge them on later ones, choose, and fit once more.

The method with the smallest log loss on the held-back days is best; a simpler one is used
where chance explains the difference (the 95% interval over drawn customers holds 0).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from regulars.errors import NothingToAnalyse
from regulars.stats.churn.features import Rhythm, flag, matrix, rhythm
from regulars.stats.churn.judging import Measured, draws, measures
from regulars.stats.churn.methods import METHODS, Method, fit
from regulars.stats.churn.panel import Days

Array = npt.NDArray[Any]
FEWEST = 30  # who stayed away, and who came, in each of the parts
APART = 4  # one customer in so many calibrates


@dataclass(frozen=True)
class Held:
    """What one method told of the held-back customers, and how well."""

    risk: Array
    measures: Mapping[str, Measured]


@dataclass(frozen=True)
class Chosen:
    """The methods as judged, and the one that is used, fitted on all past days."""

    used: Method
    rhythm: Rhythm
    held: Mapping[str, Held]
    label: Array  # of the held-back rows
    learnt_count: int
    days: Days

    def model(self) -> dict[str, object]:
        """What a model card says."""
        used = self.held[self.used.name].measures
        return {
            "name": self.used.name,
            "customer_count": self.learnt_count,
            "window": {"since": self.days.past[0], "until": self.days.past[-1]},
            "parameters": dict(zip(("r", "alpha", "a", "b"), self.rhythm.parameters, strict=True)),
            "held_back": {
                "since": self.days.held_back[0],
                "until": self.days.held_back[-1],
                "row_count": len(self.label),
            },
            "measures": {name: vars(measured) for name, measured in used.items()},
        }


def prepared(panel: pa.Table) -> pa.Table:
    """Rows in an order of their own, whatever order they came in."""
    return panel.sort_by([("as_of_on", "ascending"), ("place", "ascending")])


def choose(panel: pa.Table, days: Days, seed: int) -> Chosen:
    """The four methods on ``prepared`` rows; NothingToAnalyse where there are too few."""
    at_risk = panel.filter(pc.invert(panel["is_lost"]))
    learnt, held, past = (
        at_risk.filter(pc.is_in(at_risk["as_of_on"], pa.array(part, pa.date32())))
        for part in (days.learnt, days.held_back, days.past)
    )
    _check_enough(learnt, held, days)
    earlier = _rhythm_on(panel, days.learnt[-1])
    known, label = matrix(learnt, earlier), flag(learnt, "stayed_away")
    seen, came = matrix(held, earlier), flag(held, "stayed_away").astype(np.float64)
    weights = draws(held["place"].to_numpy(), seed)
    judged: dict[str, Held] = {}
    drawn: dict[str, Array] = {}
    for name in METHODS:
        method = fit(name, known, label, _apart(learnt), seed)
        risk = method.risk(seen)
        found, drawn[name] = measures(method.score(seen), risk, came, weights)
        judged[name] = Held(risk, found)
    name = _best(judged, drawn)
    now = _rhythm_on(panel, days.held_back[-1])
    used = fit(name, matrix(past, now), flag(past, "stayed_away"), _apart(past), seed)
    people = len(pc.unique(past["place"]))
    return Chosen(used, now, judged, came, people, days)


def _best(judged: Mapping[str, Held], drawn: Mapping[str, Array]) -> str:
    """The simplest whose log loss is not surely greater than the smallest."""
    best = min(METHODS, key=lambda name: judged[name].measures["log_loss"].value)
    return next(name for name in METHODS if np.quantile(drawn[name] - drawn[best], 0.025) <= 0)


def _rhythm_on(panel: pa.Table, day: object) -> Rhythm:
    return rhythm(panel.filter(pc.equal(panel["as_of_on"], pa.scalar(day, pa.date32()))))


def _apart(rows: pa.Table) -> Array:
    """Every fourth customer, by the hash that drew him."""
    return np.asarray(rows["place"].to_numpy() % APART == 0)


def _check_enough(learnt: pa.Table, held: pa.Table, days: Days) -> None:
    apart = _apart(learnt)
    label = flag(learnt, "stayed_away")
    parts = (label[~apart], label[apart], flag(held, "stayed_away"))
    fewest = min(min(int(part.sum()), int((~part).sum())) for part in parts)
    if fewest < FEWEST:
        raise NothingToAnalyse(
            f"A model of who leaves needs {FEWEST} customers who stayed away and {FEWEST} who "
            f"came back, to learn from, to calibrate and to judge by; there are {fewest} up to "
            f"{days.as_of}."
        )
