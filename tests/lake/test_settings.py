"""Where a setting comes from, what one may be, and that no secret lies in a file."""

import re
import stat
from pathlib import Path

import pytest

from regulars.errors import SettingInvalid, ShopExists, ShopNotFound
from regulars.lake import ShopHome
from regulars.lake.settings import SETTINGS, read_settings, write_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_settings(tmp_path / "shop.toml", {"shop.timezone": "Asia/Shanghai"})
    return tmp_path / "shop.toml"


def test_every_setting_is_written_with_its_meaning_and_read_back(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    settings = read_settings(file)
    for setting in SETTINGS:
        assert f"# {setting.meaning}\n{setting.key} = " in text
        given = "Asia/Shanghai" if setting.name == "shop.timezone" else setting.default
        assert settings[setting.name] == given


@pytest.mark.parametrize("name", ['A "good" \\ shop', "邻里优选"])
def test_name_is_read_back_when_it_holds_quotes(tmp_path: Path, name: str) -> None:
    write_settings(tmp_path / "shop.toml", {"shop.name": name})
    assert read_settings(tmp_path / "shop.toml").name == name


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_environment_is_above_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch, setting: object
) -> None:
    others = {
        "shop.name": "Other", "shop.timezone": "Europe/London", "shop.currency": "GBP",
        "shop.language": "zh", "database.url": "postgresql://me:secret@db/shop",
        "lake.url": "/elsewhere", "engine.name": "duckdb", "engine.memory_limit": "512MB",
        "engine.threads": "3", "campaigns.holdout_share": "0.2", "campaigns.margin_share": "0.4",
    }  # fmt: skip
    monkeypatch.setenv(setting.variable, others[setting.name])
    assert read_settings(file)[setting.name] == others[setting.name]


def test_value_is_read_from_the_file_that_a_variable_names(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "url").write_text("postgresql://me:secret@db/shop\n")
    monkeypatch.setenv("REGULARS_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert read_settings(file)["database.url"] == "postgresql://me:secret@db/shop"
    monkeypatch.setenv("REGULARS_DATABASE_URL_FILE", str(tmp_path / "gone"))
    with pytest.raises(SettingInvalid, match=r"REGULARS_DATABASE_URL_FILE names .*gone: No such"):
        read_settings(file)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('[shop]\ntimezone = "Shanghai"', "it must be an IANA timezone"),
        ('[shop]\ncurrency = "yuan"', "three capital letters"),
        ('[shop]\ntimezone = "Mars/X"', "such as Asia/Shanghai[.]$"),
        ('[shop]\ncurrency = "XXQ"', "must be an ISO 4217 code"),
        ('[shop]\nlanguage = "fr"', "one of en, zh"),
        ('[shop]\ncolour = "red"', "'shop.colour' in .* does not exist"),
        ('name = "x"', "'name' in .* stands outside a section"),
        ('[engine]\nmemory_limit = "much"', "a size such as 2GB"),
        ('[engine]\nthreads = "-1"', "a whole number"),
        ('[engine]\nname = "mysql"', "one of duckdb"),
        ('[lake]\nurl = "s3://bucket"', "a folder on this machine"),
        ("[campaigns]\nholdout_share = 1", "a share between 0 and 1"),
        ('[campaigns]\nmargin_share = "half"', "a share between 0 and 1"),
        ("[shop\n", "is not valid TOML"),
        ('[database]\nurl = "postgresql://me:secret@db/shop"', "holds a password"),
        ('[database]\nurl = "postgresql://db/shop?user=me&password=secret"', "holds a password"),
    ],
)
def test_one_clear_line_is_said_when_a_setting_is_off(file: Path, line: str, said: str) -> None:
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(SettingInvalid) as caught:
        read_settings(file)
    message = str(caught.value)
    assert re.search(said, message), message
    assert "\n" not in message
    assert "secret" not in message


def test_url_without_a_password_may_stand_in_the_file(file: Path) -> None:
    file.write_text('[database]\nurl = "postgresql://me@db:5432/shop"\n', encoding="utf-8")
    assert read_settings(file)["database.url"] == "postgresql://me@db:5432/shop"


def test_signing_key_is_made_once_and_readable_by_the_owner_only(home: ShopHome) -> None:
    key = home.secret_key
    assert len(key) >= 50
    assert home.secret_key == key
    assert stat.S_IMODE((home.path / ".secret_key").stat().st_mode) == 0o600
    assert key not in (home.path / "shop.toml").read_text(encoding="utf-8")


def test_signing_key_comes_from_the_environment_when_it_is_there(
    home: ShopHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGULARS_SECRET_KEY", "given")
    assert home.secret_key == "given"
    assert not (home.path / ".secret_key").exists()


def test_people_live_in_the_home_unless_a_database_is_named(
    home: ShopHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert home.database_url == f"sqlite:///{home.path / 'backoffice.db'}"
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:secret@db/shop")
    assert home.database_url == "postgresql://me:secret@db/shop"


def test_home_is_made_once_and_found_where_it_is(home: ShopHome, tmp_path: Path) -> None:
    with pytest.raises(ShopExists, match="There is a shop home at"):
        ShopHome.create(home.path)
    with pytest.raises(ShopNotFound, match="regulars init"):
        ShopHome.find(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(ShopExists, match="is a file, not a folder"):
        ShopHome.create(tmp_path / "file")
