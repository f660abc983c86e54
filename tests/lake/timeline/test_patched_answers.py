"""Every analysis says the same of a timeline of patches, of bases, and of one built at once."""

import shutil
from datetime import timedelta

import numpy as np
import pytest
from tests.analyses.test_stored_order import CASES, TRAITS, answered
from tests.lake.timeline.patched_shop import EARLY, LATE, fill, read_trait
from tests.lake.timeline.reconstruction import found

from regulars.analyses.attribution import _most_valued
from regulars.analyses.search_terms import _segments
from regulars.backoffice.behaviour import offers
from regulars.errors import ParameterInvalid
from regulars.lake import ShopHome
from regulars.lake.timeline import open_timeline, patching, updating
from regulars.tables.timeline.online import _happens, online_channels

NEVER = float("inf")
PATCHES = {"SMALL_BUCKET": 0, "SMALL_PATCH": 0, "STALE": NEVER, "MOST_STALE": NEVER}
IN_TURN = {"SMALL_BUCKET": 0, "SMALL_PATCH": 0.2, "STALE": 0.3, "MOST_STALE": 1.5}


def opened(home):
    return open_timeline(home, trait_names=tuple(TRAITS), read_trait=read_trait)


@pytest.fixture(scope="module", params=[(PATCHES, 1), (PATCHES, 3), (IN_TURN, 64)], ids=str)
def timelines(request, tmp_path_factory):
    """(grown by increments, built at once)."""
    rules, bucket_count = request.param
    home = ShopHome.create(
        tmp_path_factory.mktemp("patched") / "shop", {"shop.timezone": "Asia/Shanghai"}
    )
    builds, build = [], updating.Update._build
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(updating, "BUCKET_COUNT", bucket_count)
        patch.setattr("regulars.lake.timeline.changes.MOST_CHANGED", 10.0)
        patch.setattr(updating.Update, "_build", lambda self, m: builds.append(m) or build(self, m))
        for name, value in rules.items():
            patch.setattr(patching, name, value)
        fill(home, 7, lambda: open_timeline(home))
        grown = opened(home)
        assert len(builds) == 1
        shutil.rmtree(home.path / "timeline")
        built = opened(home)
    return grown, built


def test_it_is_one_of_patches(timelines):
    grown, built = timelines
    assert found(grown) == found(built)
    assert any(bucket.gone_count for bucket in grown.buckets)
    assert len(grown.buckets) > len(built.buckets)
    assert grown.person_count > built.person_count == int(grown.is_present.sum())
    assert not any(bucket.gone_count for bucket in built.buckets)


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_analysis_says_the_same_of_patches_and_of_what_was_built_at_once(timelines, name, options):
    grown, built = (answered(name, timeline, options) for timeline in timelines)
    assert built
    assert grown == built


def test_channel_of_gone_rows_alone_is_not_seen(timelines):
    for timeline in timelines:
        texts = timeline.property_named("channel").texts
        sms = np.array([text == "sms" for text in texts] + [False])
        for channels, is_there in ((sms, False), (online_channels(timeline), True)):
            timeline._known.clear()  # what is looked up once
            assert _happens(timeline, channels, None) == is_there


def test_days_are_refused_on_which_only_gone_rows_lie(timelines):
    said = []
    for timeline in timelines:
        days = [moment.date() for moment in (EARLY, LATE)]
        assert not {timeline.first_day, timeline.last_day} & set(days)
        for day in days:
            with pytest.raises(ParameterInvalid) as refused:
                timeline.span(day, day, LATE.date() + timedelta(days=1))
            said.append(str(refused.value))
    assert said[:2] == said[2:]


def test_counts_of_values_and_people_are_the_same(timelines):
    grown, built = timelines
    for name, known in built.properties.items():
        if known.kind == "text":
            counts = [
                {p.texts[c]: n for c, n in enumerate(offers.value_counts(t, p, ()).tolist()) if n}
                for t, p in ((t, t.property_named(name)) for t in timelines)
            ]
            assert counts[0] == counts[1], name
    people = [
        np.bincount(codes[timeline.is_present] + 1).tolist()
        for timeline, codes in ((t, t.trait_codes("city")[0]) for t in timelines)
    ]
    assert people[0] == people[1]
    assert _segments(grown, "city")[1] == _segments(built, "city")[1]


def test_event_of_most_values_is_the_same(timelines):
    names = [_most_valued(timeline, np.iinfo(np.int64).max) for timeline in timelines]
    assert names[0] == names[1] != ""
