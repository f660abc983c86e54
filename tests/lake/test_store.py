"""The lake's writes: keys decide, all or nothing, and nothing twice."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.errors import LakeBusy, RowsInvalid, TableUnknown
from regulars.lake import Lake, ShopHome, connect
from regulars.lake.store import Change
from regulars.tables import CANONICAL
from regulars.tables.schema import Column, Table

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
SCORES = Table(
    "scores",
    "customer and date",
    ("as_of", "customer_id"),
    (Column("as_of", "day", "date", "日期"), Column("customer_id", "text", "who", "顾客")),
)


def lines(*rows):
    """(order, line, product, quantity) as order lines at 2.50 each."""
    return pa.Table.from_pylist(
        [
            {
                "order_id": order,
                "line_no": line,
                "product_id": product,
                "quantity": float(quantity),
                "unit_price": Decimal("2.5"),
                "discount_amount": Decimal(0),
                "net_amount": Decimal("2.5") * quantity,
            }
            for order, line, product, quantity in rows
        ]
    )


def merge(home, table, rows, **options):
    with Lake(home).transaction("test") as transaction:
        return transaction.merge(table, rows, **options)


def stored(home, table, *columns, database=None):
    rows = connect(home).table(table, database=database).select(*columns).to_pyarrow().to_pylist()
    return sorted(tuple(row.values()) for row in rows)


def test_rows_are_added_when_table_is_new(home):
    change = merge(home, "order_lines", lines(("o1", 1, "milk", 2), ("o1", 2, "tea", 1)))
    assert change == Change(2)
    assert stored(home, "order_lines", "order_id", "line_no", "net_amount") == [
        ("o1", 1, Decimal("5.0000")),
        ("o1", 2, Decimal("2.5000")),
    ]


def test_nothing_changes_when_same_rows_come_again(home):
    rows = lines(("o1", 1, "milk", 2), ("o2", 1, "tea", 1))
    merge(home, "order_lines", rows)
    before = Lake(home).head()
    assert merge(home, "order_lines", rows) == Change(0, unchanged_count=2)
    assert Lake(home).head() == before


def test_row_is_replaced_when_key_is_known(home):
    merge(home, "order_lines", lines(("o1", 1, "milk", 2), ("o2", 1, "tea", 1)))
    change = merge(home, "order_lines", lines(("o1", 1, "milk", 5), ("o3", 1, "tea", 1)))
    assert change == Change(1, 1)
    assert stored(home, "order_lines", "order_id", "quantity") == [
        ("o1", 5.0), ("o2", 1.0), ("o3", 1.0),
    ]  # fmt: skip


def test_missing_lines_go_when_replaced_within_their_order(home):
    merge(home, "order_lines", lines(("o1", 1, "milk", 2), ("o1", 2, "tea", 1), ("o2", 1, "x", 1)))
    change = merge(home, "order_lines", lines(("o1", 1, "milk", 2)), replace_within=["order_id"])
    assert change == Change(0, 0, 1, 1)
    assert stored(home, "order_lines", "order_id", "line_no") == [("o1", 1), ("o2", 1)]


def test_known_values_stay_when_customer_comes_without_them(home):
    merge(home, "customers", pa.table({
        "customer_id": ["a"], "city": ["Xi'an"], "is_member": [True], "attributes": ['{"x":1}'],
    }))  # fmt: skip
    merge(home, "customers", pa.table({
        "customer_id": ["a", "b"], "region": ["Shaanxi", None], "attributes": ['{"y":2}', None],
    }))  # fmt: skip
    assert stored(
        home, "customers", "customer_id", "city", "region", "is_member", "attributes"
    ) == [
        ("a", "Xi'an", "Shaanxi", True, '{"x":1,"y":2}'),
        ("b", None, None, False, "{}"),
    ]


def test_null_is_a_key_of_its_own_when_promotion_holds_everywhere(home):
    promotion = {
        "promotion_id": "p", "product_id": "milk", "started_at": NOON, "ended_at": NOON,
        "kind": "discount",
    }  # fmt: skip
    everywhere = pa.Table.from_pylist([promotion | {"store_id": None}])
    there = pa.Table.from_pylist([promotion | {"store_id": "s1"}])
    assert (
        merge(
            home, "promotions", pa.concat_tables([everywhere, there], promote_options="default")
        ).added_count
        == 2
    )
    assert (
        merge(
            home,
            "promotions",
            everywhere.cast(
                pa.schema(
                    [
                        f if f.name != "store_id" else pa.field("store_id", pa.string())
                        for f in everywhere.schema
                    ]
                )
            ),
        ).unchanged_count
        == 1
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (lines(("o1", 1, "milk", 2), ("o1", 1, "tea", 1)), "2 rows for order_id o1, line_no 1"),
        (lines((None, 1, "milk", 2)), "order_lines.order_id is empty in 1 of 1 rows"),
        (pa.table({"qty": [1]}), "order_lines has no column qty. Columns: order_id, line_no"),
    ],
)
def test_lake_is_unchanged_when_rows_break_the_declaration(home, rows, message):
    merge(home, "order_lines", lines(("o0", 1, "milk", 1)))
    before, files = Lake(home).head(), sorted(home.lake_path.rglob("*.parquet"))
    with pytest.raises(RowsInvalid, match=message):
        merge(home, "order_lines", rows)
    assert Lake(home).head() == before
    assert sorted(home.lake_path.rglob("*.parquet")) == files


def test_table_unknown_when_name_is_misspelt(home):
    with pytest.raises(TableUnknown, match="Did you mean 'orders'"):
        merge(home, "order", pa.table({"order_id": ["a"]}))


def test_all_tables_stay_when_transaction_fails_in_the_middle(home):
    with pytest.raises(RowsInvalid), Lake(home).transaction("test") as transaction:
        transaction.merge("customers", pa.table({"customer_id": ["a"]}))
        transaction.merge("order_lines", pa.table({"order_id": ["o1"]}))
    assert stored(home, "customers", "customer_id") == []
    merge(home, "customers", pa.table({"customer_id": ["b"]}))
    assert stored(home, "customers", "customer_id") == [("b",)]
    files = DeltaTable(str(home.lake_path / "customers")).file_uris()
    assert len(files) == 1, "what the failed transaction committed is undone in the Delta log too"


def test_orphaned_commit_is_undone_when_next_writer_comes(home):
    merge(home, "customers", pa.table({"customer_id": ["a"]}))
    with pytest.raises(RowsInvalid), Lake(home).transaction("test") as transaction:
        transaction.merge("customers", pa.table({"customer_id": ["lost"]}))
        transaction.merge("order_lines", pa.table({"order_id": ["o1"]}))
    merge(home, "customers", pa.table({"customer_id": ["b"]}))
    assert stored(home, "customers", "customer_id") == [("a",), ("b",)]
    live = DeltaTable(str(home.lake_path / "customers")).file_uris()
    assert {uri.split("/customers/")[1] for uri in live} == set(
        Lake(home).head().tables["customers"].files
    )


def test_second_writer_is_told_when_first_does_not_end(home):
    with Lake(home).transaction("first"), pytest.raises(LakeBusy, match="Another process"):  # noqa: SIM117
        with Lake(home).transaction("second", wait_seconds=0.1):
            pass


def test_only_that_day_is_replaced_when_result_comes_again(home):
    days = [dt.date(2026, 1, 1), dt.date(2026, 1, 2)]
    for day, who in [(days[0], "a"), (days[1], "b"), (days[1], "c")]:
        rows = pa.table({"as_of": [day], "customer_id": [who]})
        with Lake(home).transaction("refresh") as transaction:
            transaction.replace("results/scores", SCORES, rows, where=f"as_of = DATE '{day}'")
    assert stored(home, "scores", "as_of", "customer_id", database="results") == [
        (days[0], "a"),
        (days[1], "c"),
    ]


def test_earlier_rows_have_null_when_result_gains_a_column(home):
    wider = Table(
        "scores",
        "x",
        SCORES.key,
        (*SCORES.columns, Column("score", "integer", "x", "分", nullable=True)),
    )
    for table, day in [(SCORES, 1), (wider, 2)]:
        rows = pa.table({"as_of": [dt.date(2026, 1, day)], "customer_id": ["a"]})
        with Lake(home).transaction("refresh") as transaction:
            transaction.replace(
                "results/scores", table, rows, where=f"as_of = DATE '2026-01-0{day}'"
            )
    assert stored(home, "scores", "as_of", "score", database="results") == [
        (dt.date(2026, 1, 1), None),
        (dt.date(2026, 1, 2), None),
    ]


def test_empty_table_has_its_columns_when_nothing_was_written(home):
    orders = connect(home).table("orders")
    assert orders.count().to_pyarrow().as_py() == 0
    assert orders.schema()["net_amount"].precision == 18


line = st.tuples(
    st.sampled_from("abc"), st.integers(1, 3), st.sampled_from("xy"), st.integers(1, 3)
)
batch = st.lists(line, min_size=1, max_size=6, unique_by=lambda row: row[:2])


@settings(max_examples=15, deadline=None)
@given(batches=st.lists(batch, min_size=1, max_size=4))
def test_lake_equals_a_dictionary_when_batches_come_in_any_order(tmp_path_factory, batches):
    home = ShopHome.create(tmp_path_factory.mktemp("shop"))
    expected = {}
    for rows in batches:
        named = {(order, no): (order, no, product, float(q)) for order, no, product, q in rows}
        change = merge(home, "order_lines", lines(*rows))
        assert change.added_count == len(named.keys() - expected.keys())
        assert change.unchanged_count == sum(expected.get(k) == v for k, v in named.items())
        expected |= named
    columns = ("order_id", "line_no", "product_id", "quantity")
    assert stored(home, "order_lines", *columns) == sorted(expected.values())


def test_stored_rows_have_null_when_a_release_declares_a_column(home, monkeypatch):
    merge(home, "order_lines", lines(("o1", 1, "milk", 2)))
    table = CANONICAL["order_lines"]
    wider = replace(
        table, columns=(*table.columns, Column("tray", "text", "x", "盘", nullable=True))
    )
    monkeypatch.setitem(CANONICAL, "order_lines", wider)
    assert stored(home, "order_lines", "order_id", "tray") == [("o1", None)]
    more = lines(("o1", 1, "milk", 2), ("o2", 1, "tea", 1)).append_column("tray", [["a", "b"]])
    assert merge(home, "order_lines", more) == Change(1, 1)
    assert stored(home, "order_lines", "order_id", "tray") == [("o1", "a"), ("o2", "b")]
    assert len(DeltaTable(str(home.lake_path / "order_lines")).schema().fields) == 10
