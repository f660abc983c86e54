"""Each different query once: what is looked for (the head), and how it is wanted (modifiers).

The head is the phrase that names products of the catalogue; of several the one that names one
group, then the one that most of the group's names bear. Where there is none, it is the term
(a word or joined words, also a brand) that is most often searched alone, then most often at
all, then the last. Everything else in the query is a modifier.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from regulars.stats.search_words.catalogue import (
    AMBIGUOUS,
    LONGEST,
    CatalogueWords,
    Phrase,
    chains,
)
from regulars.stats.search_words.phrases import joined_terms
from regulars.stats.search_words.texts import (
    Piece,
    is_chinese,
    is_quantity,
    normalised,
    stem,
)

Array = npt.NDArray[Any]
Kind = Literal["product", "brand", "other"]


class Term(NamedTuple):
    """A word, or words that are one: its kind and its stems."""

    kind: Kind
    phrase: Phrase


@dataclass(frozen=True)
class QueryWords:
    """The terms of queries, by code.

    ``texts``     the different queries in their one form
    ``text_of``   int32 by query: its text
    ``head_of``   int32 by text: its head, a term
    ``modifiers`` by text: the other terms
    ``labels``, ``kinds``, ``groups``  by term: as most people write it, what kind it is, and
                  the group of products that it names as a head (AMBIGUOUS: none, or several)
    """

    texts: tuple[str, ...]
    text_of: Array
    head_of: Array
    modifiers: tuple[tuple[int, ...], ...]
    labels: tuple[str, ...]
    kinds: tuple[Kind, ...]
    groups: Array

    @property
    def is_chinese(self) -> Array:
        """bool by term."""
        return np.array([is_chinese(label) for label in self.labels], dtype=bool)


def query_words(queries: Sequence[str], counts: Array, words: CatalogueWords) -> QueryWords:
    """The head and the modifiers of queries, each of which was searched so often."""
    places: dict[str, int] = {}
    text_of = np.array([places.setdefault(normalised(q), len(places)) for q in queries], np.int32)
    times = np.bincount(text_of, weights=counts, minlength=len(places)).astype(np.int64).tolist()
    cut = [words.segmenter.words(text) for text in places]
    parts = [list(_parts(pieces, words)) for pieces in cut]
    terms = _joined(parts, times)
    terms = [found or [Term("other", (text,))] for found, text in zip(terms, places, strict=True)]
    alone = Counter[Term]()
    often = Counter[Term]()
    for found, count in zip(terms, times, strict=True):
        for term in set(found):
            often[term] += count
        if len(set(found)) == 1:
            alone[found[0]] += count
    heads = [_head(found, words, alone, often) for found in terms]
    number = {term: place for place, term in enumerate(sorted(often))}
    surfaces = _surfaces(cut, times)
    return QueryWords(
        texts=tuple(places),
        text_of=text_of,
        head_of=np.array([number[head] for head in heads], np.int32),
        modifiers=tuple(
            tuple(dict.fromkeys(number[term] for term in found if term != head))
            for found, head in zip(terms, heads, strict=True)
        ),
        labels=tuple(_label(term, surfaces) for term in number),
        kinds=tuple(term.kind for term in number),
        groups=np.array([_group(term, words) for term in number], np.int32),
    )


def _parts(pieces: Sequence[Piece], words: CatalogueWords) -> Iterator[Term]:
    """The product phrases and brands of a query, and the chains of words between them."""
    for chain in _with_quantities(pieces):
        if is_quantity(chain[0]):
            yield Term("other", tuple(chain))
            continue
        rest: list[str] = []
        place = 0
        while place < len(chain):
            found = _longest(chain, place, words)
            if found is None:
                rest.append(chain[place])
                place += 1
                continue
            if rest:
                yield Term("other", tuple(rest))
                rest = []
            yield found
            place += len(found.phrase)
        if rest:
            yield Term("other", tuple(rest))


def _with_quantities(pieces: Sequence[Piece]) -> Iterator[list[str]]:
    """The chains of a query; a quantity is one of its own."""
    waiting: list[Piece] = []
    for piece in pieces:
        if is_quantity(piece.text):
            yield from chains(waiting)
            waiting = []
            yield [piece.text]
        else:
            waiting.append(piece)
    yield from chains(waiting)


def _longest(chain: Sequence[str], place: int, words: CatalogueWords) -> Term | None:
    for length in range(min(LONGEST, len(chain) - place), 0, -1):
        phrase = tuple(chain[place : place + length])
        if phrase in words.heads:
            return Term("product", phrase)
        if phrase in words.brands:
            return Term("brand", phrase)
    return None


def _joined(parts: Sequence[list[Term]], times: Sequence[int]) -> list[list[Term]]:
    """Terms of queries: what belongs together, of the words that the catalogue does not know."""
    unknown: Counter[tuple[Phrase, ...]] = Counter()
    for found, count in zip(parts, times, strict=True):
        for term in found:
            if term.kind == "other":
                unknown[tuple((word,) for word in term.phrase)] += count
    joined = joined_terms(unknown)

    def terms(term: Term) -> list[Term]:
        if term.kind != "other":
            return [term]
        whole = joined[tuple((word,) for word in term.phrase)]
        return [Term("other", phrase) for phrase in whole]

    return [[one for term in found for one in terms(term)] for found in parts]


def _head(
    found: Sequence[Term], words: CatalogueWords, alone: Counter[Term], often: Counter[Term]
) -> Term:
    products = [place for place, term in enumerate(found) if term.kind == "product"]
    if products:

        def rank(place: int) -> tuple[object, ...]:
            head = words.heads[found[place].phrase]
            return head.group != AMBIGUOUS, head.share, alone[found[place]], place

        return found[max(products, key=rank)]
    named = [place for place, term in enumerate(found) if not is_quantity(term.phrase[0])]
    places = named or range(len(found))
    return found[max(places, key=lambda place: (alone[found[place]], often[found[place]], place))]


def _surfaces(cut: Sequence[Sequence[Piece]], times: Sequence[int]) -> dict[str, Counter[str]]:
    """How each stem is written, and how often."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for pieces, count in zip(cut, times, strict=True):
        for piece in pieces:
            found[stem(piece.text)][piece.text] += count
    return found


def _label(term: Term, surfaces: dict[str, Counter[str]]) -> str:
    words = [
        min(surfaces[one].items(), key=lambda pair: (-pair[1], pair[0]))[0]
        if surfaces.get(one)
        else one
        for one in term.phrase
    ]
    return ("" if is_chinese(words[0]) else " ").join(words)


def _group(term: Term, words: CatalogueWords) -> int:
    return words.heads[term.phrase].group if term.kind == "product" else AMBIGUOUS
