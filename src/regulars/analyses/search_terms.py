"""Search terms: what people look for, with which words, and whether they find and buy it.

Reads    timeline     searches with `query` (and `results_count`), clicks, purchases
         products     names, brands, categories and purposes: the dictionary of words
Returns  one row per (by_value, head_term, modifier); modifier null = the head, however wanted
         search_count | person_count | search_share of all searches; of a modifier, of its head
         lift of the modifier with this head over the modifier in all searches of the same
         language, lift_low, lift_high (95%), is_significant (5% false discovery rate)
         no_result_count, _rate (of searches that said how many results) | no_click_count,
         _rate (nothing looked at within `idle` nor before the next search) | bought_count,
         _rate (within `window`; bought_what says if a product of the head's group or anything)
Figure   figures/search_terms.py
Source   lift, interval and test: stats/searches/lift.py; words: stats/search_words. No result
         and no click as signs of demand that is not met: Jansen & Spink (2006) How are we
         searching the World Wide Web?, Information Processing & Management 42(1)
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.tables.analysis import TIMELINE, Analysis, Repeated
from regulars.tables.durations import microseconds
from regulars.tables.parameters import check_choice, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import Timeline
from regulars.tables.timeline.days import day_end
from regulars.tables.timeline.splits import folded

if TYPE_CHECKING:
    from regulars.stats.search_words import QueryWords
    from regulars.stats.searches import Plan, Sums

SEGMENTS = 8  # values of a trait by themselves; the others are one
RANKED_BY = ("search_count", "no_result_count", "no_click_count", "bought_count")

RETURNS = Table(
    name="search_terms",
    grain="(by_value, head term, modifier)",
    key=("by_value", "head_term", "modifier"),
    columns=(
        Column("by_value", "text", "value of the trait that --by names", "分组", nullable=True),
        Column("head_term", "text", "what is looked for", "核心词"),
        Column(
            "modifier", "text", "how it is wanted; null = the head alone", "修饰词", nullable=True
        ),
        Column("head_kind", "text", "product, brand or other", "核心词类型"),
        Column(
            "modifier_kind", "text", "brand, product or other", "修饰词类型", nullable=True
        ),
        Column(
            "product_group",
            "text",
            "purpose, else category, that the head names",
            "对应商品",
            nullable=True,
        ),
        Column("head_rank", "integer", "place of the head within its segment", "排名"),
        Column("search_count", "integer", "searches with the words", "搜索次数"),
        Column("person_count", "integer", "customers and visitors who searched so", "搜索人数"),
        Column("search_share", "number", "of all searches; of a modifier, of its head", "占比"),
        Column(
            "lift",
            "number",
            "share of the modifier with this head / with any head of the language",
            "提升度",
            nullable=True,
        ),
        Column("lift_low", "number", "lower end of its 95% interval", "提升度下限", nullable=True),
        Column("lift_high", "number", "upper end of it", "提升度上限", nullable=True),
        Column("p_value", "number", "of lift = 1, two-sided", "p 值", nullable=True),
        Column(
            "is_significant",
            "flag",
            "differs from 1 at a false discovery rate of 5%",
            "是否显著",
            nullable=True,
        ),
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
)  # fmt: skip


def search_terms(
    timeline: Timeline,
    products: ir.Table,
    *,
    as_of: date,
    by: str | None = None,
    since: date | None = None,
    until: date | None = None,
    rank_by: Literal["search_count", "no_result_count", "no_click_count", "bought_count"] = (
        "search_count"
    ),
    top: int = 100,
    min_searches: int = 5,
    idle: str = "30m",
    window: str = "1d",
    event: str | None = None,
    clicks: Annotated[tuple[str, ...], Repeated("click")] = (),
    purchase: str | None = None,
) -> pa.Table:
    """The first ``top`` heads of each segment by ``rank_by``, each with its modifiers.

    ``by``: a trait of customers that splits the searches. Words with fewer than
    ``min_searches`` are left out. ``event``, ``click`` and ``purchase``: which events mean it;
    by default Products Searched (else the event that bears most queries); Product Clicked,
    Product Viewed and Product Added; and Order Completed. Raises ParameterInvalid, and
    NothingToAnalyse where nobody searched.
    """
    check_choice("rank_by", rank_by, RANKED_BY)
    check_whole("top", top, 1)
    check_whole("min_searches", min_searches, 1)
    first, end = timeline.span(since, until, as_of)
    spans = (first, end, day_end(as_of, timeline.timezone))
    lengths = (microseconds("idle", idle), microseconds("window", window))
    from regulars.stats.searches import Counts, counted, planned
    from regulars.stats.searches.plan import described

    segments, names = _segments(timeline, by)
    plan = planned(timeline, described(products), event=event, clicks=clicks, purchase=purchase)
    entries = _entries(plan.words, plan.times, min_searches)
    counts = Counts(entries.of_text, entries.count, (*spans, *lengths), segments, len(names))
    sums = counted(timeline, plan, counts)
    rows = list(_rows(timeline, plan, entries, sums, names, min_searches))
    ranked = _with_lifts(_ranked(rows, names, rank_by, top))
    return pa.Table.from_pylist(ranked, schema=RETURNS.arrow_schema())


@dataclass(frozen=True)
class _Entries:
    """What searches are counted for: languages (0 and 1), heads, pairs, modifiers by language."""

    of_text: list[list[int]]
    count: int
    heads: dict[int, int]
    pairs: dict[tuple[int, int], int]
    modifiers: dict[tuple[bool, int], int]


def _segments(timeline: Timeline, by: str | None) -> tuple[Any, Sequence[str | None]]:
    """The segment of each person, and the segments' names, the largest first."""
    if by is None:
        return np.zeros(timeline.person_count, np.int32), [None]
    codes, texts = timeline.trait_codes(by)
    present = codes[timeline.is_present]
    people = np.bincount(np.where(present < 0, len(texts), present), minlength=len(texts) + 1)
    group, names = folded(people, texts, SEGMENTS)
    return group[codes], names


