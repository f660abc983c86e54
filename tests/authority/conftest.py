"""One simulated shop for all the authority tests that can do with the same, made once a run."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from regulars.flow.shop import Shop
from regulars.lake import ShopHome
from regulars.simulator import simulate
from regulars.simulator.truth import read_state
from regulars.sources import import_files

END_ON = date(2026, 9, 30)


@dataclass(frozen=True)
class Simulated:
    """An imported shop, and the truth that its simulator wrote beside it."""

    shop: Shop
    folder: Path
    end_on: date = END_ON

    def truth(self, name: str) -> pd.DataFrame:
        """One of the truth's tables: customers, needs, products, effects, ..."""
        return pq.read_table(self.folder / f"{name}.parquet").to_pandas()

    @property
    def start_on(self) -> date:
        """The simulator's first day, from which the truth counts its days."""
        return date.fromisoformat(read_state(self.folder).start_on)


@pytest.fixture(scope="session")
def simulated_shop(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Simulated:
    """8,000 customers over 15 months (seed 5), imported: to be read, never written to.

    The workers of one run share the folder; who comes first makes it.
    """
    common = tmp_path_factory.getbasetemp()
    folder = (common if worker_id == "master" else common.parent) / "simulated_shop"
    folder.mkdir(exist_ok=True)
    with alone(folder / "lock"):
        if not (folder / "done").exists():
            files = simulate(
                folder / "files", customer_count=8000, months=15, seed=5, end_on=END_ON
            )
            settings = {"shop.timezone": "Asia/Shanghai", "shop.currency": "CNY"}
            import_files(ShopHome.create(folder / "home", settings), files)
            (folder / "done").touch()
    return Simulated(Shop(ShopHome.find(folder / "home")), folder / "files" / "truth")


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the file's lock: one worker at a time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
