"""What people see: messages and progress on stderr, so that stdout holds only the answer."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console, RenderableType

    from regulars.flow.shop import Shop

Report = Callable[[str, int, int], None]


def say(text: str) -> None:
    """A message, on stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def note_early(shop: "Shop", as_of: "date | None") -> None:
    """A note where ``as_of`` lies before everything: the answer is then rightly empty."""
    from regulars.errors import NothingToAnalyse

    if as_of is None:
        return
    try:
        first = shop.first_day
    except NothingToAnalyse:  # said when the question is asked
        return
    what = "order" if shop.has_orders else "event"
    if as_of < first:
        say(f"note: nothing is known as of {as_of}: the first {what} is of {first}.")


def errors_console() -> "Console":
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False)


def show(what: "RenderableType") -> None:
    """A rich table or panel, on stderr."""
    errors_console().print(what)


@contextmanager
def progress() -> Iterator[Report]:
    """A ``report(text, done, total)`` that draws a bar, or prints lines where no one watches."""
    console = errors_console()
    if not console.is_terminal:
        yield _Lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        bar = bars.add_task("", total=None)
        yield lambda text, done, total: bars.update(
            bar, description=text, completed=done, total=total or None
        )


class _Lines:
    """Progress for a log: one line whenever the step changes."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, text: str, done: int, total: int) -> None:
        if text != self._last:
            self._last = text
            say(text)
