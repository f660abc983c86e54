"""Presets: whole layouts of known exports, each one small file in ``presets/``.

title = "..."                    what the export is
[expects]                        the shop that it comes from (a note, where yours differs)
[[files]]
name = "transactions"            the file's stem; or
headers = ["Invoice", "Code"]    the headers that it is known by
layout = "sales"                 or a canonical table
select = "SELECT ..."            optional: rows to read instead, {name} = another file
[files.columns]                  target = header
[files.values]                   target = SQL over the file's columns
[[files.adjustments]]            kind and where (SQL over targets): rows that are no sale
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from regulars.errors import PresetUnknown, among


@dataclass(frozen=True)
class Rule:
    """Rows that are neither a sale nor a return: their kind, and the SQL that tells them."""

    kind: str
    where: str


@dataclass(frozen=True)
class PresetFile:
    """How one file of a preset is read."""

    name: str
    headers: tuple[str, ...]
    layout: str
    select: str
    columns: Mapping[str, str]
    values: Mapping[str, str]
    adjustments: tuple[Rule, ...]


@dataclass(frozen=True)
class Preset:
    """A whole layout."""

    name: str
    title: str
    timezone: str
    currency: str
    files: tuple[PresetFile, ...]


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by its name."""
    folder = files("regulars.sources").joinpath("presets")
    stems = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return {
        stem.removesuffix(".toml"): _parsed(
            stem.removesuffix(".toml"),
            tomllib.loads(folder.joinpath(stem).read_text(encoding="utf-8")),
        )
        for stem in stems
    }


def preset_named(name: str) -> Preset:
    """The preset of that name; PresetUnknown lists what exists."""
    if name not in presets():
        raise PresetUnknown(f"Preset '{name}' does not exist. {among(name, presets(), 'Presets')}")
    return presets()[name]


def _parsed(name: str, document: Mapping[str, Any]) -> Preset:
    expects = document.get("expects", {})
    return Preset(
        name,
        document["title"],
        expects.get("timezone", ""),
        expects.get("currency", ""),
        tuple(_file(entry) for entry in document.get("files", [])),
    )


def _file(entry: Mapping[str, Any]) -> PresetFile:
    return PresetFile(
        entry.get("name", ""),
        tuple(entry.get("headers", ())),
        entry["layout"],
        entry.get("select", ""),
        entry.get("columns", {}),
        entry.get("values", {}),
        tuple(Rule(rule["kind"], rule["where"]) for rule in entry.get("adjustments", ())),
    )
