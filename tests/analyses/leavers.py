"""A shop made by numpy, half of whose customers leave."""

from datetime import date, timedelta

import numpy as np

START = date(2025, 1, 1)
AS_OF = "2026-03-31"
SMALL = {"horizon_days": 60}


def shop(seed=1, people=350, days=520):
    """Customers of gamma gaps, half of whom stop on a day of their own; leavers take discounts."""
    random = np.random.default_rng(seed)
    orders, lines = [], []
    for person in range(people):
        day = float(random.integers(0, 250))
        mean = random.choice([6, 14, 30])
        leaves = day + random.exponential(220) if random.random() < 0.6 else days
        while day < min(days, leaves):
            number = f"{person}-{len(orders)}"
            off = int(random.integers(0, 9)) if leaves - day < 60 else 0
            orders.append(
                {
                    "order_id": number,
                    "customer_id": f"c{person:03d}",
                    "ordered_at": f"{START + timedelta(int(day))} {random.integers(24):02d}:15",
                    "channel": str(random.choice(["store", "web"])),
                    "gross_amount": 40,
                    "discount_amount": off,
                    "net_amount": 40 - off,
                }
            )
            product = str(random.choice(["milk", "tea"]))
            lines.append({"order_id": number, "line_no": 1, "product_id": product})
            day += 1 + random.gamma(2, mean / 2)
    products = [{"product_id": name, "category": name} for name in ("milk", "tea")]
    return {"orders": orders, "order_lines": lines, "products": products}
