"""Whose events a question looks at: customers or visitors, and the value of a trait."""

import re
from typing import Literal

import numpy as np

from regulars.errors import ParameterInvalid, among, shortened
from regulars.tables.parameters import check_choice
from regulars.tables.timeline.structure import Array, Timeline

People = Literal["all", "customers", "visitors"]
HOW = "Write it as TRAIT = VALUE, TRAIT = VALUE, VALUE or TRAIT != VALUE."


def people_of(timeline: Timeline, people: People) -> Array:
    """bool by person number: everybody, the known customers, or those with only a device."""
    check_choice("people", people, ("all", "customers", "visitors"))
    if people == "all":
        return np.ones(timeline.person_count, dtype=bool)
    return timeline.visitors if people == "visitors" else ~timeline.visitors


def segment_of(timeline: Timeline, text: str) -> Array:
    """bool by person number: the trait is known and has (or, by !=, has not) one of the values.

    ParameterInvalid names the traits, or the trait's values, that exist.
    """
    found = re.fullmatch(r"\s*([^!=]+?)\s*(!=|=)\s*(.+?)\s*", text)
    if found is None:
        raise ParameterInvalid(f"'{shortened(text)}' is no segment. {HOW}")
    codes, values = timeline.trait_codes(found[1])
    wanted = [value.strip().strip('"') for value in found[3].split(",")]
    if found[3] in values:  # a value that itself holds a comma
        wanted = [found[3]]
    for value in wanted:
        if value not in values:
            known = sorted(filter(None, values))
            raise ParameterInvalid(
                f"Nobody has {found[1]} '{shortened(value)}'. {among(value, known, 'Values')}"
            )
    fits = np.append(np.isin(np.array(values, dtype=str), wanted), False)
    has = np.asarray(fits[codes])
    return has if found[2] == "=" else ~has & (codes >= 0)
