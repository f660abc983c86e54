"""Attribution: which touches go with purchases, by several models side by side.

Reads    timeline
Returns  one row per (touch, model); '(no touch)' for conversions without one, '(other)' for
         touches beyond the first `top`. Each model's rows add up to all conversions and their
         amount.
         conversion_count number | conversion_share 0-1 | value_amount money
Figure   figures/attribution.py
Source   stats/journeys.py for journeys and the counting models, stats/removal_effects.py for
         Markov. No model here measures what a touch caused: whoever was about to buy is
         touched more often. That is what a holdout measures (campaign effects).
"""

import threading
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.errors import ParameterInvalid, among
from regulars.tables.analysis import TIMELINE, Analysis
from regulars.tables.durations import microseconds
from regulars.tables.parameters import check_choice, check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import NO_AMOUNT, Bucket, Pattern, Timeline, pattern
from regulars.tables.timeline.days import day_end
from regulars.tables.timeline.segments import People
from regulars.tables.timeline.touches import Touches, TouchRows, touches_of
from regulars.tables.timeline.usual import purchase_event

if TYPE_CHECKING:
    from regulars.stats.journeys import Rules, Tally

Array = npt.NDArray[Any]
Model = Literal["all", "first", "last", "linear", "time_decay", "position", "markov", "shapley"]
PEOPLE = ("all", "customers", "visitors")
MODELS = ("first", "last", "linear", "time_decay", "position", "markov", "shapley")
NO_TOUCH = "(no touch)"
VALUE = "value_amount"
MOST_CELLS = 4_000_000  # of a chain of higher order

RETURNS = Table(
    name="attribution",
    grain="(touch, model)",
    key=("touch", "model"),
    columns=(
        Column("touch_property", "text", "property whose values are the touches", "触点字段"),
        Column(
            "touch",
            "text",
            "its value; '(other)' for the rarer ones, '(no touch)' where there was none",
            "触点",
        ),
        Column("touch_kind", "text", "named, other or none", "触点类型"),
        Column("model", "text", f"one of {', '.join(MODELS)}", "归因模型"),
        Column("conversion_count", "number", "conversions given to the touch", "归因转化数"),
        Column("conversion_share", "number", "of all conversions", "归因转化占比", unit="0-1"),
        Column("value_amount", "money", "value of the conversions given to it", "归因金额"),
        Column(
            "touched_count", "integer", "conversions whose journey has the touch", "触达的转化数"
        ),
        Column(
            "lost_count", "integer", "journeys with the touch that led to nothing", "未转化的旅程数"
        ),
        Column(
            "removal_effect",
            "number",
            "part of the touched conversions lost where journeys end at the touch (markov)",
            "移除效应",
            unit="0-1",
            nullable=True,
        ),
    ),
)


def attribution(
    timeline: Timeline,
    *,
    as_of: date,
    conversion: str | None = None,
    touch_property: str | None = None,
    touch: str | None = None,
    model: Model = "all",
    window: str = "30d",
    half_life: str = "7d",
    first_weight: float = 0.4,
    last_weight: float = 0.4,
    collapse: bool = True,
    order: int = 1,
    top: int = 30,
    paths_without_conversion: bool = True,
    people: People = "all",
    since: date | None = None,
    until: date | None = None,
) -> pa.Table:
    """The credit of each touch by each model.

    ``conversion``: events (None: the shop's purchases). ``touch_property``: its values are the
    touches (None: source, else campaign_id, channel or page), of any event that is no
    conversion or only of those that ``touch`` names; all beyond the ``top`` most frequent
    are one. ``since`` and ``until``: when a journey ends.
    """
    check_choice("model", model, ("all", *MODELS))
    check_choice("people", people, PEOPLE)
    rules = _rules(timeline, as_of, window, half_life, (first_weight, last_weight), since, until)
    rules = rules._replace(collapses=collapse, keeps_lost=paths_without_conversion)
    check_whole("order", order, 1, 3)
    check_whole("top", top, 1, 200)
    converting = _conversion(timeline, conversion, rules.known_end)
    if converting is None:
        return RETURNS.arrow_schema().empty_table()
    rows = TouchRows(timeline, converting, pattern(touch) if touch else None, people)
    touches = touches_of(rows, touch_property, top, rules.known_end)
    tally = _tally(rows, touches, rules, order)
    wanted = MODELS if model == "all" else (model,)
    return _table(touches, tally, wanted)


def _rules(
    timeline: Timeline,
    as_of: date,
    window: str,
    half_life: str,
    weights: tuple[float, float],
    since: date | None,
    until: date | None,
) -> "Rules":
    from regulars.stats.journeys import Rules

    for name, weight in zip(("first_weight", "last_weight"), weights, strict=True):
        check_number(name, weight, 0, 1)
    if sum(weights) > 1:
        raise ParameterInvalid(
            f"Parameters first_weight {weights[0]:g} and last_weight {weights[1]:g} are above 1 "
            "together; what they leave is shared by the touches between."
        )
    begin, end = timeline.span(since, until, as_of)
    return Rules(
        begin=begin,
        end=end,
        known_end=day_end(as_of, timeline.timezone),
        window=microseconds("window", window),
        half_life=microseconds("half_life", half_life),
        first_weight=float(weights[0]),
        last_weight=float(weights[1]),
        collapses=True,
        keeps_lost=True,
    )


def _conversion(timeline: Timeline, asked: str | None, known_end: int) -> Pattern | None:
    """The events asked for, else the shop's purchases by name or by value; None where empty."""
    if asked:
        converting = pattern(asked)
        converting.codes(timeline)  # says what exists where it does not occur
        return converting
    if not timeline.event_counts:
        return None
    usual = purchase_event(timeline) or _most_valued(timeline, known_end)
    if usual:
        return Pattern(usual, (usual,))
    raise ParameterInvalid(
        "No event here is a purchase by its name or has a value. Name the conversion by "
        f"--conversion. {among('', timeline.event_counts, 'Events')}"
    )


