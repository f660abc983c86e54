"""What the campaigns of one kind taught, pooled: handed to the finders of that kind."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from regulars.stats.precision import Estimate, pooled


@dataclass(frozen=True)
class Measured:
    """Margin earned per customer assigned to be treated, before message costs, over campaigns."""

    kind: str
    effect_per_customer: float
    standard_error: float
    campaign_count: int
    customer_count: int


def measured_by_kind(effects: pa.Table) -> dict[str, Measured]:
    """The pooled margin effect of each kind's finished campaigns (inverse variance).

    ``effects`` is CAMPAIGN_EFFECTS; what is not final or was withheld teaches nothing.
    """
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in effects.to_pylist():
        is_final = row["status"] == "measured" and row["metric"] == "margin_amount"
        if is_final and row["kind"] is not None:
            by_kind[row["kind"]].append(row)
    return {kind: _measured(kind, rows) for kind, rows in sorted(by_kind.items())}


def _measured(kind: str, rows: list[dict[str, Any]]) -> Measured:
    joined = pooled(Estimate(row["effect"], row["standard_error"]) for row in rows)
    return Measured(
        kind=kind,
        effect_per_customer=joined.value,
        standard_error=joined.standard_error,
        campaign_count=len(rows),
        customer_count=sum(row["treated_count"] + row["holdout_count"] for row in rows),
    )
