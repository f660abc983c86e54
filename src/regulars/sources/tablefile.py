"""Files that hold one canonical table's rows: completed, checked, told apart by key.

Of rows with the same key the last in the files counts; equal ones are repeats, different
ones before it go to quarantine, naming the line that took their place.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as resources

from regulars.lake.engine import name, quoted
from regulars.sources.identities import People, identity, whole_name
from regulars.sources.layouts import EXTRA_COLUMNS, PERSON_KINDS
from regulars.sources.outputs import UNSAID, by_id_or_name, unsaid_channels
from regulars.sources.planning import PlannedFile
from regulars.sources.staging import STAGED_TYPES, needed_everywhere, staged_union
from regulars.sources.words import listed, meaning_of, word_lists
from regulars.sources.workspace import Workspace
from regulars.tables.schema import Column, Table

WORDED = {
    ("orders", "channel"): "channel",
    ("stores", "channel"): "channel",
    ("events", "channel"): "event_channel",
    ("feedback", "channel"): "feedback_channel",
    ("customers", "gender"): "gender",
}
"""Columns whose words have a meaning (table, column) -> the subject in words.toml."""

CLOSED = ("channel",)
"""Worded columns that hold no other words than the declared ones."""

REPEAT = "repeat"
"""Marks a row that says exactly what a later one says."""

PIECE = "piece"
"""Marks a row that says, with others, what is known of one person, product or store."""

STORE_COLUMNS = ("store_id", "home_store_id")


@dataclass
class TableFiles:
    """The staged rows of one table's files, on the way into the table."""

    space: Workspace
    table: Table
    files: Sequence[PlannedFile]
    rows: str = ""
    kinds: tuple[str, ...] = ()

    def stage(self) -> None:
        """Type the rows, complete and check them; ``rows`` then has ``why`` and the columns."""
        required = needed_everywhere(self.files[0].layout)
        typed = staged_union(self.files, required)
        mapped = {target for file in self.files for target in file.targets}
        self.kinds = self._person_kinds(mapped)
        person = f"coalesce({', '.join(map(_target, self.kinds)) or 'NULL'}, NULL)::VARCHAR"
        unsaid = f"channel IS NULL AS {UNSAID}" if self._fills_channel else f"FALSE AS {UNSAID}"
        values = ", ".join(f"{self._value(c)} AS {name(c.name)}" for c in self.table.columns)
        persons = "".join(f", {self._identity(kind)} AS p_{kind}" for kind in self.kinds)
        filled = (
            f"SELECT file_no, line, why, {UNSAID}, {values}{persons} FROM "
            f"(SELECT *, {person} AS person, {unsaid} FROM ({typed}))"
        )
        self.rows = self.space.table(
            self.table.name, f"SELECT * REPLACE ({self._why()} AS why) FROM ({filled})"
        )

    def settle(self, people: People, stores: str) -> None:
        """Put customer ids and store ids in the place of what names them; then tell apart.

        Staged rows are not written again: a view joins what was found out.
        """
        replaced, joins = [], []
        has_stores = self.space.number(f"SELECT count(*) FROM {stores}") > 0
        for column in STORE_COLUMNS:
            if has_stores and column in self.table.column_names and self.table.name != "stores":
                known = f"{by_id_or_name(stores)} s_{column}"
                joins.append(f"LEFT JOIN {known} ON s_{column}.word = r.{column}")
                replaced.append(f"coalesce(s_{column}.store_id, r.{column}) AS {column}")
        if self.kinds:
            settled = people.resolve(self._named(), self.kinds, "seen_at")
            named = whole_name(self.kinds, "p_")
            joins.append(f"LEFT JOIN {settled} p ON p.whole_name = {named}")
            replaced.append("p.resolved AS customer_id")
        if replaced:
            self.rows = self.space.view(
                self.table.name,
                f"SELECT r.* REPLACE ({', '.join(replaced)}) FROM {self.rows} r {' '.join(joins)}",
            )
        if self.kinds and not self.table.column("customer_id").nullable:
            empty = "CASE WHEN why IS NULL AND customer_id IS NULL THEN 'customer_id is empty' "
            self.rows = self.space.view(
                self.table.name, f"SELECT * REPLACE ({empty} ELSE why END AS why) FROM {self.rows}"
            )
        self._tell_apart()

    def _named(self) -> str:
        """SQL of the usable rows' names of people, and when each row tells of."""
        columns = "".join(f"p_{kind} AS {kind}, " for kind in self.kinds)
        return f"(SELECT {columns} {self._seen_at()} AS seen_at FROM {self.rows} WHERE why IS NULL)"

    def select(self) -> str:
        """The rows that go into the table."""
        columns = ", ".join(map(name, self.table.column_names))
        plain = f"SELECT {columns} FROM {self.rows} WHERE why IS NULL"
        return f"{plain} UNION ALL {self._folded()}" if self.folds else plain

    def notes(self) -> list[str]:
        """What a person should know of how the files were understood."""
        if not self._fills_channel:
            return []
        used = f"{self.rows} WHERE (why IS NULL OR why = {quoted(PIECE)})"
        return unsaid_channels(self.space, self.table.name, used)

    @property
    def _fills_channel(self) -> bool:
        return "channel" in _fallbacks(self.table.name)

    @property
    def folds(self) -> bool:
        """Whether rows with the same key are pieces of one (people, products, stores)."""
        return self.table.on_conflict == "fill"

    def _folded(self) -> str:
        """One row per key that came in pieces: of each column the last that says something."""
        columns = []
        for column in self.table.columns:
            own = name(column.name)
            if column.name in self.table.key:
                columns.append(own)
            elif column.type == "json":
                pieces = f"list({own} ORDER BY file_no, line) FILTER ({own} IS NOT NULL)"
                columns.append(
                    f"list_reduce({pieces}, lambda a, b: json_merge_patch(a, b)::VARCHAR) AS {own}"
                )
            else:
                last = f"max_by({own}, (file_no, line)) FILTER ({own} IS NOT NULL)"
                columns.append(f"{last} AS {own}")
        keys = ", ".join(map(name, self.table.key))
        return (
            f"SELECT {', '.join(columns)} FROM {self.rows} WHERE why = {quoted(PIECE)} "
            f"GROUP BY {keys}"
        )

    def _tell_apart(self) -> None:
        """Mark rows whose key comes again: pieces, repeats, and rows that a later one replaces."""
        keys = ", ".join(map(name, self.table.key))
        double = self.space.table(
            "double",
            f"SELECT h FROM (SELECT hash({keys}) AS h FROM {self.rows} WHERE why IS NULL) "
            "GROUP BY h HAVING count(*) > 1",
        )
        if self.space.number(f"SELECT count(*) FROM {double}"):
            again = f"why IS NULL AND hash({keys}) IN (SELECT h FROM {double})"
            verdicts = self.space.table("verdicts", self._verdicts(again))
            self.rows = self.space.view(
                self.table.name,
                f"SELECT r.* REPLACE (coalesce(v.verdict, r.why) AS why) FROM {self.rows} r "
                f"LEFT JOIN {verdicts} v ON v.file_no = r.file_no AND v.line = r.line",
            )

    def _verdicts(self, again: str) -> str:
        """SQL of what rows with a key that comes again are (file_no, line, verdict)."""
        content = f"hash({', '.join(map(name, self.table.column_names))})"
        newer = (
            f"CASE WHEN content = last_content THEN {quoted(REPEAT)} "
            "ELSE 'line ' || last_line || ' has the same key and took its place' END"
        )
        window = (
            f"PARTITION BY {', '.join(map(name, self.table.key))} ORDER BY file_no, line "
            "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
        )
        return (
            f"SELECT file_no, line, {quoted(PIECE) if self.folds else newer} AS verdict "
            f"FROM (SELECT file_no, line, {content} AS content, "
            f"last_value({content}) OVER w AS last_content, last_value(line) OVER w AS last_line, "
            "last_value(file_no) OVER w AS last_file, count(*) OVER w AS times "
            f"FROM {self.rows} WHERE {again} WINDOW w AS ({window})) "
            f"WHERE {'times > 1' if self.folds else 'line <> last_line OR file_no <> last_file'}"
        )

    def _person_kinds(self, mapped: set[str]) -> tuple[str, ...]:
        if "customer_id" not in self.table.column_names:
            return ()
        kinds = [kind for kind in PERSON_KINDS if _target(kind) in mapped]
        if "anonymous_id" in mapped:
            kinds.append("anonymous")
        return tuple(kinds)

    def _identity(self, kind: str) -> str:
        return identity(_target(kind), kind, self.space.home.settings["shop.currency"])

    def _value(self, column: Column) -> str:
        fallback = _fallbacks(self.table.name).get(column.name)
        own = name(column.name)
        if column.type == "json":
            return f"{self._json(own)}"
        if subject := WORDED.get((self.table.name, column.name)):
            own = meaning_of(own, subject)
        if column.name == "customer_id":
            own = "person" if self.kinds else own
        if fallback:
            own = f"coalesce({own}, {fallback})"
        return f"({own})::{STAGED_TYPES[column.type]}"

    def _json(self, own: str) -> str:
        """What was given as JSON, with the extra targets and the unknown columns."""
        extras = EXTRA_COLUMNS.get(self.table.name, ())
        parts = [own]
        if extras:
            pairs = ", ".join(f"{quoted(key)}, {name(key)}" for key, _ in extras)
            parts.append(f"json_merge_patch('{{}}', json_object({pairs}))::VARCHAR")
        if self.files[0].layout.keeps_unknown:
            parts.append("extra")
        if len(parts) == 1:
            return own
        merged = "'{}'"
        for part in parts:
            merged = f"json_merge_patch({merged}, coalesce({part}, '{{}}'))::VARCHAR"
        return f"nullif({merged}, '{{}}')"

    def _seen_at(self) -> str:
        moments = [column.name for column in self.table.columns if column.type == "moment"]
        return f"coalesce({', '.join(moments)}, NULL)" if moments else "NULL::TIMESTAMPTZ"

    def _why(self) -> str:
        """SQL: why a row cannot be used: cells, checks, and columns that stay empty."""
        cases = [
            f"WHEN NOT ({condition}) THEN {quoted(reason)}"
            for reason, condition in _checks(self.table.name).items()
        ]
        if self.table.name == "customers":
            nobody = " AND ".join(f"p_{kind} IS NULL" for kind in self.kinds)
            cases.append(f"WHEN {nobody} THEN 'no number, phone or e-mail names the person'")
        cases += _unknown_words(self.table.name)
        cases += [
            f"WHEN {name(c.name)} IS NULL THEN {quoted(c.name + ' is empty')}"
            for c in self.table.columns
            if not (c.nullable or c.default is not None or c.name == "customer_id")
        ]
        return f"CASE WHEN why IS NOT NULL THEN why {' '.join(cases)} END"


def _unknown_words(table: str) -> list[str]:
    """SQL cases: a word that means none of what the column may hold, named with those."""
    return [
        f"WHEN {name(column)} NOT IN ({listed(word_lists(subject))}) THEN "
        f"{quoted(column + ' ' + chr(39))} || {name(column)}[:40] || "
        f"{quoted(chr(39) + ' is none of ' + ', '.join(word_lists(subject)))}"
        for (worded, column), subject in WORDED.items()
        if worded == table and column in CLOSED
    ]


def _target(kind: str) -> str:
    return {"customer_no": "customer_id", "anonymous": "anonymous_id"}.get(kind, kind)


@cache
def _document() -> Mapping[str, Mapping[str, str]]:
    text = resources("regulars.sources").joinpath("fallbacks.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _fallbacks(table: str) -> Mapping[str, str]:
    return _document().get(table, {})


def _checks(table: str) -> Mapping[str, str]:
    checks: Mapping[str, Mapping[str, str]] = _document()["checks"]  # type: ignore[assignment] # one level deeper
    return checks.get(table, {})
