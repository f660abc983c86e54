"""One customer whole: who it is, what the analyses say, and all that happened."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir
from django.contrib.auth.models import AnonymousUser, User
from django.http import QueryDict

from regulars.backoffice.accounts.access import may
from regulars.backoffice.asked import asked
from regulars.backoffice.charts import language
from regulars.backoffice.customers.consent import ConsentShown, consents
from regulars.backoffice.customers.forms import store_names
from regulars.backoffice.customers.personal import KINDS as IDENTITY_KINDS
from regulars.backoffice.customers.personal import Identity, identities
from regulars.backoffice.customers.sentences import Known, Paragraph, paragraphs
from regulars.backoffice.customers.timeline import KINDS, timeline
from regulars.backoffice.customers.trait_groups import TraitGroup, trait_groups
from regulars.backoffice.customers.wording import KIND_LABELS, Entry, Names, entry
from regulars.backoffice.listing import PAGE_SIZE, Listing, page_number
from regulars.backoffice.scope import Scope
from regulars.backoffice.stored import TRAITS, Stored, latest
from regulars.backoffice.wording import spoken_figures
from regulars.decisions.finders import all_finders
from regulars.decisions.messages import fill_figures

OPPORTUNITIES = "opportunities"
MOST_FEEDBACK = 200


@dataclass(frozen=True)
class KindShown:
    """A kind of happening and how many there are of it."""

    name: str
    label: str
    count: int
    is_on: bool


@dataclass(frozen=True)
class Story:
    """What the page of a customer shows."""

    customer_id: str
    name: str
    identity: Identity
    in_full: bool
    known: Mapping[str, Any]
    paragraphs: Sequence[Paragraph]
    groups: Sequence[TraitGroup]
    as_of: date | None
    kinds: Sequence[KindShown]
    is_everything: bool
    entries: Sequence[Entry]
    paging: Listing
    consents: Sequence[ConsentShown]
    unsubscribed_at: datetime | None

    def identifiers(self) -> Iterator[tuple[str, str]]:
        """Kind and values as text, masked unless in full; the page's own number is no news."""
        for kind in IDENTITY_KINDS:
            if tuple(self.identity.values.get(kind, ())) == (self.customer_id,):
                continue
            if shown := self.identity.shown(kind, self.in_full):
                yield kind, shown


def story(
    scope: Scope, customer_id: str, query: QueryDict, user: User | AnonymousUser, *, in_full: bool
) -> Story | None:
    """The story of a customer, as ``user`` may know it; None where the scope knows nobody such."""
    known = _known(scope, customer_id)
    if known is None:
        return None
    identity = identities(scope, [customer_id])[customer_id]
    stored = latest(scope.shop, TRAITS)
    values = _first(scope, TRAITS, stored.rows, customer_id) if stored else {}
    chosen = [kind for kind in query.getlist("kind") if kind in KINDS]
    counts = _counts(scope, customer_id)
    count = sum(n for kind, n in counts.items() if not chosen or kind in chosen)
    page = page_number(query.get("page"), count)
    found = _page(scope, customer_id, chosen, page)
    stores = store_names(scope)
    known["store"] = stores.get(known.get("home_store_id") or "", known.get("home_store_id"))
    return Story(
        customer_id=customer_id,
        name=identity.shown("name", in_full),
        identity=identity,
        in_full=in_full,
        known=known,
        paragraphs=paragraphs(_told(scope, known, values, stores, stored, user)),
        groups=trait_groups(values, stores, sees_behaviour=may(user, "see_behaviour")),
        as_of=stored.as_of if stored else None,
        kinds=_kinds(counts, chosen),
        is_everything=not chosen,
        entries=_entries(scope, found, stores),
        paging=Listing([], [], count, page),
        consents=consents(known.get("attributes")),
        unsubscribed_at=_unsubscribed_at(scope, customer_id),
    )


def _known(scope: Scope, customer_id: str) -> dict[str, Any] | None:
    """What is known of a person; of one known only by orders, the id; None for nobody."""
    stated = _first(scope, "customers", scope.shop.tables["customers"], customer_id)
    if stated and scope.store_id in (None, stated["home_store_id"]):
        return stated
    orders = scope["orders"]
    if not _first(scope, f"orders of {scope.store_id}", orders, customer_id):
        return None
    return stated or {"customer_id": customer_id}


def _first(scope: Scope, name: str, rows: ir.Table, customer_id: str) -> dict[str, Any]:
    found = asked(
        scope.shop,
        ("customer of", name),
        lambda sought: rows.filter(rows.customer_id == sought).limit(1),
        [customer_id],
    )
    return found[0] if found else {}


def _page(scope: Scope, customer_id: str, kinds: Sequence[str], page: int) -> list[dict[str, Any]]:
    name = ("timeline", scope.store_id, tuple(kinds), page)
    start = (page - 1) * PAGE_SIZE
    return asked(
        scope.shop,
        name,
        lambda sought: timeline(scope, sought, kinds).limit(PAGE_SIZE, offset=start),
        [customer_id],
    )


