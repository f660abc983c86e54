"""The exports against the truth: counts, money, texts, and the dirt."""

import collections
import gzip
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow.compute as pc


def test_orders_and_money_equal_the_truth(small_shop: Path, truth, sold_lines) -> None:
    lines = sold_lines(small_shop / "exports")
    orders = truth(small_shop, "orders")
    paid: collections.Counter[str] = collections.Counter()
    for order, net in zip(lines["order_id"].to_pylist(), lines["net"].to_pylist(), strict=True):
        paid[order] += round(Decimal(net) * 100)
    expected = dict(zip(*(orders[c].to_pylist() for c in ("order_id", "net_amount")), strict=True))
    assert paid == expected


def test_lines_add_up_to_the_cent(small_shop: Path, sold_lines) -> None:
    lines = sold_lines(small_shop / "exports")
    for row in lines.to_pylist():
        gross = Decimal(row["quantity"]) * Decimal(row["unit_price"])
        assert gross - Decimal(row["discount"]) == Decimal(row["net"])
        assert Decimal(row["net"]) >= 0


def test_about_fifty_five_per_cent_of_till_sales_carry_a_card(small_shop: Path, truth) -> None:
    orders = truth(small_shop, "orders")
    at_tills = orders.filter(pc.starts_with(orders["order_id"], "T"))
    share = 1 - at_tills["customer_id"].null_count / at_tills.num_rows
    assert 0.50 < share < 0.60


def test_customers_buy_only_after_they_joined(small_shop: Path, truth) -> None:
    customers, orders = truth(small_shop, "customers"), truth(small_shop, "orders")
    joined = dict(zip(*(customers[c].to_pylist() for c in ("customer_id", "joined")), strict=True))
    known = orders.filter(orders["customer_id"].is_valid())
    rows = zip(known["customer_id"].to_pylist(), known["ordered_t"].to_pylist(), strict=True)
    assert all(joined[customer] <= t for customer, t in rows)


def test_customers_state_counts_their_orders(small_shop: Path, truth) -> None:
    customers, orders = truth(small_shop, "customers"), truth(small_shop, "orders")
    counted = collections.Counter(orders["customer_id"].drop_null().to_pylist())
    said = zip(*(customers[c].to_pylist() for c in ("customer_id", "order_count")), strict=True)
    assert {c: n for c, n in said if n} == counted


def test_some_tills_write_gb18030(small_shop: Path) -> None:
    raw = (small_shop / "exports" / "tills-2026Q3.csv").read_bytes()
    assert raw.decode("gb18030").startswith('"订单号","行号","会员卡号"')
    assert (
        (small_shop / "exports" / "tills-2026Q2.csv").read_bytes().decode().startswith('"订单号"')
    )


def test_members_open_in_excel_and_cannot_be_real(small_shop: Path) -> None:
    book = openpyxl.load_workbook(small_shop / "exports" / "members-001-01.xlsx", read_only=True)
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    book.close()
    cells = [dict(zip(header, row, strict=False)) for row in rows]
    assert list(header[:5]) == ["会员卡号", "姓名", "手机号", "邮箱", "生日"]
    assert len({c["会员卡号"] for c in cells}) == len(cells)
    assert all(c["手机号"].startswith("154") and len(c["手机号"]) == 11 for c in cells)
    assert all(c["邮箱"].endswith("@example.com") for c in cells)
    assert {c["短信营销同意"] for c in cells} == {"是", "否"}


def events(folder: Path) -> list[dict]:
    found = []
    for path in sorted((folder / "exports").glob("events-*.jsonl.gz")):
        for line in gzip.decompress(path.read_bytes()).decode().splitlines():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                continue
    return found


def test_events_tell_of_every_online_order(small_shop: Path, truth) -> None:
    done = [e for e in events(small_shop) if e.get("event") == "Order Completed"]
    told = {e["properties"]["order_id"]: e["userId"] for e in done}
    orders = truth(small_shop, "orders")
    online = orders.filter(pc.invert(pc.starts_with(orders["order_id"], "T")))
    assert told == dict(
        zip(online["order_id"].to_pylist(), online["customer_id"].to_pylist(), strict=True)
    )


def test_messages_are_told_once_but_for_the_recorded_dirt(small_shop: Path, truth) -> None:
    ids = collections.Counter(e["messageId"] for e in events(small_shop))
    dirt = truth(small_shop, "dirt").to_pylist()
    twice = {d["key"] for d in dirt if d["kind"] == "duplicate" and "events" in d["file"]}
    assert {message for message, count in ids.items() if count > 1} == twice


