"""After any imports the timeline is what a full build gives, and what plain Python gives."""

import shutil
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.lake.timeline.reconstruction import expected, found
from tests.lake.timeline.shops import bring_in, imports, stored

from regulars.lake import ShopHome
from regulars.lake.timeline import manifest, open_timeline, patching, timeline_status, updating
from regulars.tables.timeline import GONE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = float("inf")
# what `patching` does with so few rows: always whole, only patches, few, whole in turn
RULES = {
    "whole": {},
    "patches": {"SMALL_BUCKET": 0, "SMALL_PATCH": 0, "STALE": NEVER, "MOST_STALE": NEVER},
    "one patch": {"SMALL_BUCKET": 0, "SMALL_PATCH": NEVER, "STALE": NEVER, "MOST_STALE": NEVER},
    "in turn": {"SMALL_BUCKET": 0, "SMALL_PATCH": 0.3, "STALE": 0.2, "MOST_STALE": 2.0,
                "WHOLE_AT_ONCE": 0.5},
}  # fmt: skip


def without_keys(rows):
    """Texts of keys are not kept: whether there is one is compared, and which in another test."""
    plain = {}
    for (person, is_visitor, moment, name, is_further, said), count in rows.items():
        at = moment if isinstance(moment, int) else (moment - EPOCH) // timedelta(microseconds=1)
        keys = {(k, True) for k, _ in said if k.endswith(("session_id", "order_id"))}
        rest = {(k, v) for k, v in said if not k.endswith(("session_id", "order_id"))}
        row = person, is_visitor, at, name, is_further, frozenset(keys | rest)
        plain[row] = plain.get(row, 0) + count
    return plain


def check_folder(home, timeline):
    """Everybody once, all rows of nobody or of somebody present, and no file too many or few."""
    rows = found(timeline)
    people = {(person, is_visitor) for person, is_visitor, *_ in rows}
    assert timeline.row_count == rows.total()
    assert timeline_status(home).person_count == len(people) == int(timeline.is_present.sum())
    ids, visitors = timeline.person_ids.to_pylist(), timeline.visitors.tolist()
    present = zip(ids, visitors, timeline.is_present.tolist(), strict=True)
    assert {(person, is_visitor) for person, is_visitor, is_here in present if is_here} == people
    for bucket in timeline.buckets:
        gone = (bucket.events == GONE) if bucket.gone_count else np.zeros(bucket.row_count, bool)
        assert gone.sum() == bucket.gone_count
        by_person = np.add.reduceat(gone, bucket.offsets[:-1]) if bucket.person_count else []
        assert set(by_person / np.diff(bucket.offsets)) <= {0.0, 1.0}
    folder = home.path / "timeline"
    files = {str(path.relative_to(folder)) for path in folder.rglob("*/*")}
    assert files == set(filter(None, manifest.read_manifest(folder).files()))


@pytest.mark.parametrize("rule", RULES)
@settings(
    max_examples=8,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(imports, min_size=2, max_size=7), st.sampled_from([1, 3, 64]))
def test_timeline_is_the_full_build_when_imports_followed_each_other(
    tmp_path_factory, monkeypatch, rule, rounds, bucket_count
):
    home = ShopHome.create(tmp_path_factory.mktemp("shop") / "shop")
    monkeypatch.setattr(updating, "BUCKET_COUNT", bucket_count)
    for name, value in RULES[rule].items():
        monkeypatch.setattr(patching, name, value)
    builds = []
    build = updating.Update._build
    with monkeypatch.context() as patch:
        patch.setattr(updating.Update, "_build", lambda self, m: builds.append(m) or build(self, m))
        for tables in rounds:
            bring_in(home, tables)
            grown = open_timeline(home)
            assert without_keys(found(grown)) == without_keys(expected(stored(home)))
            check_folder(home, grown)
    assert len(builds) <= 1, "an increment was not taken as one"
    shutil.rmtree(home.path / "timeline")
    built = open_timeline(home)
    assert found(grown) == found(built)
    assert grown.event_counts == built.event_counts
    counts = [{n: p.row_count for n, p in t.properties.items()} for t in (grown, built)]
    assert counts[0] == counts[1]
    assert (grown.first_at, grown.last_at) == (built.first_at, built.last_at)
    moments = [bucket.present(bucket.moments) for bucket in grown.buckets]
    known = np.concatenate([np.zeros(0, np.int64), *moments])
    assert (grown.first_at, grown.last_at) == (min(known, default=None), max(known, default=None))
