"""Segment messages: events, and the people whom they identify."""

import json
from pathlib import Path

from tests.sources.shops import stored

from regulars.lake import ShopHome
from regulars.sources import import_files

VIEW = {
    "type": "track", "event": "Product Viewed", "messageId": "m1", "userId": "U1",
    "anonymousId": "a1", "timestamp": "2026-01-05T01:00:00Z",
    "receivedAt": "2026-01-05T01:00:02Z",
    "properties": {"product_id": "P1", "value": 5, "colour": "red"},
    "context": {"page": {"path": "/p/1"}},
}  # fmt: skip
PAGE = {
    "type": "page", "messageId": "m2", "anonymousId": "a2",
    "timestamp": "2026-01-05T02:00:00Z", "properties": {"path": "/"},
}  # fmt: skip
IDENTIFY = {
    "type": "identify", "messageId": "m3", "anonymousId": "a2", "userId": "U2",
    "timestamp": "2026-01-05T03:00:00Z",
    "traits": {"email": "Li@Example.com", "name": "Li", "vip": True},
}  # fmt: skip
GROUP = {"type": "group", "messageId": "m4", "userId": "U2", "timestamp": "2026-01-05T03:00:00Z"}


def messages(folder: Path, *objects: dict[str, object]) -> Path:
    path = folder / "events.jsonl"
    path.write_text("".join(json.dumps(o) + "\n" for o in objects), encoding="utf-8")
    return path


def test_messages_become_events_and_people(home: ShopHome, tmp_path: Path) -> None:
    account = import_files(home, [messages(tmp_path, VIEW, PAGE, IDENTIFY, GROUP)])
    viewed, opened = stored(home, "events", "event_id")
    assert (viewed["event_name"], viewed["product_id"]) == ("Product Viewed", "P1")
    assert (viewed["customer_id"], viewed["page"]) == ("U1", "/p/1")
    assert json.loads(viewed["properties"])["colour"] == "red"
    assert opened["event_name"] == "Page Viewed"
    assert opened["customer_id"] == "U2"  # by its cookie, which identify tied to U2
    people = {
        row["customer_id"]: json.loads(row["attributes"]) for row in stored(home, "customers")
    }
    assert people == {"U1": {}, "U2": {"name": "Li", "vip": True}}
    assert "li@example.com" in {row["value"] for row in stored(home, "identifiers")}
    assert (account.used_count, account.quarantined_count) == (3, 1)


def test_a_message_sent_twice_is_one_event(home: ShopHome, tmp_path: Path) -> None:
    account = import_files(home, [messages(tmp_path, VIEW, VIEW, PAGE)])
    assert len(stored(home, "events")) == 2
    assert (account.used_count, account.repeated_count) == (2, 1)
    assert account.adds_up
