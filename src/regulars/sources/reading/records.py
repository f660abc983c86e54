"""Splits a delimited file into records with exact line numbers, for files with any irregularity.

DuckDB reads a regular file by itself. Where lines and rows are not one to one (values with
line ends, empty lines, ragged rows, broken quotes, undecodable bytes) this writes a clean copy:
the line number and the untouched bytes of every sound record, and the rest to the rejects.

A piece of some megabytes is split with numpy as long as its quoting is well formed. From the
first quote that is not, the rest of the piece goes record by record: a quote inside an unquoted
value is that character, and a line whose quoting makes no sense is rejected alone, so that one
lost quote does not swallow the rows after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO

import numpy as np
from numpy.typing import NDArray

from regulars.sources.reading.dialect import Dialect, line_end
from regulars.sources.reading.encoding import undecodable_positions
from regulars.sources.reading.line_count import line_count
from regulars.sources.reading.rejects import RejectsWriter

LONGEST_RECORD = 2_000_000
"""Bytes; DuckDB's own limit is a little above."""
LINE_DIGITS = 11
_LF, _CR = 10, 13
_POWERS = 10 ** np.arange(LINE_DIGITS - 1, -1, -1, dtype=np.int64)

Bytes = NDArray[np.uint8]
Positions = NDArray[np.int64]


@dataclass
class Splitter:
    """Sends the records of a file, piece by piece, to a clean copy or to the rejects."""

    dialect: Dialect
    width: int
    encoding_label: str
    clean: IO[bytes]
    rejects: RejectsWriter
    line: int
    clean_count: int = 0
    _blanks: list[int] = field(default_factory=list)
    _in_long_line: bool = False

    def split(self, pieces: Iterable[bytes]) -> None:
        """Split the whole file; the first piece begins at the first data record."""
        rest = b""
        for piece in pieces:
            rest = self._advance(rest + piece, final=False)
        if rest:
            ended = rest.endswith((b"\n", b"\r"))
            self._advance(rest if ended else rest + b"\n", final=True)

    def _advance(self, data: bytes, *, final: bool) -> bytes:
        """Handle the whole records of ``data``; what remains is cut at its end."""
        if self._in_long_line:
            data = self._after_long_line(data)
        if self.dialect.escape != self.dialect.quote:
            done = 0
        else:
            regular = _RegularPart(data, self.dialect, self.width, self.line, final=final)
            self._write_regular(regular)
            done = regular.end
            if not regular.is_interrupted:
                return data[done:]
        return data[self._one_by_one(data, done, final=final) :]

    def _write_regular(self, part: "_RegularPart") -> None:
        if not part.count:
            return
        reasons = part.wrong(self.encoding_label)
        sound = np.ones(part.count, dtype=bool)
        sound[list(reasons)] = False
        last_sound = int(np.flatnonzero(sound)[-1]) if sound.any() else -1
        ordered = sorted(reasons)
        self._reject_of(part, [n for n in ordered if n < last_sound], reasons)
        if last_sound >= 0:
            self._keep_blanks()
            self.clean.write(part.numbered(sound))
            self.clean_count += int(sound.sum())
        self._reject_of(part, [n for n in ordered if n > last_sound], reasons)
        self.line += part.line_count

    def _reject_of(self, part: "_RegularPart", numbers: list[int], reasons: dict[int, str]) -> None:
        for number in numbers:
            self._reject(int(part.lines[number]), reasons[number], part.text(number))

    def _after_long_line(self, data: bytes) -> bytes:
        """Leave out the rest of a line that was rejected for its length."""
        end = line_end(data, 0)
        self._in_long_line = not data[:end].endswith((b"\n", b"\r"))
        return data[end:]

    def _one_by_one(self, data: bytes, start: int, *, final: bool) -> int:
        clean: list[bytes] = []
        while start < len(data):
            end = self.dialect.record_end(data, start)
            may_go_on = not final and (end is None or end == len(data))
            if may_go_on and len(data) - start <= LONGEST_RECORD:
                break
            too_long = end is not None and end - start > LONGEST_RECORD
            if end is None or too_long:
                reason = TOO_LONG if too_long else BROKEN_QUOTE
                end = line_end(data, start)
                self._reject(self.line, reason, data[start:end])
                self._in_long_line = not final and end == len(data)
            else:
                end = self._one(data, start, end, clean)
            self.line += line_count(data[start:end])
            start = end
        self.clean.write(b"".join(clean))
        self.clean_count += len(clean)
        return start

    def _one(self, data: bytes, start: int, end: int, clean: list[bytes]) -> int:
        """Send one record on; returns where the next begins."""
        text = data[start:end]
        fields = self.dialect.fields(text)
        if len(fields) != self.width and line_count(text) > 1:
            self._reject(self.line, BROKEN_QUOTE, data[start : line_end(data, start)])
            return line_end(data, start)
        if not text.rstrip(b"\r\n"):
            self._reject(self.line, BLANK, b"")
        elif len(fields) != self.width:
            self._reject(self.line, wrong_width(len(fields), self.width), text)
        elif undecodable_positions(text):
            self._reject(self.line, undecodable(self.encoding_label), text)
        else:
            self._keep_blanks()
            values = (b"%011d" % self.line, *map(self._quoted, fields))
            clean.append(self.dialect.delimiter.join(values) + b"\n")
        return end

    def _quoted(self, value: bytes) -> bytes:
        quote = self.dialect.quote
        return quote + value.replace(quote, quote * 2) + quote if value else value

    def _reject(self, line: int, reason: str, text: bytes) -> None:
        if reason == BLANK:
            self._blanks.append(line)
            return
        self._keep_blanks()
        self.rejects.add(line, reason, text)

    def _keep_blanks(self) -> None:
        """Empty lines count only when something follows them."""
        for line in self._blanks:
            self.rejects.add(line, BLANK, b"")
        self._blanks.clear()


