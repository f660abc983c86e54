"""regulars doctor: is everything as it should be? Configuration, database, lake, data."""

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

import typer

from regulars.cli.options import Home
from regulars.errors import RegularsError

if TYPE_CHECKING:
    from regulars.lake import ShopHome

LOW_DISK_BYTES = 1024**3


class Line(NamedTuple):
    """One thing looked at."""

    state: Literal["ok", "note", "broken"]
    what: str
    text: str


def doctor(home: Home = None) -> None:
    """Check configuration, database, lake, data quality and freshness; exit 1 if broken."""
    from regulars.lake import ShopHome

    found = ShopHome.find(home)
    is_broken = False
    for look in (configuration, database, lake, timeline, quality, freshness):
        for line in _looked(look, found):
            is_broken |= line.state == "broken"
            typer.echo(f"{line.state:<7} {line.what:<14} {line.text}")
    raise typer.Exit(int(is_broken))


def _looked(look: "Callable[[ShopHome], Iterator[Line]]", home: "ShopHome") -> Iterator[Line]:
    """A check's lines; what it raises is a broken line of its own."""
    try:
        yield from look(home)
    except RegularsError as error:
        yield Line("broken", look.__name__, str(error))
    except OSError as error:
        yield Line("broken", look.__name__, f"{error.filename}: {error.strerror}")


def configuration(home: "ShopHome") -> Iterator[Line]:
    """The settings in force and the room that is left."""
    settings = home.settings
    text = f"{home.path}: {settings.name}, {settings['shop.timezone']}, {settings.currency}"
    yield Line("ok", "configuration", text)
    free = shutil.disk_usage(home.path).free
    state: Literal["ok", "note"] = "note" if free < LOW_DISK_BYTES else "ok"
    yield Line(state, "disk", f"{free / 1024**3:,.1f} GB free")


def database(home: "ShopHome") -> Iterator[Line]:
    """The people's database: there, up to date, with someone who may sign in."""
    from regulars.cli.people import pending_migrations, user_count

    kind = home.database_url.partition(":")[0]
    waiting = pending_migrations(home)
    if waiting:
        yield Line(
            "note", "database", f"{kind}; {waiting} migrations wait: regulars serve runs them"
        )
        return
    yield Line("ok", "database", f"{kind}, up to date")
    if not user_count():
        yield Line("note", "users", "nobody can sign in: regulars manage createsuperuser")


def lake(home: "ShopHome") -> Iterator[Line]:
    """Every table's files and log against the lake's head."""
    from regulars.lake import Lake
    from regulars.lake.checkup import ailments, unneeded_bytes

    opened = Lake(home)
    found = list(ailments(opened))
    for ailment in found:
        state: Literal["note", "broken"] = "note" if ailment.is_harmless else "broken"
        yield Line(state, "lake", f"{ailment.table}: {ailment.text}")
    if not found:
        head = opened.head()
        yield Line("ok", "lake", f"{len(head.tables)} tables, head {head.number}")
    idle = unneeded_bytes(opened)
    yield Line("ok", "lake", f"{idle / 1024**2:,.1f} MB of earlier states, kept for readers")


def timeline(home: "ShopHome") -> Iterator[Line]:
    """Its size, and whether it holds what the lake holds."""
    from regulars.lake.timeline import timeline_status

    found = timeline_status(home)
    if found is None:
        yield Line("note", "timeline", "not built yet: regulars refresh")
        return
    text = (
        f"{found.row_count:,} rows of {found.person_count:,} people, "
        f"{found.byte_count / 1024**2:,.1f} MB"
    )
    behind = "; behind the lake, brought up to date when it is next asked: regulars refresh"
    state: Literal["ok", "note"] = "ok" if found.is_up_to_date else "note"
    yield Line(state, "timeline", text + (", up to date" if found.is_up_to_date else behind))
    for name in found.shortened:
        yield Line("note", "timeline", f"{name}: too many texts; the rarest are not told apart")


def quality(home: "ShopHome") -> Iterator[Line]:
    """What the tables lack, as the back office's page shows it."""
    from regulars.flow.quality import findings
    from regulars.lake import connect

    for finding in findings(connect(home).table):
        if finding.level in ("notice", "warning"):
            share = f"{finding.count:,} of {finding.total_count:,} ({finding.share:.1%})"
            yield Line("note", "quality", f"{finding.check.title.en}: {share}")


def freshness(home: "ShopHome") -> Iterator[Line]:
    """How far the tables reach, and whether the results reach as far."""
    from regulars.errors import NothingToAnalyse
    from regulars.flow.shop import Shop

    shop = Shop(home)
    try:
        last = shop.last_day
    except NothingToAnalyse as nothing:
        yield Line("note", "freshness", str(nothing))
        return
    yield Line("ok", "freshness", f"last {'order' if shop.has_orders else 'event'} on {last}")
    if not shop.has_orders:
        return
    if "kpis" not in shop.results:
        yield Line("note", "results", "never refreshed: regulars refresh")
        return
    as_of = shop.results.kpis.as_of.max().to_pyarrow().as_py()
    if as_of is None or as_of < last:
        yield Line("note", "results", f"as of {as_of}, older than the orders: regulars refresh")
    else:
        yield Line("ok", "results", f"as of {as_of}")
