"""The rows of the timeline as SQL over a state of the lake.

A document (an order, a return, a piece of feedback) gives one row, and a further row for
each further product. Where an event tells of the same document, the event's row is the
document's: it keeps its session, page and channel, and takes from the document what it lacks.
Of several events of one document the first stays.
"""

from collections.abc import Mapping

import duckdb

from regulars.lake.connect import declared_rows
from regulars.lake.head import TableHead
from regulars.lake.home import ShopHome
from regulars.tables import CANONICAL

READS = ("events", "orders", "order_lines", "returns", "feedback", "identifiers", "products")
ORDERED, REFUNDED = "Order Completed", "Order Refunded"
FEEDBACK_EVENTS = {
    "review": "Product Reviewed",
    "survey": "Survey Answered",
    "ticket": "Ticket Opened",
    "complaint": "Complaint Made",
    "social": "Social Mention",
}
DOCUMENT_EVENTS = (ORDERED, REFUNDED, *FEEDBACK_EVENTS.values())
_FEEDBACK_EVENT = (
    "CASE channel "
    + " ".join(f"WHEN '{kind}' THEN '{event}'" for kind, event in FEEDBACK_EVENTS.items())
    + f" ELSE '{FEEDBACK_EVENTS['social']}' END"
)
PERSON = ("person_id", "is_visitor", "occurred_at", "event_name")
CARRIED = ("session_id", "order_id", "channel", "store_id", "product_id", "query", "page",
           "zone", "campaign_id", "dwell_seconds", "value_amount", "properties")  # fmt: skip
ROW = ", ".join((*PERSON, "is_further", *CARRIED))


def text_of(key: str) -> str:
    """SQL of one text of an event's properties."""
    return f"json_extract_string(properties, '$.{key}')"


# What an event says of the document that it tells of; null where it tells of none.
EVENT_KEY = f"""CASE
    WHEN event_name = '{ORDERED}' THEN event_name || '|' || {text_of("order_id")}
    WHEN event_name = '{REFUNDED}' THEN
        event_name || '|' || {text_of("order_id")} || '|' || epoch(occurred_at)::BIGINT
    WHEN event_name IN {tuple(FEEDBACK_EVENTS.values())} THEN event_name || '|' || coalesce(
        {text_of("feedback_id")}, {text_of("review_id")},
        person_id || '|' || product_id || '|' || epoch(occurred_at)::BIGINT)
END"""
ORDER_KEY = f"'{ORDERED}|' || order_id"
RETURN_KEY = (
    f"'{REFUNDED}|' || coalesce(order_id, 'return ' || return_id) || '|' || "
    "epoch(returned_at)::BIGINT"
)
FEEDBACK_KEY = f"{_FEEDBACK_EVENT} || '|' || feedback_id"
FEEDBACK_OTHER_KEY = (
    f"{_FEEDBACK_EVENT} || '|' || customer_id || '|' || product_id || '|' || "
    "epoch(created_at)::BIGINT"
)


