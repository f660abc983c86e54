"""A made-up shop of some hundred customers: numpy draws, the tables as Arrow on one connection."""

from datetime import UTC, datetime, timedelta

import ibis
import numpy as np
import pyarrow as pa

from regulars.tables import CANONICAL

START = datetime(2025, 6, 1, 4, tzinfo=UTC)
SENT_ON = 200  # days after the start; the window is 30 days
KINDS = ("food", "home", "baby")


def made_shop(
    people: int = 1500, *, seed: int = 1, days: int = 260, differs: bool = True, mixed: bool = False
) -> dict[str, ibis.Table]:
    """Orders over ``days``, and one campaign on day SENT_ON: a third, who buy baby
    goods on the web, answer it by .6, the others not; or all by .2 (not ``differs``).
    ``mixed``: the rows in another order."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"c{number:05d}" for number in range(people)])
    baby = np.arange(people) % 3 == 0
    rate = rng.gamma(2, 0.008, people)
    told = rng.random(people) < 0.6
    lift = np.where(baby, 0.6, 0.0) if differs else np.full(people, 0.2)
    who, when = [], []
    for day in range(days):
        comes = rng.random(people) < rate
        if day == SENT_ON + 2:
            comes |= told & (rng.random(people) < lift)
        rows = np.flatnonzero(comes)
        who.append(rows)
        when.append(np.full(len(rows), day))
    rows, day = np.concatenate(who), np.concatenate(when)
    kind = np.where(baby[rows] & (rng.random(len(rows)) < 0.8), 2, rng.integers(0, 2, len(rows)))
    channel = np.where(rng.random(len(rows)) < np.where(baby[rows], 0.9, 0.1), "web", "store")
    amount = np.round(rng.gamma(2, 40, len(rows)) + 5, 2)
    order = [f"o{number:06d}" for number in range(len(rows))]
    moments = [START + timedelta(days=int(one)) for one in day]
    given = {
        "orders": {
            "order_id": order, "customer_id": ids[rows].tolist(), "ordered_at": moments,
            "channel": channel.tolist(), "gross_amount": amount, "net_amount": amount,
        },
        "order_lines": {
            "order_id": order, "line_no": [1] * len(rows), "quantity": [1] * len(rows),
            "product_id": [KINDS[one] for one in kind], "net_amount": amount,
            "unit_price": amount,
        },
        "products": {"product_id": KINDS, "product_name": KINDS, "category": KINDS},
        "campaigns": {
            "campaign_id": ["may"], "campaign_name": ["May"], "kind": ["win_back"],
            "offer": ['{"holdout_share": 0.4}'],
        },
        "exposures": {
            "campaign_id": ["may"] * people, "customer_id": ids.tolist(),
            "arm": np.where(told, "offer", "holdout").tolist(),
            "assigned_at": [START + timedelta(days=SENT_ON)] * people,
            "cost_amount": np.where(told, 0.1, 0.0),
        },
    }  # fmt: skip
    return _tables(given, rng if mixed else None)


def _tables(given, rng):
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET TimeZone = 'Asia/Shanghai'")
    made = {}
    for name in ("orders", "order_lines", "products", "returns", "campaigns", "exposures"):
        rows = _rows(CANONICAL[name], given.get(name, {}))
        if rng is not None and rows.num_rows:
            rows = rows.take(pa.array(rng.permutation(rows.num_rows)))
        made[name] = backend.create_table(name, rows)
    return made


def _rows(table, given):
    blank = {
        "flag": False, "integer": 0, "json": "{}", "money": 0.0, "number": 0.0, "text": "",
        "texts": [], "moment": START, "day": START.date(),
    }  # fmt: skip
    count = len(next(iter(given.values()))) if given else 0
    columns = []
    for field, column in zip(table.arrow_schema(), table.columns, strict=True):
        values = given.get(column.name)
        if values is None:
            values = [None if column.nullable else blank[column.type]] * count
        if column.type == "money" and count and values[0] is not None:
            columns.append(pa.array(np.asarray(values, dtype=float)).cast(field.type, safe=False))
        else:
            columns.append(pa.array(list(values), field.type))
    return pa.table(columns, schema=table.arrow_schema())
