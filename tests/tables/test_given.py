"""What Python callers give, as the analyses take it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

import pytest

from regulars.errors import ParameterInvalid
from regulars.tables.analysis import Parameter, Repeated
from regulars.tables.given import fitting

STEPS = Annotated[tuple[str, ...], Repeated("step")]
DAY = date(2026, 9, 30)


def given(annotation: Any, value: Any, default: Any = "") -> Any:
    return fitting(Parameter("x", annotation, default), value)


@pytest.mark.parametrize(
    ("annotation", "value", "taken"),
    [
        (date | None, "2026-09-30", DAY),
        (date | None, datetime(2026, 9, 30, 8), DAY),
        (date | None, DAY, DAY),
        (date | None, None, None),
        (STEPS, ["a", "b"], ("a", "b")),
        (STEPS, "a", ("a",)),
        (str | timedelta, timedelta(1), timedelta(1)),
        (str, "7d", "7d"),
        (float, 1, 1),
        (bool, True, True),
        (Literal["a", "b"], "c", "c"),  # the analysis says which there are
        (Sequence[float] | str, [1, 2], [1, 2]),
    ],
)
def test_value_is_taken_when_it_fits(annotation, value, taken):
    assert given(annotation, value) == taken


def test_nothing_given_of_several_is_the_default():
    assert given(STEPS, None, ()) == ()


@pytest.mark.parametrize(
    ("annotation", "value", "says"),
    [
        (date | None, "2026-13-01", "Parameter x cannot be '2026-13-01'. It is a day"),
        (date | None, 5, "It is a day"),
        (str | timedelta, 3600, "It is a text or a timedelta"),
        (str, 1800, "It is a text"),
        (str | None, 3, "It is a text"),
        (str, ["A", "B"], "It is a text"),
        (STEPS, [1], "It is several texts"),
        (int, True, "It is a whole number"),
        (int, 1.5, "It is a whole number"),
        (str, None, "cannot be None"),
        (bool, "yes", "It is True or False"),
        (date, "x" * 999, "xxx…."),
    ],
)
def test_error_says_what_it_is_when_it_does_not_fit(annotation, value, says):
    with pytest.raises(ParameterInvalid) as caught:
        given(annotation, value)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 200
