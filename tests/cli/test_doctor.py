"""doctor and manage: what they say of a sound shop and of a broken one."""

import pytest

from regulars.lake import Lake, ShopHome
from regulars.lake.checkup import ailments
from regulars.lake.timeline import bring_up_to_date


def test_sound_shop_is_ok(spawn, shop: ShopHome) -> None:
    done = spawn("doctor", "--home", shop.path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "broken" not in done.stdout
    assert "last order on 2026-02-10" in done.stdout
    assert "migrations wait" in done.stdout


def test_timeline_is_told_when_it_is_missing_behind_and_present(spawn, shop: ShopHome) -> None:
    assert "timeline       not built yet" in spawn("doctor", "--home", shop.path).stdout
    bring_up_to_date(shop)
    assert "15 rows of 5 people" in (text := spawn("doctor", "--home", shop.path).stdout)
    assert "MB, up to date" in text
    with Lake(shop).transaction("another") as transaction:
        transaction.merge("orders", transaction.connection.sql(_one_order()))
    assert "behind the lake" in spawn("doctor", "--home", shop.path).stdout


def test_users_are_asked_for_when_nobody_can_sign_in(spawn, shop: ShopHome) -> None:
    assert spawn("manage", "--home", shop.path, "migrate", "--verbosity", "0").returncode == 0
    assert "createsuperuser" in spawn("doctor", "--home", shop.path).stdout


def test_shop_is_broken_when_data_files_are_missing(spawn, shop: ShopHome) -> None:
    for file in (shop.lake_path / "orders").rglob("*.parquet"):
        file.unlink()
    done = spawn("doctor", "--home", shop.path)
    assert done.returncode == 1
    assert "orders: 1 of 1 data files are missing" in done.stdout


def test_shop_is_broken_when_the_head_cannot_be_read(spawn, shop: ShopHome) -> None:
    (shop.lake_path / "head.json").write_text("{")
    done = spawn("doctor", "--home", shop.path)
    assert done.returncode == 1
    assert "Restore it from a backup" in done.stdout
    assert "Traceback" not in done.stderr


def test_shop_is_broken_when_the_database_does_not_answer(spawn, shop: ShopHome) -> None:
    done = spawn("doctor", "--home", shop.path, DATABASE_URL="postgresql://x@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "does not answer" in done.stdout


def test_freshness_asks_for_orders_when_there_are_none(spawn, home: ShopHome) -> None:
    done = spawn("doctor", "--home", home.path)
    assert done.returncode == 0
    assert "Import some" in done.stdout


def test_log_above_the_head_is_harmless(shop: ShopHome) -> None:
    lake = Lake(shop)
    head_file = shop.lake_path / "head.json"
    before = head_file.read_text()
    with lake.transaction("another") as transaction:
        transaction.merge("orders", transaction.connection.sql(_one_order()))
    head_file.write_text(before)
    found = list(ailments(lake))
    assert [ailment.is_harmless for ailment in found] == [True]


def test_django_commands_run_on_the_shop(spawn, home: ShopHome) -> None:
    done = spawn("manage", "check", "--home", home.path)
    assert done.returncode == 0, done.stderr
    assert spawn("manage", "--home", home.path, "migrate", "--help").stdout.startswith("usage:")


def _one_order() -> str:
    return (
        "SELECT 'new' AS order_id, 'c1' AS customer_id, 'store' AS channel, "
        "TIMESTAMPTZ '2026-01-05 00:00:00+00' AS ordered_at, 1 AS gross_amount, "
        "0 AS discount_amount, 1 AS net_amount, []::VARCHAR[] AS coupon_codes"
    )


def test_new_shop_gets_its_first_user_before_it_was_ever_served(
    spawn, home: ShopHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a-long-enough-one")
    words = ("createsuperuser", "--noinput", "--username", "li", "--email", "li@example.com")
    done = spawn("manage", "--home", home.path, *words)
    assert done.returncode == 0, done.stderr
