"""Patches: what is written, what stays, who comes back, and what a reader or a kill meets."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from tests.lake.timeline.reconstruction import found
from tests.lake.timeline.shops import bring_in
from tests.lake.timeline.test_keeping import event, events

from regulars.lake.timeline import (
    coding,
    open_timeline,
    patching,
    people,
    timeline_status,
    updating,
)
from regulars.lake.timeline.manifest import read_manifest

NEVER = float("inf")


@pytest.fixture(autouse=True)
def patched(monkeypatch):
    """One bucket, and every increment a patch of its own; a build after the first is refused."""
    monkeypatch.setattr(updating, "BUCKET_COUNT", 1)
    rules = {"SMALL_BUCKET": 0, "SMALL_PATCH": 0, "STALE": NEVER, "MOST_STALE": NEVER}
    for name, value in rules.items():
        monkeypatch.setattr(patching, name, value)


@pytest.fixture
def no_more_builds(monkeypatch):
    def refuse():
        monkeypatch.setattr(updating.Update, "_build", None)

    return refuse


def files(home):
    return read_manifest(home.path / "timeline").buckets[0]


def opened(home, *numbers, **said):
    """One import of these events, and the timeline after it."""
    bring_in(home, events(*numbers, **said))
    return open_timeline(home)


def test_base_file_is_left_alone_when_one_customer_does_something(home, no_more_builds):
    opened(home, *range(70))
    (base,) = files(home)
    path = home.path / "timeline" / base.file
    before = path.stat().st_ino, path.read_bytes()
    no_more_builds()
    assert opened(home, 701).row_count == 71
    old, patch = files(home)
    assert (path.stat().st_ino, path.read_bytes()) == before
    assert old.file == base.file
    assert (old.gone_people, old.gone_rows, old.present_rows) == (1, 10, 60)
    assert (patch.person_count, patch.row_count) == (1, 11)
    assert (patch.file, old.events_in) == ("2/bucket-0000", "2/bucket-0000-events")


def test_person_is_taken_from_the_last_patch_when_touched_again(home, no_more_builds):
    opened(home, *range(14))
    no_more_builds()
    for number in (15, 22, 29, 36):  # all of c1
        opened(home, number)
    assert [file.present_rows for file in files(home)] == [12, 6]
    assert timeline_status(home).person_count == 7
    assert timeline_status(home).row_count == 18


def test_person_comes_back_without_the_old_rows_when_all_were_deleted(home, no_more_builds):
    opened(home, *range(14))
    no_more_builds()
    timeline = opened(home, 1, 8, customer_id=None)
    assert "c1" not in {person for person, *_ in found(timeline)}
    assert len(files(home)) == 1
    assert timeline_status(home).person_count == 6
    timeline = opened(home, 15)
    assert [moment for person, _, moment, *_ in found(timeline) if person == "c1"]
    assert sum(n for (person, *_), n in found(timeline).items() if person == "c1") == 1
    assert timeline_status(home).person_count == 7


def test_moments_are_those_of_rows_present_when_the_first_and_the_last_go(home, no_more_builds):
    timeline = opened(home, *range(14))
    first, last = timeline.first_at, timeline.last_at
    no_more_builds()
    timeline = opened(home, 0, 13, customer_id=None)
    minute = 60_000_000
    assert (timeline.first_at, timeline.last_at) == (first + minute, last - minute)


def test_base_stays_when_everybody_has_gone(home, no_more_builds):
    opened(home, *range(7))
    no_more_builds()
    timeline = opened(home, *range(7), page="/other")
    assert [file.present_rows for file in files(home)] == [0, 7]
    assert {dict(said)["page"] for *_, said in found(timeline)} == {"/other"}
    timeline = opened(home, *range(7), customer_id=None)
    assert timeline.row_count == timeline_status(home).person_count == 0
    assert timeline.first_at is None
    assert opened(home, 3).row_count == 1


def test_new_file_has_all_when_the_bucket_is_written_whole(home, monkeypatch, no_more_builds):
    opened(home, *range(70))
    no_more_builds()
    for number in (70, 71, 72):
        opened(home, number)
    assert len(files(home)) == 4
    before = found(open_timeline(home))
    monkeypatch.setattr(patching, "MOST_STALE", 0)
    assert found(opened(home, 73)) - before == found(open_timeline(home)) - before
    (whole,) = files(home)
    assert (whole.row_count, whole.gone_rows, whole.events_in) == (74, 0, "")
    folder = home.path / "timeline"
    assert [path.name for path in folder.iterdir() if path.is_dir()] == ["5", *kept_texts(home)]


def kept_texts(home):
    manifest = read_manifest(home.path / "timeline")
    folders = {file.partition("/")[0] for file in manifest.files() if file}
    return sorted(folders - {"5"})


def test_event_column_is_kept_when_nobody_leaves_and_the_patch_is_not(
    home, monkeypatch, no_more_builds
):
    opened(home, *range(70))
    no_more_builds()
    opened(home, 71)
    monkeypatch.setattr(patching, "SMALL_PATCH", NEVER)
    opened(home, 78)  # c1 again: nobody leaves the base
    base, patch = files(home)
    assert (patch.file, base.events_in) == ("3/bucket-0000", "2/bucket-0000-events")
    assert (base.gone_people, patch.row_count) == (1, 12)
    assert not (home.path / "timeline" / "2" / "bucket-0000").exists()


def test_it_is_built_anew_when_rows_to_delete_are_in_no_file(home, monkeypatch):
    opened(home, *range(14))
    opened(home, 15)
    changes = updating.Changes

    class Wrong(changes):
        def __init__(self, connection, *state):
            super().__init__(connection, *state)
            connection.execute("UPDATE then_rows SET page = 'elsewhere'")

    with monkeypatch.context() as patch:
        patch.setattr(updating, "Changes", Wrong)
        timeline = opened(home, 15, page="/new")
    assert timeline.row_count == 15
    assert [file.file.partition("/")[0] for file in files(home)] == ["3"]


@pytest.mark.parametrize("is_gone", [False, True])
def test_people_stay_apart_when_a_new_one_has_the_hash_of_one_in_a_patch(
    home, monkeypatch, is_gone
):
    alike = "CASE WHEN {0} = 0 AND person_id <> 'c2' THEN 5 ELSE hash(person_id, {0}) END"
    for module in (coding, people):
        monkeypatch.setattr(module, "person_hash", alike.format)
    opened(home, 0, 2)
    opened(home, 7)
    if is_gone:
        opened(home, 0, 7, customer_id=None)
    timeline = opened(home, 1)
    assert read_manifest(home.path / "timeline").salt == (0 if is_gone else 1)
    assert len(files(home)) == 1  # built anew
    assert sorted(timeline.person_ids.to_pylist()) == (
        ["c1", "c2"] if is_gone else ["c0", "c1", "c2"]
    )


def test_reader_keeps_its_rows_when_they_have_gone_since(home):
    earlier = opened(home, *range(30))
    rows = found(earlier)
    middle = opened(home, 31)
    middle_rows = found(middle)
    for number in range(32, 45):
        opened(home, number)
    shutil.rmtree(home.path / "timeline")
    assert (found(earlier), found(middle)) == (rows, middle_rows)


def test_values_of_a_wider_type_stand_beside_narrow_ones(home, no_more_builds):
    opened(home, *range(14))
    no_more_builds()
    many = [event(100 + n, customer_id="c1", page=f"/new/{n}") for n in range(200)]
    bring_in(home, {"events": many})
    opened(home, 2, customer_id="c2", query="first query")
    timeline = opened(home, 400, customer_id="c1")
    base, *patches = files(home)
    assert base.columns["page"].type != patches[-1].columns["page"].type
    assert "query" not in base.columns
    pages = [dict(said)["page"] for person, *_, said in found(timeline) if person == "c1"]
    assert len(pages) == 2 + 200 + 1
    assert [dict(said).get("query") for p, *_, said in found(timeline) if p == "c2"].count(
        None
    ) == 1


KILLED = """
    import sys, time
    from regulars.lake import ShopHome
    from regulars.lake.timeline import merging, patching, updating
    home = ShopHome.find(sys.argv[1])
    updating.BUCKET_COUNT = 1
    patching.SMALL_BUCKET = patching.SMALL_PATCH = 0
    patching.STALE = patching.MOST_STALE = float("inf")
    done = merging.Merge.bucket
    def slow(self, *asked):
        written = done(self, *asked)
        print("now", flush=True)
        time.sleep(60)
        return written
    merging.Merge.bucket = slow
    updating.bring_up_to_date(home)
"""


def test_last_patches_stay_when_a_builder_is_killed(home, no_more_builds):
    opened(home, *range(30))
    before = found(opened(home, 31))
    present = read_manifest(home.path / "timeline")
    bring_in(home, events(32, 33))
    program = [sys.executable, "-c", textwrap.dedent(KILLED), str(home.path)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout.readline().startswith("now")
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert read_manifest(home.path / "timeline") == present
    no_more_builds()
    timeline = open_timeline(home)
    assert timeline.row_count == 33
    assert set(before) < set(found(timeline))
    folder = home.path / "timeline"
    left = {str(path.relative_to(folder)) for path in folder.rglob("*/*")}
    assert left == set(filter(None, read_manifest(folder).files()))


def test_gone_people_have_a_number_and_a_trait_and_are_not_counted(home, no_more_builds):
    opened(home, *range(14))
    no_more_builds()
    timeline = opened(home, 15)
    ids = np.array(timeline.person_ids.to_pylist())
    assert sorted(ids) == sorted([*(f"c{n}" for n in range(7)), "c1"])
    assert sorted(ids[timeline.is_present]) == [f"c{n}" for n in range(7)]
