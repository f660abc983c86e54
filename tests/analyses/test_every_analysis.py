"""What holds for every analysis there is, the next one included."""

import re
from datetime import date

import ibis.expr.types as ir
import pytest
from tests.analyses.plain_lifecycle import shop as shop_of_many

from regulars.analyses import all_analyses, deviations, find_analysis
from regulars.errors import AnalysisUnknown, NothingToAnalyse
from regulars.tables import CANONICAL
from regulars.tables.analysis import TIMELINE
from regulars.tables.fit import Fit

NAMES = list(all_analyses())
LAZY = [name for name in NAMES if TIMELINE not in all_analyses()[name].reads]
PER_CUSTOMER = [name for name in NAMES if all_analyses()[name].returns.key == ("customer_id",)]
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]

# two years up to 2025-12-31: three customers of different rhythm, one order in five unnamed
ORDERS = [
    {
        "order_id": f"{month}-{day}",
        "customer_id": ("ann", "bob", "cat", None, "ann")[(place + day) % 5],
        "store_id": ("a", "b", None)[(place + day) % 3],
        "channel": ("store", "web")[day % 2],
        "ordered_at": f"{month}-{day:02d} {day % 24:02d}:30",
        "gross_amount": 20 + day,
        "discount_amount": day % 4,
        "net_amount": 20 + day - day % 4,
    }
    for place, month in enumerate(MONTHS)
    for day in (1, 8, 15, 22, 28)
]
LINES = [
    {
        "order_id": order["order_id"],
        "line_no": line,
        "product_id": ("milk", "soap", "tea")[(place + line) % 3],
        "quantity": line,
        "net_amount": 10,
        "unit_cost": None if line == 1 else 4,
    }
    for place, order in enumerate(ORDERS)
    for line in (1, 2)
]
RETURNS = [
    {
        "return_id": f"r{place}",
        "order_id": order["order_id"],
        "product_id": "milk",
        "returned_at": order["ordered_at"][:8] + "28 23:59",
        "quantity": 1,
        "refund_amount": 3,
    }
    for place, order in enumerate(ORDERS)
    if place % 7 == 0
]
# what leads to an order, each on a minute of its own: in the web shop, then between the shelves
WAY = (
    {"event_name": "Page Viewed", "page": "/", "campaign_id": "spring"},
    {"event_name": "Products Searched", "query": "milk", "properties": '{"results_count": "0"}'},
    {"event_name": "Products Searched", "query": "fresh milk"},
    {"event_name": "Product Viewed", "page": "/milk", "product_id": "milk"},
    {"event_name": "Product Added", "page": "/cart", "product_id": "milk"},
    {"event_name": "Checkout Started", "page": "/pay"},
    {"event_name": "Store Entered", "store_id": "a"},
    {"event_name": "Zone Entered", "store_id": "a", "zone": "food"},
    {"event_name": "Zone Left", "store_id": "a", "zone": "food", "dwell_seconds": 60},
    {"event_name": "Store Left", "store_id": "a"},
)
EVENTS = [
    {
        **step,
        "event_id": f"{order['order_id']}-{minute}",
        "session_id": order["order_id"],
        "customer_id": order["customer_id"],
        "occurred_at": f"{order['ordered_at'][:-2]}{minute:02d}",
    }
    for order in ORDERS
    if order["customer_id"]
    for minute, step in enumerate(WAY)
]
SHOP = {
    "orders": ORDERS,
    "events": EVENTS,
    "order_lines": LINES,
    "returns": RETURNS,
    "customers": [{"customer_id": "ann", "is_member": True, "joined_at": "2024-05-01"}],
    "products": [{"product_id": "milk", "product_name": "Milk", "category": "food/dairy"}],
    "stores": [{"store_id": "a", "store_name": "Alpha"}],
}
# analyses of events that few shops record: without them they say what to bring
OF_SPECIAL_EVENTS = {
    "search_terms", "missed_searches", "store_visits", "store_zones", "zone_flow",
}  # fmt: skip
MOMENT = {"orders": "ordered_at", "returns": "returned_at", "events": "occurred_at"}


def direct(ask, name, as_of, **shop):
    return ask(name, as_of, **shop)


def fitted_or_told(ask, name, as_of, **shop):
    """The rows; none where one clear line says what a model would need and what there is."""
    try:
        return ask(name, as_of, **shop)
    except NothingToAnalyse as told:
        assert re.fullmatch(r"[A-Z][^\n]{20,300}\.", str(told)), str(told)
        return []


def ask_or_told(ask, name, as_of, **shop):
    """The rows; none where the analysis says which events are missing, or too little to fit."""
    if all_analyses()[name].is_fitted:
        return fitted_or_told(ask, name, as_of, **shop)
    if name not in OF_SPECIAL_EVENTS:
        return ask(name, as_of, **shop)
    with pytest.raises(NothingToAnalyse, match=r"Nobody .*: no event '.* regulars import FILE"):
        ask(name, as_of, **shop)
    return []


