"""What an analysis of the next need asks of the tables, and the model that it makes of it.

The model is learned from a sample of the customers where there are very many; the dates are
everybody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from regulars.errors import NothingToAnalyse
from regulars.stats.buying.cnbd import Timings
from regulars.stats.repurchase.forecast import MIDDLE, QUANTILES, REMIND, Forecast, forecast
from regulars.stats.repurchase.needs import LEAST_GAPS, Needs, learn
from regulars.stats.repurchase.occasions import POWERS, histories, occasions, sampled
from regulars.stats.repurchase.states import STATES
from regulars.stats.repurchase.stock_up import Gaps, at_power

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SAMPLE_ORDERS = 400_000  # of about so many orders the model is learned
_SHOWN = 200  # purposes on a model card
HORIZONS = (14.0, 30.0)
REGULAR, REGULAR_PURCHASES = 0.8, 3  # probability and purchases of who is said to be regular


@dataclass(frozen=True)
class Learned:
    """The model, the names of its purposes, and what it was learned from."""

    needs: Needs
    purposes: Any
    customer_count: int
    gap_count: int
    since: date
    as_of: date

    def card(self) -> dict[str, Any]:
        """What is known of the model, as model cards read it."""
        needs = self.needs
        return {
            "name": "MBG/CNBD-k, regular and occasional buyers, by purpose",
            "customer_count": self.customer_count,
            "gap_count": self.gap_count,
            "window": {"since": self.since, "until": self.as_of},
            "parameters": needs.shop.parameters,
            "log_likelihood": needs.log_likelihood,
            "purposes": {
                str(self.purposes[one]): {
                    "typical_days_per_piece": needs.scale[one],
                    "quantity_elasticity": needs.elasticity[one],
                    "is_own": bool(needs.is_own[one]),
                    **needs.kinds[one].parameters,
                }
                for one in np.flatnonzero(needs.is_own)[:_SHOWN]
            },
        }

    def numbers(self, purposes: Any) -> Ints:
        """The number of each row's purpose; of one that was not learned, that past the last."""
        found = places(purposes, self.purposes)
        return np.where(found < 0, len(self.purposes), found)

    def forecast(self, rows: pa.Table, horizons: tuple[float, ...] = HORIZONS) -> Forecast:
        """The dates and chances of rows of ``histories``."""
        purpose = self.numbers(rows["purpose"])
        known = timings_at(rows, self.needs.elasticity[purpose])
        return forecast(self.needs, purpose, known, number(rows, "last_quantity"), horizons)


def asks(
    orders: ir.Table, order_lines: ir.Table, products: ir.Table, *, as_of: date, least: int
) -> dict[str, ir.Table]:
    """What is asked: ``sample`` of customers to learn from, ``rows`` of all to foretell."""
    some = sampled(orders, as_of=as_of, most=SAMPLE_ORDERS)
    known = occasions(some, order_lines, products, as_of=as_of)
    return {
        "sample": histories(known, as_of=as_of),
        "rows": histories(
            occasions(orders, order_lines, products, as_of=as_of), as_of=as_of, least=least
        ),
    }


def learned(sample: pa.Table, *, as_of: date) -> Learned:
    """The model from a sample's histories, whatever the order of the rows.

    NothingToAnalyse where fewer than LEAST_GAPS purchases repeat one before.
    """
    gap_count = pc.sum(sample["purchase_count"]).as_py() or 0
    gap_count -= sample.num_rows
    if gap_count < LEAST_GAPS:
        raise NothingToAnalyse(
            f"The next need is learned from {LEAST_GAPS} repeat purchases of a purpose or more; "
            f"there are {gap_count:,} up to {as_of}."
        )
    sample = sample.sort_by([("purpose", "ascending"), ("customer_id", "ascending")])
    purposes: Any = sample["purpose"].unique()
    purpose = places(sample["purpose"], purposes)
    count = number(sample, "purchase_count") - 1
    logs = (
        "log_gap_sum", "log_gap_square", "log_before_sum", "log_before_square", "log_product",
    )  # fmt: skip
    gaps = Gaps(purpose, count, *(number(sample, name) for name in logs))
    needs = learn(purpose, gaps, lambda power: timings_at(sample, power), len(purposes) + 1)
    longest = float(np.max(number(sample, "gap_days") + number(sample, "open_days")))
    return Learned(
        needs, purposes, len(sample["customer_id"].unique()), int(gap_count),
        as_of - timedelta(days=longest), as_of,
    )  # fmt: skip


def foretold(sample: pa.Table, rows: pa.Table, *, as_of: date) -> tuple[Learned, Forecast]:
    """The answers of ``asks``: the model, and what it says of every row. Errors of ``learned``."""
    model = learned(sample, as_of=as_of)
    return model, model.forecast(rows)


def timings_at(rows: pa.Table, power: Floats) -> Timings:
    """Histories in days per quantity^power."""
    count = number(rows, "purchase_count") - 1
    sums = np.column_stack([number(rows, f"gap_{n}") for n in range(len(POWERS))])
    logs = number(rows, "log_gap_sum") - power * number(rows, "log_before_sum")
    since = number(rows, "open_days") / number(rows, "last_quantity") ** power
    return Timings(count, at_power(sums, power), np.where(count > 0, logs, 0.0), since)


def number(rows: pa.Table, name: str) -> Floats:
    """A column as float64."""
    return np.asarray(rows[name].to_numpy(), dtype=np.float64)


def days_ahead(found: Forecast, quantile: float = MIDDLE) -> Floats:
    """Whole days from the last known day to that quantile, 1 or more; inf where unknown."""
    return np.floor(found.days[:, int(np.searchsorted(QUANTILES, quantile))]) + 1.0


def places(values: Any, among: Any) -> Ints:
    """Where each value stands among others; -1 where it does not."""
    found: Any = pc.index_in(values, among)
    return np.asarray(found.fill_null(-1).to_numpy(), dtype=np.int64)


def dates(as_of: date, ahead: Floats) -> Any:
    """The days so far ahead; null where that is not finite."""
    known = np.isfinite(ahead)
    start = (as_of - date(1970, 1, 1)).days
    whole = np.where(known, ahead, 0.0).astype(np.int32) + np.int32(start)
    return pa.array(whole, pa.int32(), mask=~known).cast(pa.date32())


def kept(rows: pa.Table, found: Forecast, mask: npt.NDArray[np.bool_]) -> tuple[pa.Table, Forecast]:
    """Those rows, and what is foretold of them."""
    parts: Mapping[str, Floats] = {name: values[mask] for name, values in vars(found).items()}
    return rows.filter(pa.array(mask)), Forecast(**parts)


def remind_ahead(found: Forecast, lead_days: int) -> Floats:
    """Days until the reminder: ``lead_days`` before one in four has come, 1 or more."""
    return np.maximum(days_ahead(found, REMIND) - lead_days, 1.0)


def is_regular(found: Forecast, purchase_count: Floats) -> npt.NDArray[np.bool_]:
    """Who buys at regular intervals; one interval alone cannot say it."""
    return np.asarray((found.regular >= REGULAR) & (purchase_count >= REGULAR_PURCHASES))


def named(codes: npt.NDArray[np.int32]) -> Any:
    """The names of states."""
    return pa.array(STATES).take(pa.array(codes, pa.int32()))
