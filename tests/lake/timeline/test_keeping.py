"""The folder: dropped, compacted under, out of date, of another release, shared, killed."""

import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from tests.lake.timeline.reconstruction import found
from tests.lake.timeline.shops import bring_in

from regulars.lake import Lake
from regulars.lake.lock import writer_lock
from regulars.lake.tidy import MANY_FILES, tidy
from regulars.lake.timeline import (
    changes,
    coding,
    open_timeline,
    opening,
    people,
    timeline_status,
    updating,
)

START = datetime(2026, 3, 1, tzinfo=UTC)


def event(number, **said):
    return {"event_id": f"e{number}", "customer_id": f"c{number % 7}", "event_name": "Seen",
            "occurred_at": START + timedelta(minutes=number), "channel": "web",
            "page": f"/{number % 5}"} | said  # fmt: skip


def events(*numbers, **said):
    return {"events": [event(number, **said) for number in numbers]}


@pytest.fixture
def refused(monkeypatch):
    """``refused("_build")``: from now on that way of updating fails the test."""

    def refuse(name):
        def fail(*_args):
            raise AssertionError(f"{name} was not expected")

        monkeypatch.setattr(updating.Update, name, fail)

    return refuse


def stored_arrays(timeline):
    names = ["occurred_at", "event", *(n for n, p in timeline.properties.items() if not p.through)]
    return [[b.offsets, b.person_ids(), *map(b.read, names)] for b in timeline.buckets]


