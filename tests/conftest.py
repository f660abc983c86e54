"""What every test may ask for: a fresh shop home, the real data, a scratch PostgreSQL database.

A service or folder that is absent skips the test with the reason, except where CI=true:
there it fails, so that nothing is left out in silence.

With REGULARS_TEST_ON=postgresql the people's database of every home is PostgreSQL (a
scratch database of the worker's own) instead of SQLite. Where no server answers, that run
ends at once with one line: in failure with CI=true, else as one that was left out.
"""

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import ibis
import ibis.expr.types as ir
import psycopg
import pyarrow as pa
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from regulars.lake import ShopHome
from regulars.lake.settings import SETTINGS
from regulars.tables import CANONICAL
from regulars.tables.schema import Table

ROOT = Path(__file__).resolve().parents[1]
OUR_VARIABLES = ("REGULARS_HOME", *(setting.variable for setting in SETTINGS))
SETTINGS_MODULE = "regulars.backoffice.settings"
SERVER = os.environ.get("REGULARS_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
FIRST_SECOND = datetime(2026, 1, 1, tzinfo=UTC)
_leaving = pytest.StashKey[contextlib.ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Django starts on an empty home of this process' own; the developer's shop stays out."""
    for variable in OUR_VARIABLES:
        os.environ.pop(variable, None)
    leaving = config.stash[_leaving] = contextlib.ExitStack()
    scratch = tempfile.mkdtemp(prefix="regulars-tests-")
    leaving.callback(shutil.rmtree, scratch, ignore_errors=True)
    made = ShopHome.create(Path(scratch) / "shop", {"shop.timezone": "Asia/Shanghai"})
    os.environ["REGULARS_HOME"] = str(made.path)
    if os.environ.get("REGULARS_TEST_ON") == "postgresql":
        _require_server()
        os.environ["DATABASE_URL"] = leaving.enter_context(_scratch_database())
    else:
        os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    import django

    django.setup()  # before pytest-django does, on the home above


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_leaving].close()


def absent(what: str) -> NoReturn:
    """Skip for want of something; with CI=true nothing may be wanting."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} (CI=true: nothing may be left out)")
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real data sets: REGULARS_SHARED/data, else ../shared/data."""
    shared = Path(os.environ.get("REGULARS_SHARED", ROOT.parent / "shared"))
    if not (shared / "data").is_dir():
        absent(f"no data at {shared / 'data'}; set REGULARS_SHARED")
    return shared / "data"


@pytest.fixture
def home(tmp_path: Path) -> ShopHome:
    """A fresh, empty shop home: Asia/Shanghai, CNY, English."""
    return ShopHome.create(
        tmp_path / "shop",
        {"shop.name": "Test shop", "shop.timezone": "Asia/Shanghai", "shop.currency": "CNY"},
    )


@pytest.fixture
def make_tables() -> Callable[..., dict[str, ir.Table]]:
    """``make_tables(orders=[{...}], ...)``: every canonical table, lazy, in Shanghai's clock.

    Tables not named are empty. A row says only what matters: what it leaves out is null,
    or, where the column may not be null, 0, empty, or the first second of 2026.
    """
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET TimeZone = 'Asia/Shanghai'")

    def make(**given: Sequence[Mapping[str, object]]) -> dict[str, ir.Table]:
        unknown = set(given) - set(CANONICAL)
        assert not unknown, f"no such tables: {unknown}"

        def one(name: str) -> ir.Table:
            rows = _complete(CANONICAL[name], given.get(name, ()))
            return backend.create_table(name, rows, overwrite=True)

        return _MadeWhenAsked(one)

    return make


class _MadeWhenAsked(dict[str, ir.Table]):
    """Each table is made when it is first asked for: most tests need three of them all."""

    def __init__(self, make: Callable[[str], ir.Table]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> ir.Table:
        self[name] = self._make(name)
        return self[name]


def _complete(table: Table, rows: Sequence[Mapping[str, object]]) -> pa.Table:
    missing: dict[str, object] = {
        "flag": False, "integer": 0, "json": "{}", "money": 0, "moment": FIRST_SECOND,
        "day": FIRST_SECOND.date(), "number": 0.0, "text": "", "texts": [],
    }  # fmt: skip
    columns = []
    for column in table.columns:
        blank = None if column.nullable else missing[column.type]
        values = [row.get(column.name, blank) for row in rows]
        if column.type == "money":
            values = [None if value is None else Decimal(str(value)) for value in values]
        columns.append(pa.array(values, table.arrow_schema().field(column.name).type))
    return pa.table(columns, schema=table.arrow_schema())


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this worker's own, dropped at the end."""
    if reason := _no_server():
        absent(reason)
    with _scratch_database() as url:
        yield url


def _no_server() -> str:
    """Why there is no PostgreSQL to test on; "" where there is one."""
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        reason = str(error).splitlines()[0]
        return f"no PostgreSQL at {SERVER} ({reason}); set REGULARS_TEST_POSTGRES"
    return ""


def _require_server() -> None:
    if reason := _no_server():
        in_ci = os.environ.get("CI") == "true"
        pytest.exit(f"LEFT OUT, the tests on PostgreSQL: {reason}", returncode=int(in_ci))


@contextlib.contextmanager
def _scratch_database() -> Iterator[str]:
    """An empty database on the test server for as long as it is needed."""
    name = sql.Identifier(f"regulars_{uuid.uuid4().hex[:12]}")
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    try:
        yield _with_database(SERVER, name.as_string().strip('"'))
    finally:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def _with_database(server: str, name: str) -> str:
    """The server's URL with another database in it."""
    parts = conninfo_to_dict(make_conninfo(server))
    login = str(parts.get("user", "postgres"))
    if parts.get("password"):
        login += f":{parts['password']}"
    return f"postgresql://{login}@{parts.get('host', '127.0.0.1')}:{parts.get('port', 5432)}/{name}"
