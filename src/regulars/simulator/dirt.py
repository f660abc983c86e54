"""Dirt, as real systems have it: a few rows that no system should write.

Every dirty row comes on top of the clean ones, so that the clean rows alone make up the
truth; what an import should do with each stands in truth/dirt.parquet (``fate``):
quarantined, repeated (says exactly what another row said), adjustment, or kept.
"""

from dataclasses import dataclass

import pyarrow as pa

from regulars.simulator.arrays import Rng
from regulars.simulator.columns import TextColumn, column, table_of
from regulars.simulator.exports import Exports

FEWEST_ROWS = 100  # a file's part with fewer rows stays clean


@dataclass(frozen=True)
class Spoil:
    """A kind of dirty row: what stands in which columns. ``key`` names the row.

    ``renames`` gives it a key of its own, so that it touches no clean row.
    """

    kind: str
    fate: str
    key: str
    cells: tuple[tuple[str, str | None], ...] = ()
    renames: bool = True


TILL_SPOILS = (
    Spoil("bad_date", "quarantined", "订单号", (("下单时间", "2026/13/45 25:61:00"),)),
    Spoil("unreadable_quantity", "quarantined", "订单号", (("数量", "两件"),)),
    Spoil(
        "zero_quantity", "adjustment", "订单号",
        (("数量", "0"), ("实付金额", "0"), ("优惠金额", "0")),
    ),
)  # fmt: skip
WEB_SPOILS = (
    Spoil("no_order_id", "quarantined", "order_id", (("order_id", None),), renames=False),
    Spoil("bad_date", "quarantined", "order_id", (("ordered_at", "not yet paid"),)),
)
RETURN_SPOILS = (
    Spoil("no_order", "kept", "return_id", (("order_id", None), ("line_no", None))),
    Spoil("zero_quantity", "quarantined", "return_id", (("quantity", "0"),)),
    Spoil("duplicate", "repeated", "return_id", renames=False),
)
REVIEW_SPOILS = (
    Spoil("rating_out_of_range", "quarantined", "feedback_id", (("rating", "9"),)),
    Spoil("duplicate", "repeated", "feedback_id", renames=False),
)


def spoil(
    exports: Exports,
    truth: Exports,
    name: str,
    table: pa.Table,
    spoils: tuple[Spoil, ...],
    rng: Rng,
    encoding: str = "utf-8",
) -> None:
    """Append one row of each kind, made from rows of ``table``, which the file just got."""
    if table.num_rows < FEWEST_ROWS:
        return
    rows = rng.choice(table.num_rows, len(spoils), replace=False)
    for number, (kind, row) in enumerate(zip(spoils, rows, strict=True)):
        cells = {
            field: table[field].slice(int(row), 1).cast(pa.string()).to_pylist()[0]
            for field in table.column_names
        }
        if kind.renames:
            cells[kind.key] = f"{cells[kind.key]}X{number}"
        key = cells[kind.key]
        cells.update(kind.cells)
        dirty = table_of({f: column([v], pa.string()) for f, v in cells.items()})
        exports.csv(name, dirty, encoding)
        truth.parquet("dirt.parquet", _record(name, kind.kind, kind.fate, str(key)))


def spoil_lines(exports: Exports, truth: Exports, name: str, lines: TextColumn, rng: Rng) -> None:
    """Append a message cut off in the middle and one that came twice."""
    if len(lines) < FEWEST_ROWS:
        return
    cut, twice = (lines[int(i)].as_py() for i in rng.choice(len(lines), 2, replace=False))
    exports.json_lines(name, column([cut[: len(cut) // 2] + "\n", twice]))
    for kind, fate, line in (("cut_off", "quarantined", cut), ("duplicate", "repeated", twice)):
        key = line.split('"messageId":"')[1].split('"')[0]
        truth.parquet("dirt.parquet", _record(name, kind, fate, key))


def _record(name: str, kind: str, fate: str, key: str) -> pa.Table:
    return pa.table({"file": [name], "kind": [kind], "fate": [fate], "key": [key]})
