"""The layouts that a file may have: what its columns can stand for, and what it must have.

A layout is a table file (one canonical table's rows), a flat sales file (one row per line
of an order) or a stream of Segment messages.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from regulars.tables import CANONICAL
from regulars.tables.schema import Column, ColumnType, Table

PERSON_KINDS = ("customer_no", "member_no", "card", "unionid", "phone", "email")
"""What names a person in a row, the most reliable first (kinds of ``identifiers``)."""

IDENTIFIER_COLUMNS = {
    **{kind: kind for kind in PERSON_KINDS if kind != "customer_no"},
    "device": "device_id",
    "anonymous": "anonymous_id",
}
"""Kind of identifier -> the column of a flat file of ``identifiers`` that holds such values."""

ASKED_TYPES = ("moment", "day", "money", "number", "integer")


@dataclass(frozen=True)
class Target:
    """What a source column can stand for."""

    name: str
    type: ColumnType
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """A kind of file. ``needs``: of each group of targets at least one must be there.

    ``pairs``: targets of which neither says anything without the other.
    """

    name: str
    targets: Mapping[str, Target]
    needs: tuple[tuple[str, ...], ...]
    keeps_unknown: bool = False
    pairs: tuple[tuple[str, str], ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Layout) and other.name == self.name

    def lacks(self, targets: Collection[str]) -> list[tuple[str, ...]]:
        """The groups of which a file with these targets has none, and halves of pairs."""
        halves = [
            (other,)
            for pair in self.pairs
            for one, other in (pair, pair[::-1])
            if one in targets and other not in targets
        ]
        return [group for group in self.needs if not set(targets) & set(group)] + halves

    def asks(self, target: str) -> bool:
        """Whether two columns claiming this target is worth a question."""
        kind = self.targets[target].type
        return kind in ASKED_TYPES or target in {name for group in self.needs for name in group}


SALES_COLUMNS: tuple[tuple[str, ColumnType], ...] = (
    ("order_id", "text"),
    ("line_no", "integer"),
    ("ordered_at", "moment"),
    ("ordered_time", "text"),
    ("customer_id", "text"),
    ("member_no", "text"),
    ("card", "text"),
    ("unionid", "text"),
    ("phone", "text"),
    ("email", "text"),
    ("name", "text"),
    ("product_id", "text"),
    ("product_name", "text"),
    ("brand", "text"),
    ("category", "text"),
    ("quantity", "number"),
    ("unit_price", "money"),
    ("gross_amount", "money"),
    ("discount_amount", "money"),
    ("net_amount", "money"),
    ("order_net_amount", "money"),
    ("order_discount_amount", "money"),
    ("shipping_amount", "money"),
    ("tax_amount", "money"),
    ("unit_cost", "money"),
    ("batch_no", "text"),
    ("store_id", "text"),
    ("store_name", "text"),
    ("channel", "text"),
    ("city", "text"),
    ("region", "text"),
    ("country", "text"),
    ("coupon_codes", "texts"),
    ("campaign_id", "text"),
    ("order_status", "text"),
    ("row_kind", "text"),
    ("reason", "text"),
    ("original_order_id", "text"),
)
EXTRA_COLUMNS: dict[str, tuple[tuple[str, ColumnType], ...]] = {
    "customers": (
        ("name", "text"),
        ("consent_sms", "flag"),
        ("consent_email", "flag"),
        ("consent_wechat", "flag"),
        ("consent_push", "flag"),
        ("consent_phone", "flag"),
        ("consent_marketing", "flag"),
    ),
}
OPTIONAL: dict[str, tuple[tuple[str, ...], ...]] = {
    # what a table file may lack although its column may not be null: others stand in for it
    "customers": (PERSON_KINDS,),
    "identifiers": (PERSON_KINDS, ("value", *IDENTIFIER_COLUMNS.values())),
    "products": (("product_id",),),
    "stores": (("store_id", "store_name"),),
    "orders": (("order_id", *PERSON_KINDS), ("ordered_at",), ("net_amount", "gross_amount")),
    "order_lines": (
        ("order_id",),
        ("product_id",),
        ("quantity",),
        ("unit_price", "net_amount"),
        ("line_no",),
    ),
    "returns": (
        ("return_id", "order_id"),
        ("product_id",),
        ("returned_at",),
        ("quantity",),
        ("refund_amount",),
    ),
    "events": (("event_name",), ("occurred_at",)),
    "feedback": (("feedback_id",), ("created_at",), ("text", "rating", "nps")),
    "campaigns": (("campaign_id",), ("campaign_name", "kind")),
    "exposures": (("campaign_id",), PERSON_KINDS),
    "coupon_uses": (("coupon_code",), ("order_id",), ("redeemed_at",), ("discount_amount",)),
    "promotions": (("promotion_id",), ("started_at",), ("ended_at",)),
    "prices": (("product_id",), ("from_at",), ("price",)),
    "points_entries": (PERSON_KINDS, ("points",), ("occurred_at",)),
    "tier_changes": (PERSON_KINDS, ("to_tier",), ("changed_at",)),
}
KEEPS_UNKNOWN = ("customers", "products", "events")
"""Tables with a JSON column for whatever else the source says."""


@cache
def sales_layout() -> Layout:
    """One row per line of an order."""
    targets = {name: Target(name, kind, _labels(name)) for name, kind in SALES_COLUMNS}
    needs = (
        ("order_id",),
        ("ordered_at",),
        ("product_id", "product_name"),
        ("quantity",),
        ("unit_price", "net_amount", "gross_amount"),
    )
    return Layout("sales", targets, needs)


@cache
def table_layout(table_name: str) -> Layout:
    """The rows of one canonical table."""
    table = CANONICAL[table_name]
    columns = [Target(c.name, c.type, (c.zh,)) for c in table.columns if c.name != "customer_id"]
    if "customer_id" in table.column_names:
        named_by = ("customer_id", *PERSON_KINDS[1:])
        columns += [Target(kind, "text", _labels(kind)) for kind in named_by]
    columns += [Target(name, kind) for name, kind in EXTRA_COLUMNS.get(table_name, ())]
    if table_name == "customers":
        columns.append(Target("anonymous_id", "text"))
    if table_name == "identifiers":
        columns += [Target(name, "text") for name in ("device_id", "anonymous_id")]
    needs = OPTIONAL.get(table_name) or tuple((c.name,) for c in _must_have(table))
    needs = tuple(
        tuple("customer_id" if name == "customer_no" else name for name in group) for group in needs
    )
    pairs = (("kind", "value"),) if table_name == "identifiers" else ()
    targets = {target.name: target for target in columns}
    return Layout(table_name, targets, needs, table_name in KEEPS_UNKNOWN, pairs)


def layout_named(name: str) -> Layout:
    """The layout of that name: ``sales`` or a canonical table."""
    return sales_layout() if name == "sales" else table_layout(name)


def all_layouts() -> Iterable[Layout]:
    """Sales first, then each canonical table."""
    yield sales_layout()
    yield from (table_layout(name) for name in CANONICAL)


def _must_have(table: Table) -> list[Column]:
    return [c for c in table.columns if not c.nullable and c.default is None]


@cache
def _labels(target: str) -> tuple[str, ...]:
    homes = ("orders", "order_lines", "products", "stores", "customers", "returns")
    columns = [column for home in homes for column in CANONICAL[home].columns]
    labels = [column.zh for column in columns if column.name == target]
    return tuple(dict.fromkeys(labels))
