"""Who a row is about: numbers, phones, e-mails and cards resolved to customer ids.

Rows name people by any of PERSON_KINDS. What is known already (``identifiers``, and the
people of the same import read before) decides; the rest become new customers, named by the
most reliable thing the row says. Values that stand for nobody identify nobody.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from regulars.lake.engine import name, quoted
from regulars.sources.layouts import PERSON_KINDS
from regulars.sources.words import listed, word_lists
from regulars.sources.workspace import Workspace

KINDS = (*PERSON_KINDS, "device", "anonymous")
NUMBERS = {"customer_no": "member_no", "member_no": "customer_no"}
CALLING_CODES = {
    "CNY": ("86", r"^1[3-9]\d{9}$", ""),
    "GBP": ("44", r"^0\d{9,10}$", "0"),
    "USD": ("1", r"^[2-9]\d{9}$", ""),
    "CAD": ("1", r"^[2-9]\d{9}$", ""),
    "JPY": ("81", r"^0\d{9,10}$", "0"),
    "AUD": ("61", r"^0\d{9}$", "0"),
    "HKD": ("852", r"^\d{8}$", ""),
    "TWD": ("886", r"^0\d{8,9}$", "0"),
    "SGD": ("65", r"^\d{8}$", ""),
}
"""Currency -> calling code, the shape of a national number, the prefix that it loses."""


def identity(text: str, kind: str, currency: str) -> str:
    """SQL: the normalised value of an identifier's text; null where it identifies nobody."""
    if kind == "phone":
        value = _phone(text, currency)
    elif kind == "email":
        value = (
            f"CASE WHEN regexp_matches({text}, '^[^@\\s*]+@[^@\\s*]+\\.[^@\\s.*]+$') "
            f"THEN lower({text}) END"
        )
    else:
        value = f"CASE WHEN contains({text}, '*') THEN NULL ELSE {text} END"
    blocked = (
        f"{text} IS NULL OR lower({text}) IN ({listed(word_lists('nobody')['words'])}) "
        f"OR regexp_matches({text}, '^[-+]?[0.]+$') "
        f"OR (length({text}) >= 6 AND replace({text}, {text}[1], '') = '')"
    )
    return f"CASE WHEN {blocked} THEN NULL ELSE {value} END"


def whole_name(kinds: Sequence[str], prefix: str = "") -> str:
    """SQL: all that names a person as one text; equal exactly where all parts are."""
    parts = (f"coalesce({name(prefix + kind)}, '')" for kind in kinds)
    return " || chr(31) || ".join(parts) or "NULL::VARCHAR"


def _phone(text: str, currency: str) -> str:
    """E.164 where the number says its country or is a national one of the shop's country."""
    digits = f"regexp_replace({text}, '[\\s().\\-－　·]', '', 'g')"
    world = f"regexp_replace({digits}, '^00', '+')"
    code, shape, prefix = CALLING_CODES.get(currency, ("", "^$", ""))
    national = f"'+{code}' || regexp_replace({digits}, '^{prefix}', '')"
    return (
        f"CASE WHEN regexp_matches({world}, '^\\+[1-9]\\d{{6,14}}$') THEN {world} "
        f"WHEN regexp_matches({digits}, '{shape}') THEN {national} "
        f"WHEN regexp_matches({digits}, '^{code or 'x'}[1-9]\\d{{7,11}}$') "
        f"AND length({digits}) > 10 THEN '+' || {digits} "
        f"WHEN regexp_matches({digits}, '^\\d{{5,15}}$') THEN {digits} END"
    )