def test_nothing_is_told_of_days_after_the_end(small_shop: Path) -> None:
    last = max(e["timestamp"] for e in events(small_shop))
    assert last < "2026-09-30T16:00:00Z"  # midnight in Shanghai
    assert not list((small_shop / "exports").glob("*2026Q4*"))


def test_a_device_belongs_to_one_customer(small_shop: Path) -> None:
    owners = collections.defaultdict(set)
    for event in events(small_shop):
        if "userId" in event:
            owners[event["anonymousId"]].add(event["userId"])
    assert all(len(found) == 1 for found in owners.values())


def test_deliberate_buyers_look_at_more_before_buying(small_shop: Path, truth) -> None:
    sessions, customers = truth(small_shop, "sessions"), truth(small_shop, "customers")
    style = dict(
        zip(*(customers[c].to_pylist() for c in ("customer_id", "is_deliberate")), strict=True)
    )
    counts = {True: [0, 0], False: [0, 0]}
    for row in sessions.to_pylist():
        if row["kind"] in ("buy", "prepare"):
            tally = counts[style[row["customer_id"]]]
            tally[0] += row["kind"] == "buy"
            tally[1] += row["view_count"]
    views = {deliberate: looked / bought for deliberate, (bought, looked) in counts.items()}
    assert views[True] > 1.5 * views[False]


def test_returns_never_refund_more_than_was_paid(small_shop: Path, read_csv, truth) -> None:
    orders = truth(small_shop, "orders")
    paid = dict(zip(*(orders[c].to_pylist() for c in ("order_id", "net_amount")), strict=True))
    refunds: collections.Counter[str] = collections.Counter()
    seen = set()
    for row in read_csv(small_shop / "exports" / "returns.csv").to_pylist():
        if row["order_id"] and row["return_id"] not in seen and "X" not in row["return_id"]:
            seen.add(row["return_id"])
            refunds[row["order_id"]] += round(Decimal(row["refund_amount"]) * 100)
    assert refunds
    assert all(amount <= paid[order] for order, amount in refunds.items())


def test_stock_is_zero_on_days_of_stock_outs(small_shop: Path, truth) -> None:
    import pyarrow.parquet as pq

    stock = pq.read_table(small_shop / "exports" / "inventory.parquet")
    out = truth(small_shop, "stockouts").to_pylist()
    zero = stock.filter(pc.equal(stock["on_hand_quantity"], 0))
    days = set(
        zip(
            zero["store_id"].to_pylist(),
            zero["product_id"].to_pylist(),
            (str(day) for day in zero["on_date"].to_pylist()),
            strict=True,
        )
    )
    sold_in_shops = [o for o in out if o["store_id"].startswith("S")]
    begun = [o for o in sold_in_shops if (o["store_id"], o["product_id"], o["first_on"]) in days]
    assert len(begun) > 0.95 * len(sold_in_shops)  # the rest: not on sale yet
    assert np.min(stock["on_hand_quantity"].to_numpy()) == 0


def test_incidents_show_in_the_sales(small_shop: Path, truth, sold_lines) -> None:
    incidents = {i["kind"]: i for i in truth(small_shop, "incidents").to_pylist()}
    failed = incidents["app_payment_failed"]
    days: collections.Counter[str] = collections.Counter()
    for row in sold_lines(small_shop / "exports").to_pylist():
        if row["order_id"].startswith("A"):
            days[row["ordered_at"][:10]] += 1
    bad = [n for day, n in days.items() if failed["first_on"] <= day <= failed["last_on"]]
    usual = sum(days.values()) / 300
    assert sum(bad) / 3 < 0.4 * usual


def test_searches_tell_what_the_truth_says(small_shop: Path, truth) -> None:
    searches = truth(small_shop, "searches").to_pylist()
    missing = sum(s["is_missing"] for s in searches)
    told = [e for e in events(small_shop) if e.get("event") == "Products Searched"]
    without_result = {e["messageId"] for e in told if e["properties"]["results_count"] == 0}
    assert len({e["messageId"] for e in told}) == len(searches)
    assert len(without_result) == missing > 0


def test_price_sensitive_people_type_cheap_more_often(small_shop: Path, truth) -> None:
    customers, sessions = truth(small_shop, "customers"), truth(small_shop, "sessions")
    persona = {c["customer_id"]: c["persona_name"] for c in customers.to_pylist()}
    owner = {s["session_id"]: persona.get(s["customer_id"]) for s in sessions.to_pylist()}
    typed = collections.defaultdict(collections.Counter)
    for search in truth(small_shop, "searches").to_pylist():
        typed[owner[search["session_id"]]][search["modifier"]] += 1
    shares = {who: found["便宜"] / found.total() for who, found in typed.items()}
    assert shares["price_sensitive"] > 2 * shares["quality_seeking"]