BLANK = "empty line"
BROKEN_QUOTE = "a quote that is not closed, or that closes inside a value"
TOO_LONG = f"longer than {LONGEST_RECORD:,} bytes"


def wrong_width(found: int, expected: int) -> str:
    """The reason for a row with too few or too many fields."""
    return f"{found} field{'' if found == 1 else 's'} where the header has {expected}"


def undecodable(label: str) -> str:
    """The reason for a row with bytes that its encoding does not have."""
    return f"bytes that are not {label.removesuffix(' with byte order mark')}"


class _RegularPart:
    """The records of a piece up to its end, or to the first quote that is not well formed."""

    def __init__(
        self, data: bytes, dialect: Dialect, width: int, line: int, *, final: bool
    ) -> None:
        self.data = data
        self.width = width
        self.delimiter = dialect.delimiter
        a = self.bytes = np.frombuffer(data, np.uint8)
        held_back = not final and data.endswith(b"\r")
        quotes = np.flatnonzero(a == ord(dialect.quote))
        breaks = _line_breaks(a)
        if held_back:
            breaks = breaks[breaks != len(a) - 1]
        violation = _first_violation(a, quotes, self.delimiter, final=final)
        self.is_interrupted = violation < len(a)
        ends = _outside(breaks, quotes)
        ends = ends[: np.searchsorted(ends, violation)]
        delimiters = _outside(np.flatnonzero(a == ord(self.delimiter)), quotes)
        self._measure(ends, breaks, delimiters, line)
        if len(a) - self.end > (0 if final else LONGEST_RECORD):
            self.is_interrupted = True

    def _measure(
        self, ends: Positions, breaks: Positions, delimiters: Positions, line: int
    ) -> None:
        starts = np.concatenate(([0], ends[:-1] + 1))[: len(ends)]
        counts = np.diff(np.searchsorted(delimiters, ends), prepend=0) + 1
        breaks_before = np.searchsorted(breaks, np.append(starts, ends[-1:] + 1))
        spans = np.diff(breaks_before)
        if torn := np.flatnonzero((counts != self.width) & (spans > 1))[:1].tolist():
            self.is_interrupted = True
            starts, ends, counts = starts[: torn[0]], ends[: torn[0]], counts[: torn[0]]
            breaks_before = breaks_before[: torn[0] + 1]
        self.starts, self.field_counts, self.count = starts, counts, len(starts)
        self.ends = _without_line_end(self.bytes, ends)
        self.end = int(ends[-1]) + 1 if len(ends) else 0
        self.lines = line + breaks_before[: self.count]
        self.line_count = int(breaks_before[-1]) if self.count else 0

    def wrong(self, encoding_label: str) -> dict[int, str]:
        """The records to reject, by number, with their reason."""
        lengths = self.ends - self.starts
        reasons = {int(n): undecodable(encoding_label) for n in self._undecodable()}
        for number in np.flatnonzero(self.field_counts != self.width).tolist():
            reasons[number] = wrong_width(int(self.field_counts[number]), self.width)
        for number in np.flatnonzero(lengths > LONGEST_RECORD).tolist():
            reasons[number] = TOO_LONG
        for number in np.flatnonzero(lengths == 0).tolist():
            reasons[number] = BLANK
        return reasons

    def _undecodable(self) -> Positions:
        positions = undecodable_positions(self.data[: self.end])
        numbers = np.searchsorted(self.starts, positions, side="right") - 1
        return np.unique(numbers).astype(np.int64)

    def text(self, number: int) -> bytes:
        return self.data[int(self.starts[number]) : int(self.ends[number])]

    def numbered(self, sound: NDArray[np.bool_]) -> bytes:
        """The sound records, each with its line number as a first field and ended by LF."""
        lengths = self.ends[sound] - self.starts[sound] + 1
        whole = np.diff(self.starts, append=self.end)
        are_as_wanted = sound.all() and bool((self.bytes[self.ends] == _LF).all())
        if are_as_wanted:
            content = self.bytes[: self.end]
        else:
            kept = np.where(sound, self.ends - self.starts + 1, 0)
            content = self.bytes[: self.end][_runs(kept, whole - kept)]
            content[np.cumsum(lengths) - 1] = _LF
        prefixes = np.full((len(lengths), LINE_DIGITS + 1), ord(self.delimiter), dtype=np.uint8)
        prefixes[:, :-1] = (self.lines[sound][:, None] // _POWERS) % 10 + 48
        is_prefix = _runs(np.full(len(lengths), LINE_DIGITS + 1), lengths)
        out = np.empty(len(is_prefix), dtype=np.uint8)
        out[is_prefix] = prefixes.ravel()
        out[~is_prefix] = content
        return out.tobytes()


def _runs(true: Positions, false: Positions) -> NDArray[np.bool_]:
    """A mask of runs of these lengths, true and false in turn."""
    values = np.tile(np.array([True, False]), len(true))
    return np.repeat(values, np.column_stack((true, false)).ravel())


def _outside(positions: Positions, quotes: Positions) -> Positions:
    """Those positions that are not within quotes."""
    if not quotes.size:
        return positions
    return positions[np.searchsorted(quotes, positions) % 2 == 0]


def _line_breaks(a: Bytes) -> Positions:
    """The last byte of every line end."""
    is_break = a == _LF
    is_return = a == _CR
    if is_return.any():
        is_return[:-1] &= ~is_break[1:]
        is_break |= is_return
    return np.flatnonzero(is_break)


def _first_violation(a: Bytes, quotes: Positions, delimiter: bytes, *, final: bool) -> int:
    """The first quote that opens after, or closes before, anything but a field's edge."""
    if not quotes.size:
        return len(a)
    edge = np.zeros(256, dtype=bool)
    edge[[ord(delimiter), _LF, _CR, int(a[quotes[0]])]] = True
    openers, closers = quotes[0::2], quotes[1::2]
    opens_well = edge[a[np.maximum(openers - 1, 0)]] | (openers == 0)
    following = np.minimum(closers + 1, len(a) - 1)
    closes_well = edge[a[following]] | (closers == len(a) - 1)
    wrong = np.concatenate((openers[~opens_well], closers[~closes_well]))
    if final and len(quotes) % 2:
        wrong = np.append(wrong, quotes[-1])
    return int(wrong.min()) if wrong.size else len(a)


def _without_line_end(a: Bytes, ends: Positions) -> Positions:
    """For every record the end of its content, its line end left out."""
    if not len(ends):
        return ends
    crlf = (a[ends] == _LF) & (ends > 0) & (a[np.maximum(ends - 1, 0)] == _CR)
    without: Positions = ends - crlf
    return without
