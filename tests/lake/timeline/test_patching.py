"""Which files an update leaves as they are, by the counts alone; and how much is written."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regulars.lake.timeline import patching
from regulars.lake.timeline.patching import Touched, kept_files

ROWS = 1_000_000


def asked(touched, row_count=64 * ROWS):
    return kept_files(dict(enumerate(touched)), row_count)


def test_small_bucket_is_written_whole():
    assert asked([Touched((1000,), 10), Touched((ROWS,), 10), Touched((), 0)]) == {0: 0, 1: 1, 2: 0}


def test_last_patches_are_taken_along_while_they_are_small():
    large, small = ROWS // 5, ROWS // 100
    assert asked([Touched((ROWS, large, small), 5)]) == {0: 2}
    assert asked([Touched((ROWS, small, small), 5)]) == {0: 1}
    assert asked([Touched((ROWS, small, large), 5)]) == {0: 3}


def test_stalest_buckets_are_written_whole_up_to_an_eighth_of_all_rows():
    touched = [Touched((ROWS, ROWS // 10), ROWS // 5 + number) for number in range(16)]
    kept = asked(touched, sum(bucket.row_count for bucket in touched))
    assert [number for number, files in kept.items() if not files] == [14, 15]


def test_bucket_is_written_whole_at_any_cost_when_it_is_nearly_all_gone():
    touched = [Touched((ROWS // 10, ROWS), ROWS * 2) for _ in range(5)]
    assert set(asked(touched, 5 * ROWS).values()) == {0}


def test_nothing_is_written_whole_when_little_is_gone():
    assert set(asked([Touched((ROWS,), ROWS // 10)] * 64).values()) == {1}


@given(st.lists(st.integers(1, 200_000), min_size=1, max_size=60), st.sampled_from([1, 2, 8, 64]))
def test_no_update_costs_much_and_files_stay_few_when_updates_follow_each_other(moved, buckets):
    """So many rows of every bucket at each update: patches, staleness and what is written."""
    files = [[[ROWS, 0]] for _ in range(buckets)]  # rows present, rows gone
    for rows in moved:
        touched = {
            number: Touched(
                tuple(present for present, _ in mine), sum(gone for _, gone in mine) + rows
            )
            for number, mine in enumerate(files)
        }
        kept = kept_files(touched, buckets * ROWS)
        written = sum(
            sum(present for present, _ in mine[kept[number] :])
            for number, mine in enumerate(files)
            if not kept[number] and touched[number].staleness < patching.MOST_STALE
        )
        assert written <= ROWS * buckets * patching.WHOLE_AT_ONCE
        for number, mine in enumerate(files):
            _updated(mine, kept[number], rows)
            assert sum(present for present, _ in mine) == ROWS
            assert sum(gone for _, gone in mine) <= patching.MOST_STALE * ROWS + 200_000
            assert len(mine) < 2 + (1 + patching.MOST_STALE) / patching.SMALL_PATCH


def _updated(files, kept, rows):
    """The first ``kept`` lose ``rows`` in proportion; a new one has these and all later ones."""
    later = sum(present for present, _ in files[kept:])
    shares = np.array([present for present, _ in files[:kept]], float)
    lost = np.floor(shares / max(shares.sum() + later, 1) * rows).astype(int)
    for file, gone in zip(files, lost.tolist(), strict=False):
        file[0] -= gone
        file[1] += gone
    del files[kept:]
    files.append([later + int(lost.sum()), 0])
