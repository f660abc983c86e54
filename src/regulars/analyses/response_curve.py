"""Response curve: does the uplift score find whom a message changes, on people it had not seen?

Reads    the same as response
Returns  one row per part of the people once assigned, by falling uplift score (held out)
         part 1 = highest scores | customer_count, treated_count, holdout_count
         treated_rate, holdout_rate who ordered | effect, effect_low, effect_high (95%)
         approached_share people up to this part | extra_orders what approaching them adds, per
         1,000 of all assigned, by the Qini curve | random_extra_orders the same in any order
         targeting_value, _low, _high money per 1,000 of all when only these are approached,
         less the messages
         qini, qini_low, qini_high of the whole order: the same in every row
Figure   figures/response_curve.py
Source   stats/uplift/qini.py and stats/uplift/targeting.py name theirs
"""

from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np

from regulars.stats.response.trials import of_trials
from regulars.stats.uplift.learners import LEARNERS, Learner
from regulars.tables.analysis import Analysis
from regulars.tables.fit import Fit, Fitted, arrow_rows
from regulars.tables.parameters import check_choice, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.sharing import once
from regulars.tables.text import Text

RETURNS = Table(
    name="response_curve",
    grain="part of those once assigned, by uplift score",
    key=("part",),
    columns=(
        Column("part", "integer", "1 = the highest scores", "分组"),
        Column("customer_count", "integer", "assignments in it", "人次", unit="customers"),
        Column("treated_count", "integer", "of them approached", "触达人次", unit="customers"),
        Column("holdout_count", "integer", "of them held out", "对照人次", unit="customers"),
        Column("treated_rate", "number", "share that ordered, approached", "触达购买率"),
        Column("holdout_rate", "number", "share that ordered, held out", "对照购买率"),
        Column("effect", "number", "what the message added", "增量", nullable=True),
        Column("effect_low", "number", "lower end of its 95% interval", "下限", nullable=True),
        Column("effect_high", "number", "upper end of it", "上限", nullable=True),
        Column("approached_share", "number", "people up to this part, of all", "触达占比"),
        Column(
            "extra_orders",
            "number",
            "orders that approaching them adds, per 1,000 of all",
            "增量订单",
            nullable=True,
        ),
        Column("random_extra_orders", "number", "the same in any order", "随机增量", nullable=True),
        Column(
            "targeting_value",
            "money",
            "earned per 1,000 of all by approaching only these, less the messages",
            "定向价值",
            nullable=True,
        ),
        Column(
            "targeting_value_low", "money", "lower end of its 95% interval", "下限", nullable=True
        ),
        Column("targeting_value_high", "money", "upper end of it", "上限", nullable=True),
        Column("qini", "number", "Qini coefficient of the whole order", "Qini", nullable=True),
        Column("qini_low", "number", "lower end of its 95% interval", "下限", nullable=True),
        Column("qini_high", "number", "upper end of it", "上限", nullable=True),
    ),
)


def response_curve(
    exposures: ir.Table,
    campaigns: ir.Table,
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    returns: ir.Table,
    *,
    as_of: date,
    campaign: str | None = None,
    kind: str | None = None,
    learner: Learner = "s",
    part_count: int | None = None,
    random_seed: int = 7,
) -> Fit:
    """How the scores of ``response`` (same options) rank people they had not seen.

    ``part_count``: parts of equal size (None: ten, or fewer where the holdout is small).
    Raises ParameterInvalid, and NothingToAnalyse where too few were assigned or held out.
    """
    check_choice("learner", learner, LEARNERS)
    check_whole("random_seed", random_seed, 0, 2**31 - 1)
    if part_count is not None:
        check_whole("part_count", part_count, 2, 100)
    tables = {
        "exposures": exposures, "campaigns": campaigns, "orders": orders,
        "order_lines": order_lines, "products": products, "returns": returns,
    }  # fmt: skip

    def learn(trials: Any) -> Fitted:
        from regulars.stats.response.learning import learned

        known = once(learned, {"trials": trials}, learner=learner, seed=random_seed)
        return Fitted(arrow_rows(_columns(known, part_count), RETURNS), known.card())

    return of_trials(tables, as_of=as_of, campaign=campaign, kind=kind, also={}, learn=learn)


def _columns(known: Any, part_count: int | None) -> dict[str, Any]:
    from regulars.stats.response.parts import measured_parts

    return dict(measured_parts(known, part_count)) | {
        name: np.repeat(value, part_count or known.part_count)
        for name, value in zip(
            ("qini", "qini_low", "qini_high"),
            (known.qini.value, known.qini.low, known.qini.high),
            strict=True,
        )
    }


ANALYSIS = Analysis(
    title=Text("Response curve", "响应曲线"),
    question=Text(
        "Does the uplift score find those whom a message changes?",
        "增量得分真能找出因触达而改变的人吗？",
    ),
    reads=("exposures", "campaigns", "orders", "order_lines", "products", "returns"),
    returns=RETURNS,
    compute=response_curve,
    is_fitted=True,
)
