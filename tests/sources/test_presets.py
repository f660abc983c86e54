"""Every preset there is: known by name, named by its file, and used by a test that imports."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.sources.shops import HEADER, line, stored, write_csv

from regulars.errors import LayoutUnclear
from regulars.lake import ShopHome
from regulars.sources import import_files, presets

ROOT = Path(__file__).resolve().parents[2]


def test_presets_are_those_that_are_promised() -> None:
    promised = {"online_retail", "complete_journey", "generic_sales", "shopify_orders"}
    assert promised <= set(presets())
    files = (ROOT / "src/regulars/sources/presets").glob("*.toml")
    assert {file.stem for file in files} == set(presets())


@pytest.mark.parametrize("name", list(presets()))
def test_preset_is_imported_with_by_some_test(name: str) -> None:
    tests = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert any(f'preset="{name}"' in text for text in tests)


def test_generic_sales_reads_any_file_of_lines_into_all_its_tables(
    home: ShopHome, tmp_path: Path
) -> None:
    rows = [line("A1"), line("A1", product="P2", net="4.50"), line("A2", member="M2")]
    rows.append(line("A3", quantity=-1, net="-5.00"))
    file = write_csv(tmp_path / "s.csv", HEADER, *rows)
    account = import_files(home, [file], preset="generic_sales")
    tables = ("orders", "order_lines", "returns", "products", "stores", "customers")
    counts = {table: len(stored(home, table)) for table in tables}
    assert counts == dict(zip(tables, (2, 3, 1, 2, 1, 2), strict=True))
    assert account.money.read == Decimal("9.50")
    assert account.adds_up


def test_generic_sales_asks_when_the_file_is_no_sales_file(home: ShopHome, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "s.csv", ["甲", "乙"], ["1", "2"])
    with pytest.raises(LayoutUnclear):
        import_files(home, [file], preset="generic_sales")
