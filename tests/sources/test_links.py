"""Files that say who is who: kinds by every name, one column or many, and what is no kind."""

from datetime import datetime
from pathlib import Path

import pytest
from tests.sources.shops import stored, write_csv

from regulars.lake import ShopHome
from regulars.sources import import_files, preview, propose, reason_text
from regulars.sources.identities import KINDS
from regulars.sources.links import kind_of
from regulars.sources.words import word_lists

LONG = ["kind", "value", "customer_id"]


def links(home: ShopHome) -> set[tuple[str, str, str]]:
    """(kind, value, customer) as stored, but for the customers' own numbers."""
    rows = stored(home, "identifiers")
    return {(r["kind"], r["value"], r["customer_id"]) for r in rows if r["kind"] != "customer_no"}


def bring(home: ShopHome, folder: Path, *rows: list[object]):
    return import_files(home, [write_csv(folder / "ids.csv", *rows)], table="identifiers")


def reasons(account) -> list[str]:
    return [found.example.partition(": ")[2] for found in account.reasons]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("anonymous_id", "anonymous"), ("Anonymous ID", "anonymous"), ("访客编号", "anonymous"),
        ("deviceId", "device"), ("设备号", "device"), ("e-mail", "email"), ("Mobile", "phone"),
        ("手机号", "phone"), ("user_id", "customer_no"), ("会员卡号", "member_no"),
        ("union_id", "unionid"), ("openid", None), ("bogus", None),
    ],
)  # fmt: skip
def test_a_word_means_a_kind_where_it_is_clear(word, kind, home, tmp_path):
    value = "ann@x.13812345678" if kind == "email" else "13812345678"
    account = bring(home, tmp_path, LONG, [word, value, "c1"], ["device", "d9", "c9"])
    kinds = {r["kind"] for r in stored(home, "identifiers") if r["value"].endswith("13812345678")}
    assert kinds == ({kind} if kind else set())
    assert account.quarantined_count == (kind is None)


def test_every_kind_has_words_and_each_word_one_kind():
    lists = word_lists("identifier_kind")
    assert set(lists) == set(KINDS)
    words = [word for kind in lists for word in lists[kind]]
    assert len(words) == len(set(words))
    assert all(f"'{word}'" in kind_of("x") for word in words)


def test_an_unknown_kind_is_put_aside_with_those_that_exist(home, tmp_path):
    account = bring(home, tmp_path, LONG, ["bogus", "x", "c1"], ["anonymous_id", "a1", "c1"])
    (reason,) = reasons(account)
    assert reason == f"kind 'bogus' is none of {', '.join(KINDS)}"
    assert reason_text(reason).zh.startswith("kind 的值 'bogus' 不在 customer_no, ")
    assert links(home) == {("anonymous", "a1", "c1")}
    note = "Kinds of identifiers read as what they mean: anonymous_id as anonymous."
    assert note in account.notes
    assert "anonymous_id as anonymous" in reason_text(note).zh


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["", "x", "c1"], "kind is empty"),
        (["device", "", "c1"], "value is empty"),
        (["device", "d1", ""], "no number, phone or e-mail names the person"),
        (["email", "ann", "c1"], "email 'ann' identifies nobody"),
        (["", "", "c1"], "no identifier stands beside the customer"),
    ],
)
def test_a_line_is_put_aside_when_it_links_nothing(row, reason, home, tmp_path):
    account = bring(home, tmp_path, LONG, row, ["device", "d2", "c2"])
    assert account.adds_up
    assert reasons(account) == [reason]
    assert reason_text(reason).zh != reason
    assert links(home) == {("device", "d2", "c2")}


@pytest.mark.parametrize("column", ["anonymous_id", "匿名ID"])
def test_visitors_join_customers_when_a_file_has_the_two_ids_alone(column, home, tmp_path):
    account = bring(home, tmp_path, [column, "customer_id"], ["a1", "c1"], ["a2", "c1"])
    assert links(home) == {("anonymous", "a1", "c1"), ("anonymous", "a2", "c1")}
    assert [row["customer_id"] for row in stored(home, "customers")] == ["c1"]
    (note,) = account.notes
    assert note == (
        "Identifiers without a moment since when they are the customer's: 2; "
        "the moment of this import stands in."
    )
    assert "2 个标识没有关联时间" in reason_text(note).zh
    imported_at = datetime.fromisoformat(account.imported_at)
    moments = {row["linked_at"] for row in stored(home, "identifiers")}
    assert all(abs((moment - imported_at).total_seconds()) < 60 for moment in moments)


