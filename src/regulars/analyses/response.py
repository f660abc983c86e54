"""Response: who will order anyway, and whom a message changes, learned from own campaigns.

Reads    exposures    arms of campaigns that are over, with their holdouts
         campaigns    their windows
         orders, order_lines, products, returns    what was known before, and what followed
Returns  one row per customer_id with an order
         is_comparable somebody like this was ever assigned; else the other columns are null
         order_probability_anyway, order_probability_approached 0-1, within a campaign's window
         response_uplift their difference, -1 to 1; uplift_low, uplift_high (95%) of the average
         effect on customers with such a score, not of this one customer's
         uplift_rank 1 = changed most; null where the data does not tell whom a message changes
         recommended_arm approach, leave or unsure
Figure   figures/response.py
Source   stats/uplift (learners, Qini, best linear predictor) and stats/response name theirs
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.stats.customer_features import customer_features
from regulars.stats.response.trials import of_trials
from regulars.stats.uplift.learners import LEARNERS, Learner
from regulars.tables.analysis import Analysis, Trait
from regulars.tables.fit import Fit, Fitted, arrow_rows, deciles
from regulars.tables.parameters import check_choice, check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.sharing import once
from regulars.tables.text import Text

ARMS = ("approach", "leave", "unsure")

RETURNS = Table(
    name="response",
    grain="customer with an order",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column(
            "is_comparable",
            "flag",
            "somebody like this was ever assigned to a campaign",
            "有可比对象",
        ),
        Column(
            "order_probability_anyway",
            "number",
            "0-1: to order within a campaign's window when left alone",
            "不触达下单概率",
            nullable=True,
        ),
        Column(
            "order_probability_approached",
            "number",
            "0-1: the same with the message",
            "触达后下单概率",
            nullable=True,
        ),
        Column(
            "response_uplift",
            "number",
            "what the message adds to the chance, -1 to 1",
            "触达增量",
            nullable=True,
        ),
        Column(
            "uplift_low",
            "number",
            "lower end of its 95% interval, for customers with such a score",
            "增量下限",
            nullable=True,
        ),
        Column("uplift_high", "number", "upper end of it", "增量上限", nullable=True),
        Column(
            "uplift_rank",
            "integer",
            "1 = changed most; null where the data does not tell customers apart",
            "增量名次",
            nullable=True,
        ),
        Column(
            "recommended_arm",
            "text",
            "approach: surely worth its message; leave: surely not; unsure",
            "建议",
        ),
    ),
)


@dataclass(frozen=True)
class Costs:
    """What a message costs, what its offer takes off an order, and what an order is worth."""

    message_cost: float
    offer_cost: float
    value_per_order: float

    def worthwhile(self, anyway: Any) -> Any:
        """The uplift above which a message pays: who orders anyway takes the offer, too."""
        if self.value_per_order <= 0:
            return np.ones(len(anyway))
        return (self.message_cost + anyway * self.offer_cost) / self.value_per_order


def response(
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
    value_per_order: float | None = None,
    random_seed: int = 7,
) -> Fit:
    """Learn from every campaign that is over by ``as_of`` and had a holdout (of one ``campaign``,
    or of one ``kind``), with what was known of each customer on the day before the assignment.

    ``learner``: stats/uplift/learners.py. A message is worth sending where its uplift times
    ``value_per_order`` (None: what an order of those approached brought, refunds taken off) is
    above its cost and what the offer gives away to those who order anyway. Of the last 12 days
    of assignment, and of 100,000 people.
    Raises ParameterInvalid, and NothingToAnalyse where too few were assigned or held out.
    """
    check_choice("learner", learner, LEARNERS)
    check_whole("random_seed", random_seed, 0, 2**31 - 1)
    if value_per_order is not None:
        check_number("value_per_order", value_per_order, 0, 1e9)
    tables = {
        "exposures": exposures, "campaigns": campaigns, "orders": orders,
        "order_lines": order_lines, "products": products, "returns": returns,
    }  # fmt: skip
    present = customer_features(orders, order_lines, products, returns, day=as_of)

    def learn(trials: Any, present: pa.Table) -> Fitted:
        from regulars.stats.response.learning import learned

        known = once(learned, {"trials": trials}, learner=learner, seed=random_seed)
        costs = _costs(trials.people, value_per_order)
        columns = _columns(known, present.sort_by("customer_id"), costs)
        model = known.card() | {"scores": deciles(columns["response_uplift"])}
        model["parameters"] |= asdict(costs)
        return Fitted(arrow_rows(columns, RETURNS), model)

    return of_trials(
        tables, as_of=as_of, campaign=campaign, kind=kind, also={"present": present}, learn=learn
    )


def _columns(known: Any, present: pa.Table, costs: Costs) -> dict[str, Any]:
    from regulars.stats.response.learning import feature_matrix

    features = feature_matrix(present)
    inside = known.is_comparable(features)
    anyway = known.chances(features)
    uplift, low, high = (np.clip(part, -1, 1) for part in known.effects(features))
    told = np.clip(anyway + uplift, 0, 1)
    needed = costs.worthwhile(anyway)
    code = np.select([inside & (low > needed), inside & (high < needed)], [0, 1], 2)

    def comparable(values: Any) -> Any:
        return np.where(inside, values, np.nan)

    return {
        "customer_id": present["customer_id"],
        "is_comparable": inside,
        "order_probability_anyway": comparable(anyway),
        "order_probability_approached": comparable(told),
        "response_uplift": comparable(uplift),
        "uplift_low": comparable(low),
        "uplift_high": comparable(high),
        "uplift_rank": _rank(uplift, inside if known.tells_apart else inside & False),
        "recommended_arm": pa.array(ARMS).take(pa.array(code, pa.int32())),
    }


def _rank(uplift: Any, ranked: Any) -> Any:
    """1 for the greatest among those who are ranked, equal ones in the order of their ids."""
    order = np.flatnonzero(ranked)[np.argsort(-uplift[ranked], kind="stable")]
    rank = np.zeros(len(uplift), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return pa.array(rank, mask=~ranked)


def _costs(people: pa.Table, value_per_order: float | None) -> Costs:
    """From the campaigns: the offer costs what orders had taken off more than the holdout's."""
    treated = people["is_treated"].to_numpy().astype(bool)
    ordered = people["has_ordered"].to_numpy().astype(bool)
    taken_off = people["discount_amount"].to_numpy()
    more = taken_off[treated & ordered].mean() - taken_off[~treated & ordered].mean()
    value = value_per_order
    if value is None:
        value = float(people["net_amount"].to_numpy()[treated & ordered].mean())
    cost = float(people["message_cost"].to_numpy()[treated].mean())
    return Costs(cost, max(float(more), 0.0), value)


