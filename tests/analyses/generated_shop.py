"""A shop of some hundred customers by the MBG/NBD, as rows of orders: enough to fit a model on."""

from datetime import date, timedelta

import numpy as np

FIRST_ON = date(2025, 1, 1)


def generated_orders(customers=300, days=450, seed=3, moment="12:00"):
    """Orders from 2025-01-01 for so many days; first orders in the first 300."""
    rng = np.random.default_rng(seed)
    rows = []
    for one in range(customers):
        rate, stop = rng.gamma(1.2, 1 / 25), rng.beta(1, 6)
        mean = 8 * rng.gamma(4, 1 / 4) * 10
        at = float(rng.integers(0, 300))
        while at < days:
            on = FIRST_ON + timedelta(days=int(at))
            rows.append(
                {
                    "order_id": f"{one}-{len(rows)}",
                    "customer_id": f"c{one:03d}",
                    "ordered_at": f"{on} {moment}",
                    "net_amount": round(float(rng.gamma(5, mean / 5)) + 0.01, 2),
                }
            )
            if rng.random() < stop:
                break
            at += max(rng.exponential(1 / rate), 1.0)  # no two on a day
    return rows