def test_each_known_column_is_a_link_when_a_line_has_several(home, tmp_path):
    header = ["设备号", "顾客编号", "手机号", "邮箱"]
    rows = [["d1", "c1", "138 1234 5678", "Ann@X.com"], ["d2", "c2", "138****0000", ""]]
    account = bring(home, tmp_path, header, *rows)
    assert links(home) == {
        ("device", "d1", "c1"), ("phone", "+8613812345678", "c1"), ("email", "ann@x.com", "c1"),
        ("device", "d2", "c2"),
    }  # fmt: skip
    assert (account.used_count, account.quarantined_count) == (2, 0)
    left_out = "Identifiers left out, as they identify nobody: 1 phone."
    assert left_out in account.notes
    assert reason_text(left_out).zh == "无法指向任何人的标识未采用：1 phone。"


def test_a_member_number_or_phone_names_the_customer_when_there_is_no_id(home, tmp_path):
    bring(home, tmp_path, ["kind", "value", "customer_id"], ["phone", "13812345678", "c1"])
    bring(home, tmp_path, ["device_id", "phone"], ["d1", "13812345678"], ["d2", ""])
    assert ("device", "d1", "c1") in links(home)
    assert not any(value == "d2" for _, value, _ in links(home))


def test_nothing_changes_when_a_file_without_moments_comes_again(home, tmp_path):
    rows = [["device_id", "customer_id"], ["d1", "c1"], ["d2", "c2"]]
    bring(home, tmp_path, *rows)
    before = stored(home, "identifiers", "kind", "value")
    account = bring(home, tmp_path, *rows)
    assert stored(home, "identifiers", "kind", "value") == before
    assert account.notes == ()


def test_the_first_moment_counts_when_a_link_is_seen_often(home, tmp_path):
    header = ["device_id", "customer_id", "linked_at"]
    seen = [["d1", "c1", f"2026-03-0{day} 10:00:00"] for day in (2, 1, 3)]
    account = bring(home, tmp_path, header, *seen)
    assert (account.used_count, account.repeated_count, account.quarantined_count) == (1, 2, 0)
    (moment,) = (r["linked_at"] for r in stored(home, "identifiers") if r["kind"] == "device")
    assert moment.isoformat() == "2026-03-01T02:00:00+00:00"


def test_the_last_line_counts_when_customers_share_an_identifier(home, tmp_path):
    account = bring(home, tmp_path, ["device_id", "customer_id"], ["d1", "c1"], ["d1", "c2"])
    assert links(home) == {("device", "d1", "c2")}
    assert reasons(account) == ["line 3 has the same key and took its place"]
    shared = "Identifiers given to more than one customer: 1; the last line counts."
    assert shared in account.notes
    assert reason_text(shared).zh == "有 1 个标识对应多位顾客，以最后一行为准。"
    corrected = bring(home, tmp_path, ["device_id", "customer_id"], ["d1", "c1"])
    assert links(home) == {("device", "d1", "c1")}
    assert corrected.tables["identifiers"].replaced_count == 1


def test_events_of_the_same_import_are_the_customers_when_links_come_along(home, tmp_path):
    events = write_csv(
        tmp_path / "e.csv",
        ["event_id", "anonymous_id", "event_name", "occurred_at"],
        ["e1", "a1", "Seen", "2026-03-01 10:00:00"],
    )
    ids = write_csv(tmp_path / "i.csv", ["device_id", "customer_id"], ["d1", "c1"])
    proposal = propose(home, [events, ids])
    assert [part.layout for part in proposal.files] == ["events", "identifiers"]
    tried = preview(home, proposal)
    assert tried.tables["identifiers"] == 2  # the device, and the customer's own number
    long = write_csv(tmp_path / "l.csv", LONG, ["anonymous", "a1", "c1"])
    import_files(home, [events, long])
    assert [row["customer_id"] for row in stored(home, "events")] == ["c1"]


@pytest.mark.parametrize(
    ("header", "lacking"),
    [
        (["kind", "customer_id"], "value"),
        (["value", "customer_id"], "kind"),
        (["device_id", "colour"], "customer_id"),
        (["customer_id", "colour"], "value"),
    ],
)
def test_a_question_asks_for_what_lacks(header, lacking, home, tmp_path):
    file = write_csv(tmp_path / "ids.csv", header, ["x", "y"])
    unclear = propose(home, [file], table="identifiers").unclear
    assert f"Column '{lacking}'" in unclear[0]