class Rows:
    """The rows of one state of the lake, under names that begin with ``prefix``.

    ``only_keys``: a table of document keys; only these documents are looked at.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        home: ShopHome,
        prefix: str,
        tables: Mapping[str, TableHead],
    ) -> None:
        self.connection = connection
        self.prefix = prefix
        self.tables = tables
        for table in READS:
            body = declared_rows(home, CANONICAL[table], tables.get(table))
            connection.execute(f"CREATE TEMP VIEW {prefix}_{table} AS {body}")
        connection.execute(
            f"CREATE TEMP TABLE {prefix}_links AS SELECT value, arg_min(customer_id, kind) AS "
            f"customer_id FROM {prefix}_identifiers WHERE kind IN ('anonymous', 'device') "
            "GROUP BY value"
        )

    def name(self, what: str) -> str:
        return f"{self.prefix}_{what}"

    @property
    def document_events(self) -> tuple[str, ...]:
        """The events that tell of documents which this state has."""

        def has(table: str) -> bool:
            return table in self.tables and self.tables[table].row_count > 0

        orders = (ORDERED,) if has("orders") else ()
        returns = (REFUNDED,) if has("returns") else ()
        return (*orders, *returns, *(FEEDBACK_EVENTS.values() if has("feedback") else ()))

    def events(self, source: str) -> str:
        """SELECT of events with the person of each; those of nobody are left out."""
        links = self.name("links")
        carried = ", ".join("e." + column for column in CARRIED if column != "order_id")
        return (
            "SELECT coalesce(e.customer_id, l.customer_id, e.anonymous_id) AS person_id, "
            "e.customer_id IS NULL AND l.customer_id IS NULL AS is_visitor, e.event_id, "
            f"e.occurred_at, e.event_name, FALSE AS is_further, {text_of('order_id')} AS order_id, "
            f"{carried} FROM {source} e LEFT JOIN {links} l "
            "ON CASE WHEN e.customer_id IS NULL THEN e.anonymous_id END = l.value "
            "WHERE coalesce(e.customer_id, l.customer_id, e.anonymous_id) IS NOT NULL"
        )

    def plain(self, source: str) -> str:
        """SELECT of the rows of events that tell of no document."""
        return f"SELECT {ROW} FROM ({self.events(source)}) WHERE {self._names('NOT IN')}"

    def every(self, source: str) -> str:
        """SELECT of the rows of events where no document is looked at."""
        return f"SELECT {ROW} FROM ({self.events(source)})"

    def settle_documents(self, source: str, only_keys: str | None = None) -> str:
        """Join documents with the events of ``source``; SELECT of the rows of both."""
        self._gather_documents(only_keys)
        self._table(
            "told",
            f"SELECT *, {EVENT_KEY} AS key FROM ({self.events(source)}) WHERE {self._names('IN')}",
        )
        self._table(
            "keys",
            f"SELECT key, key AS document FROM {self.name('documents')} UNION ALL "
            f"SELECT other_key, min(key) FROM {self.name('documents')} "
            "WHERE other_key IS NOT NULL GROUP BY other_key",
        )
        self._table(
            "chosen",
            f"SELECT t.*, k.document FROM {self.name('told')} t JOIN {self.name('keys')} k "
            "USING (key) QUALIFY row_number() OVER "
            "(PARTITION BY k.document ORDER BY t.occurred_at, t.event_id) = 1",
        )
        self._table("settled", self._settled())
        return (
            f"SELECT {ROW} FROM {self.name('told')} ANTI JOIN {self.name('keys')} USING (key) "
            f"UNION ALL SELECT {ROW} FROM {self.name('settled')} UNION ALL {self._further()}"
        )

    def _names(self, sign: str) -> str:
        names = self.document_events
        if not names:
            return "TRUE" if sign == "NOT IN" else "FALSE"
        return f"event_name {sign} ({', '.join(repr(name) for name in names)})"

    def _settled(self) -> str:
        """One row per document that has a person."""
        both = ", ".join(
            f"coalesce(c.{name}, d.{name}) AS {name}"
            for name in ("occurred_at", "order_id", "channel", "store_id", "campaign_id",
                         "product_id", "value_amount")
        )  # fmt: skip
        told = ", ".join(f"c.{name}" for name in ("session_id", "query", "page", "zone",
                                                  "dwell_seconds", "properties"))  # fmt: skip
        return (
            "SELECT d.key, coalesce(d.customer_id, c.person_id) AS person_id, "
            "d.customer_id IS NULL AND c.is_visitor AS is_visitor, d.event_name, "
            f"FALSE AS is_further, {both}, {told} FROM {self.name('documents')} d "
            f"LEFT JOIN {self.name('chosen')} c ON c.document = d.key "
            "WHERE coalesce(d.customer_id, c.person_id) IS NOT NULL"
        )

    def _further(self) -> str:
        """A row for each other product of a document; money and dwell stand on the first row."""
        said = {"is_further": "TRUE", "product_id": "p.product_id",
                "dwell_seconds": "NULL", "value_amount": "NULL"}  # fmt: skip
        columns = ", ".join(f"{said.get(name, 's.' + name)} AS {name}" for name in ROW.split(", "))
        return (
            f"SELECT {columns} FROM {self.name('settled')} s JOIN (SELECT DISTINCT key, product_id "
            f"FROM {self.name('products_of')}) p USING (key) WHERE p.product_id <> s.product_id"
        )

    def _gather_documents(self, only_keys: str | None) -> None:
        wanted = f"WHERE key IN (SELECT key FROM {only_keys})" if only_keys else ""
        both = f"{wanted} OR other_key IN (SELECT key FROM {only_keys})" if only_keys else ""
        orders, lines = self.name("orders"), self.name("order_lines")
        returns, feedback = self.name("returns"), self.name("feedback")
        self._table(
            "products_of",
            f"SELECT * FROM (SELECT {ORDER_KEY} AS key, product_id, line_no::VARCHAR AS place, "
            f"line_no AS number FROM {lines} UNION ALL "
            f"SELECT {RETURN_KEY}, product_id, return_id, 0 FROM {returns}) {wanted}",
        )
        first = (
            "(SELECT key, arg_min(product_id, (number, place)) AS product_id "
            f"FROM {self.name('products_of')} GROUP BY key)"
        )
        self._table(
            "documents",
            f"""SELECT d.*, p.product_id FROM (
                SELECT '{ORDERED}' AS event_name, {ORDER_KEY} AS key, NULL::VARCHAR AS other_key,
                    customer_id, ordered_at AS occurred_at, channel, store_id, campaign_id,
                    order_id, net_amount AS value_amount FROM {orders}
                UNION ALL SELECT '{REFUNDED}', {RETURN_KEY} AS key, NULL, min(customer_id),
                    min(returned_at), NULL, NULL, NULL, min(order_id),
                    sum(refund_amount)::DECIMAL(18, 4) FROM {returns} GROUP BY key
            ) d LEFT JOIN {first} p USING (key) {wanted}
            UNION ALL SELECT * FROM (
                SELECT {_FEEDBACK_EVENT} AS event_name, {FEEDBACK_KEY} AS key,
                    {FEEDBACK_OTHER_KEY} AS other_key, customer_id, created_at,
                    CASE WHEN channel IN ('survey', 'ticket', 'complaint') THEN 'service'
                        WHEN channel = 'social' THEN channel END, store_id, NULL, order_id, NULL,
                    product_id FROM {feedback}
            ) {both}""",
        )

    def _table(self, what: str, query: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {self.name(what)} AS {query}")