def _entries(words: "QueryWords", times: Any, fewest: int) -> _Entries:
    """Heads and pairs that were searched often enough at all."""
    heads, pairs = Counter[int](), Counter[tuple[int, int]]()
    for head, modifiers, count in zip(words.head_of.tolist(), words.modifiers, times, strict=True):
        heads[head] += int(count)
        for modifier in modifiers:
            pairs[head, modifier] += int(count)
    chinese = words.is_chinese.tolist()
    enough = sorted(pair for pair, count in pairs.items() if count >= fewest)
    asked = sorted({(chinese[head], modifier) for head, modifier in enough})
    kept = sorted(head for head, count in heads.items() if count >= fewest)
    head_entry = {head: 2 + place for place, head in enumerate(kept)}
    pair_entry = {pair: 2 + len(kept) + place for place, pair in enumerate(enough)}
    start = 2 + len(kept) + len(enough)
    modifier_entry = {one: start + place for place, one in enumerate(asked)}

    def of(head: int, modifiers: tuple[int, ...]) -> Iterator[int]:
        yield int(chinese[head])
        if head in head_entry:
            yield head_entry[head]
        for modifier in modifiers:
            if (head, modifier) in pair_entry:
                yield pair_entry[head, modifier]
            if (chinese[head], modifier) in modifier_entry:
                yield modifier_entry[chinese[head], modifier]

    texts = zip(words.head_of.tolist(), words.modifiers, strict=True)
    of_text = [list(of(head, modifiers)) for head, modifiers in texts]
    return _Entries(of_text, start + len(asked), head_entry, pair_entry, modifier_entry)


def _rows(
    timeline: Timeline,
    plan: "Plan",
    entries: _Entries,
    sums: "Sums",
    names: Sequence[str | None],
    fewest: int,
) -> Iterator[dict[str, Any]]:
    """The heads and pairs that were searched often enough within the dates, by segment."""
    from regulars.stats.searches.outcomes import SEARCHES, SQUARES
    from regulars.stats.searches.plan import measures

    words, chinese = plan.words, plan.words.is_chinese.tolist()
    wanted: dict[tuple[int, int | None], int] = dict(entries.pairs.items())
    wanted |= {(head, None): entry for head, entry in entries.heads.items()}
    for segment, name in enumerate(names):
        fields = sums.fields[segment]
        everything = int(fields[0, SEARCHES] + fields[1, SEARCHES])
        for (head, modifier), entry in wanted.items():
            found, whole = fields[entry].tolist(), fields[entries.heads[head]].tolist()
            if found[SEARCHES] < fewest:
                continue
            row = {
                "by_value": name,
                "head_term": words.labels[head],
                "modifier": None if modifier is None else words.labels[modifier],
                "head_kind": words.kinds[head],
                "modifier_kind": None if modifier is None else words.kinds[modifier],
                **measures(timeline, plan, head, found, sums.bought.get((segment, entry))),
                "search_share": found[SEARCHES] / everything,
            }
            if modifier is not None:
                language = chinese[head]
                others = fields[entries.modifiers[language, modifier]].tolist()
                row["search_share"] = found[SEARCHES] / whole[SEARCHES]
                row["_pair"] = (
                    found[SEARCHES],
                    found[SQUARES],
                    whole[SEARCHES],
                    others[SEARCHES],
                    int(fields[int(language), SEARCHES]),
                )
            yield row


def _ranked(
    rows: list[dict[str, Any]], names: Sequence[str | None], rank_by: str, top: int
) -> list[dict[str, Any]]:
    """The first heads of each segment, each followed by its modifiers."""
    kept: list[dict[str, Any]] = []
    for name in names:
        mine = [row for row in rows if row["by_value"] == name]
        heads = [row for row in mine if row["modifier"] is None]
        heads.sort(key=lambda row: (-(row[rank_by] or 0), -row["search_count"], row["head_term"]))
        rank = {row["head_term"]: place for place, row in enumerate(heads[:top], 1)}
        found = [
            row | {"head_rank": rank[row["head_term"]]} for row in mine if row["head_term"] in rank
        ]
        found.sort(key=lambda row: (row["head_rank"], *_within(row)))
        kept += found
    return kept


def _within(row: dict[str, Any]) -> tuple[bool, int, str]:
    return row["modifier"] is not None, -row["search_count"], row["modifier"] or ""


def _with_lifts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The modifiers' lifts, tested together."""
    from regulars.stats.searches import lifts

    pairs = [row for row in rows if "_pair" in row]
    if not pairs:
        return rows
    found = lifts(*np.array([row.pop("_pair") for row in pairs], dtype=np.float64).T)
    names = ("lift", "lift_low", "lift_high", "p_value")
    for place, row in enumerate(pairs):
        numbers = (float(column[place]) for column in found[:4])
        row |= dict(zip(names, numbers, strict=True))
        row["is_significant"] = bool(found.is_significant[place])
    return rows


ANALYSIS = Analysis(
    title=Text("Searches", "站内搜索"),
    question=Text(
        "What do people look for, with which words, and do they find and buy it?",
        "顾客在搜什么、怎么描述、找到了吗、买了吗？",
    ),
    reads=(TIMELINE, "products"),
    returns=RETURNS,
    compute=search_terms,
)
