"""Lookalikes: who resembles the customers of a list, or the shop's best, and is not on it.

Reads    orders, order_lines, products, returns    what is known of each customer
Returns  one row per customer_id with an order who is not on the list
         lookalike_score 0-1: the share of the list's own people, each judged while hidden, who
         are less like the list than this customer | lookalike_rank 1 = most alike
         alike_in_en, alike_in_zh what speaks most for the likeness (goes with it, no reason);
         null for all but the most alike
Figure   figures/lookalikes.py
Source   stats/lookalikes/ranking.py and stats/lookalikes/hiding.py name theirs
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.errors import NothingToAnalyse
from regulars.stats.customer_features import FEATURES, customer_features
from regulars.stats.lookalikes.seed_lists import seed_ids
from regulars.stats.lookalikes.shares import PREFIX, category_shares, largest_categories
from regulars.tables.analysis import Analysis, Trait
from regulars.tables.fit import Fit, Fitted, arrow_rows, deciles
from regulars.tables.parameters import check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

RFM = ("days_since_last_order", "order_count", "net_amount_total")
# how much, how often, how recently and for how long: what "best" is made of
VOLUME = {
    "days_since_last_order", "customer_age_days", "order_count", "order_day_count",
    "order_count_90", "order_count_365", "mean_gap_days", "own_gap_quantile_days",
    "last_gap_days", "days_since_to_mean_gap", "net_amount_total", "net_amount_90",
    "net_amount_365", "spend_trend", "product_count", "category_count", "sd_gap_days",
    "store_count",
}  # fmt: skip
FEWEST_SEED, FEWEST_OTHERS = 20, 50
MOST_TOLD = 2_000  # the most alike, of whom it is said what speaks for it
OF_SPEND = Text("share of spend: {category}", "消费占比：{category}")

RETURNS = Table(
    name="lookalikes",
    grain="customer with an order who is not on the list",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column(
            "lookalike_score",
            "number",
            "0-1: share of the list's own people who are less like it than this customer",
            "相似度",
        ),
        Column("lookalike_rank", "integer", "1 = most alike", "相似名次"),
        Column(
            "alike_in_en",
            "text",
            "what speaks most for it, in English",
            "相似之处（英）",
            nullable=True,
        ),
        Column("alike_in_zh", "text", "the same in Chinese", "相似之处", nullable=True),
    ),
)


def lookalikes(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    returns: ir.Table,
    *,
    as_of: date,
    seed: str | Sequence[str] | None = None,
    compare: Literal["all", "habits"] | None = None,
    best_share: float = 0.1,
    at_share: float = 0.1,
    random_seed: int = 7,
) -> Fit:
    """Rank everybody who is not on the list by likeness to it.

    ``seed``: the path of a file (one customer_id on each line, or a CSV file with that column),
    or the ids; None: the ``best_share`` of customers who spent most in the last 365 days.
    ``compare``: by all that is known, or by habits alone, which leaves out how much, how often,
    how recently and for how long they buy (None: habits for the default list, which is chosen by
    spend; all for a given one). ``at_share``: where recall and lift are measured. Raises
    ParameterInvalid, and NothingToAnalyse where fewer than 20 of the list have an order.
    """
    check_number("best_share", best_share, 0.001, 0.5)
    check_number("at_share", at_share, 0.001, 0.5)
    check_whole("random_seed", random_seed, 0, 2**31 - 1)
    given = None if seed is None else seed_ids(seed)
    by = compare or ("habits" if given is None else "all")
    features = customer_features(orders, order_lines, products, returns, day=as_of)

    def second(categories: pa.Table) -> Fit:
        names = [str(name) for name in categories["category"].to_pylist()]
        spent = category_shares(orders, order_lines, products, as_of=as_of, categories=names)
        return Fit(
            asks={"people": features, "shares": spent},
            make=lambda people, shares: _answer(
                people, shares, names, given, by, (best_share, at_share), as_of, random_seed
            ),
        )

    return Fit(asks={"categories": largest_categories(products)}, make=second)


def _answer(
    people: pa.Table, shares: pa.Table, categories: list[str], given: tuple[str, ...] | None,
    by: str, at: tuple[float, float], as_of: date, random_seed: int,
) -> Fitted:  # fmt: skip
    from regulars.stats.lookalikes.hiding import found_again
    from regulars.stats.lookalikes.ranking import bagged

    people = people.sort_by("customer_id")
    is_seed = _on_list(people, given, at[0])
    _require_enough(is_seed, given, as_of)
    names = [name for name in FEATURES if by == "all" or name not in VOLUME]
    features = np.hstack([_numbers(people, names), _shares(people, shares, len(categories))])
    found = found_again(
        features, _numbers(people, list(RFM)), is_seed, at_share=at[1], seed=random_seed
    )
    models = bagged(features, is_seed, seed=random_seed)
    others = np.flatnonzero(~is_seed)
    score = models.scores(features)[others]
    order = np.argsort(-score, kind="stable")
    rank = np.empty(len(others), dtype=np.int64)
    rank[order] = np.arange(1, len(others) + 1)
    hidden = found.hidden_scores
    columns = {
        "customer_id": people["customer_id"].filter(pa.array(~is_seed)),
        "lookalike_score": np.searchsorted(hidden, score, side="right") / len(hidden),
        "lookalike_rank": rank,
        **_alike_in(models, features[others], order, names, categories),
    }
    card = _card(found, is_seed, given, by, as_of, features.shape[1])
    card["scores"] = deciles(columns["lookalike_score"])
    return Fitted(arrow_rows(columns, RETURNS), card)


def _on_list(people: pa.Table, given: tuple[str, ...] | None, best_share: float) -> Any:
    """Who of the sorted customers is on the list."""
    if given is not None:
        return np.isin(people["customer_id"].to_numpy(zero_copy_only=False), np.array(given))
    spent = people["net_amount_365"].cast(pa.float64()).to_numpy()
    best = np.zeros(len(spent), dtype=bool)
    best[np.argsort(-spent, kind="stable")[: int(len(spent) * best_share)]] = True
    return best & (spent > 0)


def _require_enough(is_seed: Any, given: tuple[str, ...] | None, as_of: date) -> None:
    known, others = int(is_seed.sum()), int((~is_seed).sum())
    if known < FEWEST_SEED:
        whose = "the best customers" if given is None else f"the {len(given)} given"
        raise NothingToAnalyse(
            f"Lookalikes need {FEWEST_SEED} customers with an order on the list; of {whose} "
            f"there are {known} up to {as_of}."
        )
    if others < FEWEST_OTHERS:
        raise NothingToAnalyse(
            f"Lookalikes need {FEWEST_OTHERS} customers who are not on the list; up to {as_of} "
            f"there are {others}."
        )


def _numbers(people: pa.Table, names: list[str]) -> Any:
    return np.column_stack([people[name].cast(pa.float64()).to_numpy() for name in names])


def _shares(people: pa.Table, shares: pa.Table, count: int) -> Any:
    """The categories' shares beside the sorted people; NaN where nobody knows them."""
    shares = shares.sort_by("customer_id")
    ids = people["customer_id"].to_numpy(zero_copy_only=False)
    known = shares["customer_id"].to_numpy(zero_copy_only=False)
    values = np.full((len(ids), count), np.nan)
    if len(known) and count:
        place = np.minimum(np.searchsorted(known, ids), len(known) - 1)
        has = known[place] == ids
        columns = [shares[f"{PREFIX}{number}"].to_numpy() for number in range(count)]
        values[has] = np.column_stack(columns)[place[has]]
    return values


