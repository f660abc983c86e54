"""Texts as numbers: which texts a property has, and the SELECT that gives rows as codes.

Codes are given once, the most frequent text first; texts that come later are put at the end,
so that a row written earlier goes on meaning the same.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from regulars.lake.engine import name, quoted
from regulars.lake.timeline.bucket_files import EVENT, MOMENT
from regulars.lake.timeline.manifest import Manifest, Meaning
from regulars.lake.timeline.spill import PERSON
from regulars.tables.timeline import GONE, NO_AMOUNT, NO_CODE, NO_KEY
from regulars.tables.timeline.structure import AMOUNT_SCALE

MOST_TEXTS = 2_000_000
MOST_KEYS = 32
MOST_EVENT_NAMES = 30_000
KEYS = ("session_id", "order_id")
TEXTS = ("channel", "store_id", "product_id", "query", "page", "zone", "campaign_id")
DERIVED = ("category", "brand", "purpose")
COLUMNS = (
    *(Meaning(name, "key") for name in KEYS),
    *(Meaning(name, "text") for name in TEXTS),
    Meaning("dwell_seconds", "number"),
    Meaning("value_amount", "amount"),
)
# Keys of events' properties by these names would hide something else.
TAKEN = {*DERIVED, EVENT, "event_name", "person_id", "is_visitor", "is_further", "customer_id",
         "anonymous_id", "event_id", "received_at", PERSON, MOMENT}  # fmt: skip
OTHER_EVENT = "(other events)"
NONE: dict[str, tuple[str, Any]] = {
    "text": ("<i4", NO_CODE),
    "key": ("<u8", NO_KEY),
    "amount": ("<i8", NO_AMOUNT),
    "number": ("<f8", np.nan),
}


class Coding:
    """The meanings of codes while rows are being read; ``manifest`` is brought up to date."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest
    ) -> None:
        self.connection = connection
        self.manifest = manifest
        self.extended: set[str] = set()
        manifest.properties = manifest.properties or [
            Meaning(known.name, known.kind) for known in COLUMNS
        ]
        self.texts: dict[str, Any] = {
            meaning.name: read_texts(folder / meaning.file)
            for meaning in manifest.properties
            if meaning.file
        }
        names = dict.fromkeys(event for event, _, _ in manifest.event_codes[GONE + 1 :])
        self.texts[EVENT] = pa.array(list(names), pa.string())
        for of in self.texts:
            self._declare(of)

    def learn(self, sources: Sequence[str]) -> None:
        """Give codes to the texts of these relations that have none yet."""
        self._extend(EVENT, self._rows(sources, "event_name"), MOST_EVENT_NAMES)
        if len(self.texts[EVENT]) == MOST_EVENT_NAMES:
            self._append(EVENT, [OTHER_EVENT])
        for meaning in self.manifest.properties:
            if meaning.kind == "text" and not meaning.json_key:
                self._extend(meaning.name, self._rows(sources, name(meaning.name)), MOST_TEXTS)
        self._learn_json(sources)

    def select(self, rows: str) -> str:
        """SELECT of numbers: person, moment, event name with is_further, and every property."""
        keys = [m.json_key for m in self._json() if m.name in self.texts]
        paths = ", ".join(quoted(_path(key)) for key in keys)
        said = f"json_extract_string(properties, [{paths}])" if keys else "NULL"
        columns = ", ".join(
            f"{sql} AS {name(meaning.name)}"
            for meaning in self.manifest.properties
            if (sql := self._coded(meaning, keys))
        )
        last = max(len(self.texts[EVENT]) - 1, 0)
        event = f"coalesce({self._code(EVENT, 'event_name')}, {last})"
        return (
            f"SELECT {person_hash(self.manifest.salt)} AS {PERSON}, "
            f"epoch_us(occurred_at) AS {MOMENT}, ({event} * 2 + is_further::INTEGER)::UINTEGER "
            f"AS {EVENT}, {columns} FROM (SELECT *, {said} AS said FROM ({rows}))"
        )

    def write(self, folder: Path, generation: int) -> None:
        """Write the texts that have been extended into the generation's folder."""
        for meaning in self.manifest.properties:
            if meaning.name in self.extended:
                number = self.manifest.properties.index(meaning)
                meaning.file = f"{generation}/text-{number:02}.arrow"
                meaning.text_count = len(self.texts[meaning.name])
                texts = pa.table({"text": self.texts[meaning.name]})
                write_table(folder / meaning.file, texts)

    def _json(self) -> Iterator[Meaning]:
        return (meaning for meaning in self.manifest.properties if meaning.json_key)

    def _learn_json(self, sources: Sequence[str]) -> None:
        known = {meaning.json_key: meaning for meaning in self._json()}
        own = {meaning.name for meaning in COLUMNS}
        said = " UNION ALL ".join(
            f"SELECT properties FROM {source} WHERE properties <> '{{}}'" for source in sources
        )
        found = self.connection.execute(
            f"SELECT key, count(*) FROM (SELECT unnest(json_keys(properties)) AS key FROM ({said}))"
            " GROUP BY key ORDER BY 2 DESC, 1"
        ).fetchall()
        for key, _ in found:
            if key in own or '"' in key or "\\" in key or not key:
                continue
            if key not in known:
                if self.manifest.keys_are_full:
                    continue
                known[key] = Meaning(f"event_{key}" if key in TAKEN else key, "text", key)
            self._learn_key(known[key], sources)

    def _learn_key(self, meaning: Meaning, sources: Sequence[str]) -> None:
        path, key = quoted(_path(meaning.json_key)), quoted(meaning.json_key)
        texts = " UNION ALL ".join(
            f"SELECT json_extract_string(properties, {path}) AS text FROM {source} WHERE "
            f"contains(properties, {key}) AND json_type(properties, {path}) "
            "NOT IN ('OBJECT', 'ARRAY', 'NULL')"
            for source in sources
        )
        self._extend(meaning.name, texts, MOST_TEXTS, meaning)
        if meaning.name in self.texts and meaning not in self.manifest.properties:
            if sum(1 for _ in self._json()) == MOST_KEYS:
                self.manifest.keys_are_full = True
                del self.texts[meaning.name]
                self.extended.discard(meaning.name)
                return
            self.manifest.properties.append(meaning)

    def _rows(self, sources: Sequence[str], column: str) -> str:
        return " UNION ALL ".join(f"SELECT {column} AS text FROM {source}" for source in sources)

    def _extend(self, of: str, texts: str, most: int, meaning: Meaning | None = None) -> None:
        """Put texts without a code at the end of the known ones, up to ``most`` in all."""
        meaning = meaning or next((m for m in self.manifest.properties if m.name == of), None)
        if meaning is not None and meaning.is_full:
            return
        have = len(self.texts.get(of, ()))
        new = f"AND TRY_CAST(text AS {_type(of)}) IS NULL" if have else ""
        counted = (
            f"SELECT text, count(*) AS n FROM ({texts}) WHERE text IS NOT NULL {new} "
            f"GROUP BY text ORDER BY n DESC, text LIMIT {most - have + 1}"
        )
        table = self.connection.sql(f"SELECT text FROM ({counted}) ORDER BY n DESC, text")
        found: Any = table.to_arrow_table()["text"].combine_chunks().cast(pa.string())
        if meaning is not None:
            meaning.is_full = len(found) > most - have
        found = found[: max(most - have, 0)]
        self._append(of, found)

    def _append(self, of: str, found: Any) -> None:
        if len(found):
            old = self.texts.get(of, pa.array([], pa.string()))
            self.texts[of] = pa.concat_arrays([old, pa.array(found, pa.string())])
            self.extended.add(of)
            self._declare(of)

    def _declare(self, of: str) -> None:
        """Make the texts a type of the engine's, which finds a text's code by hashing."""
        if len(self.texts[of]):
            table = pa.table({"text": self.texts[of]})
            self.connection.register("coded_texts", table)
            self.connection.execute(f"DROP TYPE IF EXISTS {_type(of)}")
            self.connection.execute(
                f"CREATE TYPE {_type(of)} AS ENUM (SELECT text FROM coded_texts)"
            )
            self.connection.unregister("coded_texts")

    def _coded(self, meaning: Meaning, keys: list[str]) -> str:
        """SQL of a property's numbers; "" where no row can have any."""
        column = name(meaning.name)
        if meaning.kind == "key":
            return (
                f"CASE WHEN {column} IS NULL THEN {NO_KEY}::UBIGINT "
                f"ELSE greatest(hash({column}), 1::UBIGINT) END"
            )
        if meaning.kind == "amount":
            return f"coalesce(({column} * {AMOUNT_SCALE})::BIGINT, {NO_AMOUNT})"
        if meaning.kind == "number":
            return f"coalesce({column}, 'nan'::DOUBLE)"
        if meaning.name not in self.texts:
            return ""
        text = f"said[{keys.index(meaning.json_key) + 1}]" if meaning.json_key else column
        return (
            f"coalesce({self._code(meaning.name, text)}, {NO_CODE})"
            f"::{_code_type(len(self.texts[meaning.name]))}"
        )

    def _code(self, of: str, text: str) -> str:
        if of not in self.texts or not len(self.texts[of]):
            return "NULL::INTEGER"
        return f"enum_code(TRY_CAST({text} AS {_type(of)}))::INTEGER"


def person_hash(salt: int) -> str:
    """SQL of the number of a person; a customer and a visitor of the same id are two."""
    return f"hash(person_id, is_visitor, {salt})"


def read_texts(path: Path) -> Any:
    """The texts of a property by code."""
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()["text"].combine_chunks()


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table so that it can be mapped into memory."""
    with path.open("wb") as file:
        with pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
        file.flush()
        os.fsync(file.fileno())


def _path(key: str) -> str:
    return f'$."{key}"'


def _type(of: str) -> str:
    return name(f"texts of {of}")


def _code_type(count: int) -> str:
    if count <= np.iinfo(np.int8).max:
        return "TINYINT"
    return "SMALLINT" if count <= np.iinfo(np.int16).max else "INTEGER"
