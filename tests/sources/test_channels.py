"""A channel that no file names is never taken in silence: a note says which, and how many."""

import json

import pytest
from tests.sources.shops import HEADER, line, stored, write_csv

from regulars.sources import import_files, preview, propose, reason_text

EVENT = ["event_id", "customer_id", "event_name", "occurred_at", "store_id"]
SEEN = ["c1", "Seen", "2026-03-01 10:00:00"]


def told(home, *files, table=None) -> tuple[str, ...]:
    """The notes of an import, which are those of its preview; all of them in Chinese too."""
    proposal = propose(home, files, table=table)
    notes = import_files(home, files, table=table).notes
    assert set(proposal.notes) <= set(notes)
    assert all(reason_text(note).zh != note for note in notes)
    return notes


def test_events_say_what_stands_in_when_no_column_is_the_channel(home, tmp_path):
    file = write_csv(
        tmp_path / "e.csv", EVENT, ["e1", *SEEN, ""], ["e2", *SEEN, ""], ["e3", *SEEN, "s"]
    )
    tried = preview(home, propose(home, [file]))
    notes = told(home, file)
    assert notes == tried.notes
    assert notes == (
        "e.csv has no column for the channel: events that name a store or a zone are read as "
        "store, the others as web. If one is it: --map channel=<column>.",
        "events without a channel: 3; read 2 as web, 1 as store.",
    )
    assert reason_text(notes[1]).zh == "events 有 3 行没有渠道：2 行读作 web，1 行读作 store。"
    assert [row["channel"] for row in stored(home, "events", "event_id")] == ["web", "web", "store"]


def test_only_empty_cells_are_told_of_when_the_column_is_there(home, tmp_path):
    header = [*EVENT, "channel"]
    file = write_csv(tmp_path / "e.csv", header, ["e1", *SEEN, "", "app"], ["e2", *SEEN, "", ""])
    assert told(home, file) == ("events without a channel: 1; read 1 as web.",)
    full = write_csv(tmp_path / "f.csv", header, ["e3", *SEEN, "", "app"])
    assert told(home, full) == ()


def test_orders_have_the_channel_of_their_store_when_they_name_none(home, tmp_path):
    stores = write_csv(
        tmp_path / "stores.csv", ["store_id", "store_name", "channel"], ["W", "W", "web"]
    )
    sales = write_csv(tmp_path / "s.csv", HEADER, line("A1", store="W"), line("A2"))
    rule, count = told(home, stores, sales)
    assert rule.startswith("s.csv has no column for the channel: an order has that of its store")
    assert count == "orders without a channel: 2; read 1 as store, 1 as web."


@pytest.mark.parametrize(
    ("table", "header", "row", "channel"),
    [
        ("orders", ["order_id", "ordered_at", "net_amount"], ["A", "2026-01-01", "5"], "store"),
        ("stores", ["store_id", "store_name"], ["S", "S"], "store"),
        ("feedback", ["feedback_id", "created_at", "rating"], ["F", "2026-01-01", 5], "review"),
    ],
)
def test_every_table_says_what_stands_in_for_its_channel(
    table, header, row, channel, home, tmp_path
):
    rule, count = told(home, write_csv(tmp_path / "t.csv", header, row), table=table)
    assert rule.startswith("t.csv has no column for the channel: ")
    assert count == f"{table} without a channel: 1; read 1 as {channel}."
    assert stored(home, table)[0]["channel"] == channel


def test_messages_say_so_when_they_name_no_channel(home, tmp_path):
    base = {"event": "Seen", "anonymousId": "a", "timestamp": "2026-01-05T01:00:00Z"}
    messages = [
        base | {"type": "track", "messageId": "m1"},
        base | {"type": "screen", "messageId": "m2"},
        base | {"type": "track", "messageId": "m3", "properties": {"channel": "pos"}},
    ]
    file = tmp_path / "m.jsonl"
    file.write_text("".join(json.dumps(message) + "\n" for message in messages))
    assert told(home, file) == ("events without a channel: 2; read 1 as web, 1 as app.",)
    channels = [row["channel"] for row in stored(home, "events", "event_id")]
    assert channels == ["web", "app", "pos"]
