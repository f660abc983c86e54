"""Answers split by a trait of the person or a property of an event: the values as few groups."""

from collections.abc import Iterable, Sequence

import numpy as np

from regulars.errors import ParameterInvalid, among, shortened
from regulars.tables.timeline.structure import Array, Timeline

OTHER, UNKNOWN = "other", "unknown"


def is_trait(timeline: Timeline, by: str, *, besides: Iterable[str] = ()) -> bool:
    """Whether a name to split by is a trait of people; False where it is a text of events.

    ParameterInvalid where it is neither, naming what exists (``besides`` too) and the nearest.
    """
    known = timeline.properties.get(by)
    if known is not None and known.kind == "text":
        return False
    if by in timeline.trait_names:
        return True
    if known is not None:
        raise ParameterInvalid(
            f"Parameter by cannot be '{by}': its values are no groups, but "
            "numbers or keys. Split by a text or a trait."
        )
    texts = [name for name, found in timeline.properties.items() if found.kind == "text"]
    existing = dict.fromkeys([*besides, *texts, *timeline.trait_names])
    raise ParameterInvalid(
        f"Parameter by cannot be '{shortened(by)}'. {among(by, existing, 'Properties and traits')}"
    )


def folded(counts: Array, texts: Sequence[str], top: int) -> tuple[Array, list[str]]:
    """The most frequent values by themselves, the others as one: (group by code, names).

    ``counts``: by code, and last of all that of no value (so that code -1 finds it). The
    ``top`` values come by falling count; after them, where they occur, 'other' for the rest
    and 'unknown' for what has no value. A value that is itself called so joins them.
    """
    group = np.full(len(counts), -1, dtype=np.int32)
    found = sorted(np.flatnonzero(counts[:-1]).tolist(), key=lambda c: (-counts[c], texts[c]))
    own = [code for code in found if texts[code] not in (OTHER, UNKNOWN)][:top]
    group[own] = np.arange(len(own))
    names = [texts[code] for code in own]
    unknown = [*(code for code in found if texts[code] == UNKNOWN), -1]
    rest = sorted(set(found) - set(own) - set(unknown))
    for name, codes in ((OTHER, rest), (UNKNOWN, unknown)):
        if counts[codes].sum():
            group[codes] = len(names)
            names.append(name)
    return group, names
