"""The canonical rows of flat sales files: orders, lines, returns, adjustments, and who and what.

``Sales`` numbers the lines, settles who bought, and then gives one SELECT per table. Lines
are numbered by their order in the files; a repeated line is a line of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from regulars.sources.identities import People, identity, whole_name
from regulars.sources.planning import PlannedFile
from regulars.sources.sales import ADJUSTMENT, QUARANTINE, RETURN, SALE, person_kinds
from regulars.sources.workspace import Workspace

Stored = Callable[[str], str]
"""Table name -> SQL source of the rows stored so far."""

PIECES = {
    "row_count": "count(*)",
    "used_count": f"count(*) FILTER (NOT {QUARANTINE})",
    "first_line": "min(line)",
    "last_line": "max(line)",
    "first_file": "min(file_no)",
    "last_file": "max(file_no)",
    "numbered_count": "count(line_no)",
    "sale_count": f"count(*) FILTER ({SALE})",
    "return_count": f"count(*) FILTER ({RETURN})",
    "charge_count": f"count(*) FILTER ({ADJUSTMENT} AND quantity > 0 AND amount >= 0)",
    "seen_at": "min(ordered_at)",
    "sold_at": f"min(ordered_at) FILTER ({SALE})",
    "last_at": "max(ordered_at)",
    "gross_amount": f"sum(gross_amount) FILTER ({SALE})",
    "net_amount": f"sum(net_amount) FILTER ({SALE})",
    "store_id": "min(store_id)",
    "channel": "min(channel)",
    "name": "min(name)",
    "city": "min(city)",
    "region": "min(region)",
    "country": "min(country)",
    "campaign_id": "min(campaign_id)",
    "shipping_amount": "max(shipping_amount)",
    "tax_sum": "sum(tax_amount)",
    "tax_least": "min(tax_amount)",
    "tax_most": "max(tax_amount)",
    "tax_count": "count(tax_amount)",
    "coupon_codes": "max(coupon_codes)",
}
"""What is summed up of a document's rows, for each way in which they name its person."""

PREFIX = (
    "r.order_id || CASE WHEN d.sale_count > 0 THEN '' ELSE '-' || epoch(r.ordered_at)::BIGINT END"
)
"""SQL: what the ids of a document's returns and adjustments begin with, before the line."""

IS_ORDER = "sale_count > 0 OR (charge_count > 0 AND return_count = 0 AND customer_id IS NOT NULL)"

UNSAID = "is_channel_unsaid"
"""Marks rows whose channel stands nowhere in their file: another one stands in."""

_FOLDED = {"count": "sum", "sum": "sum", "min": "min", "max": "max"}
WHOLE = {
    column: f"{_FOLDED[sql.partition('(')[0]]}({column})" for column, sql in PIECES.items()
} | {
    "is_run": "max(last_line) - min(first_line) + 1 = sum(row_count) "
    "AND min(first_file) = max(last_file) AND sum(numbered_count) = 0",
    # a tax that stands on every row alike is the order's, else it is each line's own
    "tax_amount": "CASE WHEN min(tax_least) = max(tax_most) AND sum(tax_count) = sum(row_count) "
    "THEN max(tax_most) ELSE sum(tax_sum) END",
}
"""The same of a whole document."""


