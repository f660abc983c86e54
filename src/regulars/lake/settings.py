"""Every setting of a shop: declared once, read from shop.toml, overridden by the environment.

``REGULARS_<SECTION>_<KEY>`` overrides ``[section] key``. The docs page is made from
``SETTINGS``. Secrets (a database URL with a password, the signing key) come from the
environment or from the file that ``<VARIABLE>_FILE`` names, never from shop.toml.
"""

import difflib
import os
import re
import tomllib
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from regulars.errors import SettingInvalid, among
from regulars.lake.currencies import CURRENCIES


@dataclass(frozen=True)
class Setting:
    """One setting; ``check`` returns the value to use or raises ValueError saying what fits."""

    section: str
    key: str
    default: str
    meaning: str
    check: Callable[[str], str] = str

    @property
    def name(self) -> str:
        return f"{self.section}.{self.key}"

    @property
    def variable(self) -> str:
        return f"REGULARS_{self.section}_{self.key}".upper()


def _timezone(value: str) -> str:
    if value not in zoneinfo.available_timezones():
        near = _nearest_zones(value)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise ValueError("an IANA timezone such as Asia/Shanghai" + hint)
    return value


def _nearest_zones(value: str) -> list[str]:
    """At most three: those that hold the word (a city), else those that are written much alike."""
    zones = sorted(zoneinfo.available_timezones())
    word = value.strip().lower().replace(" ", "_")
    holding = [zone for zone in zones if len(word) > 1 and word in zone.lower()]
    return holding[:3] or difflib.get_close_matches(value, zones, n=3)


def _currency(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise ValueError("three capital letters such as CNY or GBP")
    if value not in CURRENCIES:
        near = difflib.get_close_matches(value, CURRENCIES, n=3)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise ValueError("an ISO 4217 code such as CNY or GBP" + hint)
    return value


def _one_of(*choices: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return value

    return check


def _memory(value: str) -> str:
    if not re.fullmatch(r"[1-9]\d*(\.\d+)?\s?(MB|GB|MiB|GiB)", value):
        raise ValueError("a size such as 2GB or 512MB")
    return value


def _count(value: str) -> str:
    if not re.fullmatch(r"\d{1,4}", value):
        raise ValueError("a whole number; 0 = as many as the machine has")
    return value


def _local_folder(value: str) -> str:
    if "://" in value:
        raise ValueError("a folder on this machine (object stores are not supported yet)")
    return value


def _share(value: str) -> str:
    try:
        fits = 0 < float(value) < 1
    except ValueError:
        fits = False
    if not fits:
        raise ValueError("a share between 0 and 1, such as 0.1")
    return value


SETTINGS: tuple[Setting, ...] = (
    Setting("shop", "name", "My shop", "the shop's name, shown on every page"),
    Setting("shop", "timezone", "UTC", "where the shop's day begins and ends", _timezone),
    Setting("shop", "currency", "CNY", "ISO 4217 code of every amount", _currency),
    Setting("shop", "language", "en", "language of first choice", _one_of("en", "zh")),
    Setting(
        "database", "url", "", "postgres://... for people's work; empty = backoffice.db in the home"
    ),
    Setting(
        "lake",
        "url",
        "lake",
        "where the tables live; a relative folder is in the home",
        _local_folder,
    ),
    Setting("engine", "name", "duckdb", "engine that runs the analyses", _one_of("duckdb")),
    Setting(
        "engine",
        "memory_limit",
        "2GB",
        "memory of the engine; above it, it spills to disk",
        _memory,
    ),
    Setting("engine", "threads", "0", "threads of the engine; 0 = one a core", _count),
    Setting("campaigns", "holdout_share", "0.1", "share of an audience that is left alone", _share),
    Setting(
        "campaigns", "margin_share", "0.3", "margin assumed where unit costs are unknown", _share
    ),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True)
class Settings:
    """The settings in force for one shop, by their dotted names."""

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def name(self) -> str:
        return self["shop.name"]

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self["shop.timezone"])

    @property
    def currency(self) -> str:
        return self["shop.currency"]

    @property
    def language(self) -> str:
        return self["shop.language"]


def read_settings(path: Path) -> Settings:
    """The settings of shop.toml, then of the environment; SettingInvalid names what is off."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingInvalid(f"{path} is not valid TOML: {error}. Mend that line.") from None
    values = {setting.name: setting.default for setting in SETTINGS}
    for name, value in _flatten(document, path):
        values[name] = _without_secret(name, _checked(name, value, str(path)), path)
    for setting in SETTINGS:
        given = from_environment(setting.variable)
        if given is not None:
            values[setting.name] = _checked(setting.name, given, setting.variable)
    return Settings(values)


def from_environment(variable: str) -> str | None:
    """The variable's value, or the content of the file that VARIABLE_FILE names; None if unset."""
    if (file := os.environ.get(f"{variable}_FILE")) is not None:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingInvalid(f"{variable}_FILE names {file}: {error.strerror}.") from None
    return os.environ.get(variable)


def write_settings(path: Path, given: Mapping[str, str]) -> None:
    """A shop.toml with every setting, its meaning above it; ``given`` by dotted name."""
    lines: list[str] = []
    section = ""
    for setting in SETTINGS:
        if setting.section != section:
            section = setting.section
            lines += ["", f"[{section}]"] if lines else [f"[{section}]"]
        value = _checked(setting.name, given.get(setting.name, setting.default), "init")
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        lines += [f"# {setting.meaning}", f'{setting.key} = "{quoted}"']
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _flatten(document: dict[str, Any], path: Path) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for section, content in document.items():
        if not isinstance(content, dict):
            raise SettingInvalid(
                f"Setting '{section}' in {path} stands outside a section. "
                f"Sections: {', '.join(dict.fromkeys(s.section for s in SETTINGS))}."
            )
        pairs += [(f"{section}.{key}", str(value)) for key, value in content.items()]
    return pairs


def _without_secret(name: str, value: str, path: Path) -> str:
    """The value, if it may stand in a file that people copy and send about."""
    if re.search(r"://[^/@]*:[^/@]+@|[?&]password=", value):
        raise SettingInvalid(
            f"Setting '{name}' in {path} holds a password. Take it out of the file and give the "
            "URL as the environment variable DATABASE_URL, or its file as DATABASE_URL_FILE."
        )
    return value


def _checked(name: str, value: str, where: str) -> str:
    if name not in _BY_NAME:
        raise SettingInvalid(
            f"Setting '{name}' in {where} does not exist. {among(name, _BY_NAME, 'Settings')}"
        )
    try:
        return _BY_NAME[name].check(value)
    except ValueError as error:
        raise SettingInvalid(
            f"Setting '{name}' in {where} is '{value}'; it must be {error}."
        ) from None
