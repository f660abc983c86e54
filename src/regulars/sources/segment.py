"""Segment messages (segment.com/docs/connections/spec): JSON lines of what people did.

track, page and screen become events, identify becomes customers with what they are known
by. Everything that has no column of its own stays in ``properties`` or ``attributes``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from regulars.lake.engine import name
from regulars.sources.layouts import table_layout
from regulars.sources.reading import RawTable
from regulars.sources.words import listed, word_lists
from regulars.sources.workspace import Workspace

if TYPE_CHECKING:
    from regulars.sources.planning import PlannedFile

KNOWN_BY = ({"type", "messageId"}, {"type", "event"}, {"type", "anonymousId"}, {"type", "userId"})
TYPES = ("track", "page", "screen", "identify")
EVENT_PATHS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "session_id": (
        ("context", "sessionId"),
        ("context", "session_id"),
        ("properties", "session_id"),
        ("properties", "sessionId"),
    ),
    "store_id": (("properties", "store_id"), ("properties", "storeId"), ("context", "store_id")),
    "product_id": (
        ("properties", "product_id"),
        ("properties", "productId"),
        ("properties", "sku"),
    ),
    "query": (("properties", "query"), ("properties", "search")),
    "page": (
        ("context", "page.path"),
        ("properties", "path"),
        ("properties", "url"),
        ("context", "page.url"),
    ),
    "zone": (("properties", "zone"),),
    "dwell_seconds": (("properties", "dwell_seconds"), ("properties", "duration")),
    "value_amount": (
        ("properties", "value"),
        ("properties", "total"),
        ("properties", "revenue"),
    ),
    "campaign_id": (
        ("properties", "campaign_id"),
        ("context", "campaign.id"),
        ("context", "campaign.name"),
    ),
}
TRAIT_PATHS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "email": (("traits", "email"),),
    "phone": (("traits", "phone"),),
    "member_no": (("traits", "member_no"), ("traits", "memberNo"), ("traits", "member_id")),
    "joined_at": (("traits", "createdAt"), ("traits", "created_at")),
    "birth_on": (("traits", "birthday"),),
    "gender": (("traits", "gender"),),
    "city": (("traits", "address.city"), ("traits", "city")),
    "region": (("traits", "address.state"), ("traits", "region")),
    "country": (("traits", "address.country"), ("traits", "country")),
    "name": (("traits", "name"),),
    "attributes": (("traits", ""),),
}
Planner = Callable[..., "PlannedFile"]


def is_segment(raw: RawTable) -> bool:
    """Whether a file's keys are those of Segment messages."""
    keys = set(raw.columns)
    inside = {"properties", "traits", "context", "anonymousId", "messageId", "userId"}
    return any(known <= keys for known in KNOWN_BY) and bool(keys & inside)


def plan_segment(
    space: Workspace, number: int, raw: RawTable, planned: Planner
) -> Sequence["PlannedFile"]:
    """The events of a file of messages, and the people whom it identifies."""
    messages = raw.relation
    has = set(raw.columns)
    parts = (
        ("customers", _people(has), "type = 'identify'"),
        ("events", _events(has), "type IS DISTINCT FROM 'identify'"),
    )
    files: list[PlannedFile] = []
    for table, columns, where in parts:
        if table == "customers" and not space.number(
            f"SELECT count(*) FROM {messages} WHERE {where}"
        ):
            continue
        part = space.table("messages", f"SELECT * FROM {messages} WHERE {where}")
        sources = {c: (t, "Segment") for c, t in _top_level(table).items() if c in has}
        place = number + len(files)
        layout = table_layout(table)
        file = planned(space, place, raw, part, layout, columns, sources, {}, [])
        files.append(replace(file, unknown=()))
    return files


