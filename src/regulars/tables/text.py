"""One text in the two languages that the product speaks."""

from typing import NamedTuple


class Text(NamedTuple):
    """A short text for people: English and simplified Chinese."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The text in a language; any tag that begins with zh is Chinese, all else English."""
        return self.zh if language.lower().startswith("zh") else self.en
