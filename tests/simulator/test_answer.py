"""advance: what customers answer, and that both futures agree with what was sold."""

import collections
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.errors import FileUnreadable, ParameterInvalid
from regulars.simulator import advance
from regulars.tables import CANONICAL

AT = datetime(2026, 10, 1, 2, tzinfo=UTC)


@pytest.fixture
def shop(small_shop: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_shop, tmp_path / "shop"))


def exposures(ids: list[str], arms: list[str], campaign: str = "C1") -> pa.Table:
    sent = [None if arm == "holdout" else AT for arm in arms]
    rows = {
        "campaign_id": [campaign] * len(ids), "customer_id": ids, "arm": arms,
        "assigned_at": [AT] * len(ids), "sent_at": sent,
    }  # fmt: skip
    schema = CANONICAL["exposures"].arrow_schema()
    return pa.table(
        [pa.array(rows.get(f.name, [None] * len(ids)), f.type) for f in schema], schema=schema
    )


def campaigns(*ids: str, offer: str = '{"discount_share": 0.15, "channel": "sms"}') -> pa.Table:
    rows = [{"campaign_id": i, "campaign_name": i, "kind": "win_back", "offer": offer} for i in ids]
    return pa.Table.from_pylist(rows, schema=CANONICAL["campaigns"].arrow_schema())


def audience(shop: Path) -> tuple[list[str], list[str]]:
    customers = pq.read_table(shop / "truth" / "customers.parquet").to_pylist()
    ids = [c["customer_id"] for c in customers if c["order_count"] >= 2]
    return ids, ["holdout" if n % 4 == 0 else "offer" for n in range(len(ids))]


def test_effects_equal_what_was_sold_to_each_arm(shop: Path, sold_lines) -> None:
    ids, arms = audience(shop)
    files = advance(shop, exposures(ids, arms), campaigns("C1"), days=28)
    sold: collections.Counter[str] = collections.Counter()
    lines = sold_lines(files[0].parent)
    for row in lines.to_pylist():
        if row["customer_id"] and row["ordered_at"].replace("/", "-") >= "2026-10-01 10:00:00":
            sold[row["customer_id"]] += round(Decimal(row["net"]) * 100)
    effects = pq.read_table(shop / "truth" / "effects.parquet").to_pylist()
    mine = [e for e in effects if e["campaign_id"] == "C1"]
    assert [e["customer_id"] for e in mine] == ids
    assert [e["arm"] for e in mine] == arms
    for effect in mine:
        future = "without" if effect["arm"] == "holdout" else "with"
        assert round(effect[f"net_amount_{future}"] * 100) == sold[effect["customer_id"]]
    changed = [e for e in mine if e["net_amount_with"] != e["net_amount_without"]]
    assert {e["arm"] for e in changed} == {"holdout", "offer"}


def test_nothing_depends_on_others_being_treated(shop: Path, tmp_path: Path) -> None:
    ids, arms = audience(shop)
    other = Path(shutil.copytree(shop, tmp_path / "other"))
    swapped = ["offer" if arm == "holdout" else "holdout" for arm in arms]
    futures = []
    for folder, given in ((shop, arms), (other, swapped)):
        advance(folder, exposures(ids, given), campaigns("C1"), days=20)
        table = pq.read_table(folder / "truth" / "effects.parquet").to_pylist()
        futures.append(
            [(e["net_amount_without"], e["margin_with"]) for e in table if e["campaign_id"] == "C1"]
        )
    assert futures[0] == futures[1]


def test_left_out_are_untouched_and_have_no_receipt(shop: Path) -> None:
    ids, _ = audience(shop)
    table = exposures(ids, ["offer"] * len(ids))
    reason = pa.array(["no consent"] * len(ids))
    table = table.set_column(
        table.schema.get_field_index("not_sent_reason"), "not_sent_reason", reason
    )
    files = advance(shop, table, campaigns("C1"), days=14)
    back = pq.read_table(next(p for p in files if p.name == "exposures.parquet"))
    assert back.num_rows == len(ids)
    assert back["delivered_at"].null_count == len(ids)


