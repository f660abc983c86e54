"""Open a shop's timeline."""

from collections.abc import Callable, Sequence

import pyarrow as pa

from regulars.lake.connect import connect
from regulars.lake.home import ShopHome
from regulars.tables.timeline import Timeline, timeline_of

ROWS = """
WITH linked AS (
    SELECT value, any_value(customer_id) AS customer_id FROM identifiers
    WHERE kind IN ('anonymous', 'device') GROUP BY value
)
SELECT coalesce(e.customer_id, l.customer_id, e.anonymous_id) AS person_id,
    e.customer_id IS NULL AND l.customer_id IS NULL AS is_visitor,
    occurred_at, event_name, false AS is_further, session_id, channel, store_id, product_id,
    query, page, zone, dwell_seconds, value_amount, campaign_id,
    properties ->> '$.source' AS source,
    properties ->> '$.results_count' AS results_count,
FROM events e LEFT JOIN linked l ON e.customer_id IS NULL AND e.anonymous_id = l.value
WHERE coalesce(e.customer_id, l.customer_id, e.anonymous_id) IS NOT NULL
"""


def open_timeline(
    home: ShopHome,
    *,
    trait_names: Sequence[str] = (),
    read_trait: Callable[[str], pa.Table] | None = None,
) -> Timeline:
    """The timeline at the lake's present state; brought up to date where it is behind."""
    backend = connect(home)
    rows = backend.con.sql(ROWS).to_arrow_table()
    made = timeline_of(rows, timezone=home.settings["shop.timezone"], bucket_count=4)
    return Timeline(
        made.timezone,
        made.buckets,
        made.event_names,
        made.properties,
        made.first_at,
        made.last_at,
        trait_names,
        read_trait,
    )