def _most_valued(timeline: Timeline, known_end: int) -> str:
    """The event that most often has a value; '' where none has."""
    known = timeline.properties.get(VALUE)
    if known is None or known.kind != "amount":
        return ""
    size = len(timeline.event_names)
    found = np.zeros(size, np.int64)
    for bucket in timeline.buckets:
        has = (timeline.column(bucket, VALUE) != NO_AMOUNT) & (bucket.moments < known_end)
        found += np.bincount(bucket.events[has], minlength=size)
    found[timeline.further_codes()] = 0
    return timeline.event_names[int(found.argmax())].name if found.any() else ""


def _tally(rows: TouchRows, touches: Touches, rules: "Rules", order: int) -> "Tally":
    from regulars.stats.journeys import add, empty_tally, tally_journeys

    count = len(touches.names)
    if (count + 1) ** order * (count + 2) > MOST_CELLS:
        raise ParameterInvalid(
            f"A chain of order {order} over {count} touches has too many states. "
            "Ask for a lower --order or a lower --top."
        )

    total = empty_tally(count, order)
    one_at_a_time = threading.Lock()

    def one(bucket: Bucket) -> None:
        tally = empty_tally(count, order)
        converts = rows.conversions(bucket)
        numbers = touches.numbers(rows, bucket, converts)
        amounts = _amounts(rows.timeline, bucket)
        tally_journeys(bucket.offsets, bucket.moments, numbers, converts, amounts, rules, tally)
        with one_at_a_time:
            add(total, tally)

    rows.timeline.over_buckets(one)
    return total


def _amounts(timeline: Timeline, bucket: Bucket) -> Array:
    """The value of each row in ten-thousandths; 0 where none is known."""
    known = timeline.properties.get(VALUE)
    if known is None or known.kind != "amount":
        return np.zeros(bucket.row_count, np.int64)
    column = timeline.column(bucket, VALUE)
    return np.maximum(column, 0)  # none known is the smallest number there is


def _table(touches: Touches, tally: "Tally", models: tuple[str, ...]) -> pa.Table:
    from regulars.stats.journeys import MODELS as COUNTED
    from regulars.stats.journeys import UNIT

    total = int(tally.credits[0].sum()) // UNIT + int(tally.untouched[0])
    rows: list[dict[str, object]] = []
    for model in models:
        effects: Array | None = None
        if model == "markov":
            counts, amounts, effects = _markov(tally)
        else:
            number = COUNTED.index(model)
            counts, amounts = tally.credits[number] / UNIT, tally.amounts[number]
        per_touch = [
            {
                "touch": name,
                "touch_kind": "other" if touches.is_other(place) else "named",
                "conversion_count": float(counts[place]),
                "value_amount": amounts[place],
                "touched_count": int(tally.won[place]),
                "lost_count": int(tally.lost[place]),
                "removal_effect": None if effects is None else float(effects[place]),
            }
            for place, name in enumerate(touches.names)
        ]
        per_touch.sort(key=lambda row: (-float(str(row["conversion_count"])), str(row["touch"])))
        rows += [{**row, "model": model} for row in (*per_touch, *_untouched(tally))]
    for row in rows:
        row["touch_property"] = touches.property_name
        row["conversion_share"] = float(str(row["conversion_count"])) / total if total else 0.0
        row["value_amount"] = Decimal(int(str(row["value_amount"]))).scaleb(-4)
    return pa.Table.from_pylist(rows, schema=RETURNS.arrow_schema())


def _untouched(tally: "Tally") -> list[dict[str, object]]:
    count = int(tally.untouched[0])
    if not count:
        return []
    return [
        {
            "touch": NO_TOUCH,
            "touch_kind": "none",
            "conversion_count": float(count),
            "value_amount": int(tally.untouched[1]),
            "touched_count": count,
            "lost_count": 0,
            "removal_effect": None,
        }
    ]


def _markov(tally: "Tally") -> tuple[Array, Array, Array]:
    """Conversions, amounts in ten-thousandths, and removal effects, by touch."""
    from regulars.stats.removal_effects import MOST_STATES, removal_effects, state_count

    if state_count(tally.chain) > MOST_STATES:
        raise ParameterInvalid(
            f"The chain has {state_count(tally.chain):,} states, more than {MOST_STATES:,}. "
            "Ask for a lower --order or a lower --top."
        )
    effects = removal_effects(tally.chain, tally.chain_amounts)
    touch_count = len(tally.won)
    conversions = int(tally.chain[:, touch_count].sum())
    amount = int(tally.chain_amounts.sum())
    counts = conversions * _parts(effects.of_conversions)
    return counts, _whole_parts(amount, _parts(effects.of_amount)), effects.of_conversions


def _parts(effects: Array) -> Array:
    total = effects.sum()
    return effects / total if total > 0 else effects


def _whole_parts(whole: int, parts: Array) -> Array:
    """``whole`` in whole parts that add up to it; the largest gets what rounding leaves."""
    shares = np.floor(whole * parts + 0.5).astype(np.int64)
    if len(parts) and parts.sum() > 0:
        shares[parts.argmax()] += whole - shares.sum()
    return shares


ANALYSIS = Analysis(
    title=Text("Attribution", "归因"),
    question=Text(
        "Which touches go with purchases, by each model of giving credit?",
        "哪些触点伴随着购买？不同归因模型各怎么算？",
    ),
    reads=(TIMELINE,),
    returns=RETURNS,
    compute=attribution,
)
