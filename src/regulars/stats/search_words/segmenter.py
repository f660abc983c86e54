"""Texts as words: Chinese by jieba with the shop's own words, all else as it is written.

jieba's import is loud (invalid escapes, pkg_resources, a handler on its logger), and its
usual start reads and writes a marshalled cache under /tmp, which anybody could have put
there. Here it is imported quietly, when first needed, and its dictionary is read from its
own file: 0.4 s, once per process. See docs/decisions/0010.

Source  jieba 0.42.1, https://github.com/fxsj/jieba: the most probable way through the words
        of a dictionary. Its guess of unknown words (HMM) is left out: what the shop's own
        searches say of them (`phrases`) is surer.
"""

import functools
import logging
import warnings
from collections.abc import Iterable
from typing import Any

from regulars.stats.search_words.texts import Piece, is_chinese, is_quantity, normalised, pieces


class Segmenter:
    """Cuts texts into words. ``words``: Chinese ones that are never cut."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._own = tuple(sorted({word for word in words if len(word) > 1}))

    @functools.cached_property
    def _tokenizer(self) -> Any:
        made = _tokenizer()
        for word in self._own:
            usual = made.FREQ.get(word, 0)
            made.add_word(word, max(made.suggest_freq(word), usual, 3))
        return made

    def words(self, text: str) -> list[Piece]:
        """The words of a text, in its one form."""
        found: list[Piece] = []
        for piece in pieces(normalised(text)):
            if len(piece.text) == 1 or not is_chinese(piece.text) or is_quantity(piece.text):
                found.append(piece)
                continue
            cut = self._tokenizer.lcut(piece.text, HMM=False)
            found += [Piece(word, place > 0) for place, word in enumerate(cut)]
        return found


def _tokenizer() -> Any:
    """A tokenizer of our own, ready: nothing is read from or written to /tmp."""
    frequencies, total = _dictionary()
    made = _jieba().Tokenizer()
    made.FREQ, made.total, made.initialized = dict(frequencies), total, True
    return made


@functools.cache
def _dictionary() -> tuple[dict[str, int], int]:
    maker = _jieba().Tokenizer()
    frequencies, total = maker.gen_pfdict(maker.get_dict_file())
    return frequencies, total


@functools.cache
def _jieba() -> Any:
    logger = logging.getLogger("jieba")
    before = list(logger.handlers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its source text and of setuptools, not of us
        import jieba  # here: it takes a third of a second, and few ask for words
    logger.handlers = before
    logger.setLevel(logging.WARNING)
    return jieba
