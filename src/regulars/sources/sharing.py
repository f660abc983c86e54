"""Amounts that a file gives per order, on each of its lines or on the first: shared out.

An order's discount, or what was paid for the whole of it, is divided among its lines in
proportion to their own net; what rounding leaves goes to the last line, so that the order
is right to the last decimal.
"""

from collections.abc import Sequence

from regulars.errors import LayoutUnclear
from regulars.sources.planning import PlannedFile
from regulars.sources.sales import MONEY, SALE
from regulars.sources.workspace import Workspace

OF_ORDERS = ("order_net_amount", "order_discount_amount")


def share_out(space: Workspace, files: Sequence[PlannedFile], rows: str) -> str:
    """The table of sales rows with the orders' amounts in their lines.

    Raises LayoutUnclear where a column taken for a line's amount is plainly the order's.
    """
    mapped = {target for file in files for target in file.targets}
    if not mapped & set(OF_ORDERS):
        _refuse_repeated(space, files, rows)
        return rows
    off = (
        "SELECT order_id, sum(net_amount) AS whole, max((file_no, line)) AS last, "
        "CASE WHEN count(order_net_amount) > 0 THEN sum(net_amount) - max(order_net_amount) "
        "ELSE abs(coalesce(max(order_discount_amount), 0)) END AS off "
        f"FROM {rows} WHERE {SALE} GROUP BY order_id HAVING off <> 0"
    )
    parts = (
        "SELECT r.file_no, r.line, r.order_id, o.off, (r.file_no, r.line) = o.last AS is_last, "
        "CASE WHEN o.whole = 0 THEN 0 ELSE round(o.off * (r.net_amount / o.whole), 4) END "
        f"::{MONEY} AS part FROM (SELECT * FROM {rows} WHERE {SALE}) r "
        f"JOIN ({off}) o USING (order_id)"
    )
    shares = space.table(
        "shares",
        "SELECT file_no, line, (part + CASE WHEN is_last "
        "THEN off - sum(part) OVER (PARTITION BY order_id) ELSE 0 END) AS share "
        f"FROM ({parts})",
    )
    return space.table(
        "sales",
        "SELECT r.* REPLACE ("
        f"(r.net_amount - coalesce(s.share, 0))::{MONEY} AS net_amount, "
        f"(r.amount - coalesce(s.share, 0))::{MONEY} AS amount) FROM {rows} r "
        f"LEFT JOIN {shares} s ON s.file_no = r.file_no AND s.line = r.line",
    )


def _refuse_repeated(space: Workspace, files: Sequence[PlannedFile], rows: str) -> None:
    """An amount above its line's gross, the same on all lines of every order, is the order's."""
    header = next((f.targets["net_amount"].header for f in files if "net_amount" in f.targets), "")
    if not header or not any("unit_price" in file.targets for file in files):
        return
    found = space.rows(
        "SELECT count(*), count(*) FILTER (is_repeated), min(order_id) FROM (SELECT order_id, "
        "min(net_amount) = max(net_amount) AND min(net_amount) > max(gross_amount) "
        f"AS is_repeated FROM {rows} WHERE {SALE} GROUP BY order_id HAVING count(*) > 1)"
    )
    orders, repeated, example = found[0]
    if orders and orders == repeated:
        raise LayoutUnclear(
            f"Column '{header}' repeats one amount on all lines of an order (such as {example}): "
            f"it is the order's, not the line's. Say --map order_net_amount={header}"
        )
