"""Words of a table file's channel: those that are known are read, others are no channel."""

from pathlib import Path

import pytest
from tests.sources.shops import stored, write_csv

from regulars.lake import ShopHome
from regulars.sources import import_files, quarantined


@pytest.mark.parametrize(
    ("table", "header", "good", "bad", "channel", "reason"),
    [
        (
            "stores",
            ["store", "type", "city"],
            ["1", "门店", "x"],
            ["2", "A", "y"],
            "store",
            "channel 'a' is none of store, web, app, mini_program, marketplace",
        ),
        (
            "orders",
            ["order_id", "ordered_at", "net_amount", "channel"],
            ["1", "2026-01-05", "5", "POS"],
            ["2", "2026-01-05", "5", "B"],
            "store",
            "channel 'b' is none of store, web, app, mini_program, marketplace",
        ),
        (
            "events",
            ["event_name", "occurred_at", "channel"],
            ["Page Viewed", "2026-01-05", "Web"],
            ["Page Viewed", "2026-01-05", "C"],
            "web",
            "channel 'c' is none of web, app, store, pos, wifi, camera, service, social",
        ),
        (
            "feedback",
            ["feedback_id", "created_at", "text", "channel"],
            ["1", "2026-01-05", "ok", "投诉"],
            ["2", "2026-01-05", "ok", "D"],
            "complaint",
            "channel 'd' is none of review, survey, ticket, complaint, social",
        ),
    ],
)
def test_unknown_channel_goes_to_quarantine_when_the_file_holds_a_table(
    home: ShopHome,
    tmp_path: Path,
    table: str,
    header: list[str],
    good: list[str],
    bad: list[str],
    channel: str,
    reason: str,
) -> None:
    file = write_csv(tmp_path / f"{table}.csv", header, good, bad)
    account = import_files(home, [file], table=table)
    assert [row["channel"] for row in stored(home, table)] == [channel]
    (left,) = quarantined(home, account.import_id).to_pylist()
    assert left["reason"] == reason