def test_receipts_come_in_order_and_to_the_treated_alone(shop: Path) -> None:
    ids, arms = audience(shop)
    offer = '{"discount_share": 0.1, "channel": "email"}'
    files = advance(shop, exposures(ids, arms), campaigns("C1", offer=offer), days=14)
    rows = pq.read_table(next(p for p in files if p.name == "exposures.parquet")).to_pylist()
    assert all(row["delivered_at"] is None for row in rows if row["arm"] == "holdout")
    clicked = [row for row in rows if row["clicked_at"]]
    assert clicked
    for row in clicked:
        assert row["sent_at"] <= row["delivered_at"] <= row["opened_at"] <= row["clicked_at"]


@pytest.mark.parametrize("year", [2020, 2031])
def test_messages_of_another_time_are_sent_on_the_first_morning(shop: Path, year: int) -> None:
    ids, arms = audience(shop)
    table = exposures(ids, arms)
    for name in ("assigned_at", "sent_at"):
        moments = [None if t is None else t.replace(year=year) for t in table[name].to_pylist()]
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, pa.array(moments, table.schema.field(name).type))
    files = advance(shop, table, campaigns("C1"), days=14)
    rows = pq.read_table(next(p for p in files if p.name == "exposures.parquet")).to_pylist()
    delivered = {row["delivered_at"].date() for row in rows if row["delivered_at"]}
    assert delivered == {date(2026, 10, 1)}
    effects = pq.read_table(shop / "truth" / "effects.parquet").to_pylist()
    mine = [e for e in effects if e["campaign_id"] == "C1"]
    assert any(e["net_amount_with"] > e["net_amount_without"] for e in mine)


def test_a_campaign_is_answered_once(shop: Path) -> None:
    ids, arms = audience(shop)
    for _ in range(2):
        files = advance(shop, exposures(ids, arms), campaigns("C1"), days=7)
    effects = pq.read_table(shop / "truth" / "effects.parquet")
    assert effects["campaign_id"].to_pylist().count("C1") == len(ids)
    assert not [path for path in files if path.name == "exposures.parquet"]
    assert files[0].parent.name == "advance-02"


def test_one_campaign_has_a_customers_attention(shop: Path) -> None:
    ids, _ = audience(shop)
    table = pa.concat_tables([exposures(ids, ["offer"] * len(ids), name) for name in ("C1", "C2")])
    advance(shop, table, campaigns("C1", "C2"), days=14)
    effects = pq.read_table(shop / "truth" / "effects.parquet").to_pylist()
    second = [e for e in effects if e["campaign_id"] == "C2"]
    assert len(second) == len(ids)
    assert all(e["net_amount_with"] == e["net_amount_without"] for e in second)


def test_shop_lives_on_without_campaigns(shop: Path, sold_lines) -> None:
    before = pq.read_table(shop / "truth" / "customers.parquet").num_rows
    files = advance(shop, exposures([], []), campaigns(), days=30)
    days = sorted({row[:10] for row in sold_lines(files[0].parent)["ordered_at"].to_pylist()})
    dates = [day.replace("/", "-") for day in days]
    assert min(dates) >= "2026-10-01"
    assert max(dates) <= "2026-10-30"
    assert pq.read_table(shop / "truth" / "customers.parquet").num_rows > before


def test_customers_of_elsewhere_are_left_aside(shop: Path) -> None:
    table = exposures(["c-123", "M9999999"], ["offer", "offer"])
    files = advance(shop, table, campaigns("C1"), days=3)
    assert not [path for path in files if path.name == "exposures.parquet"]


def test_same_bytes_when_asked_the_same(shop: Path, tmp_path: Path) -> None:
    ids, arms = audience(shop)
    other = Path(shutil.copytree(shop, tmp_path / "other"))
    both = [
        advance(folder, exposures(ids, arms), campaigns("C1"), days=10) for folder in (shop, other)
    ]
    for one, two in zip(*both, strict=True):
        assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("offer", ["10% off", '["discount_share"]', '{"discount_share": "much"}'])
def test_refuses_when_an_offer_cannot_be_read(shop: Path, offer: str) -> None:
    with pytest.raises(ParameterInvalid, match="offer of campaign C1 cannot be read"):
        advance(shop, exposures([], []), campaigns("C1", offer=offer), days=3)


def test_refuses_when_there_is_no_shop_or_no_days(shop: Path, tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="No simulated shop"):
        advance(tmp_path / "nowhere", exposures([], []), campaigns(), days=3)
    with pytest.raises(ParameterInvalid, match="days is 0"):
        advance(shop, exposures([], []), campaigns(), days=0)
