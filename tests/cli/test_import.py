"""regulars import: the mapping before, the account after, and nothing changed by bad input."""

import json
import re
from pathlib import Path

import pytest

from regulars.flow.shop import Shop
from regulars.lake import Lake, ShopHome
from regulars.lake.timeline import timeline_status

ROOT = Path(__file__).resolve().parents[2]
SALES = ROOT / "docs/example/sales.csv"
GOOD = "订单号,会员卡号,下单时间,商品编码,数量,单价,实付金额\nX1,M1,2026-01-05 10:00,P1,2,10,20\n"


def test_account_adds_up_when_a_file_is_imported(run, home: ShopHome) -> None:
    done = run("import", SALES, "--home", home.path, "--yes")
    assert done.exit_code == 0, done.stderr
    words = done.stdout.split()
    assert words[words.index("sales.csv") + 1] == "1,399"
    assert words[words.index("difference") + 1] == "0.00"
    assert "member_no" in done.stderr
    assert "regulars refresh" in done.stderr
    assert Lake(home).head().tables["customers"].row_count == 60


def test_nothing_changes_when_a_file_is_imported_twice(run, home: ShopHome) -> None:
    run("import", SALES, "--home", home.path, "--yes")
    before = Lake(home).head().tables
    assert run("import", SALES, "--home", home.path, "--yes").exit_code == 0
    assert Lake(home).head().tables == before


