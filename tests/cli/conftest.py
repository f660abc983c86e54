"""Running the command line: in this process where that will do, as a process where it must."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from typer.testing import CliRunner, Result

from regulars.cli.main import app
from regulars.lake import Lake, ShopHome
from regulars.tables import CANONICAL

Run = Callable[..., Result]
Spawn = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run() -> Run:
    """``run("init", "--home", path)``: exit_code, stdout, stderr."""
    runner = CliRunner()
    return lambda *words: runner.invoke(app, [str(word) for word in words])


@pytest.fixture
def spawn() -> Spawn:
    """The same as a process of its own (what touches Django needs one per shop)."""

    def spawned(*words: object, **variables: str) -> "subprocess.CompletedProcess[str]":
        environment = {k: v for k, v in os.environ.items() if not k.startswith("REGULARS_")}
        return subprocess.run(
            [sys.executable, "-m", "regulars.cli", *map(str, words)],
            env=environment | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return spawned


@pytest.fixture
def shop(home: ShopHome) -> ShopHome:
    """Five customers; customer n has n orders of 100.50 each, 10 days apart, from 1 January."""
    first = datetime(2026, 1, 1, 4, tzinfo=UTC)
    pairs = [(person, order) for person in range(1, 6) for order in range(person)]
    rows = [
        {
            "order_id": f"o{person}-{order}",
            "customer_id": f"c{person}",
            "channel": "store",
            "ordered_at": first + timedelta(days=10 * order),
            "gross_amount": Decimal("100.50"),
            "discount_amount": Decimal(0),
            "net_amount": Decimal("100.50"),
            "coupon_codes": [],
        }
        for person, order in pairs
    ]
    with Lake(home).transaction("test") as transaction:
        table = pa.Table.from_pylist(rows, schema=CANONICAL["orders"].arrow_schema())
        transaction.merge("orders", table)
    return home
