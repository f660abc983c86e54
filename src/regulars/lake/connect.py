"""The tables as lazy Ibis tables, read from the files that the lake's head names."""

from collections.abc import Mapping

import ibis
from ibis.backends.duckdb import Backend

from regulars.lake.engine import configure, name, quoted
from regulars.lake.head import Head, TableHead, read_head
from regulars.lake.home import ShopHome
from regulars.tables import CANONICAL
from regulars.tables.schema import SQL_TYPES, Table

RESULTS = "results"


def connect(home: ShopHome, results: Mapping[str, Table] | None = None) -> Backend:
    """An Ibis backend with every canonical table, and every stored result under ``results``.

    A table that was never written is there with its columns and no rows. ``results``
    declares result tables that must be there even if never written.
    """
    backend = ibis.duckdb.connect()
    configure(backend.con, home)
    register(backend, home, read_head(home.lake_path), results or {})
    return backend


def register(backend: Backend, home: ShopHome, head: Head, results: Mapping[str, Table]) -> None:
    """Create one view per table at the head's state."""
    views = [_view(name(t.name), t.name, t, head, home) for t in CANONICAL.values()]
    views += [
        _view(f"{RESULTS}.{name(stem)}", f"{RESULTS}/{stem}", results.get(stem), head, home)
        for stem in sorted({*results, *stored_results(head)})
    ]
    backend.con.execute(f"CREATE SCHEMA IF NOT EXISTS {RESULTS};\n" + ";\n".join(views))


def stored_results(head: Head) -> set[str]:
    """The names of the results that the lake holds."""
    stems = (key.partition("/") for key in head.tables)
    return {stem for folder, _, stem in stems if folder == RESULTS}


def scan(home: ShopHome, table: str, state: TableHead) -> str:
    """The SQL that reads a table's live files."""
    files = ", ".join(quoted(str(home.lake_path / table / file)) for file in state.files)
    return f"read_parquet([{files}], union_by_name = true)"


def empty(table: Table) -> str:
    """A SELECT of the table's columns and no rows."""
    columns = ", ".join(f"NULL::{SQL_TYPES[c.type]} AS {name(c.name)}" for c in table.columns)
    return f"SELECT {columns} WHERE FALSE"


def declared_rows(home: ShopHome, declared: Table, state: TableHead | None) -> str:
    """A SELECT of a table's declared columns from its live files; without files, of no rows."""
    if state is None or not state.files:
        return empty(declared)
    return f"SELECT {_columns(declared, state)} FROM {scan(home, declared.name, state)}"


def _view(view: str, folder: str, declared: Table | None, head: Head, home: ShopHome) -> str:
    state = head.tables.get(folder)
    if state is not None and state.files:
        columns = _columns(declared, state) if declared else "*"
        body = f"SELECT {columns} FROM {scan(home, folder, state)}"
    elif declared is not None:
        body = empty(declared)
    else:  # stored once, emptied since, and no longer declared
        body = "SELECT NULL AS nothing WHERE FALSE"
    return f"CREATE OR REPLACE VIEW {view} AS {body}"


def _columns(declared: Table, state: TableHead) -> str:
    """The declared columns; one that was stored before it was declared is null."""
    stored = set(state.columns)
    return ", ".join(
        name(c.name) if c.name in stored else f"NULL::{SQL_TYPES[c.type]} AS {name(c.name)}"
        for c in declared.columns
    )
