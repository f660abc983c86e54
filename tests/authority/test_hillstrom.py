"""The MineThatData e-mail test: published rates, and lifts against scipy's own Welch test.

Source  Hillstrom (2008), The MineThatData E-Mail Analytics and Data Mining Challenge;
        figures from shared/design/reference_figures.md, row 'Hillstrom'.
"""

from collections.abc import Callable
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import csv
from scipy import stats

from regulars.effects.lift import Arm, Lift, lift
from regulars.stats.moments import Moments

MEN, WOMEN, NONE = "Mens E-Mail", "Womens E-Mail", "No E-Mail"
Column = Callable[[str, str], np.ndarray]


@pytest.fixture(scope="module")
def column(shared_data: Path) -> Column:
    rows = csv.read_csv(shared_data / "hillstrom" / "hillstrom.csv.gz")
    assert rows.num_rows == 64_000

    def read(segment: str, name: str) -> np.ndarray:
        chosen = rows.filter(pc.equal(rows["segment"], segment))
        return chosen[name].to_numpy().astype(float)

    return read


def arm(outcome: np.ndarray, prior: np.ndarray) -> Arm:
    """Sufficient statistics by the engine, as outcomes.py has them worked out."""
    rows = ibis.memtable(pa.table({"y": outcome, "x": prior}))
    sums = rows.aggregate(
        y=rows.y.mean(), yy=rows.y.var(how="sample"), x=rows.x.mean(), xx=rows.x.var(how="sample"),
        xy=rows.y.cov(rows.x, how="sample"),
    )  # fmt: skip
    found = sums.to_pyarrow().to_pylist()[0]
    count = len(outcome)
    return Arm(
        Moments(count, found["y"], found["yy"]),
        Moments(count, found["x"], found["xx"]),
        found["xy"],
    )


@pytest.mark.parametrize(
    ("segment", "visit", "spend"),
    [(MEN, 0.182757, 1.42262), (WOMEN, 0.151400, 1.07720), (NONE, 0.106167, 0.65279)],
)
def test_matches_hillstrom_rates(column: Column, segment: str, visit: float, spend: float) -> None:
    nothing = np.zeros(len(column(segment, "visit")))
    assert arm(column(segment, "visit"), nothing).outcome.mean == pytest.approx(visit, abs=1e-5)
    assert arm(column(segment, "spend"), nothing).outcome.mean == pytest.approx(spend, abs=1e-5)


@pytest.mark.parametrize("segment", [MEN, WOMEN])
@pytest.mark.parametrize("outcome", ["visit", "spend", "conversion"])
def test_interval_equals_scipys_when_there_is_no_past(
    column: Column, segment: str, outcome: str
) -> None:
    treated, held = column(segment, outcome), column(NONE, outcome)
    found = lift(arm(held, np.zeros(len(held))), arm(treated, np.zeros(len(treated))))
    peer = stats.ttest_ind(treated, held, equal_var=False)
    assert isinstance(found, Lift)
    assert found.p_value == pytest.approx(peer.pvalue, rel=1e-6)
    assert (found.low, found.high) == pytest.approx(tuple(peer.confidence_interval()), rel=1e-6)


@pytest.mark.parametrize("segment", [MEN, WOMEN])
def test_interval_equals_scipys_of_residuals_when_adjusted_for_history(
    column: Column, segment: str
) -> None:
    """CUPED is Welch's test on what a regression on the past leaves."""
    treated, held = column(segment, "spend"), column(NONE, "spend")
    past_treated, past_held = column(segment, "history"), column(NONE, "history")
    slope, _ = np.polyfit(np.r_[past_treated, past_held], np.r_[treated, held], 1)
    peer = stats.ttest_ind(
        treated - slope * past_treated, held - slope * past_held, equal_var=False
    )
    found = lift(arm(held, past_held), arm(treated, past_treated))
    assert isinstance(found, Lift)
    assert found.method == "welch+cuped"
    assert (found.low, found.high) == pytest.approx(tuple(peer.confidence_interval()), rel=1e-6)
    assert found.p_value == pytest.approx(peer.pvalue, rel=1e-5)
