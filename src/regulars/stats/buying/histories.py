"""What the models know of a customer: three numbers, and how many customers share them.

Two customers with the same numbers have the same likelihood; so the models are fitted on the
unique ones with their weights, and the cost hardly grows with the customers.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Histories:
    """Unique purchase histories, float64 arrays of one length, in one unit of time.

    ``repeat_order_count``  the papers' x: orders after the first
    ``purchase_span``       t_x: from the first order to the last; 0 where x is 0
    ``customer_age``        T: from the first order to the end of what is known
    ``weight``              how many customers have these three
    """

    repeat_order_count: Floats
    purchase_span: Floats
    customer_age: Floats
    weight: Floats

    @property
    def customer_count(self) -> int:
        return round(float(self.weight.sum()))

    def __len__(self) -> int:
        return len(self.weight)


def histories(
    repeat_order_count: npt.ArrayLike, purchase_span: npt.ArrayLike, customer_age: npt.ArrayLike
) -> tuple[Histories, npt.NDArray[np.int64]]:
    """The unique histories of customers, and for each customer the number of his.

    ValueError where a number is missing or below 0, or t_x lies outside (0, T].
    """
    x, span, age = (
        np.asarray(column, dtype=np.float64)
        for column in (repeat_order_count, purchase_span, customer_age)
    )
    rows = np.column_stack([x, span, age])
    if not np.isfinite(rows).all() or (rows < 0).any():
        raise ValueError("A purchase history holds three numbers, none below 0.")
    if (span > age).any() or (span[x == 0] > 0).any():
        raise ValueError("The last order lies between the first and the end of what is known.")
    unique, number, weight = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    x, span, age = (np.ascontiguousarray(column) for column in unique.T)
    return Histories(x, span, age, weight.astype(np.float64)), number.reshape(-1)
