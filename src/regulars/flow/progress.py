"""How a long step tells how far it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace

Report = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Stage:
    """A part of a longer work: its own steps told as a stretch of the whole.

    The whole counts from 0 to 100; this part is the stretch from ``start`` to ``end``.
    """

    report: Report
    start: int
    end: int

    def __call__(self, step: str, done: int, total: int) -> None:
        share = done / total if total else 0.0
        self.report(step, round(self.start + (self.end - self.start) * min(share, 1.0)), 100)

    def until(self, end: int) -> "Stage":
        """The stretch that follows this one."""
        return replace(self, start=self.end, end=end)
