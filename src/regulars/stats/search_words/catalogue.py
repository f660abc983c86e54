"""The words that name what a shop sells, learned from its products: heads and brands.

A head is a phrase that names a group of products (a purpose, else a category): the purpose's
or the category's own words; a phrase that most of a group's product names have, and no
more than a few groups share; or the end of such a phrase (drinking water: water; 纯牛奶:
牛奶). A phrase that is only ever part of a longer one, and not its end, names nothing
(婴儿 in 婴儿湿巾). Brands and quantities (10包, 500ml) are left out of the names before.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from regulars.stats.search_words.segmenter import Segmenter
from regulars.stats.search_words.texts import (
    STOP_WORDS,
    Piece,
    is_chinese,
    is_quantity,
    normalised,
    pieces,
    stem,
)

AMBIGUOUS = -1  # it names products of several groups
LONGEST = 4  # words of a phrase
COMMON = 0.6  # of a group's names have the phrase
FEW_GROUPS, FEW_SHARE = 3, 0.1  # at most so many groups share a phrase that names products
Phrase = tuple[str, ...]
Groups = dict[Phrase, dict[int, int]]  # how many names of which group have a phrase


class Described(NamedTuple):
    """What the catalogue says of a product."""

    name: str | None
    brand: str | None
    category: str | None
    purpose: str | None

    @property
    def group(self) -> str | None:
        """The products among which a buyer chooses: of the same purpose, else category."""
        known = self.category if self.category != "unknown" else None
        return self.purpose or known


class Head(NamedTuple):
    """What a phrase names: a group of products or AMBIGUOUS; ``share`` of them bear it."""

    group: int
    share: float = 1.0


@dataclass(frozen=True)
class CatalogueWords:
    """The phrases of stems that name products, those that are brands, the groups' names."""

    heads: dict[Phrase, Head]
    brands: frozenset[Phrase]
    groups: tuple[str, ...]
    segmenter: Segmenter


def catalogue_words(products: Sequence[Described]) -> CatalogueWords:
    """The heads and brands of a catalogue."""
    groups = tuple(sorted({product.group for product in products if product.group}))
    number = {name: place for place, name in enumerate(groups)}
    rough = Segmenter(_chinese_runs(products))
    brands = frozenset(_brands(products, rough))
    declared = _declared(products, number, rough)
    sizes = Counter(number[p.group] for p in products if p.group)
    nouns = {phrase[-1] for phrase in declared}
    named = _named(_counted(products, number, rough, brands), sizes, nouns)
    both = (named | declared).items()
    heads = {_as_word(phrase): head for phrase, head in both if _as_word(phrase) not in brands}
    own = [word for phrase in (*heads, *brands) for word in phrase if is_chinese(word)]
    return CatalogueWords(heads, brands, groups, Segmenter(own))


def chains(words: Iterable[Piece]) -> Iterator[list[str]]:
    """Words with nothing between them, as stems; stop words and quantities break a chain."""
    chain: list[str] = []
    for word in words:
        is_empty = word.text in STOP_WORDS or is_quantity(word.text)
        if chain and (is_empty or not word.is_joined):
            yield chain
            chain = []
        if not is_empty:
            chain.append(stem(word.text))
    if chain:
        yield chain


def _chinese_runs(products: Sequence[Described]) -> set[str]:
    """Brands, and the categories' and purposes' words: jieba shall not cut them."""
    texts = {t for p in products for t in (p.brand, p.purpose, *_leaf(p.category)) if t}
    runs = (piece.text for text in texts for piece in pieces(normalised(text)))
    return {run for run in runs if is_chinese(run)}


def _leaf(category: str | None) -> list[str]:
    return [] if category in (None, "unknown") else [str(category).rsplit("/", 1)[-1]]


def _brands(products: Sequence[Described], segmenter: Segmenter) -> Iterator[Phrase]:
    for text in sorted({p.brand for p in products if p.brand}):
        for chain in chains(segmenter.words(text)):
            yield _as_word(tuple(chain))


