"""What time it is for a shop.

For a real shop it is now. A demo shop lives in its own time, which passes only when
somebody lets it: there it is nine in the morning after its last simulated day.
"""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from regulars.flow.shop import Shop
from regulars.lake import ShopHome

SIMULATOR = "simulator"
_MORNING = time(9)


def simulator_folder(home: ShopHome) -> Path:
    """Where a demo shop's raw exports and truth are."""
    return home.path / SIMULATOR


def is_demo(home: ShopHome) -> bool:
    """True for a shop whose customers are simulated."""
    return simulator_folder(home).is_dir()


def shop_now(shop: Shop) -> datetime:
    """The present moment of a shop, in UTC."""
    if not is_demo(shop.home):
        return datetime.now(UTC)
    morning = datetime.combine(shop.last_day + timedelta(days=1), _MORNING)
    return morning.replace(tzinfo=shop.home.settings.timezone).astimezone(UTC)
