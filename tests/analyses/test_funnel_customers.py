"""Who is behind a funnel's step: as many as it counts, with their times."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from regulars.analyses.funnel import funnel
from regulars.analyses.funnel_customers import funnel_customers
from regulars.errors import ParameterInvalid
from regulars.tables.timeline import timeline_of

AS_OF = date(2026, 9, 30)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
STEPS = ("Viewed", "Added", "Paid")
EVENTS = [
    *(("ann", hours, name) for hours, name in enumerate(STEPS)),
    ("bob", 0, "Viewed"), ("bob", 2, "Added"), ("bob", 3, "Viewed"), ("bob", 5, "Added"),
    ("dev", 1, "Viewed"),
]  # fmt: skip


@pytest.fixture
def made():
    columns = {
        "person_id": [person for person, _, _ in EVENTS],
        "is_visitor": [person == "dev" for person, _, _ in EVENTS],
        "occurred_at": [NOON + timedelta(hours=hours) for _, hours, _ in EVENTS],
        "event_name": [name for _, _, name in EVENTS],
    }
    return timeline_of(pa.table(columns), traits={"level": {"ann": "gold", "bob": "tin"}})


def behind(made, **asked):
    rows = funnel_customers(made, as_of=AS_OF, steps=STEPS, **asked).to_pylist()
    return {(r["customer_id"], r["run_number"]): r for r in rows}


def test_customers_are_there_with_their_times_when_a_step_was_reached(made):
    found = behind(made, at=2)
    assert sorted(found) == [("ann", 1), ("bob", 1)]
    bob = found["bob", 1]
    assert bob["entered_at"] == NOON + timedelta(hours=3)
    assert bob["reached_at"] == NOON + timedelta(hours=5)
    assert (bob["seconds"], bob["step"], bob["event_name"]) == (7200, 2, "Added")
    assert not bob["is_visitor"]


def test_lost_are_those_who_reached_this_step_and_not_the_next_when_asked(made):
    assert [key[0] for key in behind(made, at=2, outcome="lost")] == ["bob"]
    lost = behind(made, at=1, outcome="lost")
    assert lost["dev", 1]["is_visitor"]


def test_counts_agree_with_the_funnel_when_lost_and_reached_are_put_together(made):
    counts = [r["customer_count"] for r in funnel(made, as_of=AS_OF, steps=STEPS).to_pylist()]
    reached = [len(behind(made, at=step)) for step in (1, 2, 3)]
    lost = [len(behind(made, at=step, outcome="lost")) for step in (1, 2)]
    assert reached == counts == [3, 2, 1]
    assert lost == [counts[0] - counts[1], counts[1] - counts[2]]


def test_every_run_is_a_row_when_totals_are_asked(made):
    runs = behind(made, at=2, totals=True)
    assert sorted(runs) == [("ann", 1), ("bob", 1), ("bob", 2)]
    assert runs["bob", 2]["entered_at"] == NOON + timedelta(hours=3)


def test_only_a_values_people_are_there_when_one_is_asked(made):
    assert list(behind(made, at=1, by="level", value="tin")) == [("bob", 1)]
    assert list(behind(made, at=1, by="level", value="not known")) == [("dev", 1)]


def test_last_step_with_such_people_is_taken_when_none_is_named(made):
    assert list(behind(made)) == [("ann", 1)]
    assert list(behind(made, outcome="lost")) == [("bob", 1)]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"at": 4}, "Parameter at cannot be '4'.*from 1 to 3"),
        (
            {"at": 3, "outcome": "lost"},
            "Parameter at cannot be 3.*nobody is lost after the last of 3",
        ),
        ({"outcome": "gone"}, "Parameter outcome"),
        ({"outcome": "lost", "totals": True}, "Parameter outcome.*without --totals"),
        ({"by": "level", "value": "gld"}, "Parameter value.*Did you mean 'gold'"),
        ({"value": "gold"}, "Parameter value.*Give --by too"),
    ],
)
def test_error_names_the_parameter_when_it_cannot_be(made, asked, said):
    with pytest.raises(ParameterInvalid, match=said):
        behind(made, **asked)


def test_error_says_that_nobody_is_lost_when_there_is_one_step(made):
    with pytest.raises(ParameterInvalid, match=r"Parameter outcome.*one step"):
        funnel_customers(made, as_of=AS_OF, steps=("Viewed",), outcome="lost")
