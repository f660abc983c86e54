"""What a customer said to marketing messages, as the audience's rules read it.

``consent_<channel>`` in the attributes decides for its channel, ``consent_marketing`` for
all others; unknown means no.
"""

import json
from typing import NamedTuple

from django.utils.translation import gettext as _

from regulars.backoffice.customers.wording import channel_label
from regulars.decisions.audience import YES

PREFIX = "consent_"
GENERAL = "marketing"


class ConsentShown(NamedTuple):
    """A channel and whether its messages were agreed to."""

    channel: str
    is_given: bool


def consents(attributes: str | None) -> list[ConsentShown]:
    """The consents that a source stated, the general one first; none where none was stated."""
    try:
        said = json.loads(attributes or "{}")
    except json.JSONDecodeError:
        return []
    if not isinstance(said, dict):
        return []
    stated = {k.removeprefix(PREFIX): v for k, v in said.items() if k.startswith(PREFIX)}
    names = sorted(stated, key=lambda name: (name != GENERAL, name))
    return [ConsentShown(_label(name), str(stated[name]).lower() in YES) for name in names]


def _label(channel: str) -> str:
    return _("all channels") if channel == GENERAL else channel_label(channel)