def test_plain_events_are_enough_to_ask_about_behaviour(run, home: ShopHome, tmp_path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(
        "event_id,customer_id,event_name,occurred_at,page\n"
        "e1,c1,Seen,2026-03-01 10:00:00,/\ne2,c1,Bought,2026-03-02 10:00:00,/done\n"
    )
    done = run("import", file, "--table", "events", "--home", home.path, "--yes")
    assert done.exit_code == 0, done.stderr
    status = timeline_status(home)
    assert (status.row_count, status.person_count, status.is_up_to_date) == (2, 1, True)
    assert Shop(home).timeline.property_named("page").texts == ["/", "/done"]
    asked = run("analyse", "retention", "--home", home.path, "--as-of", "2026-03-02",
                "--format", "json")  # fmt: skip
    assert asked.exit_code == 0, asked.stderr
    nothing = run("analyse", "rfm", "--home", home.path)
    assert nothing.exit_code == 1
    assert "There are no orders" in nothing.stderr


def test_the_file_of_who_is_who_in_the_docs_joins_visitors(run, home: ShopHome, tmp_path) -> None:
    page = (ROOT / "docs/your-data.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    (command,) = re.findall(r"^\$ regulars (import ids.csv .*) --home my-shop$", page, re.MULTILINE)
    ids, events = tmp_path / "ids.csv", tmp_path / "events.csv"
    ids.write_text(example, encoding="utf-8")
    events.write_text(
        "event_id,anonymous_id,customer_id,event_name,occurred_at\n"
        "e1,a-7f31,,Seen,2026-03-01 10:00:00\ne2,,C001,Bought,2026-03-02 10:00:00\n"
        "e3,a-90bc,,Seen,2026-03-01 10:00:00\n"
    )
    run("import", events, "--home", home.path, "--yes")
    assert timeline_status(home).person_count == 3
    words = [ids if word == "ids.csv" else word for word in command.split()]
    done = run(*words, "--home", home.path, "--yes")
    assert done.exit_code == 0, done.stderr
    assert (timeline_status(home).person_count, timeline_status(home).row_count) == (2, 3)
    funnel = run("analyse", "funnel", "--step", "Seen", "--step", "Bought", "--home", home.path,
                 "--as-of", "2026-03-02", "--format", "json")  # fmt: skip
    assert [row["customer_count"] for row in json.loads(funnel.stdout)["rows"]] == [2, 1]


def test_nothing_is_written_when_there_is_no_terminal_to_ask_on(run, home: ShopHome) -> None:
    done = run("import", SALES, "--home", home.path)
    assert done.exit_code == 2
    assert "--yes" in done.stderr.splitlines()[-1]
    assert Lake(home).head().number == 0


@pytest.mark.parametrize(("answer", "code", "orders"), [("n\n", 1, 0), ("y\n", 0, 1)])
def test_answer_decides_when_it_asks(
    home: ShopHome, tmp_path: Path, monkeypatch, answer: str, code: int, orders: int
) -> None:
    from typer.testing import CliRunner

    from regulars.cli import import_
    from regulars.cli.main import app

    class Terminal:
        def isatty(self) -> bool:
            return True

    class System:
        stdin = Terminal()

    monkeypatch.setattr(import_, "sys", System)
    file = tmp_path / "till.csv"
    file.write_text(GOOD, encoding="utf-8")
    words = ["import", str(file), "--home", str(home.path)]
    done = CliRunner().invoke(app, words, input=answer)
    assert done.exit_code == code, done.stderr
    assert "What would be imported" in done.stderr
    assert ("orders" in Lake(home).head().tables) is bool(orders)


def test_mapping_is_used_when_given(run, home: ShopHome, tmp_path: Path) -> None:
    file = tmp_path / "till.csv"
    file.write_text(GOOD.replace("数量", "几个"), encoding="utf-8")
    done = run("import", file, "--home", home.path, "--yes", "--map", "quantity=几个")
    assert done.exit_code == 0, done.stderr


def test_questions_are_asked_when_the_layout_is_unclear(run, home, tmp_path: Path) -> None:
    file = tmp_path / "strange.csv"
    file.write_text("foo,bar\n1,2\n", encoding="utf-8")
    done = run("import", file, "--home", home.path, "--yes")
    assert done.exit_code == 1
    assert "--map" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


CSV = {"good.csv": GOOD}


@pytest.mark.parametrize(
    ("files", "words", "code", "hint"),
    [
        ({}, ("nope.csv",), 1, "nope.csv"),
        ({"empty.csv": ""}, ("empty.csv",), 1, "empty"),
        ({"head.csv": GOOD.splitlines()[0] + "\n"}, ("head.csv",), 1, "head.csv"),
        ({"broken.xlsx": "no workbook"}, ("broken.xlsx",), 1, "broken.xlsx"),
        ({"broken.parquet": "no parquet"}, ("broken.parquet",), 1, "broken.parquet"),
        ({"broken.csv.gz": "no gzip"}, ("broken.csv.gz",), 1, "broken.csv.gz"),
        ({"broken.zip": "no zip"}, ("broken.zip",), 1, "broken.zip"),
        ({"picture.png": "\x89PNG"}, ("picture.png",), 1, "picture.png"),
        (CSV, ("good.csv", "--table", "oders"), 1, "orders"),
        (CSV, ("good.csv", "--preset", "shopfy_orders"), 1, "shopify_orders"),
        (CSV, ("good.csv", "--preset", "shopify_orders"), 1, "good.csv"),
        (CSV, ("good.csv", "--map", "quantiy=数量"), 1, "quantity"),
        (CSV, ("good.csv", "--map", "quantity=件数"), 1, "数量"),
        (CSV, ("good.csv", "--map", "quantity=数量:weird"), 1, "weird"),
        (CSV, ("good.csv", "--map", "quantity"), 2, "column=source"),
        (CSV, ("good.csv", "--map", "=数量"), 2, "column=source"),
        (CSV, ("good.csv", "--map", "quantity=数量", "--map", "quantity=单价"), 2, "twice"),
        (CSV, (), 2, "path"),
        (CSV, ("good.csv", "--tabel", "orders"), 2, "--table"),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(
    run, home: ShopHome, tmp_path: Path, monkeypatch, files, words, code, hint
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="latin-1" if "\x89" in content else "utf-8")
    monkeypatch.chdir(folder)
    done = run("import", *words, "--home", home.path, "--yes")
    assert done.exit_code == code, done.stderr
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: ")
    assert hint.lower() in last.lower()
    assert Lake(home).head().number == 0
    assert [path.name for path in home.scratch.iterdir()] == []
