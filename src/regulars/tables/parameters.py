"""Checks of what a user gives an analysis: one clear line that names what exists instead."""

import itertools
import math
from collections.abc import Iterable, Sequence

from regulars.errors import ParameterInvalid, among, shortened


def check_choice(name: str, value: object, choices: Iterable[str]) -> None:
    """ParameterInvalid unless the value is one of the choices."""
    existing = list(choices)
    if value not in existing:
        raise ParameterInvalid(
            f"Parameter {name} cannot be '{shortened(value)}'. "
            f"{among(str(value), existing, 'Choices')}"
        )


def check_whole(name: str, value: object, lowest: int, highest: int = 1_000_000) -> None:
    """ParameterInvalid unless the value is a whole number from lowest to highest."""
    fits = isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
    if not fits:
        raise ParameterInvalid(
            f"Parameter {name} cannot be '{shortened(value)}'. "
            f"It is a whole number from {lowest} to {highest}."
        )


def check_number(name: str, value: object, lowest: float, highest: float) -> None:
    """ParameterInvalid unless the value is a finite number from lowest to highest."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not lowest <= float(str(value)) <= highest:
        raise ParameterInvalid(
            f"Parameter {name} cannot be '{shortened(value)}'. "
            f"It is a number from {lowest:g} to {highest:g}."
        )


def rising_numbers(name: str, value: Sequence[float] | str, count: int) -> tuple[float, ...]:
    """The numbers of a sequence or of a text such as '30,90,180', which must be ``count`` and rise.

    Raises ParameterInvalid where they do not.
    """
    parts: Sequence[object] = value.split(",") if isinstance(value, str) else value
    try:
        numbers = tuple(float(str(part)) for part in parts)
    except ValueError:
        numbers = ()
    rises = all(low < high for low, high in itertools.pairwise(numbers))
    if len(numbers) != count or not rises or not all(map(math.isfinite, numbers)):
        example = ",".join(str(30 * n) for n in range(1, count + 1))
        raise ParameterInvalid(
            f"Parameter {name} cannot be '{shortened(value)}'. "
            f"It is {count} rising numbers, such as '{example}'."
        )
    return numbers
