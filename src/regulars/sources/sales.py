"""A flat sales file: each row told apart as a sale, a return, neither, or unusable.

A row's amounts are exact decimals: gross = quantity x price, net = gross less discount.
What the source says comes first; what it leaves out follows from the rest. What a row is:

1. rows that cannot be used, or are not paid yet, go to quarantine
2. rows that a preset names are adjustments of its kind
3. no quantity, or a price below zero: adjustment ``manual``
4. no price: adjustment ``no_price`` (``write_off`` where the quantity is negative)
5. negative quantity, or the row says so: a return
6. the order's status says that it was taken back whole: a sale and its return
7. a sale
"""

from collections.abc import Sequence

from regulars.lake.engine import quoted
from regulars.sources.layouts import PERSON_KINDS
from regulars.sources.planning import PlannedFile
from regulars.sources.staging import staged_union
from regulars.sources.words import meaning_of, says
from regulars.sources.workspace import Workspace

MONEY = "DECIMAL(18,4)"
SPLIT = "* EXCLUDE (reason, why), reason AS return_reason, why AS reason"
"""A return's reason and the reason why a row cannot be used are two things."""
SALE = "kind IN ('sale', 'taken_back')"
RETURN = "kind IN ('return', 'taken_back')"
ADJUSTMENT = "starts_with(kind, 'adjustment:')"
QUARANTINE = "kind = 'quarantine'"


def stage_sales(space: Workspace, files: Sequence[PlannedFile]) -> str:
    """A table of all rows of flat sales files with ``kind``, ``reason`` and ``amount``.

    ``amount`` is what the row adds to the books: net of a sale, less of a return; of a row
    taken back it is the net that was both received and given back.
    """
    steps = (
        ("typed", staged_union(files, ("order_id", "ordered_at", "quantity"))),
        ("split", f"SELECT {SPLIT} FROM typed"),
        ("named", f"SELECT * REPLACE ({_replaced()}), {_persons(files)} FROM split"),
        ("gross", f"SELECT *, {_gross()} AS gross FROM named"),
        ("net", f"SELECT *, {_net()} AS net, {_price()} AS price FROM gross"),
        ("judged", f"SELECT * REPLACE ({_reason()} AS reason) FROM net"),
        ("told", f"SELECT *, {_kind(files)} AS kind FROM judged"),
    )
    chain = ", ".join(f"{step} AS ({select})" for step, select in steps)
    persons = ", ".join(f"p_{kind}" for kind in person_kinds(files))
    return space.table(
        "sales",
        f"WITH {chain} SELECT file_no, line, order_id, line_no, ordered_at, "
        f"{persons + ', ' if persons else ''}name, product_id, product_name, brand, category, "
        "quantity, price AS unit_price, gross AS gross_amount, net AS net_amount, "
        "order_net_amount, order_discount_amount, shipping_amount, tax_amount, unit_cost, "
        "batch_no, store_id, store_name, channel, city, region, country, coupon_codes, "
        f"campaign_id, reason, return_reason, original_order_id, kind, {_amount()} AS amount "
        "FROM told",
    )


def person_kinds(files: Sequence[PlannedFile]) -> tuple[str, ...]:
    """The kinds of identifiers by which the files name people, the most reliable first."""
    mapped = {target for file in files for target in file.targets}
    return tuple(kind for kind in PERSON_KINDS if _column(kind) in mapped)


def _column(kind: str) -> str:
    return "customer_id" if kind == "customer_no" else kind


def _persons(files: Sequence[PlannedFile]) -> str:
    named = [f"{_column(kind)} AS p_{kind}" for kind in person_kinds(files)]
    return ", ".join(named or ["NULL AS nobody"])


def _replaced() -> str:
    """Codes that stand in for others: a product without code is known by its name."""
    return (
        "coalesce(product_id, product_name) AS product_id, "
        f"coalesce(store_id, store_name) AS store_id, {meaning_of('channel', 'channel')} AS channel"
    )


def _gross() -> str:
    """Quantity x price, else as said, else the net with its discount; null where unknown."""
    given = "try_cast(quantity * unit_price AS DECIMAL(18,4))"
    sign = "CASE WHEN quantity < 0 THEN -1 ELSE 1 END"
    from_net = f"net_amount + {sign} * coalesce(abs(discount_amount), 0)"
    return f"coalesce({given}, gross_amount, {from_net})::{MONEY}"


def _net() -> str:
    """As said, else gross less the discount (which a return gives back less of)."""
    sign = "CASE WHEN quantity < 0 THEN -1 ELSE 1 END"
    return f"coalesce(net_amount, gross - {sign} * coalesce(abs(discount_amount), 0))::{MONEY}"


def _price() -> str:
    per_piece = "CASE WHEN quantity <> 0 THEN round(gross / quantity, 4) ELSE gross END"
    return f"try_cast(coalesce(unit_price, {per_piece}) AS {MONEY})"


def _reason() -> str:
    """Why a row cannot be used, beyond cells that cannot be read."""
    back = says("row_kind", "row_kind", "return")
    return (
        "CASE WHEN reason IS NOT NULL THEN reason "
        "WHEN product_id IS NULL THEN 'no product code or name' "
        "WHEN net IS NULL OR price IS NULL THEN 'no price and no amount' "
        f"WHEN {says('order_status', 'order_status', 'unpaid')} "
        "THEN 'not paid: ' || order_status "
        f"WHEN quantity < 0 AND net > 0 AND gross <= 0 AND NOT {back} "
        "THEN 'the quantity is negative, the amount is not' "
        f"WHEN quantity > 0 AND net < 0 AND gross > 0 AND NOT {back} "
        "THEN 'the amount is negative, the quantity is not' END"
    )


def _kind(files: Sequence[PlannedFile]) -> str:
    rules = " ".join(
        f"WHEN file_no = {file.number} AND ({rule.where}) THEN {quoted('adjustment:' + rule.kind)}"
        for file in files
        for rule in file.rules
    )
    return (
        f"CASE WHEN reason IS NOT NULL THEN 'quarantine' {rules} "
        "WHEN quantity = 0 OR price < 0 THEN 'adjustment:manual' "
        "WHEN gross = 0 AND net = 0 AND quantity < 0 THEN 'adjustment:write_off' "
        "WHEN gross = 0 AND net = 0 THEN 'adjustment:no_price' "
        f"WHEN quantity < 0 OR {says('row_kind', 'row_kind', 'return')} THEN 'return' "
        f"WHEN {says('order_status', 'order_status', 'taken_back')} THEN 'taken_back' "
        "ELSE 'sale' END"
    )


def _amount() -> str:
    return f"(CASE WHEN kind = 'return' THEN -abs(net) ELSE coalesce(net, gross, 0) END)::{MONEY}"