def _events(has: set[str]) -> dict[str, str]:
    kind = name("type")
    named = (
        f"CASE WHEN {kind} = 'track' THEN {_first(has, 'event')} "
        f"WHEN {kind} IN ('page', 'screen') THEN 'Page Viewed' END"
    )
    said, known = _channel(has)
    columns = {
        "event_id": _first(has, "messageId"),
        "customer_id": _first(has, "userId"),
        "anonymous_id": _first(has, "anonymousId"),
        "event_name": named,
        "occurred_at": _first(has, "timestamp", "originalTimestamp", "sentAt", "receivedAt"),
        "received_at": _first(has, "receivedAt", "timestamp", "sentAt"),
        "channel": f"CASE WHEN {known} THEN {said} WHEN {_is_app(has)} THEN 'app' ELSE 'web' END",
        "properties": _first(has, "properties"),
    }
    columns |= {target: _paths(has, paths) for target, paths in EVENT_PATHS.items()}
    named_page = f"CASE WHEN {kind} <> 'track' THEN {_first(has, 'name')} END"
    page = f"coalesce({columns['page']}, {named_page})"
    return {**columns, "page": page}


def unsaid_channels(space: Workspace, raw: RawTable) -> list[str]:
    """A note on messages that do not say their channel: apps send as app, all else as web."""
    has = set(raw.columns)
    _, known = _channel(has)
    select = (
        f"SELECT count(*), count(*) FILTER ({_is_app(has)}) FROM {raw.relation} "
        f"WHERE {name('type')} IN ('track', 'page', 'screen') AND NOT coalesce({known}, FALSE)"
    )
    ((found, apps),) = space.rows(select)
    unsaid, of_apps = int(str(found)), int(str(apps))
    each = [f"{n} as {c}" for c, n in (("web", unsaid - of_apps), ("app", of_apps)) if n]
    return [f"events without a channel: {unsaid}; read {', '.join(each)}."] if unsaid else []


def _channel(has: set[str]) -> tuple[str, str]:
    """SQL of the channel that a message says, and of whether it is one."""
    said = f"coalesce({_path(has, 'properties', 'channel')}, {_path(has, 'context', 'channel')})"
    return said, f"{said} IN ({listed(word_lists('event_channel'))})"


def _is_app(has: set[str]) -> str:
    named = f"{_path(has, 'context', 'app.name')} IS NOT NULL"
    return f"({name('type')} = 'screen' OR {named})"


def _people(has: set[str]) -> dict[str, str]:
    columns = {"customer_id": _first(has, "userId"), "anonymous_id": _first(has, "anonymousId")}
    columns |= {target: _paths(has, paths) for target, paths in TRAIT_PATHS.items()}
    return {**columns, "attributes": _without_contacts(columns["attributes"])}


def _without_contacts(traits: str) -> str:
    """SQL: traits without phone and e-mail, which stand in identifiers alone."""
    valid = f"CASE WHEN json_valid({traits}) THEN {traits} END"
    return f'json_merge_patch({valid}, \'{{"email": null, "phone": null}}\')::VARCHAR'


def _top_level(table: str) -> dict[str, str]:
    if table == "customers":
        return {"userId": "customer_id", "anonymousId": "anonymous_id", "traits": "attributes"}
    return {
        "messageId": "event_id",
        "userId": "customer_id",
        "anonymousId": "anonymous_id",
        "event": "event_name",
        "name": "page",
        "timestamp": "occurred_at",
        "receivedAt": "received_at",
        "properties": "properties",
    }


def _first(has: set[str], *keys: str) -> str:
    found = [name(key) for key in keys if key in has]
    return f"coalesce({', '.join(found)}, NULL::VARCHAR)" if found else "NULL::VARCHAR"


def _paths(has: set[str], paths: Sequence[tuple[str, str]]) -> str:
    return f"coalesce({', '.join(_path(has, *path) for path in paths)}, NULL::VARCHAR)"


def _path(has: set[str], column: str, path: str) -> str:
    """SQL: the text at a path of a JSON column; the whole of it where the path is empty."""
    if column not in has:
        return "NULL::VARCHAR"
    if not path:
        return name(column)
    valid = f"CASE WHEN json_valid({name(column)}) THEN {name(column)} END"
    return f"json_extract_string({valid}, '$.{path}')"
