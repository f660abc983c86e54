"""Lengths of time as people write them: 30m, 12h, 7d."""

import re
from datetime import timedelta

from regulars.errors import ParameterInvalid, shortened

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_LONGEST = 3660 * 86_400


def microseconds(name: str, given: str | timedelta) -> int:
    """A length of time in whole microseconds: '45s', '30m', '12h', '7d', '2w' or a timedelta.

    ParameterInvalid where it is none of these, not above zero, or above ten years.
    """
    if isinstance(given, timedelta):
        length = given // timedelta(microseconds=1)
    else:
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhdw])\s*", given)
        length = round(float(found[1]) * UNITS[found[2]] * 1_000_000) if found else -1
    if not 0 < length <= _LONGEST * 1_000_000:
        raise ParameterInvalid(
            f"Parameter {name} cannot be '{shortened(given)}'. It is a length of time "
            "above zero and up to ten years, such as 45s, 30m, 12h, 7d or 2w."
        )
    return length
