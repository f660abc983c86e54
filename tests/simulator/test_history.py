"""simulate: what it writes, when it refuses, and that it writes it again."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from regulars.errors import ParameterInvalid
from regulars.simulator import history, simulate

END_ON = date(2026, 3, 31)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_bytes_when_seed_and_parameters_are_equal(tmp_path: Path) -> None:
    for name in ("a", "b"):
        simulate(tmp_path / name, customer_count=250, months=4, seed=11, end_on=END_ON)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_other_sales_when_the_seed_differs(tmp_path: Path) -> None:
    for seed in (1, 2):
        simulate(tmp_path / str(seed), customer_count=120, months=3, seed=seed, end_on=END_ON)
    one, two = (digests(tmp_path / str(seed)) for seed in (1, 2))
    assert one["exports/tills-2026Q1.csv"] != two["exports/tills-2026Q1.csv"]
    assert one["exports/stores.csv"] == two["exports/stores.csv"]


def test_files_come_in_the_order_of_their_import(tmp_path: Path) -> None:
    files = simulate(tmp_path, customer_count=150, months=3, end_on=END_ON)
    assert all(path.is_file() for path in files)
    assert {path.parent for path in files} == {tmp_path / "exports"}
    stems = [path.name.split("-")[0].split(".")[0] for path in files]
    assert stems[:3] == ["stores", "products", "members"]
    assert stems.index("tills") < stems.index("returns") < stems.index("events")


def test_nothing_is_left_of_an_earlier_run(tmp_path: Path) -> None:
    simulate(tmp_path, customer_count=60, months=6, end_on=END_ON)
    files = simulate(tmp_path, customer_count=60, months=2, end_on=END_ON)
    assert set((tmp_path / "exports").iterdir()) == set(files)


def test_one_customer_per_number_when_there_are_many_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, truth
) -> None:
    monkeypatch.setattr(history, "BLOCK_CUSTOMERS", 70)
    simulate(tmp_path, customer_count=200, months=3, end_on=END_ON)
    assert truth(tmp_path, "customers")["number"].to_pylist() == list(range(1, 201))
    orders = truth(tmp_path, "orders")["order_id"].to_pylist()
    assert len(orders) == len(set(orders))


@pytest.mark.parametrize(
    ("count", "months", "says"), [(49, 3, "customer_count is 49"), (100, 0, "months is 0")]
)
def test_refuses_when_counts_make_no_shop(
    tmp_path: Path, count: int, months: int, says: str
) -> None:
    with pytest.raises(ParameterInvalid, match=says):
        simulate(tmp_path, customer_count=count, months=months, end_on=END_ON)


def test_reports_progress_to_its_end(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    simulate(
        tmp_path, customer_count=50, months=1, end_on=END_ON, report=lambda *at: seen.append(at)
    )
    assert seen[0][1] == 0
    assert seen[-1][1:] == (50, 50)
