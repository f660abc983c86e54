"""Why a row was left out, in the reader's language."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from regulars.tables.text import Text


def reason_text(reason: str) -> Text:
    """A reason as it was kept (English), and in Chinese; one that is unknown stays as it is."""
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(reason):
            return Text(reason, chinese.format(*found.groups()))
    return Text(reason, reason)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    text = files("regulars.sources").joinpath("reasons.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["reasons"]
    return tuple((re.compile(row["en"], re.DOTALL), row["zh"]) for row in rows)
