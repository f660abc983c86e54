"""Names, phones and e-mails of some customers: fetched by id, masked unless shown on purpose."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import ibis

from regulars.backoffice.accounts.masking import masked
from regulars.backoffice.asked import asked
from regulars.backoffice.customers.listing_query import customer_name
from regulars.backoffice.scope import Scope

KINDS = ("phone", "email", "member_no", "customer_no", "card", "unionid")


class Identity(NamedTuple):
    """What a person is known by: values by kind, "name" among them."""

    values: Mapping[str, Sequence[str]]

    def shown(self, kind: str, in_full: bool = False) -> str:
        """The values of a kind as one text, masked unless in full."""
        values = self.values.get(kind, ())
        return ", ".join(value if in_full else masked(kind, value) for value in values)


def identities(scope: Scope, customer_ids: Sequence[str]) -> dict[str, Identity]:
    """The identity of each of these customers (every one gets an entry)."""
    found: dict[str, dict[str, list[str]]] = {key: defaultdict(list) for key in customer_ids}
    known = scope.shop.tables["identifiers"]
    values = asked(
        scope.shop,
        "identifiers of",
        lambda sought: (
            known.filter(known.customer_id.isin([sought]), known.kind.isin(KINDS))
            .select("customer_id", "kind", "value")
            .order_by("kind", "value")
        ),
        customer_ids,
    )
    people = scope.shop.tables["customers"]
    names = asked(
        scope.shop,
        "names of customers",
        lambda sought: people.filter(people.customer_id.isin([sought])).select(
            "customer_id", kind=ibis.literal("name"), value=customer_name(people)
        ),
        customer_ids,
    )
    for row in (*values, *names):
        if row["value"]:
            found[row["customer_id"]][row["kind"]].append(row["value"])
    return {key: Identity(by_kind) for key, by_kind in found.items()}
