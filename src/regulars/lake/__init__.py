"""Where the tables live: a shop home, its settings, Delta tables, and the engine over them."""

from regulars.lake.connect import connect
from regulars.lake.home import ShopHome
from regulars.lake.store import Lake

__all__ = ["Lake", "ShopHome", "connect"]