ANALYSIS = Analysis(
    title=Text("Response", "触达响应"),
    question=Text(
        "Who orders anyway, and whom does a message change?",
        "谁本来就会下单，谁是因触达才下单？",
    ),
    reads=("exposures", "campaigns", "orders", "order_lines", "products", "returns"),
    returns=RETURNS,
    compute=response,
    is_fitted=True,
    traits=(
        Trait(
            "response_propensity",
            "number",
            Text("Chance to order, left alone", "不触达下单概率"),
            Text(
                "0-1, within a campaign's window without its message; null where nobody like this "
                "was ever assigned",
                "0–1：活动窗口期内不触达也会下单的概率；没有可比的实验对象时为空",
            ),
            column="order_probability_anyway",
        ),
        Trait(
            "response_uplift",
            "number",
            Text("Uplift of a message", "触达增量"),
            Text(
                "what a message adds to the chance to order; the average where the data does not "
                "tell customers apart",
                "触达使下单概率增加多少；数据无法区分顾客时取平均值",
            ),
        ),
        Trait(
            "response_uplift_low",
            "number",
            Text("Uplift, at least", "触达增量下限"),
            Text(
                "lower end of the 95% interval for customers with such a score",
                "同类得分顾客平均增量的 95% 区间下限",
            ),
            column="uplift_low",
        ),
        Trait(
            "response_uplift_high",
            "number",
            Text("Uplift, at most", "触达增量上限"),
            Text(
                "upper end of the 95% interval for customers with such a score",
                "同类得分顾客平均增量的 95% 区间上限",
            ),
            column="uplift_high",
        ),
        Trait(
            "response_advice",
            "text",
            Text("Worth a message", "是否值得触达"),
            Text(
                "approach: the uplift surely pays for the message; leave: surely not; else unsure",
                "approach：增量确定高于触达成本；leave：确定低于；其余为 unsure",
            ),
            column="recommended_arm",
        ),
    ),
)
