"""Broken files and command lines: each with its one clear line, and an unchanged lake.

A case is what is given (a function that writes it into a folder and returns the words after
``regulars import``), the line expected, and the exit code: 1 the input is at fault, 2 wrong
usage.
"""

import gzip
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from tests.sources.shops import HEADER, line, write_csv
from typer.testing import CliRunner

from regulars.cli.main import app
from regulars.lake import Lake, ShopHome
from regulars.sources import import_files

Given = Callable[[Path], list[str]]


def text(name: str, content: str, *words: str) -> Given:
    def write(folder: Path) -> list[str]:
        (folder / name).write_text(content, encoding="utf-8")
        return [str(folder / name), *words]

    return write


def raw(name: str, content: bytes, *words: str) -> Given:
    def write(folder: Path) -> list[str]:
        (folder / name).write_bytes(content)
        return [str(folder / name), *words]

    return write


def sales(*words: str, header: list[str] | None = None, at: str = "2026-01-05") -> Given:
    def write(folder: Path) -> list[str]:
        file = write_csv(folder / "s.csv", header or HEADER, line("A1", at=at), line("A2", at=at))
        return [str(file), *words]

    return write


def renamed(old: str, new: str) -> list[str]:
    return [new if column == old else column for column in HEADER]


def zipped(folder: Path) -> list[str]:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("readme.md", "nothing to import")
    return [str(folder / "a.zip")]


def empty_folder(folder: Path) -> list[str]:
    (folder / "empty").mkdir()
    return [str(folder / "empty")]


def folder_of_pictures(folder: Path) -> list[str]:
    (folder / "pictures").mkdir()
    (folder / "pictures" / "a.png").write_bytes(b"\x89PNG")
    return [str(folder / "pictures")]


