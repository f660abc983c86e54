"""Attribution against worked examples that others have published.

Source  Markov: Bryl' (2016) Marketing multi-channel attribution model with R, part 1: Markov
        chains concept, https://analyzecore.com/2016/08/03/attribution-model-r-part-1/ (removal
        effects 0.5, 1, 1; weighted 0.2, 0.4, 0.4); pychattr (Woloso), README's example of
        MarkovModel, https://github.com/jmwoloso/pychattr (its figures are simulated: within 1%).
        Shapley: coalitions and their worth from Data-driven marketing attribution,
        towardsdatascience.com/data-driven-marketing-attribution-1a28d2e613a0 (also in
        https://github.com/tomgorb/misc), put into Shapley's formula (1953).
"""

from datetime import UTC, date, datetime, timedelta
from math import factorial

import pyarrow as pa
import pytest

from regulars.analyses.attribution import attribution
from regulars.tables.timeline import timeline_of

START = datetime(2026, 1, 1, tzinfo=UTC)


def asked(journeys: list[tuple[str, bool]], **options: object) -> dict[str, dict[str, object]]:
    """The answer by touch, of one person for each journey such as ("C1 C2", True)."""
    rows = [
        {
            "person_id": f"p{number}",
            "occurred_at": START + timedelta(hours=hour),
            "event_name": "Page Viewed" if touch != "!" else "Order Completed",
            "source": touch if touch != "!" else None,
        }
        for number, (path, converts) in enumerate(journeys)
        for hour, touch in enumerate([*path.split(), *(["!"] if converts else [])])
    ]
    timeline = timeline_of(pa.Table.from_pylist(rows))
    answer = attribution(timeline, as_of=date(2026, 12, 31), **options)
    return {row["touch"]: row for row in answer.to_pylist()}


def test_markov_is_as_published_when_three_channels_meet() -> None:
    journeys = [("C1 C2 C3", True), ("C1", False), ("C2 C3", False)]
    answer = asked(journeys, model="markov")
    effects = {touch: row["removal_effect"] for touch, row in answer.items()}
    assert effects == pytest.approx({"C1": 0.5, "C2": 1.0, "C3": 1.0})
    shares = {touch: row["conversion_share"] for touch, row in answer.items()}
    assert shares == pytest.approx({"C1": 0.2, "C2": 0.4, "C3": 0.4})


def test_markov_is_what_a_simulation_comes_to_when_touches_repeat() -> None:
    journeys = [("A B A B B A", True), ("A B B A A", True), ("A A", True)]
    answer = asked(journeys, model="markov")
    assert answer["A"]["conversion_count"] == pytest.approx(1.991106, rel=0.01)
    assert answer["B"]["conversion_count"] == pytest.approx(1.008894, rel=0.01)


def test_shapley_follows_from_the_published_worth_of_coalitions() -> None:
    sold = {"F": 20, "O": 10, "L": 17, "F O": 17, "F L": 30, "F O L": 6}
    worth = {"": 0, "F": 0.2, "O": 0.1, "L": 0.17, "FO": 0.47, "FL": 0.67, "OL": 0.27, "FOL": 1}
    journeys = [(path, True) for path, count in sold.items() for _ in range(count)]
    shares = {t: row["conversion_share"] for t, row in asked(journeys, model="shapley").items()}
    assert shares == pytest.approx({touch: shapley(touch, worth) for touch in "FOL"})


def shapley(touch: str, worth: dict[str, float]) -> float:
    """Sum over coalitions S without the touch: |S|! (n - |S| - 1)! / n! (v(S + touch) - v(S))."""
    others = [name for name in worth if touch not in name]
    joined = {name: next(w for w in worth if set(w) == {*name, touch}) for name in others}
    ways = {name: factorial(len(name)) * factorial(2 - len(name)) / factorial(3) for name in others}
    return sum(ways[name] * (worth[joined[name]] - worth[name]) for name in others)