def test_same_arrays_come_back_when_the_folder_is_dropped(home):
    bring_in(home, events(*range(50)))
    before = stored_arrays(open_timeline(home))
    shutil.rmtree(home.path / "timeline")
    for one, other in zip(before, stored_arrays(open_timeline(home)), strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_nothing_is_done_again_when_the_lake_stands_still(home, refused):
    bring_in(home, events(1, 2))
    first = open_timeline(home)
    refused("run")
    again = open_timeline(home)
    assert again.buckets is first.buckets


def test_columns_are_mapped_files(home):
    bring_in(home, events(*range(10)))
    bucket = next(b for b in open_timeline(home).buckets if b.row_count)
    whole = bucket.moments
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    assert isinstance(whole, np.memmap)
    assert not bucket.moments.flags.writeable


def test_only_touched_buckets_are_written_when_one_customer_does_something(home):
    bring_in(home, events(*range(40)))
    open_timeline(home)
    bring_in(home, events(100, customer_id="c1"))
    open_timeline(home)
    manifest = updating.read_manifest(home.path / "timeline")
    generations = [file.file.partition("/")[0] for file in manifest.bucket_files]
    assert generations.count("2") == 1
    assert set(generations) == {"1", "2"}


def test_nothing_changes_when_files_are_compacted(home, refused):
    for number in range(MANY_FILES):
        bring_in(home, events(number))
    before = found(open_timeline(home))
    assert tidy(Lake(home), retention_hours=1).compacted_tables
    refused("_build")
    assert found(open_timeline(home)) == before


def test_it_is_built_anew_when_files_that_it_was_made_from_are_deleted(home):
    bring_in(home, events(1, 2, 3))
    open_timeline(home)
    bring_in(home, events(2, page="/other"))
    tidy(Lake(home), retention_hours=0)
    after = found(open_timeline(home))
    assert sorted(dict(said)["page"] for *_, said in after) == ["/1", "/3", "/other"]


@pytest.mark.parametrize("damage", ["{", '{"format": 0}'])
def test_it_is_built_anew_when_the_manifest_is_of_another_kind(home, damage):
    bring_in(home, events(1, 2))
    before = found(open_timeline(home))
    (home.path / "timeline" / "manifest.json").write_text(damage)
    assert timeline_status(home) is None
    assert found(open_timeline(home)) == before


def test_it_is_built_anew_when_rows_to_delete_are_not_there(home, monkeypatch):
    bring_in(home, events(*range(8)))
    open_timeline(home)
    with monkeypatch.context() as patch:  # a page that no event has
        patch.setattr(updating, "Changes", _other_pages(updating.Changes))
        bring_in(home, events(3, page="/new"))
        rows = found(open_timeline(home))
    assert sum(rows.values()) == 8
    manifest = updating.read_manifest(home.path / "timeline")
    files = [file.file for file in manifest.bucket_files]
    assert all(file.startswith("2/") for file in files)  # not only the touched one


def _other_pages(changes):
    class Wrong(changes):
        def __init__(self, connection, *state):
            super().__init__(connection, *state)
            connection.execute("UPDATE then_rows SET page = 'elsewhere'")

    return Wrong


def test_it_is_built_anew_when_too_much_has_changed(home, monkeypatch, refused):
    bring_in(home, events(*range(8)))
    open_timeline(home)
    monkeypatch.setattr(changes, "FEW", 4)
    bring_in(home, events(*range(10, 13)))
    with monkeypatch.context() as patch:
        patch.setattr(updating.Update, "_build", None)
        assert open_timeline(home).row_count == 11
    bring_in(home, events(*range(20, 30)))
    assert open_timeline(home).row_count == 21
    manifest = updating.read_manifest(home.path / "timeline")
    files = [file.file for file in manifest.bucket_files]
    assert all(file.startswith("3/") for file in files)


def test_rarest_event_names_are_one_when_there_are_too_many(home, monkeypatch):
    monkeypatch.setattr(coding, "MOST_EVENT_NAMES", 2)
    names = ["often"] * 3 + ["also"] * 2 + ["once", "rare"]
    bring_in(home, {"events": [event(n, event_name=name) for n, name in enumerate(names)]})
    counts = {"often": 3, "also": 2, coding.OTHER_EVENT: 2}
    assert open_timeline(home).event_counts == counts
    bring_in(home, {"events": [event(2, event_name="later"), event(9, event_name="also")]})
    assert open_timeline(home).event_counts == {"often": 2, "also": 3, coding.OTHER_EVENT: 3}


def test_people_stay_apart_when_their_hashes_are_equal(home, monkeypatch):
    alike = "CASE WHEN {0} < 2 THEN hash(person_id) % 3 ELSE hash(person_id, is_visitor, {0}) END"
    for module in (coding, people):
        monkeypatch.setattr(module, "person_hash", alike.format)
    bring_in(home, events(*range(20)))
    assert open_timeline(home).person_count == 7
    assert updating.read_manifest(home.path / "timeline").salt == 2


def test_people_stay_apart_when_a_new_one_has_the_hash_of_a_known_one(home, monkeypatch):
    alike = "CASE WHEN {0} = 0 THEN 5 ELSE hash(person_id, is_visitor, {0}) END"
    for module in (coding, people):
        monkeypatch.setattr(module, "person_hash", alike.format)
    bring_in(home, events(0, 7))
    open_timeline(home)
    bring_in(home, events(1))
    assert open_timeline(home).person_ids.to_pylist().count("c1") == 1
    assert open_timeline(home).person_count == 2


def test_most_frequent_texts_are_kept_when_there_are_too_many(home, monkeypatch):
    monkeypatch.setattr(coding, "MOST_TEXTS", 2)
    bring_in(home, {"events": [event(n, page=p) for n, p in enumerate("aaabbc")]})
    page = open_timeline(home).property_named("page")
    assert (page.texts, page.row_count) == (["a", "b"], 5)
    bring_in(home, {"events": [event(10, page="c"), event(0, page="c"), event(5, page="b")]})
    page = open_timeline(home).property_named("page")
    assert (page.texts, page.row_count) == (["a", "b"], 5)
    assert timeline_status(home).shortened == ("page",)


def test_most_frequent_keys_of_properties_are_kept_when_there_are_many(home, monkeypatch):
    monkeypatch.setattr(coding, "MOST_KEYS", 1)
    said = ['{"often": 1}', '{"often": 2, "seldom": 1}', '{"page": "own column"}']
    bring_in(home, {"events": [event(n, properties=p) for n, p in enumerate(said)]})
    assert "often" in open_timeline(home).properties
    assert "seldom" not in open_timeline(home).properties
    bring_in(home, {"events": [event(9, properties='{"seldom": 1}')]})
    assert "seldom" not in open_timeline(home).properties


def test_one_is_shared_when_threads_open_it(home):
    bring_in(home, events(*range(20)))
    opened = []
    threads = [threading.Thread(target=lambda: opened.append(open_timeline(home)))
               for _ in range(4)]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(timeline.buckets) for timeline in opened}) == 1


