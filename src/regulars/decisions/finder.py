"""How a finder declares itself: whom it looks for, why, with what offer, message and prior.

A finder's file says only who and why (``candidates``); what a customer is expected to bring
is worked out alike for all of them, in expectation.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir

from regulars.decisions.expectation import Offer, Prior, expect
from regulars.decisions.order_values import order_values
from regulars.effects.measured import Measured
from regulars.errors import NothingToAnalyse
from regulars.tables.text import Text

TRAITS = "customer_traits"
VALUE_TABLES = ("orders", "order_lines", "products", "returns")


@dataclass(frozen=True)
class Finder:
    """One kind of opportunity.

    ``candidates(tables, *, as_of, window_days)`` returns one lazy row per customer:
    customer_id, why (JSON text), response_baseline (0-1), expires_on (day).
    ``traits`` are the columns of customer_traits that it needs; ``reads`` the canonical
    tables. ``why`` is a sentence with the names of the figures in braces; ``message`` the
    suggested text with merge fields (messages.py). ``window_days``: how long after
    assignment outcomes are counted.
    """

    kind: str
    title: Text
    question: Text
    why: Text
    message: Text
    traits: tuple[str, ...]
    offer: Offer
    prior: Prior
    window_days: int
    candidates: Callable[..., ir.Table]
    reads: tuple[str, ...] = VALUE_TABLES

    def find(
        self,
        tables: Mapping[str, ir.Table],
        *,
        as_of: date,
        offer: Offer | None = None,
        measured: Measured | None = None,
    ) -> ir.Table:
        """The OPPORTUNITIES of this kind, lazy, only those expected to earn money.

        ``tables`` holds ``customer_traits`` and every table of ``reads`` by name.
        NothingToAnalyse where customer_traits lacks a trait that the finder needs.
        """
        self._check(tables[TRAITS])
        found = self.candidates(tables, as_of=as_of, window_days=self.window_days)
        values = order_values(*(tables[name] for name in VALUE_TABLES), as_of=as_of)
        return expect(
            found.join(values, "customer_id"),
            kind=self.kind,
            as_of=as_of,
            offer=offer or self.offer,
            prior=self.prior,
            measured=measured,
        )

    def _check(self, traits: ir.Table) -> None:
        missing = [name for name in self.traits if name not in traits.columns]
        if missing:
            raise NothingToAnalyse(
                f"Opportunity '{self.kind}' needs the traits {', '.join(missing)}, which "
                f"customer_traits does not hold. Traits: {', '.join(traits.columns)}. "
                "Run regulars refresh."
            )
