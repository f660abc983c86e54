"""Texts brought to one form, and cut where nobody needs a dictionary to cut.

Source  Unicode Standard Annex 15 for NFKC (full-width to half-width); Harman (1991) How
        effective is suffixing?, J. American Society for Information Science 42(1), table 2,
        for the S stemmer: plurals and nothing more.
"""

import re
import unicodedata
from typing import NamedTuple

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〇"
_HAN = re.compile(f"[{HAN}]")
_LETTER = f"(?:(?![{HAN}])[^\\W_])"
_PIECE = re.compile(
    # a number with what it counts (10包, 500ml, 3-ply), Chinese, or a word of letters
    f"\\d+(?:[.,]\\d+)*(?:-?[a-z]+\\b|%|[{HAN}](?![{HAN}]))?"
    f"|[{HAN}]+|{_LETTER}+(?:['’.&-]{_LETTER}+)*"
)
# words that say nothing of what is wanted
_ENGLISH = "a an and are for from i in is me my of on or the to with buy want"
STOP_WORDS = frozenset(_ENGLISH.split()) | frozenset("的了和与及或我想要买有吗呢啊是在给用")


class Piece(NamedTuple):
    """A part of a text. ``is_joined``: nothing stands between it and the piece before but,
    among words of letters, a blank."""

    text: str
    is_joined: bool


def normalised(text: str) -> str:
    """One form for all ways to type the same: half-width, small letters, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_chinese(text: str) -> bool:
    """It holds a Chinese character."""
    return _HAN.search(text) is not None


def is_quantity(text: str) -> bool:
    """A number, with or without what it counts: it never names a product."""
    return text[:1].isdecimal()


def pieces(text: str) -> list[Piece]:
    """The runs of Chinese, words of letters and quantities of a normalised text."""
    found: list[Piece] = []
    end, before = 0, ""
    for match in _PIECE.finditer(text):
        piece = match[0]
        kinds = {is_chinese(before), is_chinese(piece)}
        between = text[end : match.start()]
        joined = bool(before) and kinds == {False} and between in ("", " ")
        found.append(Piece(piece, joined))
        end, before = match.end(), piece
    return found


def stem(word: str) -> str:
    """An English plural as its singular by Harman's three rules; all else as it is."""
    if len(word) < 4 or is_chinese(word) or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]
