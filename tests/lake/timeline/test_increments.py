"""After any imports the timeline is what a full build gives, and what plain Python gives."""

import shutil
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.lake.timeline.reconstruction import expected, found
from tests.lake.timeline.shops import bring_in, imports, stored

from regulars.lake import ShopHome
from regulars.lake.timeline import open_timeline, updating

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


@settings(
    max_examples=8,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(imports, min_size=2, max_size=4), st.sampled_from([1, 3, 64]))
def test_timeline_is_the_full_build_when_imports_followed_each_other(
    tmp_path_factory, monkeypatch, rounds, bucket_count
):
    home = ShopHome.create(tmp_path_factory.mktemp("shop") / "shop")
    monkeypatch.setattr(updating, "BUCKET_COUNT", bucket_count)
    builds = []
    build = updating.Update._build
    with monkeypatch.context() as patch:
        patch.setattr(updating.Update, "_build", lambda self, m: builds.append(m) or build(self, m))
        for tables in rounds:
            bring_in(home, tables)
            assert without_keys(found(open_timeline(home))) == without_keys(expected(stored(home)))
    assert len(builds) <= 1, "an increment was not taken as one"
    grown = open_timeline(home)
    shutil.rmtree(home.path / "timeline")
    built = open_timeline(home)
    assert found(grown) == found(built)
    assert grown.event_counts == built.event_counts
    counts = [{n: p.row_count for n, p in t.properties.items()} for t in (grown, built)]
    assert counts[0] == counts[1]
    assert (grown.first_at, grown.last_at) == (built.first_at, built.last_at)
