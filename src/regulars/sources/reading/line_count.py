"""How many lines a file or a text has, as an editor counts them."""

from pathlib import Path

import numpy as np

_PIECE = 1 << 20
_LF, _CR = 10, 13


def line_ends(text: bytes) -> int:
    """How many lines end in ``text``: LF, CRLF and CR each end one."""
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")


def line_count(text: bytes) -> int:
    """How many lines ``text`` has; a last one without line end counts too."""
    return line_ends(text) + (not text.endswith((b"\n", b"\r")))


def count_lines(path: Path) -> int:
    """The lines of a file up to its last one that is not empty."""
    ended, filled = 0, 0
    after_return = False
    with path.open("rb", buffering=0) as stream:
        while piece := stream.read(_PIECE):
            a = np.frombuffer(piece, np.uint8)
            feeds, returns = a == _LF, a == _CR
            ended += int(np.count_nonzero(feeds))
            if after_return or returns.any():
                ended += int(np.count_nonzero(returns))
                ended -= int(np.count_nonzero(returns[:-1] & feeds[1:]))
                ended -= int(after_return and piece[:1] == b"\n")
            after_return = piece.endswith(b"\r")
            content = piece.rstrip(b"\r\n")
            if content:
                filled = ended - line_ends(piece[len(content) :]) + 1
    return filled