@dataclass
class Sales:
    """The staged rows of flat sales files, on the way into tables."""

    space: Workspace
    files: Sequence[PlannedFile]
    rows: str
    documents: str = ""
    lines: str = ""

    def gather(self) -> None:
        """Bring rows together by document (order, credit note) and number them within it.

        First by document and what names its person, then, with that normalised, by document.
        """
        kinds = person_kinds(self.files)
        currency = self.space.home.settings["shop.currency"]
        persons = "".join(f", {identity(f'p_{k}', k, currency)} AS p_{k}" for k in kinds)
        sums = ", ".join(f"{sql} AS {column}" for column, sql in PIECES.items())
        named = "".join(f", p_{k}" for k in kinds)
        pieces = (
            f"SELECT order_id{persons}, {', '.join(PIECES)} FROM "
            f"(SELECT order_id, {sums}{named} FROM {self.rows} "
            f"WHERE order_id IS NOT NULL AND kind <> 'repeat' GROUP BY order_id{named})"
        )
        whole = ", ".join(f"{sql} AS {column}" for column, sql in WHOLE.items())
        firsts = "".join(f", min(p_{k}) AS p_{k}" for k in kinds)
        mixed = " OR ".join(f"min(p_{k}) <> max(p_{k})" for k in kinds)
        self.documents = self.space.table(
            "documents",
            f"SELECT order_id, {whole}, coalesce({mixed or 'FALSE'}, FALSE) AS is_mixed{firsts} "
            f"FROM ({pieces}) GROUP BY order_id",
        )
        self.lines = self._numbered()

    def _numbered(self) -> str:
        """Line numbers where they are not simply the place in one run of rows.

        A document without a sale (a credit note, a refund on an older order) is numbered by
        moment: another export may hold another part of it.
        """
        group = "order_id, CASE WHEN sale_count = 0 THEN r.ordered_at END"
        return self.space.table(
            "numbers",
            "SELECT file_no, line, CASE WHEN is_numbered THEN line_no ELSE place END AS line_no "
            "FROM (SELECT r.file_no, r.line, r.line_no, "
            f"count(DISTINCT r.line_no) OVER (PARTITION BY {group}) "
            f"= count(*) OVER (PARTITION BY {group}) AS is_numbered, "
            f"row_number() OVER (PARTITION BY {group} ORDER BY r.file_no, r.line) AS place "
            f"FROM {self.rows} r JOIN {self.documents} d USING (order_id) "
            "WHERE kind <> 'repeat' AND (NOT is_run OR sale_count = 0))",
        )

    def settle(self, people: People, stores: str) -> None:
        """Give every document its customer and its store; ``stores``: SQL of the known ones."""
        kinds = person_kinds(self.files)
        columns = "".join(f"p_{kind} AS {kind}, " for kind in kinds)
        settled = people.resolve(
            f"(SELECT {columns} seen_at FROM {self.documents})", kinds, "seen_at"
        )
        self.documents = self.space.view(
            "settled",
            "SELECT d.* REPLACE (coalesce(s.store_id, d.store_id) AS store_id, "
            "coalesce(d.channel, s.channel, 'store') AS channel), p.resolved AS customer_id, "
            f"d.channel IS NULL AS {UNSAID} "
            f"FROM {self.documents} d LEFT JOIN {settled} p "
            f"ON p.whole_name = {whole_name(kinds, 'p_')} "
            f"LEFT JOIN {by_id_or_name(stores)} s ON s.word = d.store_id",
        )

    def orders(self) -> str:
        """Documents with a sale, and those of a known customer that only charge or give.

        The latter (a bank charge, goods typed in by hand, a gift) are orders of 0.00: the
        customer did order, and the money is told apart as adjustments.
        """
        return (
            "SELECT order_id, customer_id, store_id, channel, "
            "coalesce(sold_at, seen_at) AS ordered_at, coalesce(gross_amount, 0) AS gross_amount, "
            "coalesce(gross_amount - net_amount, 0) AS discount_amount, "
            "coalesce(net_amount, 0) AS net_amount, shipping_amount, tax_amount, campaign_id, "
            f"coupon_codes FROM {self.documents} WHERE {IS_ORDER}"
        )

    def order_lines(self) -> str:
        return self.joined(
            "r.order_id, {line_no} AS line_no, r.product_id, r.quantity, r.unit_price, "
            "r.gross_amount - r.net_amount AS discount_amount, r.net_amount, r.unit_cost, "
            "r.batch_no",
            SALE,
        )

    def returns(self, known_orders: str) -> str:
        """``known_orders``: SQL of the orders stored before, to which a return may belong."""
        return self.joined(
            f"{PREFIX} || '-' || {{line_no}} AS return_id, "
            "coalesce(r.original_order_id, CASE WHEN d.sale_count > 0 OR EXISTS "
            f"(SELECT 1 FROM {known_orders} k WHERE k.order_id = r.order_id) "
            "THEN r.order_id END) AS order_id, "
            "CASE WHEN r.kind = 'taken_back' THEN {line_no} END AS line_no, "
            "d.customer_id, r.product_id, r.ordered_at AS returned_at, "
            "abs(r.quantity) AS quantity, abs(r.net_amount) AS refund_amount, "
            "r.return_reason AS reason, r.batch_no",
            RETURN,
        )

    def adjustments(self) -> str:
        return self.joined(
            f"{PREFIX} || '-' || {{line_no}} AS adjustment_id, r.order_id, d.customer_id, "
            "r.ordered_at AS adjusted_at, split_part(r.kind, ':', 2) AS kind, r.product_id, "
            "r.quantity, r.amount, r.product_name AS note",
            ADJUSTMENT,
        )

    def notes(self) -> list[str]:
        """What a person should know of how the files were understood."""
        orders = f"{self.documents} WHERE ({IS_ORDER})"
        told = unsaid_channels(self.space, "orders", orders)
        mixed = self.space.number(f"SELECT count(*) FROM {self.documents} WHERE is_mixed")
        if mixed:
            told.append(
                f"{mixed} orders name more than one customer; each has the first by its number."
            )
        return told

    def prefixes(self) -> str:
        """What the ids of returns and adjustments begin with that these files speak of."""
        return (
            f"SELECT DISTINCT {PREFIX} FROM {self.rows} r "
            f"JOIN {self.documents} d ON d.order_id = r.order_id WHERE NOT {QUARANTINE}"
        )

    def replaced_orders(self) -> str:
        """The orders that these files say anew.

        A refund alone leaves its order as it is, and so do rows that cannot be used.
        """
        return (
            f"SELECT order_id FROM {self.documents} "
            "WHERE used_count > 0 AND (sale_count > 0 OR return_count = 0)"
        )

    def products(self) -> str:
        """What was sold, by its last name in the files."""
        last = "(SELECT product_id, product_name, brand, category, max(ordered_at) AS last_at "
        return (
            "SELECT product_id, coalesce(max_by(product_name, (last_at, product_name)) "
            "FILTER (product_name IS NOT NULL), product_id) AS product_name, "
            "max_by(brand, (last_at, brand)) FILTER (brand IS NOT NULL) AS brand, "
            "max_by(category, (last_at, category)) FILTER (category IS NOT NULL) AS category "
            f"FROM {last} FROM {self.rows} WHERE {SALE} OR {RETURN} GROUP BY ALL) "
            "GROUP BY product_id"
        )

    def stores(self, known: str) -> str:
        """Stores that the files name and nobody knows yet."""
        return (
            "SELECT store_id, coalesce(min(store_name), store_id) AS store_name, "
            f"coalesce(min(channel), 'store') AS channel FROM {self.rows} r "
            f"WHERE store_id IS NOT NULL AND NOT {QUARANTINE} AND NOT EXISTS (SELECT 1 "
            f"FROM {by_id_or_name(known)} s WHERE s.word = r.store_id) GROUP BY store_id"
        )

    def customers(self) -> str:
        member = "bool_or(p_member_no IS NOT NULL)" if self._names("member_no") else "NULL"
        name = "max_by(name, (last_at, name)) FILTER (name IS NOT NULL)"
        return (
            f"SELECT customer_id, {member}::BOOLEAN AS is_member, "
            "max_by(city, (last_at, city)) FILTER (city IS NOT NULL) AS city, "
            "max_by(region, (last_at, region)) FILTER (region IS NOT NULL) AS region, "
            "max_by(country, (last_at, country)) FILTER (country IS NOT NULL) AS country, "
            f"CASE WHEN {name} IS NOT NULL THEN json_object('name', {name})::VARCHAR END "
            f"AS attributes FROM {self.documents} WHERE customer_id IS NOT NULL "
            "GROUP BY customer_id"
        )

    def _names(self, kind: str) -> bool:
        return kind in person_kinds(self.files)

    def joined(self, columns: str, where: str) -> str:
        """SQL of rows with their document (d) and their number in it, ``{line_no}``."""
        line_no = "coalesce(n.line_no, r.line - d.first_line + 1)"
        return (
            f"SELECT {columns.format(line_no=line_no)} FROM "
            f"(SELECT * FROM {self.rows} WHERE {where}) r "
            f"JOIN {self.documents} d ON d.order_id = r.order_id LEFT JOIN {self.lines} n "
            "ON n.file_no = r.file_no AND n.line = r.line"
        )


def unsaid_channels(space: Workspace, what: str, rows: str) -> list[str]:
    """A note on the channels that stand in where the files name none; ``rows``: FROM, WHERE."""
    found = space.rows(
        f"SELECT channel, count(*) FROM {rows} AND {UNSAID} GROUP BY channel "
        "ORDER BY count(*) DESC, channel"
    )
    if not found:
        return []
    count = sum(int(str(number)) for _, number in found)
    each = ", ".join(f"{number} as {channel}" for channel, number in found)
    return [f"{what} without a channel: {count}; read {each}."]


def by_id_or_name(stores: str) -> str:
    """SQL of store_id and channel by ``word``: a store's id, or a name that only it has."""
    return (
        "(SELECT word, arg_min(store_id, rank) AS store_id, arg_min(channel, rank) AS channel "
        f"FROM (SELECT store_id AS word, store_id, channel, 0 AS rank FROM {stores} UNION ALL "
        "SELECT store_name, min(store_id), min(channel), 1 "
        f"FROM {stores} GROUP BY store_name HAVING count(*) = 1) GROUP BY word)"
    )
