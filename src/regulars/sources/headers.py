"""Recognising what a column is by its header, in Chinese and English.

A header is compared, freed of case, spaces, punctuation and a bracketed unit, with the
canonical column names, their Chinese labels and the words of ``headers.toml``.
"""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from regulars.sources.layouts import Layout

NAME, LABEL, WORD = "canonical name", "Chinese label", "known word"


@dataclass(frozen=True)
class Match:
    """What a header stands for: the target, how it was recognised, how well (less is better)."""

    target: str
    how: str
    rank: int


@dataclass(frozen=True)
class Recognition:
    """The headers' targets, and the questions where two headers claim the same one."""

    matches: Mapping[str, Match]
    questions: tuple[str, ...]


def normalised(header: str) -> str:
    """A header without case, width, spaces, punctuation and a bracketed unit at its end."""
    text = unicodedata.normalize("NFKC", header).strip().lower()
    bare = re.sub(r"[(\[【][^)\]】]*[)\]】]\s*$", "", text)
    return re.sub(r"[\W_]+", "", bare or text)


@cache
def vocabulary(layout: Layout) -> Mapping[str, tuple[Match, ...]]:
    """Normalised header -> what it may stand for in that layout, the best first."""
    found: dict[str, list[Match]] = {}
    for target in layout.targets:
        for rank, (word, how) in enumerate(_names(layout, target)):
            found.setdefault(normalised(word), []).append(Match(target, how, rank))
    order = (NAME, LABEL, WORD)
    return {
        word: tuple(sorted(matches, key=lambda match: (order.index(match.how), match.rank)))
        for word, matches in found.items()
    }


def recognise(headers: Sequence[str], layout: Layout, taken: Iterable[str] = ()) -> Recognition:
    """Give each header its target; ``taken`` are targets that a mapping has given out already."""
    words = vocabulary(layout)
    claims: dict[str, list[tuple[str, Match]]] = {}
    given: dict[str, Match] = {}
    used = set(taken)
    candidates = [
        (match, header) for header in headers for match in words.get(normalised(header), ())
    ]
    order = (NAME, LABEL, WORD)
    candidates.sort(key=lambda item: (order.index(item[0].how), item[0].rank))
    for match, header in candidates:
        if match.target in used:
            if header not in given:
                claims.setdefault(match.target, []).append((header, match))
            continue
        if header not in given:
            given[header] = match
            used.add(match.target)
    return Recognition(given, tuple(_questions(given, claims, layout)))


def nearest(target: str, headers: Sequence[str], layout: Layout) -> str | None:
    """The header that most looks like a target that was not found."""
    words = [normalised(word) for word, _ in _names(layout, target)]
    scored = [
        (max(_likeness(normalised(header), word) for word in words), header) for header in headers
    ]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= 0.5 else None


def _likeness(header: str, word: str) -> float:
    if header and word and (header in word or word in header):
        return 0.5 + min(len(header), len(word)) / max(len(header), len(word)) / 2
    return difflib.SequenceMatcher(None, header, word).ratio()


def _questions(
    given: Mapping[str, Match], claims: Mapping[str, list[tuple[str, Match]]], layout: Layout
) -> Iterable[str]:
    for target, others in claims.items():
        holder = next((item for item in given.items() if item[1].target == target), None)
        rivals = [header for header, match in others if header not in given and match.how == WORD]
        if holder is None or holder[1].how != WORD or not rivals or not layout.asks(target):
            continue
        shown = "', '".join((holder[0], *rivals))
        yield (
            f"Columns '{shown}' all look like {target}. "
            f"Say which: --map {target}={holder[0]} or --map {target}={rivals[0]}"
        )


def _names(layout: Layout, target: str) -> list[tuple[str, str]]:
    own = _words().get(layout.name, {}).get(target)
    general = _words()["any"].get(target, []) if own is None or own else []
    column = layout.targets[target]
    labels = [(label, LABEL) for label in column.labels]
    words = [(word, WORD) for word in dict.fromkeys([*(own or []), *general])]
    return [(target, NAME), *labels, *words]


@cache
def _words() -> Mapping[str, Mapping[str, list[str]]]:
    text = files("regulars.sources").joinpath("headers.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
