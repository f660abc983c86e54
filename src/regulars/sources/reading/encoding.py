"""Which encoding a text file is in, from its head, and its conversion to UTF-8 in big pieces.

Exports come as UTF-8, as UTF-16 ("Unicode text" of Excel), as GB18030 (every Chinese
Windows) or as Windows-1252. Only the head is looked at. What does not decode further on
becomes the byte FF in the converted file, which no valid UTF-8 has: the line is then told
apart as undecodable and nothing is replaced in silence.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with byte order mark"),
    (b"\x84\x31\x95\x33", "gb18030", "GB18030"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE"),
)
_ASCII = re.compile(r"[\x00-\x7f]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1b]")
"""Control characters that no text has (tabs, page and record separators, Ctrl-Z it may)."""
_WESTERN_SIGNS = frozenset("£€¥©®°²³½¼¾–—‘’“”…•´·\xa0«»¡¿§×")


@dataclass(frozen=True)
class Encoding:
    """A codec, its name for people, and how many bytes of byte order mark come first."""

    codec: str
    label: str
    mark_length: int = 0


UTF8 = Encoding("utf-8", "UTF-8")


def detect(head: bytes, *, whole: bool) -> Encoding | None:
    """The encoding of a file that begins with ``head``; None if it is not text.

    ``whole`` says that ``head`` is all of the file, so nothing is cut at its end.
    """
    for mark, codec, label in _BOMS:
        if head.startswith(mark):
            found = Encoding(codec, label, len(mark))
            return found if _is_text(head[len(mark) :].decode(codec, "replace")) else None
    if b"\0" in head:
        return _without_mark(head)
    sample = head if whole else _whole_lines(head)
    found = _utf8_or_older(sample)
    return found if _is_text(sample.decode(found.codec, "replace")) else None


def _whole_lines(head: bytes) -> bytes:
    end = max(head.rfind(b"\n"), head.rfind(b"\r"))
    return head[: end + 1] if end >= 0 else head[: max(len(head) - 4, 0)]


def _without_mark(head: bytes) -> Encoding | None:
    """UTF-16 without a mark: the upper halves of delimiters, digits and line ends are zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) * 0.05 or min(even, odd) * 10 > max(even, odd):
        return None
    little = odd > even
    found = Encoding("utf-16-le", "UTF-16 LE") if little else Encoding("utf-16-be", "UTF-16 BE")
    return found if _is_text(head.decode(found.codec, "replace")) else None


def _utf8_or_older(sample: bytes) -> Encoding:
    if sample.isascii():
        return UTF8
    text, wrong = _decode(sample, "utf-8")
    right = len(text) - len(text.encode("ascii", "ignore")) - wrong
    if wrong == 0 or right > 5 * wrong:
        return UTF8
    text, wrong = _decode(sample, "gb18030")
    foreign = _ASCII.sub("", text)
    common = len(foreign.encode("gb2312", "ignore")) / 2
    if common >= 0.7 * len(foreign) and wrong <= 0.05 * len(foreign):
        return Encoding("gb18030", "GB18030")
    western = [c for c in sample.decode("cp1252", "replace") if not c.isascii()]
    plausible = sum(c.isalpha() or c in _WESTERN_SIGNS for c in western)
    return Encoding("cp1252", "Windows-1252") if plausible >= 0.9 * len(western) else UTF8


def _decode(sample: bytes, codec: str) -> tuple[str, int]:
    text = sample.decode(codec, _REPLACE)
    return text, text.count("\udcff")


def _is_text(text: str) -> bool:
    return len(_CONTROLS.findall(text)) <= len(text) * 0.005


def to_utf8(chunks: Iterable[bytes], encoding: Encoding) -> Iterator[bytes]:
    """The chunks in UTF-8 without byte order mark; FF where a byte could not be decoded."""
    decoder = codecs.getincrementaldecoder(encoding.codec)(_REPLACE)
    skip = encoding.mark_length
    for chunk in chunks:
        piece, skip = chunk[skip:], max(skip - len(chunk), 0)
        yield decoder.decode(piece).encode("utf-8", "surrogateescape")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogateescape")


def _lone_surrogate(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


_REPLACE = "regulars-undecodable"
codecs.register_error(_REPLACE, _lone_surrogate)


def failing_encoding(pieces: Iterable[bytes]) -> Encoding | None:
    """What a file that looked like UTF-8 is really in, judged where it first fails to be.

    None if it is UTF-8 throughout, or has been with other than ASCII before it failed: then
    single lines are wrong, not the encoding.
    """
    remaining = iter(pieces)
    rest = b""
    for piece in remaining:
        data = rest + piece
        try:
            data.decode("utf-8")
            failed_at, is_cut = len(data), False
        except UnicodeDecodeError as error:
            failed_at, is_cut = error.start, error.end == len(data) and len(data) - error.start < 4
        begin = data.rfind(b"\n", 0, failed_at) + 1
        if not data[:begin].isascii():
            return None
        rest = data[failed_at:]
        if rest and not is_cut:
            found = detect(data[begin:] + next(remaining, b""), whole=False)
            return None if found is None or found.codec == "utf-8" else found
    return None


def undecodable_positions(data: bytes) -> list[int]:
    """Where in ``data``, said to be UTF-8, bytes stand that are not; in order."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        found: list[int] = []
        position = 0
        for piece in data.decode("utf-8", _REPLACE).split("\udcff")[:-1]:
            position += len(piece.encode("utf-8"))
            found.append(position)
            position += _wrong_length(data, position)
        return found
    return []


def _wrong_length(data: bytes, position: int) -> int:
    try:
        data[position : position + 8].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end - error.start
    return 1
