"""All files of one import together: staged, settled on who and where, and given out by table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from regulars.lake.engine import name, quoted
from regulars.sources.identities import People
from regulars.sources.keeping import keep_stored
from regulars.sources.links import Links
from regulars.sources.outputs import Sales, Stored
from regulars.sources.overlap import mark_repeats
from regulars.sources.planning import Plan, PlannedFile
from regulars.sources.sales import stage_sales
from regulars.sources.sharing import share_out
from regulars.sources.tablefile import PIECE, REPEAT, TableFiles
from regulars.sources.workspace import Workspace
from regulars.tables import CANONICAL
from regulars.tables.schema import Column, Table

FIRST = ("stores", "products", "campaigns", "customers", "identifiers")
"""What others refer to comes first."""


@dataclass(frozen=True)
class Output:
    """Rows for one table. ``is_background``: what is known already is not touched by them."""

    table: str
    select: Callable[[Stored], str]
    is_background: bool = False


@dataclass
class Batch:
    """The planned files of one import on the way into tables."""

    space: Workspace
    plan: Plan
    people: People = field(init=False)
    sales: Sales | None = None
    tables: list[TableFiles] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.people = People(self.space)

    def stage(self, progress: Callable[[str], None]) -> None:
        """Type and judge every row; nothing of the lake is needed yet."""
        groups: dict[str, list[PlannedFile]] = {}
        for file in self.plan.files:
            groups.setdefault(file.layout.name, []).append(file)
        for layout, files in sorted(groups.items(), key=lambda item: _rank(item[0])):
            progress(f"Reading {', '.join(dict.fromkeys(file.raw.file for file in files))}")
            if layout == "sales":
                rows = mark_repeats(self.space, files, stage_sales(self.space, files))
                rows = share_out(self.space, files, rows)
                self.sales = Sales(self.space, files, rows)
                self.sales.gather()
            else:
                kind = Links if layout == "identifiers" else TableFiles
                group = kind(self.space, CANONICAL[layout], files)
                group.stage()
                self.tables.append(group)

    def settle(self, stored: Stored) -> None:
        """Resolve people and stores against what is stored and what the import itself says."""
        self.people.begin(stored("identifiers"), stored("customers"))
        self.space.connection.execute(
            "CREATE OR REPLACE TABLE known_stores AS "
            f"SELECT store_id, store_name, channel FROM {stored('stores')}"
        )
        groups: list[TableFiles | Sales] = [*self.tables]
        if self.sales is not None:
            keep_stored(self.sales, stored)
            groups.append(self.sales)
        for group in sorted(groups, key=lambda g: _rank(_name(g))):
            group.settle(self.people, "known_stores")
            if isinstance(group, TableFiles) and group.table.name == "stores":
                self._know_stores(group)

    def outputs(self) -> Iterator[Output]:
        """What goes into each table, in the order to write it."""
        for group in sorted(self.tables, key=lambda g: _rank(g.table.name)):
            yield Output(group.table.name, _given(group.select()))
        if self.sales is not None:
            yield from self._sales_outputs(self.sales)
        yield Output("customers", _new_customers, is_background=True)
        yield Output("identifiers", _given(NEW_IDENTIFIERS))

    def unusable(self) -> Iterable[tuple[PlannedFile, str]]:
        """Each file with the SQL (line, reason) of its rows that go to quarantine."""
        if self.sales is not None:
            for file in self.sales.files:
                yield (
                    file,
                    (
                        f"SELECT line, reason FROM {self.sales.rows} "
                        f"WHERE kind = 'quarantine' AND file_no = {file.number}"
                    ),
                )
        for group in self.tables:
            for file in group.files:
                yield (
                    file,
                    (
                        f"SELECT line, why AS reason FROM {group.rows} WHERE why NOT IN "
                        f"({quoted(PIECE)}, {quoted(REPEAT)}) AND file_no = {file.number}"
                    ),
                )

    def notes(self) -> tuple[str, ...]:
        """What a person should know of how the files were understood."""
        groups: list[TableFiles | Sales] = [*self.tables]
        if self.sales is not None:
            groups.append(self.sales)
        return (*self.plan.notes, *(note for group in groups for note in group.notes()))

    def row_counts(self) -> dict[int, tuple[int, int, int]]:
        """File number -> rows used, repeated, quarantined."""
        selects = []
        if self.sales is not None:
            selects.append(
                "SELECT file_no, count(*) FILTER (kind NOT IN ('quarantine', 'repeat')), "
                "count(*) FILTER (kind = 'repeat'), "
                f"count(*) FILTER (kind = 'quarantine') FROM {self.sales.rows} GROUP BY file_no"
            )
        for group in self.tables:
            used = f"why IS NULL OR why = {quoted(PIECE)}"
            repeated = f"why = {quoted(REPEAT)}"
            selects.append(
                f"SELECT file_no, count(*) FILTER ({used}), count(*) FILTER ({repeated}), "
                f"count(*) FILTER (NOT coalesce({used}, TRUE) AND NOT {repeated}) "
                f"FROM {group.rows} GROUP BY file_no"
            )
        rows = self.space.connection.execute(" UNION ALL ".join(selects)).fetchall()
        return {number: (used, repeated, left) for number, used, repeated, left in rows}

    def _sales_outputs(self, sales: Sales) -> Iterator[Output]:
        yield Output("stores", _given(sales.stores("known_stores")), is_background=True)
        yield Output("products", _given(sales.products()), is_background=True)
        yield Output("customers", _given(sales.customers()), is_background=True)
        yield Output("orders", _given(sales.orders()))
        yield Output("order_lines", _given(sales.order_lines()))
        yield Output("returns", lambda stored: sales.returns(stored("orders")))
        yield Output("adjustments", _given(sales.adjustments()))

    def _know_stores(self, group: TableFiles) -> None:
        self.space.connection.execute(
            "INSERT INTO known_stores SELECT store_id, store_name, channel FROM "
            f"({group.select()}) g WHERE NOT EXISTS "
            "(SELECT 1 FROM known_stores k WHERE k.store_id = g.store_id)"
        )


NEW_IDENTIFIERS = (
    "SELECT kind, value, customer_id, coalesce(linked_at, now()) AS linked_at, is_verified "
    "FROM known_identifiers WHERE is_new"
)


def background(table: Table, select: str, given: Sequence[str], stored: str) -> str:
    """SQL of the rows that add to what is stored and never change what it says already."""
    columns = [column for column in table.columns if column.name in given]
    values = [_kept_first(table, column) for column in columns]
    listed = ", ".join(
        f"{value} AS {name(column.name)}" for value, column in zip(values, columns, strict=True)
    )
    keys = " AND ".join(f"g.{name(key)} = s.{name(key)}" for key in table.key)
    news = " OR ".join(
        f"({value} IS NOT NULL AND {value} IS DISTINCT FROM s.{name(column.name)})"
        for value, column in zip(values, columns, strict=True)
    )
    return f"SELECT {listed} FROM ({select}) g LEFT JOIN {stored} s ON {keys} WHERE {news}"


def _kept_first(table: Table, column: Column) -> str:
    new, old = f"g.{name(column.name)}", f"s.{name(column.name)}"
    if column.name in table.key:
        return new
    if column.type == "json":
        patch = f"json_merge_patch(coalesce({new}, '{{}}'), coalesce({old}, '{{}}'))::VARCHAR"
        return f"CASE WHEN {new} IS NULL THEN NULL ELSE {patch} END"
    if column.type == "flag":
        return f"nullif(coalesce({new}, FALSE) OR coalesce({old}, FALSE), FALSE)"
    if column.name.endswith("_name"):  # a code stands in where no name was known
        old = f"nullif({old}, s.{name(table.key[0])})"
    if column.default is not None:
        old = f"nullif({old}, {column.default})"
    return f"coalesce({old}, {new})"


def _new_customers(stored: Stored) -> str:
    """Everyone whom some row names and who has no row of their own yet."""
    return (
        "SELECT c.customer_id, CASE WHEN EXISTS (SELECT 1 FROM known_identifiers k "
        "WHERE k.customer_id = c.customer_id AND k.kind = 'member_no') THEN TRUE END AS is_member "
        "FROM known_customers c WHERE c.is_new AND NOT EXISTS "
        f"(SELECT 1 FROM {stored('customers')} s WHERE s.customer_id = c.customer_id)"
    )


def _given(select: str) -> Callable[[Stored], str]:
    return lambda stored: select


def _rank(layout: str) -> tuple[int, str]:
    order = (*FIRST, "sales", *CANONICAL)
    return order.index(layout), layout


def _name(group: TableFiles | Sales) -> str:
    return group.table.name if isinstance(group, TableFiles) else "sales"
