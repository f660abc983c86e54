"""A shop of customers whose rhythm is known, for the analyses of the next need."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from regulars.analyses import find_analysis
from regulars.tables.fit import fitted

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
PRODUCTS = [
    {"product_id": "t1", "product_name": "Tissues", "category": "home/paper", "purpose": "tissues"},
    {"product_id": "t2", "product_name": "Fine", "category": "home/paper", "purpose": "tissues"},
    {"product_id": "m1", "product_name": "Milk", "category": "food/milk"},
    {"product_id": "u1", "product_name": "Odd", "category": "unknown"},
]
NOON = datetime(2025, 1, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def bought(rows):
    """Orders of one line each: (customer, days after FIRST, product, quantity)."""
    orders = [
        {"order_id": f"o{n}", "customer_id": who, "ordered_at": NOON + timedelta(days=on)}
        for n, (who, on, _, _) in enumerate(rows)
    ]
    lines = [
        {"order_id": f"o{n}", "line_no": 1, "product_id": what, "quantity": q}
        for n, (_, _, what, q) in enumerate(rows)
    ]
    return {"orders": orders, "order_lines": lines, "products": PRODUCTS}


def rows_of(seed=7, until=364):
    """Sixty buy tissues as often as they last (24 days a pack, more where they took two), sixty
    now and then; thirty of each kind stop in the summer, and thirty buy milk each week or so."""
    rng = np.random.default_rng(seed)
    rows = []
    for one in range(120):
        is_regular, stops = one < 60, one % 2 == 0
        at, own = rng.uniform(0, 30), 24 * rng.lognormal(0, 0.25)
        while at < (200 if stops else 365):
            q = 2 if rng.random() < 0.25 else 1
            rows.append((f"c{one:03}", int(at), "t1" if rng.random() < 0.5 else "t2", q))
            at += max(own * q * rng.gamma(16) / 16 if is_regular else 3 * own * rng.gamma(1), 1)
    for one in range(30):
        days = np.cumsum(rng.uniform(5, 9, 70))
        rows += [(f"m{one:03}", int(day), "m1", 1) for day in days if day < 365]
    return [row for row in rows if row[1] <= until]


def asked(make_tables, name, rows, as_of=LAST, **options):
    """The fitted answer about those rows."""
    tables = make_tables(**bought(rows))
    analysis = find_analysis(name)
    lazy = analysis.compute(*(tables[t] for t in analysis.reads), as_of=as_of, **options)
    return fitted(lazy)


def by_need(answer):
    return {(row["customer_id"], row["purpose"]): row for row in answer.rows.to_pylist()}
