"""Imports as a whole: twice the same, corrected, split, failed, killed."""

import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from tests.sources.shops import HEADER, line, stored, write_csv

from regulars.errors import LayoutUnclear, RegularsError
from regulars.lake import Lake, ShopHome
from regulars.sources import accounts, import_files, preview, propose, quarantined, run


def test_importing_the_same_file_twice_changes_nothing(home: ShopHome, tmp_path: Path) -> None:
    rows = [line("A1"), line("A1", product="P2"), line("A2", quantity=-1, net="-5"), line("A3")]
    file = write_csv(tmp_path / "s.csv", HEADER, *rows)
    import_files(home, [file])
    before = Lake(home).head()
    account = import_files(home, [file])
    assert Lake(home).head() == before
    assert sum(c.added_count + c.replaced_count for c in account.tables.values()) == 0


def test_a_corrected_file_replaces_its_rows(home: ShopHome, tmp_path: Path) -> None:
    wrong = [line("A1"), line("A1", product="P2"), line("C1", quantity=-2, net="-10"), line("B1")]
    wrong.append(line("C1", quantity=-1, net="-5"))
    import_files(home, [write_csv(tmp_path / "s.csv", HEADER, *wrong)])
    right = [line("A1", net="4.00"), line("C1", quantity=-1, net="-5")]
    import_files(home, [write_csv(tmp_path / "s.csv", HEADER, *right)])
    lines = [(row["order_id"], row["net_amount"]) for row in stored(home, "order_lines")]
    assert sorted(lines) == [("A1", Decimal("4")), ("B1", Decimal("5"))]
    assert [row["refund_amount"] for row in stored(home, "returns")] == [Decimal("5")]


def test_an_order_split_over_two_files_is_one_order(home: ShopHome, tmp_path: Path) -> None:
    first = write_csv(tmp_path / "1.csv", HEADER, line("A1"))
    second = write_csv(tmp_path / "2.csv", HEADER, line("A1", product="P2", net="3.00"))
    import_files(home, [first, second])
    (order,) = stored(home, "orders")
    assert order["net_amount"] == Decimal("8")
    assert len(stored(home, "order_lines")) == 2


def test_overlapping_exports_of_one_import_count_once(home: ShopHome, tmp_path: Path) -> None:
    first = write_csv(tmp_path / "1.csv", HEADER, line("A1"), line("A1"), line("A2"))
    second = write_csv(tmp_path / "2.csv", HEADER, line("A1"), line("A1"), line("A3"))
    account = import_files(home, [first, second])
    assert len(stored(home, "order_lines")) == 4
    assert (account.used_count, account.repeated_count) == (4, 2)
    assert account.money.read == Decimal("20")
    assert account.adds_up


def test_a_preview_says_what_the_import_then_does(home: ShopHome, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "s.csv", HEADER, line("A1"), line("A2", at="?"))
    proposal = propose(home, [file])
    seen = preview(home, proposal)
    assert Lake(home).head().number == 0
    account = run(home, proposal)
    assert seen.tables == {
        table: change.added_count
        for table, change in account.tables.items()
        if table != "identifiers"
    } | {"identifiers": 1}
    assert (seen.read_count, seen.quarantined_count) == (2, 1)


def test_what_is_left_out_is_kept_with_line_and_reason(home: ShopHome, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "s.csv", HEADER, line("A1"), line("A2", at="昨天"))
    account = import_files(home, [file])
    (row,) = quarantined(home, account.import_id).to_pylist()
    assert (row["file"], row["line"]) == ("s.csv", 3)
    assert "'昨天' is no date" in row["reason"]
    assert row["row"].startswith("A2,M1,昨天")
    assert accounts(home) == [account]


def test_an_unclear_file_leaves_the_lake_unchanged(home: ShopHome, tmp_path: Path) -> None:
    import_files(home, [write_csv(tmp_path / "a.csv", HEADER, line("A1"))])
    before = Lake(home).head()
    with pytest.raises(LayoutUnclear):
        import_files(home, [write_csv(tmp_path / "b.csv", ["甲", "乙"], ["1", "2"])])
    assert Lake(home).head() == before
    assert list(home.scratch.iterdir()) == []


def test_one_bad_file_among_good_ones_imports_nothing(home: ShopHome, tmp_path: Path) -> None:
    good = write_csv(tmp_path / "a.csv", HEADER, line("A1"))
    bad = tmp_path / "b.csv"
    bad.write_bytes(b"")
    with pytest.raises(RegularsError):
        import_files(home, [good, bad])
    assert Lake(home).head().number == 0
    assert accounts(home) == []


def test_progress_is_reported_up_to_its_end(home: ShopHome, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    file = write_csv(tmp_path / "s.csv", HEADER, line("A1"))
    import_files(home, [file], report=lambda *step: steps.append(step))
    assert steps[-1][1] == steps[-1][2]
    assert all(done <= total for _, done, total in steps)


@pytest.mark.parametrize("seconds", [0.3, 0.8, 1.2])
def test_a_killed_import_leaves_the_last_good_state(
    home: ShopHome, tmp_path: Path, seconds: float
) -> None:
    import_files(home, [write_csv(tmp_path / "a.csv", HEADER, line("A1"))])
    before = stored(home, "orders")
    rows = [line(f"B{n}", product=f"P{n % 50}") for n in range(60_000)]
    big = write_csv(tmp_path / "b.csv", HEADER, *rows)
    code = (
        "import sys; from regulars.lake import ShopHome; from regulars.sources import import_files;"
        "print('go', flush=True); import_files(ShopHome.find(sys.argv[1]), [sys.argv[2]])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(home.path), str(big)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert len(stored(home, "orders")) in (len(before), len(before) + 60_000)
    import_files(home, [big])
    assert len(stored(home, "orders")) == len(before) + 60_000
