"""Writing a period of one block: every export and every truth about it, in one place."""

from dataclasses import dataclass, field

import numpy as np

from regulars.simulator.afterwards import Returned, draw_returns, returns_table
from regulars.simulator.arrays import Ints, Texts, stream
from regulars.simulator.baskets import Shop
from regulars.simulator.browsing import make_sessions
from regulars.simulator.columns import TextColumn
from regulars.simulator.dirt import RETURN_SPOILS, spoil, spoil_lines
from regulars.simulator.exports import Exports
from regulars.simulator.floor import floor_events
from regulars.simulator.living import Period
from regulars.simulator.people import ACQUISITIONS, People
from regulars.simulator.segment import Sender, before, merged
from regulars.simulator.social import other_events
from regulars.simulator.stores import WEB
from regulars.simulator.tills import (
    Sold,
    coupon_uses,
    name_sales,
    quarters,
    write_sales,
)
from regulars.simulator.tracks import online_events, session_truth
from regulars.simulator.trips import STORE
from regulars.simulator.truth import effect_table, lost_table, order_table
from regulars.simulator.voice import write_voice


@dataclass
class Tally:
    """What the exports about goods need of all blocks together."""

    since: int
    pieces: Ints  # shop x product x day
    need_pieces: Ints  # product
    all_pieces: Ints  # product
    newcomers: Ints  # acquisition x day
    sensitivity: list[float] = field(default_factory=list)

    @classmethod
    def empty(cls, shop: Shop, since: int, until: int) -> "Tally":
        """Nothing counted yet."""
        products = shop.catalogue.product_count
        return cls(
            since,
            np.zeros((WEB, products, until - since), dtype=np.int64),
            np.zeros(products, dtype=np.int64),
            np.zeros(products, dtype=np.int64),
            np.zeros((len(ACQUISITIONS), until - since), dtype=np.int64),
        )

    def add(self, period: Period) -> None:
        """Count a period's lines."""
        lines, trips = period.lines, period.trips
        products = len(self.all_pieces)
        self.all_pieces += np.bincount(lines.product, lines.quantity, products).astype(np.int64)
        needed = lines.quantity * lines.is_need
        self.need_pieces += np.bincount(lines.product, needed, products).astype(np.int64)
        rows = trips.channel[lines.trip] == STORE
        day = trips.t[lines.trip[rows]].astype(np.int64) - self.since
        place = (trips.front[lines.trip[rows]], lines.product[rows], day)
        np.add.at(self.pieces, place, lines.quantity[rows])
        buyers = period.people.price_sensitivity[trips.person[lines.trip]]
        self.sensitivity.append(float(buyers.mean()) if len(buyers) else 1.0)

    def add_newcomers(self, people: People) -> None:
        """Count who joined within the days."""
        rows = people.joined >= self.since
        day = np.minimum(
            people.joined[rows].astype(np.int64) - self.since, self.pieces.shape[2] - 1
        )
        np.add.at(self.newcomers, (people.acquisition[rows], day), 1)


def write_period(
    exports: Exports,
    truth: Exports,
    shop: Shop,
    period: Period,
    codes: Texts,
    path: tuple[int, ...],
    *,
    first_number: int,
    until: float,
    arms: list[TextColumn],
) -> Sold:
    """Append a period's sales, returns, coupons and truth; ``path`` seeds what follows."""
    campaigns = [effect.message.campaign_id for effect in period.effects]
    sold = name_sales(shop, period, codes, first_number, campaigns)
    dirt = stream(*path, 23)
    write_sales(exports, truth, shop, period, sold, dirt)
    exports.csv("coupon_uses.csv", coupon_uses(shop, period, sold))
    returned = draw_returns(shop, period, stream(*path, 20), until)
    table = returns_table(shop, period, sold, returned)
    exports.csv("returns.csv", table)
    spoil(exports, truth, "returns.csv", table, RETURN_SPOILS, dirt)
    _write_events(exports, truth, shop, period, sold, returned, codes, path, first_number, until)
    truth.parquet("lost_sales.parquet", lost_table(shop, period))
    truth.parquet("orders.parquet", order_table(period, sold))
    for effect, arm in zip(period.effects, arms, strict=True):
        truth.parquet("effects.parquet", effect_table(effect, codes, arm))
    return sold


def _write_events(
    exports: Exports, truth: Exports, shop: Shop, period: Period, sold: Sold, returned: Returned,
    codes: Texts, path: tuple[int, ...], first_number: int, until: float,
) -> None:  # fmt: skip
    start_on = shop.market.calendar.start_on
    since = float(np.floor(period.trips.t.min())) if len(period.trips) else 0.0
    rng = stream(*path, 21)
    sessions = make_sessions(shop, period, rng, first_number, since=since, until=until)
    tag = "-".join(f"{part:x}" for part in path[1:])
    desk = Sender(start_on, codes, f"d{tag}")
    contacts = write_voice(exports, truth, shop, period, sold, desk, stream(*path, 22), until, tag)
    web, wifi, server = (Sender(start_on, codes, f"{letter}{tag}") for letter in "wfo")
    online, searches = online_events(shop, period, sold, sessions, web, rng)
    walks, floor_visits = floor_events(shop, period, sold, wifi, rng)
    others = other_events(period, sold, returned, server, stream(*path, 24), until)
    events = before(until, merged([*online, *walks, *contacts, *others]))
    truth.parquet("searches.parquet", searches)
    truth.parquet("floor_visits.parquet", floor_visits)
    quarter = quarters(start_on, np.maximum(events.t, 0).astype(np.int64))
    for name in sorted(set(quarter)):
        rows = np.flatnonzero(quarter == name)
        lines = events.lines.slice(rows[0], rows[-1] - rows[0] + 1)
        exports.json_lines(f"events-{name}.jsonl.gz", lines)
        spoil_lines(exports, truth, f"events-{name}.jsonl.gz", lines, rng)
    truth.parquet("sessions.parquet", session_truth(period, sessions, web, codes))