def _declared(
    products: Sequence[Described], number: dict[str, int], segmenter: Segmenter
) -> dict[Phrase, Head]:
    """The words of purposes and of the categories' last level, each with its group."""
    found: defaultdict[Phrase, set[int]] = defaultdict(set)
    pairs = {(text, p.group) for p in products for text in (p.purpose, *_leaf(p.category)) if text}
    for text, group in pairs:
        parts = list(chains(segmenter.words(re.sub(r"[_\-/]+", " ", text))))
        if len(parts) == 1 and group:
            found[tuple(parts[0])].add(number[group])
    return {
        phrase: Head(groups.pop() if len(groups) == 1 else AMBIGUOUS)
        for phrase, groups in found.items()
    }


def _counted(
    products: Sequence[Described],
    number: dict[str, int],
    segmenter: Segmenter,
    brands: frozenset[Phrase],
) -> Groups:
    """How many product names of each group have each phrase."""
    found: defaultdict[Phrase, Counter[int]] = defaultdict(Counter)
    for product in products:
        if not product.group or not product.name:
            continue
        phrases = {
            part
            for chain in chains(segmenter.words(product.name))
            for rest in without(chain, brands)
            for part in _parts(rest)
        }
        for phrase in phrases:
            found[phrase][number[product.group]] += 1
    return {phrase: dict(groups) for phrase, groups in found.items()}


def without(chain: Sequence[str], phrases: frozenset[Phrase]) -> Iterator[list[str]]:
    """What is left of a chain on both sides of such phrases, the longest first."""
    rest: list[str] = []
    place = 0
    while place < len(chain):
        lengths = range(min(LONGEST, len(chain) - place), 0, -1)
        long = next((n for n in lengths if tuple(chain[place : place + n]) in phrases), 0)
        if long:
            yield rest
            rest = []
        else:
            rest.append(chain[place])
        place += max(long, 1)
    yield rest


def _parts(chain: Sequence[str]) -> Iterator[Phrase]:
    for first in range(len(chain)):
        for end in range(first + 1, min(first + LONGEST, len(chain)) + 1):
            yield tuple(chain[first:end])


def _named(counted: Groups, sizes: Counter[int], nouns: set[str]) -> dict[Phrase, Head]:
    """The phrases that name a group's products, with the group that they name.

    ``nouns``: words that a declared name ends in, so that a phrase may end in them anywhere
    (infant formula, though all names go on: stage 1).
    """
    most = max(FEW_GROUPS, FEW_SHARE * len(sizes))
    common = {
        phrase: {g for g, times in by.items() if sizes[g] > 1 and times >= COMMON * sizes[g]}
        for phrase, by in counted.items()
    }
    common = {phrase: groups for phrase, groups in common.items() if 0 < len(groups) <= most}
    inside: defaultdict[Phrase, set[int]] = defaultdict(set)  # not at the end of a longer one
    within: defaultdict[Phrase, set[int]] = defaultdict(set)  # anywhere in one
    for phrase, groups in common.items():
        for part in set(_parts(phrase)) - {phrase}:
            same = {g for g in groups if counted[phrase][g] >= 0.9 * counted[part].get(g, 0)}
            within[part] |= same
            if part != phrase[-len(part) :] and (len(part) == 1 or part[-1] not in nouns):
                inside[part] |= same
    found: dict[Phrase, Head] = {}
    for phrase, groups in common.items():
        if groups <= inside[phrase] or (_is_character(phrase) and groups & within[phrase]):
            continue
        own = groups - within[phrase] or groups
        share = max(counted[phrase][g] / sizes[g] for g in own)
        found[phrase] = Head(own.pop() if len(own) == 1 else AMBIGUOUS, share)
    return found


def _is_character(phrase: Phrase) -> bool:
    return len(phrase) == 1 and len(phrase[0]) == 1 and is_chinese(phrase[0])


def _as_word(phrase: Phrase) -> Phrase:
    """A Chinese phrase is written as one word."""
    return ("".join(phrase),) if phrase and is_chinese(phrase[0]) else phrase
