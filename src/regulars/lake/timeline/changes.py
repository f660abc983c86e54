"""Which rows of the timeline two states of the lake differ in, found from the files alone.

A file of both states holds the same rows. Of the others, the rows that are in none of the
other side's are what changed; a link between a device and a customer changes the device's
events, and a document changes with every event that tells of it.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from regulars.lake.connect import declared_rows
from regulars.lake.engine import name
from regulars.lake.head import TableHead
from regulars.lake.home import ShopHome
from regulars.lake.timeline.rows import (
    DOCUMENT_EVENTS,
    EVENT_KEY,
    FEEDBACK_KEY,
    FEEDBACK_OTHER_KEY,
    ORDER_KEY,
    RETURN_KEY,
    Rows,
)
from regulars.tables import CANONICAL

MOST_CHANGED = 0.3  # beyond this share of the rows, building anew is cheaper
FEW = 1000  # rows that are never worth it
THEN, NOW = "then", "now"
_DOCUMENTS = {
    "orders": (ORDER_KEY,),
    "order_lines": (ORDER_KEY,),
    "returns": (RETURN_KEY,),
    "feedback": (FEEDBACK_KEY, FEEDBACK_OTHER_KEY),
}


class BuildAnew(Exception):
    """The difference cannot be found, or is so large that it is not worth it."""


class RowsMissing(Exception):
    """Rows that should go are not there: the folder does not hold what the lake held."""


class Changes:
    """The rows to delete and to insert, as tables ``then_rows`` and ``now_rows``."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        home: ShopHome,
        then: Mapping[str, TableHead],
        now: Mapping[str, TableHead],
    ) -> None:
        self.connection = connection
        self.home = home
        self.states = {THEN: then, NOW: now}
        _check_files(home, then, now)
        self.rows = {
            side: Rows(connection, home, side, tables) for side, tables in self.states.items()
        }
        self._find_changed()
        is_any = self._settle_keys()
        for side, rows in self.rows.items():
            source = f"{side}_affected"
            documents = rows.settle_documents(source, "touched") if is_any else ""
            union = f" UNION ALL {documents}" if documents else ""
            connection.execute(
                f"CREATE TEMP TABLE {side}_rows AS {self._plain(rows, source, is_any)}{union}"
            )

    def count(self, side: str) -> int:
        """How many rows there are on a side."""
        return self._number(f"SELECT count(*) FROM {side}_rows")

    def _find_changed(self) -> None:
        """Events that differ, by side; of the documents' tables, the keys of those that do."""
        keys = []
        for side, other in ((THEN, NOW), (NOW, THEN)):
            events = self._only("events", side, other)
            self.connection.execute(f"CREATE TEMP TABLE {side}_affected AS {events}")
            for table, columns in _DOCUMENTS.items():
                changed = f"{side}_changed_{table}"
                only = self._only(table, side, other)
                self.connection.execute(f"CREATE TEMP TABLE {changed} AS {only}")
                keys += [f"SELECT {key} AS key FROM {changed}" for key in columns]
        self.connection.execute(f"CREATE TEMP TABLE touched AS {' UNION '.join(keys)}")
        self._link_changes()

    def _link_changes(self) -> None:
        """Events of devices that have another customer now."""
        then, now = self.states[THEN].get("identifiers"), self.states[NOW].get("identifiers")
        is_same = then is now or (then is not None and now is not None and then.files == now.files)
        if is_same:
            return
        self.connection.execute(
            "CREATE TEMP TABLE relinked AS SELECT coalesce(t.value, n.value) AS value "
            "FROM then_links t FULL JOIN now_links n ON t.value = n.value "
            "WHERE t.customer_id IS DISTINCT FROM n.customer_id"
        )
        if self._number("SELECT count(*) FROM relinked"):
            self._affect("customer_id IS NULL AND anonymous_id IN (SELECT value FROM relinked)")

    def _settle_keys(self) -> bool:
        """Every document with an affected event, every event of a touched document."""
        if not any(rows.document_events for rows in self.rows.values()):
            return False
        names = ", ".join(repr(event) for event in DOCUMENT_EVENTS)
        for side, rows in self.rows.items():
            said = f"SELECT {EVENT_KEY} FROM ({rows.events(f'{side}_affected')})"
            self.connection.execute(
                f"INSERT INTO touched {said} WHERE event_name IN ({names}) AND {EVENT_KEY} NOT NULL"
            )
        self.connection.execute("DELETE FROM touched WHERE key IS NULL")
        if not self._number("SELECT count(*) FROM touched"):
            return False
        for side in (THEN, NOW):
            self.connection.execute(
                f"INSERT INTO touched SELECT unnest([{FEEDBACK_KEY}, {FEEDBACK_OTHER_KEY}]) FROM "
                f"{side}_feedback WHERE {FEEDBACK_KEY} IN (SELECT key FROM touched) OR "
                f"{FEEDBACK_OTHER_KEY} IN (SELECT key FROM touched)"
            )
        for side, rows in self.rows.items():
            told = rows.events(f"(SELECT * FROM {side}_events WHERE event_name IN ({names}))")
            self._affect(
                f"event_id IN (SELECT event_id FROM ({told}) WHERE {EVENT_KEY} IN "
                "(SELECT key FROM touched))",
                side,
            )
        return True

    def _affect(self, where: str, *sides: str) -> None:
        for side in sides or (THEN, NOW):
            self.connection.execute(
                f"INSERT INTO {side}_affected SELECT * FROM {side}_events WHERE {where} "
                f"AND event_id NOT IN (SELECT event_id FROM {side}_affected)"
            )
            affected = self._number(f"SELECT count(*) FROM {side}_affected")
            if is_too_much(affected, self._row_count(side, "events")):
                raise BuildAnew

    def _plain(self, rows: Rows, source: str, is_any: bool) -> str:
        return rows.plain(source) if is_any else rows.every(source)

    def _only(self, table: str, side: str, other: str) -> str:
        """SELECT of the rows of a table that one state has and the other has not."""
        mine, theirs = self._own_files(table, side, other), self._own_files(table, other, side)
        declared = CANONICAL[table]
        rows = declared_rows(self.home, declared, mine)
        counted = mine.row_count if mine else 0
        if theirs is None or mine is None:
            if is_too_much(counted, self._row_count(THEN, table)):
                raise BuildAnew
            return rows
        columns = ", ".join(name(column) for column in declared.column_names)
        key = ", ".join(name(column) for column in declared.key)
        against = declared_rows(self.home, declared, theirs)
        return (
            f"SELECT {columns} FROM (SELECT *, hash({columns}) AS whole FROM ({rows})) ANTI JOIN "
            f"(SELECT {key}, hash({columns}) AS whole FROM ({against})) USING ({key}, whole)"
        )

    def _own_files(self, table: str, side: str, other: str) -> TableHead | None:
        """A table's files that only one of the states has."""
        mine, theirs = self.states[side].get(table), self.states[other].get(table)
        shared = set(theirs.files) if theirs else set()
        files = tuple(file for file in mine.files if file not in shared) if mine else ()
        if mine is None or not files:
            return None
        other_count = theirs.row_count if theirs else 0
        added = max(mine.row_count - other_count, 0)
        return TableHead(mine.version, files, added, mine.columns)

    def _row_count(self, side: str, table: str) -> int:
        state = self.states[side].get(table)
        return state.row_count if state else 0

    def _number(self, query: str) -> int:
        return int(self.connection.execute(query).fetchall()[0][0])


def is_too_much(changed: int, row_count: int) -> bool:
    """Whether building anew is cheaper than putting so many rows in or taking them out."""
    return changed > max(MOST_CHANGED * row_count, FEW)


def _check_files(
    home: ShopHome, then: Mapping[str, TableHead], now: Mapping[str, TableHead]
) -> None:
    """BuildAnew where files of the earlier state are needed and deleted."""
    for table, state in then.items():
        kept = set(now[table].files) if table in now else set()
        folder = Path(home.lake_path / table)
        if any(not (folder / file).is_file() for file in state.files if file not in kept):
            raise BuildAnew
