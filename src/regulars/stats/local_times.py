"""The shop's local day and hour of many moments, worked out once per quarter of an hour.

An engine takes a microsecond or so to turn a moment into a local day; millions of moments lie
within some ten thousand quarters of an hour, and every timezone's offset is a whole number of
these, so that all moments of a quarter share their local day and hour.
"""

import ibis.expr.types as ir

QUARTER_SECONDS = 900


def with_local_time(rows: ir.Table, moment: str) -> ir.Table:
    """The rows with ``local_on`` (day) and ``local_hour`` (0-23) of a moment in the shop's clock.

    Rows whose moment is null are left out.
    """
    rows = rows.mutate(quarter_no=rows[moment].epoch_seconds() // QUARTER_SECONDS)
    quarters = rows.group_by("quarter_no").aggregate(at=rows[moment].min())
    quarters = quarters.select(
        "quarter_no", local_on=quarters.at.date(), local_hour=quarters.at.hour()
    )
    return rows.inner_join(quarters, "quarter_no").drop("quarter_no")
