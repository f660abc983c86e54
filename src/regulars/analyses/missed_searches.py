"""Missed searches: what people asked for and did not find, the most wanted first.

Reads    timeline     searches with `query` (and `results_count`), clicks, purchases
         products     names, brands, categories and purposes: the dictionary of words
Returns  one row per query (in one form: half-width, small letters)
         head_term, modifiers, product_group: what it asks for, in words
         search_count | person_count | missed_count searches without a result or without a
         click | no_result_count, _rate | no_click_count, _rate | bought_count, _rate
Figure   figures/missed_searches.py
Source   Jansen & Spink (2006) How are we searching the World Wide Web?, Information
         Processing & Management 42(1), for failure as searches without result or click
"""

from datetime import date
from typing import Annotated, Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.tables.analysis import TIMELINE, Analysis, Repeated
from regulars.tables.durations import microseconds
from regulars.tables.parameters import check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import Timeline
from regulars.tables.timeline.days import day_end

RETURNS = Table(
    name="missed_searches",
    grain="query",
    key=("query",),
    columns=(
        Column("query", "text", "what was typed, in one form", "搜索词"),
        Column("query_rank", "integer", "1 = most missed", "排名"),
        Column("head_term", "text", "what is looked for", "核心词"),
        Column("modifiers", "text", "how it is wanted", "修饰词", nullable=True),
        Column("head_kind", "text", "product, brand or other", "核心词类型"),
        Column(
            "product_group",
            "text",
            "purpose, else category, that the head names; null = the shop may not sell it",
            "对应商品",
            nullable=True,
        ),
        Column("search_count", "integer", "searches of it", "搜索次数"),
        Column("person_count", "integer", "customers and visitors who searched it", "搜索人数"),
        Column("missed_count", "integer", "without a result or a click", "落空次数"),
        Column("missed_rate", "number", "of the searches", "落空率"),
        Column(
            "counted_search_count",
            "integer",
            "searches that said how many results they had",
            "有结果数记录的搜索",
        ),
        Column("no_result_count", "integer", "without a result", "无结果次数", nullable=True),
        Column("no_result_rate", "number", "of the counted ones", "无结果率", nullable=True),
        Column("no_click_count", "integer", "nothing looked at after", "无点击次数", nullable=True),
        Column("no_click_rate", "number", "of the searches", "无点击率", nullable=True),
        Column("bought_count", "integer", "followed by a purchase", "购买次数", nullable=True),
        Column("bought_rate", "number", "of the searches", "搜索购买率", nullable=True),
        Column(
            "bought_what",
            "text",
            "what counts as bought: product_group or anything",
            "购买口径",
        ),
        Column("top_product_id", "text", "most often bought after", "最常购商品", nullable=True),
        Column("top_product_name", "text", "its name", "最常购商品名称", nullable=True),
    ),
)


def missed_searches(
    timeline: Timeline,
    products: ir.Table,
    *,
    as_of: date,
    since: date | None = None,
    until: date | None = None,
    top: int = 200,
    min_searches: int = 2,
    idle: str = "30m",
    window: str = "1d",
    event: str | None = None,
    clicks: Annotated[tuple[str, ...], Repeated("click")] = (),
    purchase: str | None = None,
) -> pa.Table:
    """The ``top`` queries by how often they were missed, of ``min_searches`` or more.

    Nothing clicked: nothing looked at within ``idle`` nor before the next search. The events
    are chosen as in search_terms. Raises ParameterInvalid, and
    NothingToAnalyse where nobody searched.
    """
    check_whole("top", top, 1)
    check_whole("min_searches", min_searches, 1)
    first, end = timeline.span(since, until, as_of)
    spans = (first, end, day_end(as_of, timeline.timezone))
    lengths = (microseconds("idle", idle), microseconds("window", window))
    from regulars.stats.searches import Counts, counted, planned
    from regulars.stats.searches import outcomes as kernels
    from regulars.stats.searches.plan import described, measures

    plan = planned(timeline, described(products), event=event, clicks=clicks, purchase=purchase)
    enough = np.flatnonzero(plan.times >= min_searches).tolist()
    place = {text: entry for entry, text in enumerate(enough)}
    of_text = [[place[text]] if text in place else [] for text in range(len(plan.times))]
    people = np.zeros(timeline.person_count, np.int32)
    counts = Counts(of_text, len(enough), (*spans, *lengths), people, 1)
    sums = counted(timeline, plan, counts)
    missed = kernels.MISSED if plan.has_clicks else kernels.RESULTLESS
    rows = [
        {
            **_words(plan.words, text),
            **measures(
                timeline, plan, int(plan.words.head_of[text]), found, sums.bought.get((0, e))
            ),
            "missed_count": found[missed],
            "missed_rate": found[missed] / found[kernels.SEARCHES],
        }
        for e, (text, found) in enumerate(zip(enough, sums.fields[0].tolist(), strict=True))
        if found[kernels.SEARCHES] >= min_searches and found[missed]
    ]
    rows.sort(key=lambda row: (-row["missed_count"], -row["missed_rate"], row["query"]))
    ranked = [row | {"query_rank": rank} for rank, row in enumerate(rows[:top], 1)]
    return pa.Table.from_pylist(ranked, schema=RETURNS.arrow_schema())


def _words(words: Any, text: int) -> dict[str, Any]:
    head = int(words.head_of[text])
    return {
        "query": words.texts[text],
        "head_term": words.labels[head],
        "head_kind": words.kinds[head],
        "modifiers": " + ".join(words.labels[one] for one in words.modifiers[text]) or None,
    }


ANALYSIS = Analysis(
    title=Text("Missed searches", "落空的搜索"),
    question=Text(
        "What do people ask for that they do not find here?",
        "顾客想要什么，却在本店搜不到、不想点？",
    ),
    reads=(TIMELINE, "products"),
    returns=RETURNS,
    compute=missed_searches,
)
