"""Files that say who is who: identifiers of every kind, each with the customer it belongs to.

A line names one identifier (its kind and its value), or several in a column each (device_id,
phone, email ...), and the customer: by id, else by the most reliable of what else it says.
Of an identifier given to several customers the last line counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from regulars.lake.engine import name, quoted
from regulars.sources.cells import code_of
from regulars.sources.identities import KINDS, People, identity, whole_name
from regulars.sources.layouts import IDENTIFIER_COLUMNS, PERSON_KINDS
from regulars.sources.staging import staged_union
from regulars.sources.tablefile import REPEAT, TableFiles
from regulars.sources.words import listed, word_lists

MOST_WORDS = 20
"""How many words for a kind are told one by one."""


def kind_of(text: str) -> str:
    """SQL: the kind of identifier that a text means; null where it means none."""
    bare = f"regexp_replace(lower({text}), '[\\s_.\\-]+', '', 'g')"
    cases = " ".join(
        f"WHEN {bare} IN ({listed(words)}) THEN {quoted(kind)}"
        for kind, words in word_lists("identifier_kind").items()
    )
    return f"CASE {cases} END"


@dataclass
class Links(TableFiles):
    """The staged lines of files of ``identifiers``, each with the links that it gives."""

    links: str = ""
    said: list[str] = field(default_factory=list)

    def stage(self) -> None:
        """Type the lines, normalise what they give; ``rows`` then has ``why`` and ``given``."""
        mapped = {target for file in self.files for target in file.targets}
        self.kinds = tuple(
            k for k in PERSON_KINDS if IDENTIFIER_COLUMNS.get(k, "customer_id") in mapped
        )
        typed = f"SELECT *, {kind_of('kind')} AS meant FROM ({staged_union(self.files)})"
        pairs = f"[{', '.join(self._pairs(mapped))}] AS pairs"
        named = f"SELECT *, {self._named_by()}, {pairs} FROM ({typed})"
        told = (
            "SELECT file_no, line, why, kind, value, meant, linked_at, is_verified, "
            f"{''.join(f'p_{kind}, ' for kind in self.kinds)}"
            "list_filter(pairs, lambda p: p.value IS NOT NULL) AS given, "
            "list_filter(pairs, lambda p: p.said IS NOT NULL AND p.value IS NULL) AS nobody "
            f"FROM ({named})"
        )
        self.rows = self.space.table(
            "links", f"SELECT * REPLACE ({self._unusable()} AS why) FROM ({told})"
        )

    def settle(self, people: People, stores: str) -> None:
        """Find the customers; the last line of each identifier counts. ``stores``: not needed."""
        persons = "".join(f"p_{kind} AS {kind}, " for kind in self.kinds)
        usable = f"(SELECT {persons} linked_at AS seen_at FROM {self.rows} WHERE why IS NULL)"
        settled = people.resolve(usable, self.kinds, "seen_at")
        every = self.space.table(
            "given",
            "SELECT DISTINCT file_no, line, pair.kind AS kind, pair.value AS value, "
            "resolved AS customer_id, linked_at, is_verified FROM "
            f"(SELECT r.*, p.resolved, unnest(r.given) AS pair FROM {self.rows} r "
            f"JOIN {settled} p ON p.whole_name = {whole_name(self.kinds, 'p_')} "
            "WHERE r.why IS NULL)",
        )
        last = self.space.table(
            "last",
            "SELECT kind, value, max_by(customer_id, (file_no, line)) AS customer_id, "
            "max((file_no, line)) AS place, count(DISTINCT customer_id) AS customer_count "
            f"FROM {every} GROUP BY kind, value",
        )
        self._judge_lines(every, last)
        self._link(every, last)
        self.said = self._told(last)
        self._make_known()

    def select(self) -> str:
        """The rows that go into the table."""
        return f"SELECT kind, value, customer_id, linked_at, is_verified FROM {self.links}"

    def notes(self) -> list[str]:
        """How kinds were read, what identifies nobody, and what stands in for a moment."""
        return self.said

    def _named_by(self) -> str:
        """SQL: what names the customer; where the id does, nothing else is asked."""
        columns = []
        for kind in self.kinds:
            own = self._normalised(IDENTIFIER_COLUMNS.get(kind, "customer_id"), kind)
            is_second = kind != "customer_no" and "customer_no" in self.kinds
            by_id = self._normalised("customer_id", "customer_no")
            own = f"CASE WHEN {by_id} IS NULL THEN {own} END" if is_second else own
            columns.append(f"({own})::VARCHAR AS p_{kind}")
        return ", ".join(columns)

    def _pairs(self, mapped: set[str]) -> list[str]:
        """SQL structs (kind, said, value): each identifier that a line gives."""
        pairs = [
            _struct(quoted(kind), name(column), self._normalised(column, kind))
            for kind, column in IDENTIFIER_COLUMNS.items()
            if column in mapped
        ]
        if "value" in mapped:
            text = code_of("value")
            cases = " ".join(
                f"WHEN {quoted(kind)} THEN {self._normalised(text, kind)}" for kind in KINDS
            )
            pairs.append(_struct("meant", "value", f"CASE meant {cases} END"))
        return pairs

    def _normalised(self, text: str, kind: str) -> str:
        return f"({identity(text, kind, self.space.home.settings['shop.currency'])})"

    def _unusable(self) -> str:
        """SQL: why a line cannot be used; null where it gives a link."""
        nobody = " AND ".join(f"p_{kind} IS NULL" for kind in self.kinds)
        return (
            "CASE WHEN why IS NOT NULL THEN why "
            "WHEN kind IS NULL AND value IS NOT NULL THEN 'kind is empty' "
            "WHEN kind IS NOT NULL AND meant IS NULL THEN 'kind ''' || kind[:40] || "
            f"{quoted(chr(39) + ' is none of ' + ', '.join(KINDS))} "
            "WHEN kind IS NOT NULL AND value IS NULL THEN 'value is empty' "
            f"WHEN {nobody} THEN 'no number, phone or e-mail names the person' "
            "WHEN len(given) = 0 AND len(nobody) > 0 THEN "
            "nobody[1].kind || ' ''' || nobody[1].said[:40] || ''' identifies nobody' "
            "WHEN len(given) = 0 THEN 'no identifier stands beside the customer' END"
        )

    def _judge_lines(self, every: str, last: str) -> None:
        """Mark lines that only repeat links, and those whose links all are a later line's."""
        taken = "' line ' || max(l.place[2]) || ' has the same key and took its place'"
        verdicts = self.space.table(
            "verdicts",
            "SELECT e.file_no, e.line, CASE "
            "WHEN bool_or(l.place = (e.file_no, e.line)) THEN NULL "
            f"WHEN bool_and(l.customer_id = e.customer_id) THEN {quoted(REPEAT)} "
            f"ELSE trim({taken}) END AS verdict FROM {every} e "
            f"JOIN {last} l ON l.kind = e.kind AND l.value = e.value GROUP BY e.file_no, e.line",
        )
        self.rows = self.space.view(
            "links",
            f"SELECT r.* REPLACE (coalesce(r.why, v.verdict) AS why) FROM {self.rows} r "
            f"LEFT JOIN {verdicts} v ON v.file_no = r.file_no AND v.line = r.line",
        )

    def _link(self, every: str, last: str) -> None:
        """The links: since the first moment given, else known, else since this import."""
        self.links = self.space.table(
            "identifiers",
            "SELECT g.kind, g.value, g.customer_id, "
            "coalesce(g.linked_at, k.linked_at, now()) AS linked_at, "
            "coalesce(g.is_verified, k.is_verified, FALSE) AS is_verified, "
            "coalesce(g.linked_at, k.linked_at) IS NULL AS is_since_now FROM "
            "(SELECT l.kind, l.value, l.customer_id, min(e.linked_at) AS linked_at, "
            f"bool_or(e.is_verified) AS is_verified FROM {last} l JOIN {every} e "
            "ON e.kind = l.kind AND e.value = l.value AND e.customer_id = l.customer_id "
            "GROUP BY ALL) g LEFT JOIN known_identifiers k "
            "ON k.kind = g.kind AND k.value = g.value AND k.customer_id = g.customer_id",
        )

    def _make_known(self) -> None:
        """Other files of the same import find people by these links too."""
        run = self.space.connection.execute
        run(
            f"DELETE FROM known_identifiers k USING {self.links} l "
            "WHERE l.kind = k.kind AND l.value = k.value"
        )
        known = "* REPLACE (FALSE AS is_since_now)"  # and nothing more to write of them
        run(f"INSERT INTO known_identifiers SELECT {known} FROM {self.links}")

    def _told(self, last: str) -> list[str]:
        """The notes, each only where there is something to tell."""
        words = self.space.rows(
            f"SELECT DISTINCT kind, meant FROM {self.rows} WHERE meant IS NOT NULL "
            f"AND kind <> meant ORDER BY kind LIMIT {MOST_WORDS}"
        )
        nobody = self.space.rows(
            f"SELECT count(*), kind FROM (SELECT unnest(nobody).kind AS kind FROM {self.rows} "
            "WHERE why IS NULL) GROUP BY kind ORDER BY kind"
        )
        shared = self.space.number(f"SELECT count(*) FROM {last} WHERE customer_count > 1")
        undated = self.space.number(f"SELECT count(*) FROM {self.links} WHERE is_since_now")
        return [
            *_told_of("Kinds of identifiers read as what they mean: {}.", words, "{} as {}"),
            *_told_of("Identifiers left out, as they identify nobody: {}.", nobody, "{} {}"),
            *([f"Identifiers given to more than one customer: {shared}; the last line counts."]
              if shared else []),
            *([f"Identifiers without a moment since when they are the customer's: {undated}; "
               "the moment of this import stands in."] if undated else []),
        ]  # fmt: skip


def _told_of(note: str, rows: Sequence[tuple[object, ...]], each: str) -> list[str]:
    return [note.format(", ".join(each.format(*row) for row in rows))] if rows else []


def _struct(kind: str, said: str, value: str) -> str:
    return f"{{'kind': {kind}, 'said': {said}, 'value': {value}}}"