def _told(
    scope: Scope,
    facts: Mapping[str, Any],
    traits: Mapping[str, Any],
    stores: Mapping[str, str],
    stored: Stored | None,
    user: User | AnonymousUser,
) -> Known | None:
    """What the sentences are made from; None before the first refresh."""
    if stored is None:
        return None
    customer_id = facts["customer_id"]
    reasons = reasons_of(scope, customer_id) if may(user, "see_opportunities") else []
    return Known(facts, traits, stored.as_of, _feedback(scope, customer_id), reasons, stores)


def reasons_of(scope: Scope, customer_id: str) -> list[str]:
    """Today's opportunities with this customer, each in its own words."""
    stored, finders, tongue = latest(scope.shop, OPPORTUNITIES), all_finders(), language()
    if stored is None or scope.store_id is not None:
        return []
    found = asked(
        scope.shop,
        "opportunities of",
        lambda sought: (
            stored.rows.filter(stored.rows.customer_id == sought)
            .select("kind", "why", "expected_incremental_margin_amount")
            .order_by(ibis.desc("expected_incremental_margin_amount"), "kind")
        ),
        [customer_id],
    )
    between = "：" if tongue == "zh" else ": "
    return [
        between.join(
            (
                finder.title.in_language(tongue),
                fill_figures(
                    finder.why.in_language(tongue), spoken_figures(json.loads(row["why"]), tongue)
                ),
            )
        )
        for row in found
        if (finder := finders.get(row["kind"])) is not None
    ]


def _feedback(scope: Scope, customer_id: str) -> list[dict[str, Any]]:
    """What the customer said, the newest first: channel, rating, local day."""
    rows = scope["feedback"]
    return asked(
        scope.shop,
        ("feedback of", scope.store_id),
        lambda sought: (
            rows.filter(rows.customer_id == sought)
            .select("channel", "rating", day=rows.created_at.date(), at=rows.created_at)
            .order_by(ibis.desc("at"))
            .limit(MOST_FEEDBACK)
        ),
        [customer_id],
    )


def _counts(scope: Scope, customer_id: str) -> dict[str, int]:
    def counted(sought: str) -> ir.Table:
        return timeline(scope, sought).group_by("kind").aggregate(count=ibis._.count())

    rows = asked(scope.shop, ("timeline counts", scope.store_id), counted, [customer_id])
    return {row["kind"]: row["count"] for row in rows}


def _kinds(counts: Mapping[str, int], chosen: Sequence[str]) -> list[KindShown]:
    return [
        KindShown(kind, str(KIND_LABELS[kind]), counts[kind], kind in chosen)
        for kind in KINDS
        if kind in counts
    ]


def _entries(scope: Scope, rows: Sequence[dict[str, Any]], stores: dict[str, str]) -> list[Entry]:
    order_ids = [row["reference"] for row in rows if row["kind"] == "order"]
    lines = _lines(scope, order_ids)
    in_lines = [line["product_id"] for part in lines.values() for line in part]
    products = _names(
        scope, "products", "product_id", [*in_lines, *(r["product_id"] for r in rows)]
    )
    campaign_ids = [row["reference"] for row in rows if row["kind"] == "message"]
    names = Names(products, stores, _names(scope, "campaigns", "campaign_id", campaign_ids))
    for line in (line for part in lines.values() for line in part):
        line["product_name"] = products.get(line["product_id"], line["product_id"])
    return [
        entry(row, names, lines[row["reference"]] if row["kind"] == "order" else []) for row in rows
    ]


def _lines(scope: Scope, order_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    lines = scope.shop.tables["order_lines"]
    found = asked(
        scope.shop,
        "lines of orders",
        lambda sought: lines.filter(lines.order_id.isin([sought])).order_by("order_id", "line_no"),
        order_ids,
    )
    by_order: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in found:
        by_order[line["order_id"]].append(line)
    return by_order


def _names(scope: Scope, table: str, key: str, wanted: Sequence[str | None]) -> dict[str, str]:
    rows = scope.shop.tables[table]
    found = asked(
        scope.shop,
        ("names", table),
        lambda sought: rows.filter(rows[key].isin([sought])).select(
            key, name=f"{table.removesuffix('s')}_name"
        ),
        sorted({value for value in wanted if value}),
    )
    return {row[key]: row["name"] for row in found}


def _unsubscribed_at(scope: Scope, customer_id: str) -> datetime | None:
    exposures = scope.shop.tables["exposures"]
    rows = asked(
        scope.shop,
        "unsubscribed",
        lambda sought: exposures.filter(exposures.customer_id == sought).aggregate(
            last=exposures.unsubscribed_at.max()
        ),
        [customer_id],
    )
    last: datetime | None = rows[0]["last"]
    return last