def until(shop, day):
    """The shop as it was at the end of a day."""
    known = {
        name: [row for row in rows if name not in MOMENT or row[MOMENT[name]][:10] <= day]
        for name, rows in shop.items()
    }
    orders = {order["order_id"] for order in known["orders"]}
    lines = [line for line in known["order_lines"] if line["order_id"] in orders]
    return {**known, "order_lines": lines}


@pytest.mark.parametrize("name", NAMES)
def test_result_is_the_same_when_the_future_is_not_there_yet(ask, name):
    today = "2025-09-30"
    later = {
        **SHOP,
        "customers": [
            *SHOP["customers"],
            {"customer_id": "bob", "is_member": True, "joined_at": "2025-10-01"},
        ],
    }
    told = fitted_or_told if all_analyses()[name].is_fitted else direct
    now = told(ask, name, today, **until(SHOP, today))
    assert now or all_analyses()[name].is_fitted  # three customers: its own tests fit more
    assert told(ask, name, today, **later) == now


@pytest.mark.parametrize("name", NAMES)
def test_result_is_as_declared_and_says_nothing_when_tables_are_empty(ask, name):
    rows = ask_or_told(ask, name, "2025-09-30")
    numbers = {"money", "number"}
    columns = [c.name for c in all_analyses()[name].returns.columns if c.type in numbers]
    assert all(not row[column] for row in rows for column in columns)


@pytest.mark.parametrize("name", NAMES)
def test_key_is_unique_and_only_declared_columns_are_null_when_there_are_rows(ask, name):
    returns = all_analyses()[name].returns
    is_fitted = all_analyses()[name].is_fitted
    rows = (fitted_or_told if is_fitted else direct)(ask, name, "2025-12-31", **SHOP)
    keys = [tuple(row[part] for part in returns.key) for row in rows]
    assert len(set(keys)) == len(keys)
    assert keys or is_fitted
    for column in returns.columns:
        assert column.nullable or all(row[column.name] is not None for row in rows), column.name


@pytest.mark.parametrize("name", NAMES)
def test_one_order_of_one_customer_is_enough_when_there_is_no_more(ask, name):
    order = {**ORDERS[0], "customer_id": "ann", "ordered_at": "2025-09-03 10:00"}
    lines = [{**LINES[0], "order_id": order["order_id"]}]
    rows = ask_or_told(ask, name, "2025-09-30", orders=[order], order_lines=lines)
    assert len(rows) == 1 or name not in PER_CUSTOMER or all_analyses()[name].is_fitted


@pytest.mark.parametrize("name", ["lifecycle", "purchase_habits", "rfm"])
def test_customers_come_in_the_order_of_their_ids_whatever_the_threads(ask, name):
    given = [order | {"net_amount": "20.00"} for order in shop_of_many(1)]
    found = [row["customer_id"] for row in ask(name, "2026-04-10", orders=given)]
    assert found == sorted(found)
    assert len(found) == len({order["customer_id"] for order in given})


@pytest.mark.parametrize("name", NAMES)
def test_declaration_is_whole_when_read(name):
    analysis = all_analyses()[name]
    assert analysis.compute.__name__ == name
    assert set(analysis.reads) <= {*CANONICAL, TIMELINE}
    assert all(text.en and text.zh for text in (analysis.title, analysis.question))
    assert all(column.meaning and column.zh for column in analysis.returns.columns)
    assert not analysis.traits or analysis.returns.key == ("customer_id",)
    for trait in analysis.traits:
        assert analysis.returns.column(trait.source_column).type == trait.type
        assert all((trait.label.en, trait.label.zh, trait.meaning.en, trait.meaning.zh))


def test_trait_names_are_taken_once_when_put_side_by_side():
    names = [trait.name for analysis in all_analyses().values() for trait in analysis.traits]
    assert len(set(names)) == len(names)


def test_analyses_come_in_reading_order_when_listed():
    assert NAMES[:2] == ["kpis", "kpi_series"]
    assert "rfm" in NAMES


def test_error_names_what_exists_when_an_analysis_is_unknown():
    with pytest.raises(AnalysisUnknown, match="Did you mean 'rfm'"):
        find_analysis("rmf")


@pytest.mark.parametrize("name", LAZY)
def test_nothing_runs_when_only_asked_for_the_expression(make_tables, name):
    analysis = find_analysis(name)
    tables = make_tables()
    answer = analysis.compute(*(tables[t] for t in analysis.reads), as_of=date(2025, 9, 30))
    if isinstance(answer, Fit):
        assert all(isinstance(asked, ir.Table) for asked in answer.asks.values())
        return
    assert answer.columns == tuple(analysis.returns.column_names)


def test_a_computed_table_is_told_when_it_is_not_what_was_declared(make_tables) -> None:
    rfm = find_analysis("rfm")
    tables = make_tables()
    answer = rfm.compute(*(tables[name] for name in rfm.reads), as_of=date(2025, 12, 31))
    assert deviations(rfm, answer) == []
    (missing,) = deviations(rfm, answer.drop("customer_id"))
    assert missing.startswith("rfm declares ['")
    (other,) = deviations(rfm, answer.mutate(customer_id=answer.customer_id.length()))
    assert other == "rfm.customer_id is declared string but computed int32"
