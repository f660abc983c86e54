"""Exposures and campaigns of the canonical tables, as messages to the people of a block."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from regulars.errors import ParameterInvalid
from regulars.simulator.arrays import Flags, Floats, Ints
from regulars.simulator.columns import UTC_OFFSET_SECONDS, column
from regulars.simulator.messages import Message, Offer
from regulars.simulator.people import People
from regulars.simulator.truth import ShopState
from regulars.tables import CANONICAL

HOLDOUT = "holdout"
pc: Any = pyarrow.compute  # its stubs know neither plain values nor chunks
CODE = r"^[MU]\d{7}$"


@dataclass(frozen=True)
class Assignments:
    """Exposures to be answered: one row each of person number, campaign, arm and moment."""

    exposures: pa.Table
    campaign_ids: tuple[str, ...]
    offers: tuple[Offer, ...]
    number: Ints
    campaign: Ints
    is_treated: Flags
    sent: Floats

    def of_block(self, people: People) -> tuple[tuple[Message, ...], list[Ints]]:
        """Messages to a block's people, and for each the rows of ``exposures``."""
        if not len(people):
            return (), []
        first, last = int(people.number[0]), int(people.number[-1])
        inside = np.flatnonzero((self.number >= first) & (self.number <= last))
        acting = self._acting(inside, first, len(people))
        messages, rows = [], []
        for number, campaign_id in enumerate(self.campaign_ids):
            mine = inside[self.campaign[inside] == number]
            if not len(mine):
                continue
            mine = mine[np.argsort(self.number[mine], kind="stable")]
            person = self.number[mine] - first
            messages.append(
                Message(
                    campaign_id, self.offers[number], person, self.is_treated[mine],
                    self.sent[mine], acting[person] == number,
                )
            )  # fmt: skip
            rows.append(mine)
        return tuple(messages), rows

    def _acting(self, inside: Ints, first: int, count: int) -> Ints:
        """Per person, the campaign that has his attention: the first that treats him."""
        acting = np.full(count, -1)
        for treated in (True, False):
            mine = inside[self.is_treated[inside] == treated]
            order = np.argsort(-self.campaign[mine], kind="stable")
            free = acting[self.number[mine[order]] - first] < 0
            chosen = mine[order][free]
            acting[self.number[chosen] - first] = self.campaign[chosen]  # the last write is first
        return acting


def read_assignments(
    truth: Path, state: ShopState, exposures: pa.Table, campaigns: pa.Table, since: int, until: int
) -> Assignments:
    """The exposures of campaigns that nobody has answered yet; see `answer.advance`."""
    exposures = _canonical("exposures", exposures)
    campaigns = _canonical("campaigns", campaigns)
    known = _known_campaigns(truth)
    rows = [row for row in campaigns.to_pylist() if row["campaign_id"] not in known]
    ids = [str(row["campaign_id"]) for row in rows]
    offers = [read_offer(str(row["campaign_id"]), str(row["kind"]), row["offer"]) for row in rows]
    place = pc.index_in(exposures["campaign_id"], column(ids, pa.string()))
    is_code = pc.match_substring_regex(exposures["customer_id"], CODE)
    exposures = exposures.filter(pc.and_(pc.is_valid(place), is_code))
    number = pc.cast(pc.utf8_slice_codeunits(exposures["customer_id"], 1), pa.int64()).to_numpy()
    exposures = exposures.filter(column(number <= state.customer_count))
    number = number[number <= state.customer_count]
    treated = pc.and_(
        pc.not_equal(exposures["arm"], HOLDOUT), pc.is_null(exposures["not_sent_reason"])
    )
    place = pc.index_in(exposures["campaign_id"], column(ids, pa.string()))
    return Assignments(
        exposures=exposures,
        campaign_ids=tuple(ids),
        offers=tuple(offers),
        number=number,
        campaign=place.to_numpy().astype(np.int64),
        is_treated=treated.to_numpy().astype(bool),
        sent=_sent_days(exposures, state, since, until),
    )


def read_offer(campaign_id: str, kind: str, text: str | None) -> Offer:
    """The offer of a campaign row; ParameterInvalid where it is no JSON object of numbers."""
    try:
        terms: dict[str, Any] = json.loads(text or "{}")
        return Offer(
            kind=kind,
            channel=str(terms.get("channel", "sms")),
            share=float(terms.get("discount_share", 0.0)),
            amount=round(100 * float(terms.get("discount_amount", 0.0))),
            minimum=round(100 * float(terms.get("minimum_amount", 0.0))),
            valid_days=float(terms.get("valid_days", 14.0)),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise ParameterInvalid(
            f"The offer of campaign {campaign_id} cannot be read: {text!r}. Write a JSON object, "
            'for instance {"discount_share": 0.1, "channel": "sms", "valid_days": 14}.'
        ) from error


def _canonical(name: str, table: pa.Table) -> pa.Table:
    """The table in its canonical columns; those that it lacks are null."""
    schema = CANONICAL[name].arrow_schema()
    arrays = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _known_campaigns(truth: Path) -> set[str]:
    path = truth / "effects.parquet"
    if not path.exists():
        return set()
    return set(pc.unique(pq.read_table(path, columns=["campaign_id"])["campaign_id"]).to_pylist())


def _sent_days(exposures: pa.Table, state: ShopState, since: int, until: int) -> Floats:
    """Days since the first local midnight; 10:00 of the first day where outside the days."""
    moment = pc.coalesce(exposures["sent_at"], exposures["assigned_at"])
    micros = pc.fill_null(pc.cast(moment, pa.int64()), 0).to_numpy()
    origin = np.datetime64(state.first_day, "us").astype(np.int64)
    days = (micros - origin) / 86_400e6 + UTC_OFFSET_SECONDS / 86_400
    return np.where((days >= since) & (days < until), days, since + 10 / 24)
