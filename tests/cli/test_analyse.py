"""An answer in each format, on stdout or in a file."""

import csv
import io
import json
import re
from pathlib import Path

import pyarrow.parquet
import pytest

from regulars.cli import output
from regulars.lake import ShopHome


def test_json_is_one_object_and_nothing_else_when_asked(run, shop: ShopHome) -> None:
    done = run("analyse", "rfm", "--home", shop.path, "--format", "json", "--cuts", "mean")
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert list(answer) == ["analysis", "as_of", "parameters", "rows"]
    assert answer["analysis"] == "rfm"
    assert answer["as_of"] == "2026-02-10"
    assert answer["parameters"]["cuts"] == "mean"
    assert len(answer["rows"]) == 5
    money = {row["customer_id"]: row["net_amount"] for row in answer["rows"]}
    assert money["c5"] == 502.5


def test_as_of_leaves_out_what_came_later(run, shop: ShopHome) -> None:
    done = run("analyse", "rfm", "--home", shop.path, "--as-of", "2026-01-01", "--format", "json")
    rows = json.loads(done.stdout)["rows"]
    assert {row["order_count"] for row in rows} == {1}


def test_csv_has_the_declared_columns(run, shop: ShopHome) -> None:
    done = run("analyse", "rfm", "--home", shop.path, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == 5
    assert rows[0]["customer_id"] in {"c1", "c2", "c3", "c4", "c5"}


def test_table_is_for_people_when_no_format_is_given(run, shop: ShopHome) -> None:
    done = run("analyse", "rfm", "--home", shop.path)
    assert done.exit_code == 0
    assert "order_count" in done.stdout
    assert "100.50" in done.stdout


def test_rest_of_a_long_table_is_told_of(run, shop: ShopHome, monkeypatch) -> None:
    monkeypatch.setattr(output, "SHOWN_ON_SCREEN", 2)
    done = run("analyse", "rfm", "--home", shop.path)
    assert "2 of 5 rows" in done.stderr


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "html"])
def test_file_is_written_in_the_format_of_its_ending(
    run, shop: ShopHome, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"rfm.{ending}"
    done = run("analyse", "rfm", "--home", shop.path, "--out", out)
    assert done.exit_code == 0, done.stderr
    assert done.stdout == ""
    assert "5 rows" in done.stderr
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [out.name]
    content = out.read_bytes()
    if ending == "json":
        assert len(json.loads(content)["rows"]) == 5
    elif ending == "parquet":
        assert pyarrow.parquet.read_table(out).num_rows == 5
    elif ending == "csv":
        assert content.count(b"\n") == 6


def test_count_is_of_what_is_in_the_file_when_rows_are_left_out(
    run, shop: ShopHome, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(output, "SHOWN_ON_SCREEN", 2)
    monkeypatch.setattr(output, "SHOWN_IN_HTML", 3)
    for name, count in [("rfm.txt", 2), ("rfm.html", 3)]:
        done = run("analyse", "rfm", "--home", shop.path, "--out", tmp_path / name)
        assert done.stderr.startswith(f"Wrote {count} of 5 rows to {tmp_path / name}; all of them:")


def test_one_line_when_the_machine_lets_no_file_be_written(run, shop: ShopHome) -> None:
    done = run("analyse", "rfm", "--home", shop.path, "--out", "/proc/x.csv")
    assert done.exit_code == 1
    assert done.stderr.startswith("error: --out: cannot write /proc/x.csv: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [("analyse", "rfm"), ("refresh",)])
def test_note_says_from_when_orders_exist_when_as_of_is_before(
    run, shop: ShopHome, command: tuple[str, ...]
) -> None:
    early = run(*command, "--home", shop.path, "--as-of", "2025-12-31")
    assert early.exit_code == 0, early.stderr
    assert early.stderr.count("the first order is of 2026-01-01.") == 1
    first = run(*command, "--home", shop.path, "--as-of", "2026-01-01")
    assert "the first order" not in first.stderr


def test_html_needs_no_network(run, shop: ShopHome, tmp_path: Path) -> None:
    out = tmp_path / "rfm.html"
    run("analyse", "rfm", "--home", shop.path, "--out", out)
    page = out.read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=", page)
    assert "plotly" in page.lower()
    assert "c5" in page
    assert "5 / 5" in page


def test_old_file_is_kept_when_writing_fails(run, shop: ShopHome, tmp_path, monkeypatch) -> None:
    out = tmp_path / "rfm.csv"
    out.write_text("before")

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(output.WRITERS, "csv", broken)
    assert run("analyse", "rfm", "--home", shop.path, "--out", out).exception
    assert out.read_text() == "before"
    assert [path for path in tmp_path.iterdir() if path.is_file()] == [out]


def test_clear_line_when_there_are_no_orders(run, home: ShopHome) -> None:
    done = run("analyse", "rfm", "--home", home.path)
    assert done.exit_code == 1
    assert "regulars import" in done.stderr


def test_analyses_are_listed_one_line_each(run) -> None:
    lines = run("analyses").stdout.splitlines()
    assert any(line.startswith("rfm ") for line in lines)


def test_one_analysis_is_told_with_its_options(run) -> None:
    text = run("analyses", "rfm").stdout
    assert "--cuts quantile|mean|fixed (default quantile)" in text
    assert "order_count" in text