@dataclass
class People:
    """The people known so far in an import: stored ones and those it found itself.

    ``known`` holds kind, value, customer_id, linked_at, is_new; ``ids`` the customer ids.
    """

    space: Workspace
    notes: dict[str, int] = field(default_factory=dict)

    def begin(self, identifiers: str, customers: str) -> None:
        """Start from what the lake knows (SQL sources of the two tables)."""
        run = self.space.connection.execute
        run(
            "CREATE OR REPLACE TABLE known_identifiers AS SELECT kind, value, customer_id, "
            f"linked_at, is_verified, FALSE AS is_new FROM {identifiers}"
        )
        run(
            "CREATE OR REPLACE TABLE known_customers AS "
            f"SELECT customer_id, FALSE AS is_new FROM {customers}"
        )

    def resolve(self, relation: str, kinds: Sequence[str], seen_at: str) -> str:
        """A table of the distinct identities in ``relation`` with their customer id.

        ``relation`` has a column per kind, normalised; ``seen_at`` is the SQL of the moment
        the row tells of. The table has the kinds' columns, all of them as one ``whole_name``
        to join by, and ``resolved``.
        """
        space, columns = self.space, ", ".join(name(kind) for kind in kinds)
        if not kinds:
            return space.table("people", "SELECT '' AS whole_name, '' AS resolved WHERE FALSE")
        some = " OR ".join(f"{name(kind)} IS NOT NULL" for kind in kinds)
        people = space.table(
            "people",
            f"SELECT {columns}, min({seen_at}) AS seen_at, NULL::VARCHAR AS resolved, "
            f"{whole_name(kinds)} AS whole_name FROM {relation} WHERE {some} GROUP BY {columns}",
        )
        for kind in kinds:
            self._round(people, kind, kinds)
        return people

    def _round(self, people: str, kind: str, kinds: Sequence[str]) -> None:
        """Settle everyone who is named by ``kind``: known by anything, else new."""
        run = self.space.connection.execute
        for other in kinds:
            run(
                f"UPDATE {people} p SET resolved = k.customer_id FROM known_identifiers k "
                f"WHERE p.resolved IS NULL AND p.{name(kind)} IS NOT NULL "
                f"AND k.kind = {quoted(other)} AND k.value = p.{name(other)}"
            )
        if kind in NUMBERS:
            self._known_as(people, kind, NUMBERS[kind])
            # a number that is some customer's id already names that customer
            run(
                f"UPDATE {people} p SET resolved = c.customer_id FROM known_customers c "
                f"WHERE p.resolved IS NULL AND c.customer_id = p.{name(kind)}"
            )
        if kind not in ("device", "anonymous"):
            run(
                f"UPDATE {people} p SET resolved = {self._new_id(kind)} "
                f"WHERE p.resolved IS NULL AND p.{name(kind)} IS NOT NULL"
            )
        run(
            "INSERT INTO known_customers SELECT DISTINCT resolved, TRUE FROM "
            f"{people} p WHERE resolved IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM known_customers c WHERE c.customer_id = p.resolved)"
        )
        for other in kinds:
            self._link(people, other)

    def _known_as(self, people: str, kind: str, other: str) -> None:
        """Systems call the same number a customer's in one place and a member's in another."""
        self.space.connection.execute(
            f"UPDATE {people} p SET resolved = k.customer_id FROM known_identifiers k "
            f"WHERE p.resolved IS NULL AND k.kind = {quoted(other)} AND k.value = p.{name(kind)}"
        )

    def _link(self, people: str, kind: str) -> None:
        """Remember a settled person's other values, the first that was seen with each."""
        self.space.connection.execute(
            "INSERT INTO known_identifiers "
            f"SELECT {quoted(kind)}, {name(kind)}, "
            "min_by(resolved, (coalesce(seen_at, TIMESTAMPTZ 'infinity'), resolved)), "
            "min(seen_at), FALSE, TRUE "
            f"FROM {people} p WHERE resolved IS NOT NULL AND {name(kind)} IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM known_identifiers k "
            f"WHERE k.kind = {quoted(kind)} AND k.value = p.{name(kind)}) GROUP BY {name(kind)}"
        )

    def _new_id(self, kind: str) -> str:
        """SQL: the id of a customer first known by a value of that kind.

        Numbers of the shop's own are ids by themselves; a phone or an e-mail is hidden
        behind a keyed hash, since ids appear in addresses and exports.
        """
        if kind in ("customer_no", "member_no"):
            return name(kind)
        salt = hashlib.sha256(f"{self.space.home.secret_key}:{kind}:".encode()).hexdigest()
        return f"'c-' || sha256({quoted(salt)} || {name(kind)})[1:16]"
