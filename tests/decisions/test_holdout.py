"""The holdout: one answer everywhere, uniform, independent from purpose to purpose."""

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from regulars.decisions.holdout import TREATED, arm, arm_of, place, salt
from regulars.effects.outcomes import HOLDOUT

CUSTOMERS = [f"C{number:06d}" for number in range(20_000)]
texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    st.lists(texts, min_size=1, max_size=50),
    texts,
    st.one_of(st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.floats(0, 1)),
)
@settings(max_examples=60, deadline=None)
def test_engine_and_reference_agree_when_ids_are_any_text(
    ids: list[str], salt_text: str, share: float
) -> None:
    rows = ibis.memtable(pa.table({"customer_id": ids, "position": range(len(ids))}))
    lazy = rows.mutate(arm=arm(salt_text, rows.customer_id, holdout_share=share))
    found = ibis.duckdb.connect().to_pyarrow(lazy.order_by("position"))["arm"].to_pylist()
    assert found == [arm_of(salt_text, one, holdout_share=share) for one in ids]


def test_arm_never_changes_when_assigned_again() -> None:
    """By md5sum itself; a change would move customers between arms of running campaigns."""
    assert [round(place("campaign/spring", one), 6) for one in CUSTOMERS[:3]] == [
        0.045108, 0.684063, 0.133105,
    ]  # fmt: skip


@pytest.mark.parametrize("purpose", ["spring", "autumn", "春季"])
def test_places_are_uniform_when_ids_are_consecutive(purpose: str) -> None:
    counts, _ = np.histogram(
        [place(salt("campaign", purpose), one) for one in CUSTOMERS], bins=50, range=(0, 1)
    )
    assert stats.chisquare(counts).pvalue > 1e-4


def test_arms_are_independent_when_the_purpose_differs() -> None:
    table = np.zeros((2, 2))
    for one in CUSTOMERS:
        first = arm_of(salt("campaign", "a"), one, holdout_share=0.3)
        second = arm_of(salt("campaign", "b"), one, holdout_share=0.3)
        table[int(first == HOLDOUT), int(second == HOLDOUT)] += 1
    assert stats.chi2_contingency(table).pvalue > 1e-4


def test_smaller_holdout_lies_within_the_larger_when_the_salt_is_the_same() -> None:
    for one in CUSTOMERS[:2000]:
        if arm_of("s", one, holdout_share=0.1) == HOLDOUT:
            assert arm_of("s", one, holdout_share=0.2) == HOLDOUT


@pytest.mark.parametrize(("share", "arms"), [(0.0, {TREATED}), (1.0, {HOLDOUT})])
def test_everyone_is_in_one_arm_when_the_share_is_none_or_all(share: float, arms: set[str]) -> None:
    assert {arm_of("s", one, holdout_share=share) for one in CUSTOMERS[:500]} == arms


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_refuses_when_the_share_is_none(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        arm_of("s", "li", holdout_share=share)
