"""UCI Online Retail through the import: nothing lost, money to the cent.

Facts of the file: Chen, Sain & Guo (2012), Journal of Database Marketing & Customer Strategy
Management 19(3), and counts over the CSV itself (reference_figures.md).
"""

from decimal import Decimal
from pathlib import Path

import pytest

from regulars.lake import Lake, ShopHome, connect
from regulars.sources import Account, import_files

FILE = "online_retail/online_retail.csv.gz"


@pytest.fixture(scope="module")
def shop(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[ShopHome, Account]:
    home = ShopHome.create(
        tmp_path_factory.mktemp("retail") / "shop",
        {"shop.timezone": "Europe/London", "shop.currency": "GBP"},
    )
    return home, import_files(home, [shared_data / FILE], preset="online_retail")


def test_matches_the_facts_of_the_file(shop: tuple[ShopHome, Account]) -> None:
    home, account = shop
    tables = connect(home)
    orders, returns = tables.table("orders"), tables.table("returns")
    adjustments = tables.table("adjustments")
    assert account.read_count == 541_909  # rows
    assert account.quarantined_count == 0
    assert tables.table("customers").count().execute() == 4_372  # customers
    documents = orders.order_id.nunique().execute() + (
        adjustments.filter(~adjustments.order_id.isin(orders.order_id))
        .select("order_id")
        .union(
            returns.mutate(order_id=returns.return_id.re_extract(r"^(.*)-\d+-\d+$", 1)).select(
                "order_id"
            ),
            distinct=True,
        )
        .order_id.nunique()
        .execute()
    )
    assert documents == 25_900  # invoices
    cancelled = adjustments.filter(adjustments.order_id.startswith("C")).count().execute()
    assert returns.count().execute() + cancelled == 9_288  # rows of cancelled invoices


def test_money_adds_up_to_the_cent(shop: tuple[ShopHome, Account]) -> None:
    home, account = shop
    tables = connect(home)
    net = tables.table("orders").net_amount.sum().execute()
    lines = tables.table("order_lines").net_amount.sum().execute()
    refunds = tables.table("returns").refund_amount.sum().execute()
    adjustments = tables.table("adjustments").amount.sum().execute()
    assert net - refunds + adjustments == Decimal("9747747.934")
    assert lines == net
    assert account.money.read == Decimal("9747747.934")
    assert account.adds_up


def test_a_row_that_is_no_sale_is_told_apart(shop: tuple[ShopHome, Account]) -> None:
    home, account = shop
    adjustments = connect(home).table("adjustments")
    counts = adjustments.group_by("kind").agg(count=lambda t: t.count()).to_pyarrow().to_pylist()
    assert {row["kind"]: row["count"] for row in counts}["bad_debt"] == 3  # invoices A56318x
    assert account.adjustment_kinds["bad_debt"] == Decimal("-11062.06")
    no_price = adjustments.filter(adjustments.kind.isin(["no_price", "write_off"]))
    assert no_price.amount.sum().execute() == 0


def test_the_same_file_again_changes_nothing(
    shop: tuple[ShopHome, Account], shared_data: Path
) -> None:
    home, _ = shop
    before = Lake(home).head()
    import_files(home, [shared_data / FILE], preset="online_retail")
    assert Lake(home).head() == before
