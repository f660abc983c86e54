"""regulars demo, small: made once, kept when whole, made anew when it is half built."""

import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
SMALL = ("--customers", 150, "--months", 3, "--no-serve")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo shop, made by its parts (the command is tried on copies of it)."""
    from datetime import date

    from regulars.flow.demo import build_demo

    path = tmp_path_factory.mktemp("demo") / "shop"
    build_demo(path, customer_count=150, months=3, seed=7, end_on=date(2026, 9, 30))
    return path


def test_whole_demo_is_kept_and_its_users_can_sign_in(spawn, made: Path, tmp_path: Path) -> None:
    home = tmp_path / "shop"
    shutil.copytree(made, home)
    before = (home / "lake/head.json").read_text()
    done = spawn("demo", "--home", home, *SMALL)
    assert done.returncode == 0, done.stderr
    assert "there already" in done.stderr
    assert "regulars-demo" in done.stderr
    assert (home / "lake/head.json").read_text() == before
    script = (
        "from django.contrib.auth import authenticate as a;"
        "print([bool(a(username=u, password='regulars-demo')) "
        "for u in ('owner', 'marketer', 'analyst', 'store')])"
    )
    shell = spawn("manage", "--home", home, "shell", "-c", script)
    assert "[True, True, True, True]" in shell.stdout


def test_half_built_demo_is_made_anew(spawn, made: Path, tmp_path: Path) -> None:
    home = tmp_path / "shop"
    shutil.copytree(made, home)
    (home / "demo.json").unlink()
    done = spawn("demo", "--home", home, *SMALL)
    assert done.returncode == 0, done.stderr
    assert "Making a demo shop" in done.stderr
    assert (home / "demo.json").is_file()


def test_somebodys_own_folder_is_left_alone(run, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    done = run("demo", "--home", tmp_path, *SMALL)
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith("error: ")
    assert (tmp_path / "letter.txt").read_text() == "dear"


def test_somebodys_own_shop_is_left_alone(run, shop) -> None:
    before = (shop.lake_path / "head.json").read_text()
    assert run("demo", "--home", shop.path, *SMALL).exit_code == 1
    assert (shop.lake_path / "head.json").read_text() == before