def test_earlier_state_is_shown_when_another_is_at_work_and_one_does_not_wait(home):
    bring_in(home, events(1, 2))
    open_timeline(home)
    bring_in(home, events(3))
    with writer_lock(home.path / "timeline", 0):
        assert open_timeline(home, waits=False).row_count == 2
    assert open_timeline(home, waits=False).row_count == 3


def test_reader_keeps_its_rows_when_their_files_are_replaced(home):
    bring_in(home, events(*range(30)))
    earlier = open_timeline(home)
    bring_in(home, events(*range(30, 60)))
    assert open_timeline(home).row_count == 60
    assert sum(found(earlier).values()) == 30


def test_manifest_is_read_again_when_a_file_went_before_it_was_mapped(home, monkeypatch):
    bring_in(home, events(1, 2))
    mapped, calls = opening._mapped, []

    def late(*state):
        calls.append(state)
        if len(calls) == 1:
            raise FileNotFoundError
        return mapped(*state)

    monkeypatch.setattr(opening, "_mapped", late)
    assert open_timeline(home).row_count == 2
    assert len(calls) == 2


READER = """
    import sys
    from regulars.lake import ShopHome
    from regulars.lake.timeline import open_timeline
    home = ShopHome.find(sys.argv[1])
    print("ready", flush=True)
    last = 0
    while last < 60:
        timeline = open_timeline(home, waits=False)
        rows = sum(len(b.moments) for b in timeline.buckets)
        ends = sum(int(b.offsets[-1]) for b in timeline.buckets)
        assert rows == ends == timeline.event_counts["Seen"] >= last, (rows, ends, last)
        last = rows
"""


def test_processes_read_whole_states_when_one_brings_it_up_to_date(home):
    bring_in(home, events(*range(10)))
    open_timeline(home)
    program = [sys.executable, "-c", textwrap.dedent(READER), str(home.path)]
    readers = [
        subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        assert [reader.stdout.readline() for reader in readers] == ["ready\n"] * 2
        for first in range(10, 60, 10):
            bring_in(home, events(*range(first, first + 10)))
            open_timeline(home)
        ended = [reader.communicate(timeout=60) for reader in readers]
    finally:
        for reader in readers:
            reader.kill()
    assert [reader.returncode for reader in readers] == [0, 0], ended


BUILDER = """
    import sys, time
    from regulars.lake import ShopHome
    from regulars.lake.timeline import merging, updating
    home = ShopHome.find(sys.argv[1])
    done = merging.Merge.bucket
    def slow(self, *asked):
        written = done(self, *asked)
        print("now", flush=True)
        time.sleep(60)
        return written
    merging.Merge.bucket = slow
    updating.bring_up_to_date(home)
"""


@pytest.mark.parametrize("is_first", [True, False])
def test_last_good_state_stays_when_a_builder_is_killed(home, is_first):
    bring_in(home, events(*range(20)))
    if not is_first:
        open_timeline(home)
        bring_in(home, events(*range(20, 40)))
    folder = home.path / "timeline"
    before = updating.read_manifest(folder)
    program = [sys.executable, "-c", textwrap.dedent(BUILDER), str(home.path)]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().startswith("now")
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert updating.read_manifest(folder) == before
    left = {path.name for path in folder.iterdir() if path.is_dir()}
    assert open_timeline(home).row_count == (20 if is_first else 40)
    now = updating.read_manifest(folder)
    needed = {file.partition("/")[0] for file in now.files() if file}
    assert {path.name for path in folder.iterdir() if path.is_dir()} == needed
    assert left >= {str((before.generation if before else 0) + 1)}
