"""The channel ``file``: messages stand on a list that people download, to call or to send.

Handing over is standing on the list; the outbox itself is the list, so nothing can be
lost or doubled between the two.
"""

from regulars.backoffice.campaigns.channels import Channel, DeliveryError, Outgoing
from regulars.tables.text import Text


def send(message: Outgoing) -> None:
    """Take the message on the list; without an address nobody could act on it."""
    if not message.address:
        raise DeliveryError("no_address", permanent=True)


def dialled(address: str) -> str:
    """An address as lists carry it: mainland numbers bare, others with 00 for the plus.

    A leading plus would be taken for a formula by the program that opens the list.
    """
    if address.startswith("+86"):
        return address.removeprefix("+86")
    return f"00{address[1:]}" if address.startswith("+") else address


CHANNEL = Channel(
    name="file",
    label=Text("Send list (CSV)", "发送名单（CSV）"),
    explanation=Text(
        "A list of addresses and texts to download, for a call centre or a mass sender.",
        "可下载的号码与文案名单，供电话回访或群发工具使用。",
    ),
    address_kinds=("phone", "email"),
    send=send,
)
