"""Exports that overlap: the same lines of the same order in two files of one import.

Within a file every line is real, repeated or not. Across files, a line that says exactly what
a line of an earlier file says of the same order, as many times as that file has it, is the
same line exported again; the account counts it as repeated.
"""

from collections.abc import Sequence

from regulars.sources.planning import PlannedFile
from regulars.sources.workspace import Workspace

CONTENT = "line_no, ordered_at, product_id, quantity, unit_price, net_amount, batch_no, kind"


def mark_repeats(space: Workspace, files: Sequence[PlannedFile], rows: str) -> str:
    """The table of sales rows, those that another file has said before of kind ``repeat``."""
    if len(files) < 2:
        return rows
    shared = space.table(
        "shared",
        f"SELECT order_id FROM {rows} WHERE order_id IS NOT NULL AND kind <> 'quarantine' "
        "GROUP BY order_id HAVING min(file_no) <> max(file_no)",
    )
    counted = (
        f"SELECT file_no, line, order_id, hash({CONTENT}) AS content, row_number() OVER "
        f"(PARTITION BY order_id, file_no, hash({CONTENT}) ORDER BY line) AS place "
        f"FROM {rows} WHERE kind <> 'quarantine' AND order_id IN (SELECT order_id FROM {shared})"
    )
    repeats = space.table(
        "repeats",
        "SELECT file_no, line FROM (SELECT file_no, line, min(file_no) OVER "
        f"(PARTITION BY order_id, content, place) AS first_file FROM ({counted})) "
        "WHERE file_no > first_file",
    )
    if not space.number(f"SELECT count(*) FROM {repeats}"):
        return rows
    return space.table(
        "sales",
        "SELECT r.* REPLACE (CASE WHEN x.line IS NULL THEN r.kind ELSE 'repeat' END AS kind, "
        "CASE WHEN x.line IS NULL THEN r.amount ELSE 0 END AS amount) "
        f"FROM {rows} r LEFT JOIN {repeats} x ON x.file_no = r.file_no AND x.line = r.line",
    )
