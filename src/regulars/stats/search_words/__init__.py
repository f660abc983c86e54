"""What people type into a search box, as words: what they look for, and how they want it."""

from regulars.stats.search_words.catalogue import (
    AMBIGUOUS,
    CatalogueWords,
    Described,
    catalogue_words,
)
from regulars.stats.search_words.queries import QueryWords, query_words
from regulars.stats.search_words.texts import is_chinese, normalised

__all__ = [
    "AMBIGUOUS",
    "CatalogueWords",
    "Described",
    "QueryWords",
    "catalogue_words",
    "is_chinese",
    "normalised",
    "query_words",
]
