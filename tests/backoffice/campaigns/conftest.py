"""A refreshed shop with opportunities, and the back office working on it at once.

500 customers bought every fortnight and have stayed away since; 300 bought once. One in
ten has not agreed to marketing, one in ten agreed to a channel that has no address.
"""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from regulars.flow.refresh import refresh
from regulars.flow.shop import Shop
from regulars.lake import Lake, ShopHome
from regulars.tables import CANONICAL

if TYPE_CHECKING:  # Django is not set up yet where this file is read
    from django.contrib.auth.models import User
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

LAST = datetime(2026, 9, 30, 4, tzinfo=UTC)
SLIPPING, NEWCOMERS, STEADY = 500, 300, 200
Row = dict[str, Any]


@pytest.fixture(scope="session")
def refreshed_home(tmp_path_factory: pytest.TempPathFactory) -> ShopHome:
    """The shop, made once per process; tests work on copies."""
    home = ShopHome.create(
        tmp_path_factory.mktemp("campaigns") / "shop",
        {"shop.name": "Test shop", "shop.timezone": "Asia/Shanghai", "shop.currency": "CNY"},
    )
    _fill(home)
    refresh(Shop(home))
    return home


@pytest.fixture
def loop_home(refreshed_home: ShopHome, tmp_path: Path, settings: "SettingsWrapper") -> ShopHome:
    """A copy of the refreshed shop that the back office serves; tasks run at once."""
    shutil.copytree(refreshed_home.path, tmp_path / "loop")
    home = ShopHome.find(tmp_path / "loop")
    settings.SHOP_HOME = home
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    return home


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Ten in the morning after the shop's last day."""
    moment = datetime(2026, 10, 1, 2, tzinfo=UTC)
    for module in ("services", "delivery", "draft_views"):
        monkeypatch.setattr(f"regulars.backoffice.campaigns.{module}.shop_now", lambda shop: moment)
    return moment


@pytest.fixture
def people(db: None) -> Callable[[str], "User"]:
    """A user of a role, made when asked for."""
    from regulars.backoffice.accounts.services import create_user, sync_roles

    sync_roles()
    return lambda role: create_user(role, "a long password", role)


@pytest.fixture
def signed_in(people: Callable[[str], "User"], client: "Client") -> Callable[[str], "Client"]:
    """Signs the client in as a role."""

    def sign_in(role: str) -> "Client":
        client.force_login(people(role))
        return client

    return sign_in


def _fill(home: ShopHome) -> None:
    random = np.random.default_rng(7)
    count = SLIPPING + NEWCOMERS + STEADY
    ids = [f"C{n:04}" for n in range(count)]
    orders = [order for n, who in enumerate(ids) for order in _orders(random, n, who)]
    tables = {
        "customers": [_customer(n, who) for n, who in enumerate(ids)],
        "identifiers": [_phone(n, who) for n, who in enumerate(ids)],
        "stores": [{"store_id": "S1", "store_name": "西湖店", "channel": "store"}],
        "products": [{"product_id": "P1", "product_name": "牛奶", "category": "food/dairy"}],
        "orders": orders,
        "order_lines": [_line(order) for order in orders],
    }
    with Lake(home).transaction("a shop for campaigns") as transaction:
        for name, rows in tables.items():
            schema = CANONICAL[name].arrow_schema()
            given = pa.schema([field for field in schema if field.name in rows[0]])
            transaction.merge(name, pa.Table.from_pylist(rows, schema=given))


def _customer(n: int, customer_id: str) -> Row:
    consent: Row = {"consent_sms": True}
    if n % 10 == 1:
        consent = {}
    if n % 10 == 2:
        consent = {"consent_wechat": True}
    attributes = {"name": f"王小{n}", **consent}
    return {
        "customer_id": customer_id,
        "home_store_id": "S1",
        "attributes": json.dumps(attributes, ensure_ascii=False),
    }


def _phone(n: int, customer_id: str) -> Row:
    value = f"+8613800{n:06}"
    return {"kind": "phone", "value": value, "customer_id": customer_id, "linked_at": LAST}


def _orders(random: np.random.Generator, n: int, customer_id: str) -> list[Row]:
    if n < SLIPPING:
        days = [70 + int(random.integers(0, 20)) + 14 * k for k in range(8)]
    elif n < SLIPPING + NEWCOMERS:
        days = [int(random.integers(8, 60))]
    else:
        days = [14 * k + int(random.integers(0, 10)) for k in range(12)]
    return [_order(random, customer_id, k, day) for k, day in enumerate(days)]


def _order(random: np.random.Generator, customer_id: str, k: int, day: int) -> Row:
    amount = Decimal(int(random.integers(80, 400)))
    return {
        "order_id": f"{customer_id}-{k}",
        "customer_id": customer_id,
        "store_id": "S1",
        "channel": "store",
        "ordered_at": LAST - timedelta(days=day),
        "gross_amount": amount,
        "discount_amount": Decimal(0),
        "net_amount": amount,
    }


def _line(order: Row) -> Row:
    return {
        "order_id": order["order_id"],
        "line_no": 1,
        "product_id": "P1",
        "quantity": 1,
        "unit_price": order["net_amount"],
        "discount_amount": Decimal(0),
        "net_amount": order["net_amount"],
        "unit_cost": order["net_amount"] / 2,
    }
