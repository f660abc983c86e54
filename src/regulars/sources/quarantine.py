"""What could not be imported: the row, its file and line, and why."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.errors import FileUnreadable
from regulars.lake import ShopHome
from regulars.lake.engine import name, quoted
from regulars.sources.account import Reason
from regulars.sources.planning import PlannedFile
from regulars.sources.reading import RawTable
from regulars.sources.workspace import Workspace, line_column

ROWS_FILE = "rows.parquet"
ROW_LENGTH = 10_000


def collect(
    space: Workspace, raws: Sequence[RawTable], judged: Sequence[tuple[PlannedFile, str]]
) -> str:
    """A table (file, line, reason, row) of all that is left out.

    ``judged``: each planned file with the SQL of its unusable rows (line, reason).
    """
    parts = [f"SELECT file, line, reason, row FROM {raw.rejects}" for raw in raws if raw.rejects]
    for file, unusable in judged:
        text = ", ".join(f"coalesce(s.{name(column)}::VARCHAR, '')" for column in file.raw.columns)
        parts.append(
            f"SELECT {quoted(file.raw.file)} AS file, q.line, q.reason, "
            f"concat_ws(',', {text})[:{ROW_LENGTH}] AS row "
            f"FROM ({unusable}) q JOIN {file.relation} s ON s.{line_column()} = q.line"
        )
    nothing = "SELECT '' AS file, 0::BIGINT AS line, '' AS reason, '' AS row WHERE FALSE"
    return space.table("quarantine", " UNION ALL ".join([nothing, *parts]))


def reasons(space: Workspace, table: str) -> tuple[Reason, ...]:
    """Why rows were left out, the commonest first, quoted values aside."""
    rows = space.connection.execute(
        "SELECT regexp_replace(regexp_replace(reason, '''.*''', '''…'''), "
        "'^line \\d+', 'line …') AS kind, "
        "count(*), min_by(file || ', line ' || line || ': ' || reason, (file, line)) "
        f"FROM {table} GROUP BY kind ORDER BY 2 DESC, 1"
    ).fetchall()
    return tuple(Reason(*row) for row in rows)


def write(space: Workspace, table: str, folder: Path) -> None:
    """Keep the rows as Parquet, by file and line."""
    space.connection.execute(
        f"COPY (SELECT * FROM {table} ORDER BY file, line) TO {quoted(str(folder / ROWS_FILE))} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )


def quarantined(home: ShopHome, import_id: str) -> pa.Table:
    """The rows that an import left out: file, line, reason, row."""
    file = home.quarantine / import_id / ROWS_FILE
    if "/" in import_id or not file.is_file():
        raise FileUnreadable(f"There is no import '{import_id}'. See the list of imports.")
    return pq.read_table(file)
