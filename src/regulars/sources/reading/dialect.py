"""How a delimited file is written: its delimiter, its quote and how a quote stands in a value.

The candidates are tried on the head of the file; the one under which most records have the
same number of fields wins, more fields before fewer.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

DELIMITERS = (b",", b"\t", b";", b"|")
_SHOWN = {b"\t": "tab", b",": "comma", b";": "semicolon", b"|": "pipe"}
_SAMPLED_RECORDS = 500


@dataclass(frozen=True)
class Record:
    """One record of a file: its fields, unquoted, and its extent in bytes with the line end."""

    fields: tuple[bytes, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Dialect:
    """One-byte delimiter, quote and escape (equal to the quote where quotes are doubled)."""

    delimiter: bytes = b","
    quote: bytes = b'"'
    escape: bytes = b'"'

    @property
    def label(self) -> str:
        escaped = "" if self.escape == self.quote else ", quotes escaped by backslash"
        quote = "" if self.quote == b'"' else f", quote {self.quote.decode()}"
        return f"delimiter {_SHOWN[self.delimiter]}{quote}{escaped}"

    @cached_property
    def _field(self) -> str:
        d, q = re.escape(self.delimiter.decode()), re.escape(self.quote.decode())
        inner = rf"[^{q}]++|{q}{q}" if self.escape == self.quote else rf"[^{q}\\]++|\\."
        blank = " *+"
        return (
            rf"(?:{blank}{q}((?:{inner})*+){q}{blank}(?=[{d}\r\n]|\Z)"
            rf"|((?!{blank}{q})[^{d}\r\n]*+))"
        )

    @cached_property
    def _record_pattern(self) -> re.Pattern[bytes]:
        d = re.escape(self.delimiter.decode())
        unnamed = self._field.replace("((?:", "(?:(?:").replace("|((?!", "|(?:(?!")
        pattern = rf"{unnamed}(?:{d}{unnamed})*+(?:\r\n|\r|\n|\Z)"
        return re.compile(pattern.encode(), re.DOTALL)

    @cached_property
    def _field_pattern(self) -> re.Pattern[bytes]:
        d = re.escape(self.delimiter.decode())
        return re.compile(rf"(?:\A|{d}){self._field}".encode(), re.DOTALL)

    def record_end(self, data: bytes, start: int) -> int | None:
        """Where the record that begins at ``start`` ends; None if its quoting is broken."""
        match = self._record_pattern.match(data, start)
        return match.end() if match else None

    def fields(self, record: bytes) -> tuple[bytes, ...]:
        """The values of one whole record, quotes taken off."""
        line = record.rstrip(b"\r\n") if not record.endswith(self.quote) else record
        return tuple(
            self._unescaped(match.group(1)) if match.group(1) is not None else match.group(2)
            for match in self._field_pattern.finditer(line)
        )

    def _unescaped(self, value: bytes) -> bytes:
        if self.escape == self.quote:
            return value.replace(self.quote * 2, self.quote)
        return re.sub(rb"\\(.)", rb"\1", value, flags=re.DOTALL)

    def records(self, data: bytes, *, whole: bool) -> Iterator[Record]:
        """The records of a file's head; a broken line is one of no fields, a cut one left out."""
        start = 0
        while start < len(data):
            end = self.record_end(data, start)
            if end is None:
                end = line_end(data, start)
                fields: tuple[bytes, ...] = ()
            else:
                fields = self.fields(data[start:end])
            if end == len(data) and not whole:
                return
            yield Record(fields, start, end)
            start = end


def line_end(data: bytes, start: int) -> int:
    """Where the physical line that begins at ``start`` ends, its line end included."""
    match = _LINE_END.search(data, start)
    return match.end() if match else len(data)


_LINE_END = re.compile(rb"\r\n|\r|\n")


def detect(head: bytes, *, whole: bool) -> Dialect:
    """The dialect of a UTF-8 file that begins with ``head``."""
    best, best_score = Dialect(), (0.0, 0, 0)
    for dialect in _candidates(head):
        score = _score(dialect, head, whole)
        if score > best_score:
            best, best_score = dialect, score
    return best


def _candidates(head: bytes) -> Iterator[Dialect]:
    for delimiter in DELIMITERS:
        if delimiter in head:
            yield Dialect(delimiter)
            if b'\\"' in head:
                yield Dialect(delimiter, escape=b"\\")
            if head.count(b"'") > 2 * head.count(b'"'):
                yield Dialect(delimiter, b"'", b"'")


def _score(dialect: Dialect, head: bytes, whole: bool) -> tuple[float, int, int]:
    """(share of records of the commonest width, that width, whether single quotes explain it)."""
    widths: Counter[int] = Counter()
    for number, record in enumerate(dialect.records(head, whole=whole)):
        if record.fields != (b"",):
            widths[len(record.fields)] += 1
        if number >= _SAMPLED_RECORDS:
            break
    shared = [(count, width) for width, count in widths.items() if width > 1]
    if not shared:
        return (0.0, 0, 0)
    count, width = max(shared)
    share = round(count / widths.total(), 2)
    if dialect.quote != b"'":
        return (share, width, 0)
    edge = rb"(?:\A|[\r\n" + re.escape(dialect.delimiter) + rb"])'"
    is_used = 2 * len(re.findall(edge, head)) >= count
    return (share, width, 1) if is_used else (0.0, 0, 0)
