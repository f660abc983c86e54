"""The exports go through the same import as anyone's; what it holds back is what was dirty."""

import collections
from datetime import date
from pathlib import Path

import pytest

from regulars.lake import ShopHome, connect
from regulars.simulator import simulate
from regulars.sources import import_files, quarantined


@pytest.mark.slow
def test_import_agrees_with_the_truth(tmp_path: Path, truth) -> None:
    folder = tmp_path / "simulator"
    files = simulate(folder, customer_count=400, months=3, seed=2, end_on=date(2026, 9, 30))
    home = ShopHome.create(
        tmp_path / "home", {"shop.timezone": "Asia/Shanghai", "shop.currency": "CNY"}
    )
    account = import_files(home, files)
    orders = truth(folder, "orders")
    shop = connect(home)
    money = shop.table("orders").net_amount.sum().to_pyarrow().as_py()
    assert money * 100 == sum(orders["net_amount"].to_pylist())
    assert shop.table("orders").count().to_pyarrow().as_py() == orders.num_rows
    assert shop.table("customers").count().to_pyarrow().as_py() == 400
    dirt = truth(folder, "dirt").to_pylist()
    expected = collections.Counter(d["file"] for d in dirt if d["fate"] == "quarantined")
    held = collections.Counter(quarantined(home, account.import_id)["file"].to_pylist())
    assert held == expected