def _alike_in(
    models: Any, features: Any, order: Any, names: list[str], categories: list[str]
) -> dict[str, Any]:
    """Up to three features that raise the score most, in both languages, for the most alike."""
    labels = [FEATURES[name].label for name in names]
    labels += [
        Text(*(text.format(category=name) for text in (OF_SPEND.en, OF_SPEND.zh)))
        for name in categories
    ]
    top = order[: min(MOST_TOLD, max(len(order) // 10, 1))]
    moved = models.contributions(features[top])
    three = np.argsort(-moved, axis=1, kind="stable")[:, :3]
    counts = (np.take_along_axis(moved, three, axis=1) > 0).sum(axis=1)
    said: dict[str, Any] = {}
    for column, language, between in (("alike_in_en", "en", ", "), ("alike_in_zh", "zh", "、")):
        words = np.array([label.in_language(language) for label in labels], dtype=object)
        texts = np.full(len(order), None, dtype=object)
        for number in (1, 2, 3):
            rows = counts == number
            texts[top[rows]] = [between.join(three) for three in words[three[rows, :number]]]
        said[column] = pa.array(texts, pa.string())
    return said


def _card(
    found: Any, is_seed: Any, given: tuple[str, ...] | None, by: str, as_of: date, width: int
) -> dict[str, Any]:
    """What model cards show (tables/fit.py), and how much of the list is known."""
    known = int(is_seed.sum())
    at = f"{found.at_share:g}"
    return {
        "name": "positive-unlabelled bagging of boosted trees",
        "customer_count": len(is_seed),
        "window": {"until": as_of},
        "parameters": {"seed_count": known, "feature_count": width, "at_share": found.at_share},
        "held_back": {"until": as_of, "row_count": known},
        "measures": {
            f"recall_at_{at}": found.recall.as_measure(),
            f"lift_over_random_at_{at}": found.lift_over_random.as_measure(),
            f"lift_over_rfm_at_{at}": found.lift_over_rfm.as_measure(),
        },
        "compared_by": by,
        "seed": "best customers by spend in 365 days" if given is None else "given list",
        "given_count": known if given is None else len(given),
        "unknown_count": 0 if given is None else len(given) - known,
        "note": "The list is chosen by spend; likeness is of habits alone." if by == "habits"
        else "A list that was chosen by recency, frequency or money is found by them as well: "
        "the lift over RFM says what the rest adds.",
    }  # fmt: skip


ANALYSIS = Analysis(
    title=Text("Lookalikes", "相似人群"),
    question=Text(
        "Who resembles our best customers, or those on a list?",
        "谁与最佳顾客（或名单上的顾客）最相似？",
    ),
    reads=("orders", "order_lines", "products", "returns"),
    returns=RETURNS,
    compute=lookalikes,
    is_fitted=True,
    traits=(
        Trait(
            "lookalike_score",
            "number",
            Text("Likeness to the best customers", "与最佳顾客相似度"),
            Text(
                "0-1, in habits: the share of the best customers who are less typical of them; "
                "null for the best themselves",
                "0–1，按购买习惯：有多大比例的最佳顾客还不如此人典型；最佳顾客本身为空",
            ),
        ),
        Trait(
            "lookalike_rank",
            "integer",
            Text("Likeness to the best customers, rank", "与最佳顾客相似名次"),
            Text("1 = most alike of those who are not among them", "1 = 非最佳顾客中最相似者"),
        ),
    ),
)