def truncated_gzip(folder: Path) -> list[str]:
    whole = gzip.compress(("订单号,数量\n" + "A1,1\n" * 50_000).encode())
    (folder / "s.csv.gz").write_bytes(whole[: len(whole) // 2])
    return [str(folder / "s.csv.gz")]


def one_good_one_missing(folder: Path) -> list[str]:
    return [*sales()(folder), str(folder / "gone.csv")]


def journey_alone(folder: Path) -> list[str]:
    file = folder / "campaigns.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT 1 AS campaign_id, 2 AS household_id) TO '{file}' (FORMAT parquet)"
    )
    return [str(file), "--preset", "complete_journey"]


ORDERS = "order_id,ordered_at,product_id,quantity,unit_price\n"
CASES: dict[str, tuple[Given, str, int]] = {
    # files that cannot be read
    "no such file": (lambda folder: [str(folder / "gone.csv")], r"gone\.csv does not exist", 1),
    "no such folder": (lambda folder: [str(folder / "no" / "x.csv")], r"does not exist", 1),
    "one of two is missing": (one_good_one_missing, r"gone\.csv does not exist", 1),
    "an empty file": (raw("a.csv", b""), r"a\.csv is empty", 1),
    "only a byte order mark": (raw("a.csv", b"\xef\xbb\xbf"), r"a\.csv", 1),
    "only blank lines": (raw("a.csv", b"\n\n\n"), r"a\.csv", 1),
    "an empty folder": (empty_folder, r"holds no file that can be read", 1),
    "a folder of pictures": (folder_of_pictures, r"holds no file that can be read", 1),
    "a picture named csv": (raw("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256))), r"a\.csv", 1),
    "a picture": (raw("a.png", b"\x89PNG\r\n\x1a\n" + bytes(99)), r"a\.png", 1),
    "half a gzip": (truncated_gzip, r"s\.csv\.gz", 1),
    "no gzip at all": (raw("a.csv.gz", b"order_id,quantity\nA1,1\n"), r"a\.csv\.gz", 1),
    "no zip at all": (raw("a.zip", b"PK\x03\x04nonsense"), r"a\.zip", 1),
    "a zip of nothing to import": (zipped, r"a\.zip", 1),
    "a broken workbook": (raw("a.xlsx", b"PK\x03\x04" + bytes(200)), r"a\.xlsx", 1),
    "a text named xlsx": (raw("a.xlsx", b"order_id,quantity\n1,2\n"), r"a\.xlsx", 1),
    "a broken parquet": (raw("a.parquet", b"PAR1" + bytes(50) + b"PAR1"), r"a\.parquet", 1),
    "json without objects": (text("a.jsonl", "1\n2\n3\n"), r"a\.jsonl", 1),
    "broken json": (text("a.json", '[{"order_id": 1,'), r"a\.json", 1),
    "a zst of garbage": (raw("a.csv.zst", b"garbage" * 9), r"a\.csv\.zst", 1),
    # files whose columns say too little
    "a header without rows": (text("a.csv", ORDERS), r"a\.csv", 1),
    "columns of another world": (
        text("a.csv", "甲,乙\n1,2\n"),
        r"Column .* not found in a\.csv",
        1,
    ),
    "no quantity": (
        sales(header=renamed("数量", "甲")),
        r"Column 'quantity' not found in s\.csv .*Columns: 订单号",
        1,
    ),
    "a quantity by a like name": (
        sales(header=renamed("数量", "购买数量合计")),
        r"Did you mean --map quantity=购买数量合计\?",
        1,
    ),
    "no date": (sales(header=renamed("下单时间", "甲")), r"'ordered_at' not found", 1),
    "no order number": (sales(header=renamed("订单号", "甲")), r"'order_id' not found", 1),
    "two amounts": (
        sales(header=[*renamed("实付金额", "实收金额")[:6], "销售金额", "实收金额", "门店"]),
        r"Columns '.*' all look like net_amount\. Say which: --map net_amount=",
        1,
    ),
    "day or month first": (
        sales(at="03/04/2026"),
        r"'下单时间' could be day/month or month/day \(such as 03/04/2026\)\. Say which: --map",
        1,
    ),
    "day and month first": (
        text("a.csv", ORDERS + "1,13/01/2026,P,1,1\n2,01/13/2026,P,1,1\n"),
        r"mixes day/month and month/day",
        1,
    ),
    "members whom nothing names": (
        text("a.csv", "姓名,城市\n张三,上海\n", "--table", "customers"),
        r"not found in a\.csv \(read as customers\)",
        1,
    ),
    "stores without a name": (
        text("a.csv", "city,region\nx,y\n", "--table", "stores"),
        r"'store_id' or 'store_name' not found",
        1,
    ),
    "no messages of Segment": (
        text("a.jsonl", '{"a": 1}\n', "--table", "segment"),
        r"holds no Segment messages",
        1,
    ),
    # command lines that do not fit
    "no such table": (
        sales("--table", "order"),
        r"'order' does not exist.*Did you mean 'orders'",
        1,
    ),
    "no such preset": (
        sales("--preset", "online_retial"),
        r"Preset 'online_retial' does not exist.*Did you mean 'online_retail'",
        1,
    ),
    "a preset of other files": (
        sales("--preset", "online_retail"),
        r"s\.csv is no file of preset 'online_retail'",
        1,
    ),
    "a preset's file without its neighbour": (
        journey_alone,
        r"campaigns\.parquet needs the file 'campaign_descriptions' beside it",
        1,
    ),
    "a map to no column": (
        sales("--map", "quantiti=数量"),
        r"'quantiti' is no column of sales.*Did you mean 'quantity'",
        1,
    ),
    "a map from no column": (
        sales("--map", "product_id=商品编玛"),
        r"no file has a column '商品编玛'.*Did you mean '商品编码'",
        1,
    ),
    "a map in no known form": (
        sales("--map", "ordered_at=下单时间:ymm"),
        r"'ymm' is no way to write a column",
        1,
    ),
    "a map of one column twice": (
        sales("--map", "quantity=数量", "--map", "unit_price=数量"),
        r"column '数量' is mapped twice",
        1,
    ),
    "a map without equals": (sales("--map", "quantity"), r"--map quantity", 2),
    "a map without source": (sales("--map", "quantity="), r"--map quantity=", 2),
    "the same target twice": (
        sales("--map", "quantity=数量", "--map", "quantity=单价"),
        r"--map names the column 'quantity' twice",
        2,
    ),
    "no path": (lambda folder: [], r"Missing argument", 2),
    "no such option": (sales("--tabel", "orders"), r"No such option: --tabel", 2),
    "an option of one letter that is none": (sales("-z"), r"No such option: -z", 2),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_one_clear_line_and_an_unchanged_lake_when_given(
    case: str, home: ShopHome, tmp_path: Path
) -> None:
    given, expected, exit_code = CASES[case]
    import_files(home, [write_csv(tmp_path / "good.csv", HEADER, line("G1"))])
    before = Lake(home).head()
    folder = tmp_path / "given"
    folder.mkdir()
    words = ["import", *given(folder), "--home", str(home.path), "--yes"]
    result = CliRunner().invoke(app, words)
    said = " ".join(result.output.split())
    assert result.exit_code == exit_code, said
    assert _found(expected, said), said
    assert "Traceback" not in said
    assert Lake(home).head() == before
    assert not list(home.scratch.glob("import-*"))


def _found(pattern: str, said: str) -> bool:
    """Whether the line is there; a terminal may break it anywhere, even within a word."""
    return bool(
        re.search(pattern, said) or re.search(pattern.replace(" ", ""), said.replace(" ", ""))
    )


def test_there_are_at_least_forty_cases() -> None:
    assert len(CASES) >= 40
