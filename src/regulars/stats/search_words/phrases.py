"""Words that belong together, as the shop's own searches show: 空气 + 炸锅, sensitive + skin.

Two neighbours are one term where their cosine n(ab) / sqrt(n(a) n(b)) is at least a half;
where one of them is a single Chinese character, which seldom is a word, it is enough that
half of either's searches are with the other (敏感 + 肌).

Source  Manning & Schütze (1999) Foundations of Statistical Natural Language Processing,
        chapter 5, collocations, and section 8.5.1 for the cosine of binary vectors.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping

from regulars.stats.search_words.texts import is_chinese, is_quantity

ENOUGH = 0.5
ROUNDS = 4  # up to sixteen words become one
Term = tuple[str, ...]


def joined_terms(chains: Mapping[tuple[Term, ...], int]) -> dict[tuple[Term, ...], list[Term]]:
    """Every chain of words (with how often it was searched) as a chain of terms."""
    state = {chain: list(chain) for chain in chains}
    for _ in range(ROUNDS):
        pairs = _pairs_that_join((state[chain], times) for chain, times in chains.items())
        if not pairs:
            break
        state = {chain: _join(terms, pairs) for chain, terms in state.items()}
    return state


def _pairs_that_join(weighted: Iterable[tuple[list[Term], int]]) -> set[tuple[Term, Term]]:
    single: Counter[Term] = Counter()
    double: Counter[tuple[Term, Term]] = Counter()
    for terms, times in weighted:
        for term in set(terms):
            single[term] += times
        for pair in set(itertools.pairwise(terms)):
            double[pair] += times
    return {
        (a, b)
        for (a, b), times in double.items()
        if not (is_quantity(a[0]) or is_quantity(b[0]))
        and _belongs(times, single[a], single[b], _is_character(a) or _is_character(b))
    }


def _belongs(both: int, first: int, second: int, has_character: bool) -> bool:
    if both >= ENOUGH * (first * second) ** 0.5:
        return True
    return has_character and both >= ENOUGH * min(first, second)


def _is_character(term: Term) -> bool:
    return len(term) == 1 and len(term[0]) == 1 and is_chinese(term[0])


def _join(terms: list[Term], pairs: set[tuple[Term, Term]]) -> list[Term]:
    found: list[Term] = []
    place = 0
    while place < len(terms):
        here = terms[place]
        if place + 1 < len(terms) and (here, terms[place + 1]) in pairs:
            found.append(here + terms[place + 1])
            place += 2
        else:
            found.append(here)
            place += 1
    return found
