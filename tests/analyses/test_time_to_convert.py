"""Time to convert: bins and quantiles by hand, and the same people as the funnel."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from regulars.analyses.funnel import funnel
from regulars.analyses.time_to_convert import EDGES, time_to_convert
from regulars.errors import ParameterInvalid
from regulars.figures import figure_module
from regulars.tables.timeline import timeline_of

AS_OF = date(2026, 9, 30)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def made(*seconds, between=()):
    """Each person views, adds so many seconds later, and pays a day after that."""
    rows = []
    for number, length in enumerate(seconds):
        times = (0, *(between or (length,)), length + 86_400)
        names = ("Viewed", *("Added" for _ in times[1:-1]), "Paid")
        rows += [
            (f"p{number}", NOON + timedelta(seconds=t), n)
            for t, n in zip(times, names, strict=True)
        ]
    names = ("person_id", "occurred_at", "event_name")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return timeline_of(pa.table(columns), traits={"level": {"p0": "gold", "p1": "tin"}})


def asked(timeline, *steps, **options):
    return time_to_convert(timeline, as_of=AS_OF, steps=steps, **options)


def test_times_fall_into_bins_that_hold_their_upper_edge_when_counted():
    rows = asked(made(0, 10, 11, 60, 61), "Viewed", "Added").to_pylist()
    bins = [r for r in rows if r["kind"] == "bin"]
    assert [(r["from_seconds"], r["to_seconds"], r["customer_count"]) for r in bins] == [
        (0, 10, 2),
        (10, 30, 1),
        (30, 60, 1),
        (60, 120, 1),
    ]
    assert [r["cumulative_rate"] for r in bins] == [0.4, 0.6, 0.8, 1.0]
    assert [r["share_rate"] for r in bins] == [0.4, 0.2, 0.2, 0.2]


def test_quantiles_are_interpolated_when_between_two_people():
    rows = asked(made(10, 20, 30, 40), "Viewed", "Added").to_pylist()
    found = {r["quantile"]: r["to_seconds"] for r in rows if r["kind"] == "quantile"}
    assert found == pytest.approx({0.1: 13, 0.25: 17.5, 0.5: 25, 0.75: 32.5, 0.9: 37, 0.95: 38.5})


def test_window_that_is_reached_ends_its_bin_when_it_is_a_week():
    week = 7 * 86_400
    (row, *_) = asked(made(week), "Viewed", "Added", window="7d").to_pylist()
    assert (row["to_seconds"], row["customer_count"]) == (week, 1)
    assert list(EDGES) == sorted(EDGES)


def test_time_is_taken_between_two_steps_when_they_are_given():
    line = made(100)
    steps = ("Viewed", "Added", "Paid")
    rows = asked(line, *steps, from_step=2).to_pylist()
    assert (rows[0]["from_step"], rows[0]["to_step"]) == (2, 3)
    assert rows[-1]["to_seconds"] == 86_400
    assert asked(line, *steps, to_step=2).to_pylist()[-1]["to_seconds"] == 100


def test_step_between_is_passed_when_first_reached():
    rows = asked(made(100, between=(40, 70)), "Viewed", "Added", "Paid", from_step=2).to_pylist()
    assert rows[-1]["to_seconds"] == 86_500 - 40


@pytest.mark.parametrize("options", [{}, {"order": "any"}, {"order": "exact"}, {"totals": True}])
def test_everybody_of_the_last_step_is_in_a_bin_when_asked_in_any_way(options):
    line = made(5, 50, 500)
    rows = asked(line, "Viewed", "Added", **options).to_pylist()
    last = funnel(line, as_of=AS_OF, steps=("Viewed", "Added"), **options).to_pylist()[-1]
    assert sum(r["customer_count"] for r in rows if r["kind"] == "bin") == last["customer_count"]
    median = next(r for r in rows if r["quantile"] == 0.5)
    assert median["to_seconds"] == last["median_seconds"] == 50


def test_each_value_has_its_own_when_split():
    rows = asked(made(5, 50), "Viewed", "Added", by="level").to_pylist()
    halves = {r["by_value"]: r["to_seconds"] for r in rows if r["quantile"] == 0.5}
    assert halves == {"gold": 5, "tin": 50}


def test_nothing_is_said_when_nobody_converts():
    rows = asked(made(5), "Viewed", "Added", since=date(2026, 9, 2))
    assert rows.num_rows == 0
    figure = figure_module("time_to_convert").figure(rows, language="en", currency="CNY")
    assert not figure.data


def test_median_is_marked_inside_its_bin_when_drawn():
    rows = asked(made(5, 45, 100), "Viewed", "Added")
    drawn = figure_module("time_to_convert")
    figure = drawn.figure(rows, language="en", currency="CNY")
    assert list(figure.data[0].x) == ["0 s – 10 s", "10 s – 30 s", "30 s – 1 min", "1 min – 2 min"]
    assert figure.layout.shapes[0].x0 == pytest.approx(2 - 0.5 + 0.5)  # halfway from 30 to 60
    assert figure.data[0].customdata[0][:3] == ["", "bin", 1]
    assert "at most 45 s" in drawn.sentence(rows, language="en", currency="CNY")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"from_step": 4}, "Parameter from_step cannot be '4'"),
        ({"to_step": 4}, "Parameter to_step cannot be '4'.*from 1 to 3"),
        ({"from_step": 2, "to_step": 1}, "--from-step must come before --to-step: 2 is not be"),
        ({"from_step": 2, "to_step": 2}, "--from-step must come before --to-step"),
        ({"from_step": 3, "to_step": None}, "--from-step must come before --to-step: 3 is not"),
        ({"steps": ("Viewed",)}, "Parameter steps.*another --step"),
    ],
)
def test_error_names_the_parameter_when_it_cannot_be(options, said):
    steps = options.pop("steps", ("Viewed", "Added", "Paid"))
    with pytest.raises(ParameterInvalid, match=said):
        asked(made(5), *steps, **options)
