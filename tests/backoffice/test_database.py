"""Database URLs as Django's settings, and the line that says what is wrong with one."""

import os

import pytest

from regulars.backoffice.database import database_settings
from regulars.errors import SettingInvalid


def test_sqlite_waits_and_takes_its_lock_at_once() -> None:
    made = database_settings("sqlite:////srv/my shop/backoffice.db")
    assert made["NAME"] == "/srv/my shop/backoffice.db"
    assert made["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "WAL" in made["OPTIONS"]["init_command"]


def test_sqlite_path_of_the_home_is_taken_whole() -> None:
    assert database_settings("sqlite:///home/x/backoffice.db")["NAME"] == "/home/x/backoffice.db"


def test_postgresql_url_is_read_with_its_escapes() -> None:
    made = database_settings("postgres://us%40er:p%2Fw@db.example:5433/shop?sslmode=require")
    assert (made["USER"], made["PASSWORD"], made["HOST"]) == ("us@er", "p/w", "db.example")
    assert (made["PORT"], made["NAME"]) == ("5433", "shop")
    assert made["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("mysql://x/y", "of the kind 'mysql'"),
        ("postgresql://host", "names no database"),
        ("postgresql://host:many/name", "a port that is no number"),
    ],
)
def test_bad_url_is_one_clear_line(url: str, line: str) -> None:
    with pytest.raises(SettingInvalid, match=line):
        database_settings(url)


@pytest.mark.django_db
def test_tests_run_on_the_database_that_was_asked_for() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version()" if connection.vendor == "postgresql" else "SELECT 'SQLite'"
        )
        said = cursor.fetchone()[0]
    asked = os.environ.get("REGULARS_TEST_ON", "sqlite")
    assert connection.vendor == asked
    assert said.lower().startswith(asked)
