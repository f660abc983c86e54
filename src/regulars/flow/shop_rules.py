"""A shop's own rules: files in its home that stand for the usual options of analyses.

    <home>/rules/household_traits.toml    household_traits, household_evidence: rules
    <home>/rules/rfm_groups.toml          rfm: group_rules
    <home>/rules/changes.jsonl            who changed which, when, and what

A file that is not there leaves the option as it is declared.
"""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from regulars.errors import StateInvalid
from regulars.lake import ShopHome
from regulars.stats.household.rules import HouseholdRules, rules_of, written

HOUSEHOLD = "household_traits.toml"
CHANGES = "changes.jsonl"
OPTIONS: dict[str, tuple[str, str]] = {
    "household_traits": ("rules", HOUSEHOLD),
    "household_evidence": ("rules", HOUSEHOLD),
    "rfm": ("group_rules", "rfm_groups.toml"),
}
MOST_CHANGES = 50


def usual_options(home: ShopHome, analysis: str) -> dict[str, Any]:
    """The options that an analysis has in this shop when none are given."""
    if analysis not in OPTIONS:
        return {}
    option, name = OPTIONS[analysis]
    path = folder(home) / name
    return {option: str(path)} if path.is_file() else {}


def rules_digest(home: ShopHome, analysis: str) -> str:
    """Names the state of the rules that an analysis uses; "" for the declared ones."""
    paths = [Path(path) for path in usual_options(home, analysis).values()]
    return hashlib.sha256(paths[0].read_bytes()).hexdigest()[:16] if paths else ""


def household_rules(home: ShopHome) -> HouseholdRules:
    """The shop's rules, or the declared ones; ParameterInvalid where its file is damaged."""
    return rules_of(usual_options(home, "household_traits").get("rules"))


def keep_household_rules(
    home: ShopHome, rules: HouseholdRules | None, *, by: str, what: str, seen: str
) -> None:
    """Put the rules in the place of those of digest ``seen``; None: the declared ones again.

    StateInvalid where somebody else has changed them since.
    """
    if rules_digest(home, "household_traits") != seen:
        raise StateInvalid(
            "The rules were changed by somebody else meanwhile. Open the page again and look."
        )
    path = folder(home) / HOUSEHOLD
    path.parent.mkdir(exist_ok=True)
    if rules is None:
        path.unlink(missing_ok=True)
    else:
        draft = path.with_name(f".{HOUSEHOLD}.{os.getpid()}")
        draft.write_text(written(rules), encoding="utf-8")
        draft.replace(path)
    change = {"at": datetime.now(UTC).isoformat(), "by": by, "what": what}
    with (folder(home) / CHANGES).open("a", encoding="utf-8") as log:
        log.write(json.dumps(change, ensure_ascii=False) + "\n")


def changes(home: ShopHome) -> list[dict[str, Any]]:
    """Who changed the rules, when (at) and what: the last first."""
    path = folder(home) / CHANGES
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()[-MOST_CHANGES:]
    read = [json.loads(line) for line in reversed(lines)]
    return [one | {"at": datetime.fromisoformat(one["at"])} for one in read]


def folder(home: ShopHome) -> Path:
    """Where a shop's rules are."""
    return home.path / "rules"


def has_own(home: ShopHome) -> bool:
    """Whether the shop's household rules are its own."""
    return bool(usual_options(home, "household_traits"))
