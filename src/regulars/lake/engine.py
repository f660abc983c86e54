"""A DuckDB connection as this project wants it: bounded memory, spilling, the shop's clock.

The session's timezone is the shop's. Moments are UTC instants in every table; ``.date()``
and ``.hour()`` of one are then the shop's local day and hour, on DuckDB as on Spark.
(``.truncate("M")`` of a moment is not: take ``.date()`` first.)
"""

import duckdb

from regulars.lake.home import ShopHome


def open_engine(home: ShopHome) -> duckdb.DuckDBPyConnection:
    """A new in-memory DuckDB connection under the home's limits."""
    connection = duckdb.connect()
    configure(connection, home)
    return connection


def configure(connection: duckdb.DuckDBPyConnection, home: ShopHome) -> None:
    """Put the home's limits and timezone on a connection."""
    settings = home.settings
    home.scratch.mkdir(parents=True, exist_ok=True)
    connection.execute(f"SET memory_limit = '{settings['engine.memory_limit']}'")
    connection.execute(f"SET temp_directory = {quoted(str(home.scratch))}")
    # it would write into the answer on stdout; whoever waits is told by a report
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET TimeZone = '{settings['shop.timezone']}'")
    if int(settings["engine.threads"]):
        connection.execute(f"SET threads = {settings['engine.threads']}")


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A SQL identifier, quoted."""
    return '"' + identifier.replace('"', '""') + '"'
