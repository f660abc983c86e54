"""Repurchase accuracy: how far off the dates were on days held back, against two plain rules.

Reads    orders, order_lines, products
Returns  one row per (dimension, member, method); needs are a customer's of a purpose
         dimension all, history (2, 3-4, 5-9, 10+ purchases known, and 1) or purpose
         method model, own_mean_gap (the purpose's median where they bought once),
         purpose_median_gap; dates before the first held-back day or after the last count
         as these, whatever the method
         need_count | came_count bought within the held-back days, came_rate
         median_error_days, mean_error_days of those that came; null where nobody did
         predicted_came_rate what the model expected | interval_rate of those that came
         inside the 80% interval, interval_expected_rate what the model expected of these:
         not 80%, because who comes late in the interval may not be seen; null but for model
Figure   figures/repurchase_accuracy.py
Source   Tashman (2000) Out-of-sample tests of forecasting accuracy. Int. J. of Forecasting 16,
         for the origin held back; Gneiting & Raftery (2007) J. American Statistical
         Association 102, for calibration
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.errors import NothingToAnalyse
from regulars.tables.analysis import Analysis
from regulars.tables.fit import Fit, Fitted, arrow_rows, deciles
from regulars.tables.parameters import check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

METHODS = ("model", "own_mean_gap", "purpose_median_gap")
HISTORIES = (("1", 1, 1), ("2", 2, 2), ("3-4", 3, 4), ("5-9", 5, 9), ("10+", 10, 10**9))
LEAST_CAME = 30
LEAST_SHOWN = 20  # of a purpose, that came

RETURNS = Table(
    name="repurchase_accuracy",
    grain="(dimension, member, method)",
    key=("dimension", "member", "method"),
    columns=(
        Column("dimension", "text", "all, history or purpose", "维度"),
        Column("member", "text", "all; purchases known; or the purpose", "取值"),
        Column("method", "text", f"one of {', '.join(METHODS)}", "方法"),
        Column("need_count", "integer", "customers and purposes foretold", "预测数"),
        Column("came_count", "integer", "of them bought within the days", "实际购买数"),
        Column("came_rate", "number", "of them", "实际购买率"),
        Column(
            "predicted_came_rate", "number", "what the model expected", "预测购买率", nullable=True
        ),
        Column(
            "median_error_days", "number", "of those that came", "误差中位数",
            unit="days", nullable=True,
        ),
        Column(
            "mean_error_days", "number", "of those that came", "平均误差",
            unit="days", nullable=True,
        ),
        Column(
            "interval_rate", "number", "of those that came, inside the 80% interval",
            "区间覆盖率", nullable=True,
        ),
        Column(
            "interval_expected_rate", "number",
            "what the model expected of it, the held-back days being no longer",
            "区间预期覆盖率", nullable=True,
        ),
    ),
)  # fmt: skip


def repurchase_accuracy(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    held_back_days: int = 90,
) -> Fit:
    """Fit on what was known ``held_back_days`` before as_of, and compare with what came.

    All but the history 1 is of needs bought twice or more by then. Of very many customers a
    sample is judged. Raises ParameterInvalid, and NothingToAnalyse.
    """
    check_whole("held_back_days", held_back_days, 7, 730)
    from regulars.stats.repurchase import learning
    from regulars.stats.repurchase.occasions import (
        histories,
        median_gaps,
        next_days,
        occasions,
        sampled,
    )

    cut = as_of - timedelta(days=held_back_days)
    some = sampled(orders, as_of=cut, most=learning.SAMPLE_ORDERS)
    before = occasions(some, order_lines, products, as_of=cut)
    after = occasions(some, order_lines, products, as_of=as_of)

    def make(rows: pa.Table) -> Fitted:
        model = learning.learned(rows, as_of=cut)
        judged = _Judged(rows, model.forecast(rows, (float(held_back_days),)), held_back_days)
        if judged.came_count < LEAST_CAME:
            raise NothingToAnalyse(
                f"Dates are judged by {LEAST_CAME} needs or more that were bought twice before "
                f"{cut} and again within {held_back_days} days; there are {judged.came_count}."
            )
        said = {
            "held_back": {
                "since": cut + timedelta(days=1), "until": as_of, "row_count": judged.need_count,
            },
            "measures": judged.measures(),
            "scores": deciles(judged.chance[judged.is_repeat]),
        }  # fmt: skip
        return Fitted(judged.answer(), model.card() | said)

    known, came = histories(before, as_of=cut), next_days(after, since=cut)
    rows = known.left_join(came, ["customer_id", "purpose"])
    rows = rows.drop("customer_id_right", "purpose_right")
    rows = rows.left_join(median_gaps(before), "purpose").drop("purpose_right")
    return Fit({"rows": rows}, make)


class _Judged:
    """Foretold needs beside what came; arrays by need."""

    def __init__(self, rows: pa.Table, found: Any, days: int) -> None:
        from regulars.stats.repurchase import forecast, learning

        self.rows, self.days = rows, days
        self.count = learning.number(rows, "purchase_count")
        self.came_on = learning.number(rows, "came_after_days")
        self.came = np.isfinite(self.came_on)
        self.is_repeat = self.count > 1
        self.chance = found.within[:, 0]
        low, high = (learning.days_ahead(found, q) for q in (forecast.LOW, forecast.HIGH))
        self.is_inside = (self.came_on >= low) & (self.came_on <= high)
        # of those that come at all, the parts before the interval and after it that are seen
        early = np.where(low <= days, forecast.LOW * found.alive, self.chance)
        late = np.where(high <= days, self.chance - forecast.HIGH * found.alive, 0.0)
        self.expected_inside = np.maximum(self.chance - early - late, 0.0)
        self.errors = {
            method: np.abs(np.clip(ahead, 1, days) - self.came_on)
            for method, ahead in self._ahead(learning.days_ahead(found)).items()
        }

    def _ahead(self, model: Any) -> dict[str, Any]:
        """Days from the cut to the date that each method says."""
        from regulars.stats.repurchase import learning

        since = learning.number(self.rows, "open_days")
        medians = learning.number(self.rows, "median_gap_days")
        medians = np.where(np.isfinite(medians), medians, np.nanmedian(medians))
        gaps = learning.number(self.rows, "gap_days") / np.maximum(self.count - 1, 1)
        own = np.where(self.is_repeat, gaps, medians)
        return dict(zip(METHODS, (model, own - since, medians - since), strict=True))

    @property
    def need_count(self) -> int:
        return int(self.is_repeat.sum())

    @property
    def came_count(self) -> int:
        return int((self.came & self.is_repeat).sum())

    def measures(self) -> dict[str, Any]:
        """What a model card says of them."""
        every, *_ = self._row("all", "all", self.is_repeat, "model")
        found = {name: every[name] for name in every if name.endswith(("_days", "_rate"))}
        for method in METHODS[1:]:
            other, *_ = self._row("all", "all", self.is_repeat, method)
            found[f"{method}_median_error_days"] = other["median_error_days"]
        return found

    def answer(self) -> pa.Table:
        """All rows, as declared."""
        found = [
            row
            for dimension, member, mask in self._groups()
            for method in METHODS
            for row in self._row(dimension, member, mask, method)
        ]
        columns = {name: [row[name] for row in found] for name in RETURNS.column_names}
        return arrow_rows(columns, RETURNS)

    def _groups(self) -> Iterator[tuple[str, str, Any]]:
        yield "all", "all", self.is_repeat
        for member, least, most in HISTORIES:
            mask = (self.count >= least) & (self.count <= most)
            if mask.any():
                yield "history", member, mask
        purposes = self.rows["purpose"].combine_chunks().dictionary_encode()
        codes = purposes.indices.to_numpy()
        came = np.bincount(codes[self.came & self.is_repeat], minlength=len(purposes.dictionary))
        names = [str(name) for name in purposes.dictionary.to_pylist()]
        shown = {names[code]: code for code in np.flatnonzero(came >= LEAST_SHOWN)}
        for name, code in sorted(shown.items()):
            yield "purpose", name, (codes == code) & self.is_repeat

    def _row(self, dimension: str, member: str, mask: Any, method: str) -> list[dict[str, Any]]:
        came = mask & self.came
        errors = np.sort(self.errors[method][came])
        is_model = method == "model"
        expected = float(np.sort(self.chance[mask]).sum())
        inside = float(np.sort(self.expected_inside[mask]).sum())
        inside_rate = float(self.is_inside[came].mean()) if len(errors) else None
        return [{
            "dimension": dimension,
            "member": member,
            "method": method,
            "need_count": int(mask.sum()),
            "came_count": int(came.sum()),
            "came_rate": float(came.sum() / mask.sum()),
            "predicted_came_rate": expected / int(mask.sum()) if is_model else None,
            "median_error_days": float(np.median(errors)) if len(errors) else None,
            "mean_error_days": float(errors.mean()) if len(errors) else None,
            "interval_rate": inside_rate if is_model else None,
            "interval_expected_rate": inside / expected if is_model and expected else None,
        }]  # fmt: skip


ANALYSIS = Analysis(
    title=Text("How sure the next need is", "下次需求的准确度"),
    question=Text(
        "How far off are the dates on days held back, against the plain rules?",
        "用留出的日期检验，预测日期偏差多少，比简单规则好多少？",
    ),
    reads=("orders", "order_lines", "products"),
    returns=RETURNS,
    compute=repurchase_accuracy,
    is_fitted=True,
)
