"""A shop whose customers go for different things: generated rows, the same every time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

LEANINGS = ("offers", "quality", "new", "brand")
START = datetime(2025, 7, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
NEEDS, BRANDS = 6, 6


def products() -> list[dict[str, object]]:
    """Six needs of six brands, dearer by number; of each need one brand is new every quarter."""
    return [
        {
            "product_id": f"n{need}b{brand}",
            "purpose": f"need {need}",
            "brand": f"brand {brand}",
            "category": f"c{need % 2}/need{need}",
            "launched_on": (
                START + timedelta(days=60 * need) if brand == need else START - timedelta(days=999)
            ).date(),
        }
        for need in range(NEEDS)
        for brand in range(BRANDS)
    ]


def shop(people: int = 160, orders_each: int = 60, days: int = 360, seed: int = 3):
    """Orders and lines; customer k's leaning is LEANINGS[k % 4], as its id says."""
    rng = np.random.default_rng(seed)
    orders, lines = [], []
    for person in range(people):
        leaning = LEANINGS[person % 4]
        own = rng.integers(0, BRANDS, NEEDS)
        for number in range(orders_each):
            day = int(rng.integers(0, days))
            need = int(rng.integers(0, NEEDS))
            on_offer = (need + day // 7 + np.arange(BRANDS)) % 3 == 0
            launch = np.where(np.arange(BRANDS) == need, 60 * need, -999)
            is_new = (day >= launch) & (day < launch + 120)
            weight = np.ones(BRANDS)
            weight *= np.exp(2.5 * on_offer) if leaning == "offers" else 1.0
            weight *= np.exp(0.9 * np.arange(BRANDS)) if leaning == "quality" else 1.0
            weight *= np.exp(4.0 * is_new) if leaning == "new" else 1.0
            weight *= np.exp(4.0 * (np.arange(BRANDS) == own[need])) if leaning == "brand" else 1.0
            weight *= launch <= day
            brand = int(rng.choice(BRANDS, p=weight / weight.sum()))
            order_id, price = f"{person}-{number}", 10 * (1 + brand)
            discount = price / 5 if on_offer[brand] else 0
            orders.append(
                {
                    "order_id": order_id,
                    "customer_id": f"{leaning} {person:04d}",
                    "channel": "web" if person % 3 else "store",
                    "ordered_at": START + timedelta(days=day, minutes=person),
                    "gross_amount": price,
                    "discount_amount": discount,
                    "net_amount": price - discount,
                }
            )
            lines.append(
                {
                    "order_id": order_id,
                    "line_no": 1,
                    "product_id": f"n{need}b{brand}",
                    "quantity": 1.0,
                    "unit_price": price,
                    "discount_amount": discount,
                    "net_amount": price - discount,
                }
            )
    return {"orders": orders, "order_lines": lines, "products": products()}
