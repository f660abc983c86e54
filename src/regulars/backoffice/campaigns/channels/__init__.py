"""Channels: each is one verb, ``send(message)``, and one error.

A kind of channel is a folder of its own with a ``CHANNEL`` in it; nothing here knows any
by name. ``message_id`` is the same at every attempt: a provider that is asked twice must
take the second for the first.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from regulars.errors import AudienceInvalid, among
from regulars.tables.text import Text


class DeliveryError(Exception):
    """A message could not be handed over. ``permanent``: trying again will not help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


@dataclass(frozen=True)
class Outgoing:
    """One message on its way: to which address, what it says."""

    message_id: str
    customer_id: str
    address: str
    text: str


@dataclass(frozen=True)
class Channel:
    """A way to reach customers through identifiers of ``address_kinds``, the best first."""

    name: str
    label: Text
    explanation: Text
    address_kinds: tuple[str, ...]
    send: Callable[[Outgoing], None]


@cache
def all_channels() -> dict[str, Channel]:
    """Every channel by its name."""
    folders = [module.name for module in pkgutil.iter_modules(__path__) if module.ispkg]
    found = [importlib.import_module(f"{__name__}.{folder}").CHANNEL for folder in sorted(folders)]
    return {channel.name: channel for channel in found}


def channel_named(name: str) -> Channel:
    """The channel of that name; AudienceInvalid where there is none."""
    channels = all_channels()
    if name not in channels:
        raise AudienceInvalid(
            f"Channel '{name}' does not exist. {among(name, channels, 'Channels')}"
        )
    return channels[name]
