"""The numbers that the methods see: a matrix, one row per customer and day."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.stats.buying.geometric import MBG_NBD
from regulars.stats.buying.histories import Histories, histories
from regulars.stats.customer_features import FEATURES, Feature
from regulars.tables.text import Text

Array = npt.NDArray[Any]
SEEN: dict[str, Feature] = {
    **FEATURES,
    "horizon_days": Feature(
        Text("own long gap, drawn to the shop's", "本人偏长间隔（向全店靠拢）"), "days"
    ),
    "alive_probability": Feature(
        Text("chance of still buying, by rhythm alone", "仅按购买节奏估计的仍活跃概率"), "share"
    ),
}
NAMES = tuple(SEEN)
DAYS_AWAY, ALIVE = NAMES.index("days_since_last_order"), NAMES.index("alive_probability")


@dataclass(frozen=True)
class Rhythm:
    """The MBG/NBD model of the shop's customers, days with orders counted."""

    parameters: Array

    def alive(self, rows: pa.Table) -> Array:
        """P(alive) of each row's customer on its day."""
        return np.asarray(MBG_NBD.alive(self.parameters, _each(rows)))

    def order_days_if_alive(self, rows: pa.Table, horizon: float) -> Array:
        """Days with orders to come within ``horizon`` days, of whoever is still a customer."""
        known = _each(rows)
        expected = MBG_NBD.expected_orders(self.parameters, known, horizon)
        alive = np.maximum(MBG_NBD.alive(self.parameters, known), 1e-12)
        return np.asarray(expected / alive)


def rhythm(rows: pa.Table) -> Rhythm:
    """Fitted on the customers of one day, lost ones included."""
    known, _ = histories(*_three(rows))
    return Rhythm(MBG_NBD.fit(known).parameters)


def matrix(rows: pa.Table, model: Rhythm) -> Array:
    """float32, columns NAMES; what is not known is NaN."""
    values = np.empty((rows.num_rows, len(NAMES)), dtype=np.float32)
    for place, name in enumerate(NAMES):
        values[:, place] = model.alive(rows) if name == "alive_probability" else _column(rows, name)
    return values


def flag(rows: pa.Table, name: str) -> Array:
    """A column of true and false."""
    return np.asarray(rows[name].to_numpy(zero_copy_only=False), dtype=bool)


def _column(rows: pa.Table, name: str) -> Array:
    return np.asarray(rows[name].cast(pa.float64()).to_numpy(zero_copy_only=False))


def _three(rows: pa.Table) -> tuple[Array, Array, Array]:
    age = _column(rows, "customer_age_days")
    return (
        _column(rows, "order_day_count") - 1,
        age - _column(rows, "days_since_last_order"),
        age,
    )


def _each(rows: pa.Table) -> Histories:
    return Histories(*_three(rows), np.ones(rows.num_rows))
