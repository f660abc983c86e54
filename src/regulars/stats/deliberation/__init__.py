"""How much thought a purchase was given: what was looked at, searched and returned to before."""

from regulars.stats.deliberation.purchases import (
    Groups,
    People,
    Ways,
    groups_of,
    judged,
    people_of,
    ways_of,
)

__all__ = ["Groups", "People", "Ways", "groups_of", "judged", "people_of", "ways_of"]
