"""Exit codes and the one line that goes with each."""

import errno
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regulars.cli import main, shell
from regulars.lake import ShopHome


def one_line(text: str) -> str:
    assert text.startswith("error: ")
    assert text.count("\n") == 1
    assert "Traceback" not in text
    return text


def test_help_is_shown_when_nothing_is_asked(run) -> None:
    done = run()
    assert done.exit_code == 0
    assert "Commands:" in done.stdout


def test_version_is_printed_when_asked(run) -> None:
    assert run("--version").stdout.startswith("regulars 0.")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("analize",), "Did you mean 'analyse'?"),
        (("bogus",), "Commands: demo, init, import, refresh,"),
        (("serve", "--prot", "1"), "--port"),
        (("serve", "--port", "abc"), "integer"),
        (("serve", "--port", "0"), "greater than"),
        (("refresh", "--as-of", "2026-13-01"), "2026-09-30"),
        (("refresh", "--as-of", "01.02.2026"), "2026-09-30"),
        (("analyse",), "name"),
        (("analyse", "rfm", "--format", "xml"), "'--format': 'xml' is not one of 'table', 'csv'"),
        (("analyse", "rfm", "--out", "/nowhere/rfm.csv"), "/nowhere"),
        (("analyse", "rfm", "--out", "."), ". is a folder; name a file in it"),
        (("analyse", "rfm", "--out", "/dev/null"), "/dev/null is not a file"),
        (("analyse", "rfm", "--out", "rfm.xlsx"), "'.xlsx'. Endings: .csv, .json, .parquet, .html"),
        (("analyse", "rfm", "--out", "rfm"), "it has no ending. Endings: .csv,"),
        (("analyse", "rfm", "--cut", "mean"), "--cuts"),
        (("analyse", "rfm", "--cuts"), "mean"),
        (("init", "surplus"), "surplus"),
        (("demo", "--customers", "3"), "100"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2_when(run, words, hint) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert hint in one_line(done.stderr)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("refresh", "--home", "/nowhere"), "regulars init"),
        (("analyse", "rfm", "--home", "/nowhere"), "regulars init"),
        (("doctor", "--home", "/nowhere"), "regulars init"),
        (("serve", "--home", "/nowhere"), "regulars init"),
        (("analyse", "rfn"), "Did you mean 'rfm'?"),
        (("analyses", "rfn"), "Did you mean 'rfm'?"),
        (("analyse", "rfm", "--cuts", "best"), "quantile|mean|fixed"),
        (("analyse", "rfm", "--score-count", "five"), "INTEGER"),
        (("init", "--home", "/proc/foo"), "Cannot make a shop home at /proc/foo: "),
        (("init", "--home", "/dev/null/shop"), "Cannot make a shop home at /dev/null/shop: "),
        (("init", "--home", "/tmp/" + "x" * 300), "name too long"),
    ],
)
def test_bad_input_is_one_line_and_exit_1_when(run, words, hint) -> None:
    done = run(*words)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert hint in one_line(done.stderr)


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("--timezone", "Asia/Shanghi", "near it: Asia/Shanghai"),
        ("--timezone", "Shanghai", "near it: Asia/Shanghai."),
        ("--timezone", "Mars/X", "an IANA timezone such as Asia/Shanghai.\n"),
        ("--currency", "XXQ", "an ISO 4217 code such as CNY or GBP"),
        ("--currency", "GPB", "GBP"),
        ("--currency", "yuan", "CNY"),
        ("--language", "fr", "en, zh"),
    ],
)
def test_init_names_what_fits_when_a_setting_does_not(run, tmp_path, option, value, hint) -> None:
    done = run("init", "--home", tmp_path / "shop", option, value)
    assert done.exit_code == 1
    assert hint in one_line(done.stderr)


def test_init_refuses_when_there_is_a_shop(run, home: ShopHome) -> None:
    done = run("init", "--home", home.path)
    assert done.exit_code == 1
    assert "already" in one_line(done.stderr)


def test_init_leaves_nothing_when_a_setting_is_wrong(run, tmp_path: Path) -> None:
    run("init", "--home", tmp_path / "shop", "--currency", "yuan")
    assert run("init", "--home", tmp_path / "shop").exit_code == 0


def test_settings_file_is_named_when_it_is_broken(run, home: ShopHome) -> None:
    (home.path / "shop.toml").write_text("[shop\nname = 1")
    done = run("refresh", "--home", home.path)
    assert done.exit_code == 1
    assert "shop.toml" in one_line(done.stderr)


def test_one_line_tells_when_the_disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/data/lake")

    monkeypatch.setattr(ShopHome, "find", full)
    done = CliRunner().invoke(main.app, ["refresh"])
    assert done.exit_code == 1
    assert one_line(done.stderr) == "error: /data/lake: No space left on device.\n"


def test_a_defect_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def defect(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ShopHome, "find", defect)
    assert isinstance(CliRunner().invoke(main.app, ["refresh"]).exception, ZeroDivisionError)


def test_message_is_one_line_when_the_error_has_several(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        shell.fail("first\n  second", 1)
    assert ended.value.code == 1
    assert capsys.readouterr().err == "error: first second\n"
