"""A bad row never costs what is stored: orders that a newer file says only in part stay.

A corrected file replaces its orders. Where rows of an order cannot be used and what the others
say would take something stored away, the whole order is left as it is: its other rows go to
quarantine too, and say so.
"""

from regulars.lake.engine import quoted
from regulars.sources.outputs import PREFIX, Sales, Stored
from regulars.sources.sales import ADJUSTMENT, QUARANTINE, RETURN

KEPT = "another row of its order cannot be used: the order stays as it is stored"


def keep_stored(sales: Sales, stored: Stored) -> None:
    """Set aside the rows of orders that would lose stored rows to rows that cannot be used."""
    bad = sales.space.table(
        "bad",
        f"SELECT DISTINCT order_id FROM {sales.rows} WHERE {QUARANTINE} AND order_id IS NOT NULL",
    )
    if not sales.space.number(f"SELECT count(*) FROM {bad}"):
        return
    kept = sales.space.table("kept", _losing(sales, stored, bad))
    aside = f"order_id IN (SELECT order_id FROM {kept}) AND kind NOT IN ('quarantine', 'repeat')"
    if not sales.space.number(f"SELECT count(*) FROM {sales.rows} WHERE {aside}"):
        return
    sales.rows = sales.space.table(
        "sales",
        f"SELECT * REPLACE (CASE WHEN {aside} THEN {quoted(KEPT)} ELSE reason END AS reason, "
        f"CASE WHEN {aside} THEN 'quarantine' ELSE kind END AS kind) FROM {sales.rows}",
    )
    sales.gather()


def _losing(sales: Sales, stored: Stored, bad: str) -> str:
    """SQL of the orders with unusable rows of which something stored is not said anew."""
    replaced = f"order_id IN (SELECT order_id FROM {bad} INTERSECT {sales.replaced_orders()})"
    lost = [
        f"SELECT order_id FROM {stored('orders')} s WHERE {replaced} AND NOT EXISTS "
        f"(SELECT 1 FROM {sales.documents} d "
        "WHERE d.order_id = s.order_id AND sale_count + charge_count > 0)",
        f"SELECT order_id FROM {stored('order_lines')} s WHERE {replaced} AND NOT EXISTS "
        f"(SELECT 1 FROM ({sales.order_lines()}) g "
        "WHERE g.order_id = s.order_id AND g.line_no = s.line_no)",
    ]
    for table, key, rows in (
        ("returns", "return_id", RETURN),
        ("adjustments", "adjustment_id", ADJUSTMENT),
    ):
        said = sales.joined(f"{PREFIX} || '-' || {{line_no}} AS id", rows)
        lost.append(
            f"SELECT b.order_id FROM {stored(table)} s JOIN {bad} b "
            f"ON b.order_id = regexp_extract(s.{key}, '^(.*)-\\d+$', 1) "
            f"WHERE NOT EXISTS (SELECT 1 FROM ({said}) g WHERE g.id = s.{key})"
        )
    return " UNION ".join(lost)
