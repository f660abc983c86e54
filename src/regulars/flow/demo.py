"""The demo shop: simulated customers, everything else real.

Its raw exports are imported, refreshed, approached and measured exactly as a retailer's
own; only the customers' behaviour comes from ``simulator``.
"""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from regulars import simulator, sources
from regulars.errors import ShopExists, StateInvalid
from regulars.flow.clock import is_demo, simulator_folder
from regulars.flow.progress import Report, Stage, silent
from regulars.flow.refresh import refresh
from regulars.flow.shop import Shop
from regulars.lake import ShopHome
from regulars.lake.home import SETTINGS_FILE

SETTINGS = {
    "shop.name": "邻里优选 Neighbourly",
    "shop.timezone": "Asia/Shanghai",
    "shop.currency": "CNY",
    "shop.language": "zh",
}
_DONE = "demo.json"


def is_complete(path: Path) -> bool:
    """True where a demo shop was built to its end."""
    return (path / _DONE).is_file()


def build_demo(
    path: Path,
    *,
    customer_count: int = 20_000,
    months: int = 18,
    seed: int = 7,
    end_on: date | None = None,
    report: Report = silent,
) -> ShopHome:
    """A demo shop at that folder, refreshed and ready to be served.

    Its last day is ``end_on`` (None: yesterday, UTC). A half-built one is built anew;
    ShopExists where the folder holds somebody's real shop or other files.
    """
    _clear_half_built(path)
    home = ShopHome.create(path, SETTINGS)
    folder = simulator_folder(home)
    folder.mkdir()
    last_day = end_on or datetime.now(UTC).date() - timedelta(days=1)
    stage = Stage(report, 0, 40)
    files = simulator.simulate(
        folder,
        customer_count=customer_count,
        months=months,
        seed=seed,
        end_on=last_day,
        report=stage,
    )
    stage = stage.until(75)
    sources.import_files(home, files, report=stage)
    refresh(Shop(home), report=stage.until(100))
    done = {"customers": customer_count, "months": months, "seed": seed}
    (home.path / _DONE).write_text(json.dumps(done | {"end_on": last_day.isoformat()}))
    return home


def let_time_pass(home: ShopHome, *, days: int = 28, report: Report = silent) -> None:
    """Let a demo shop live on: its customers answer what was sent, and it is refreshed.

    StateInvalid for a shop whose customers are real.
    """
    if not is_demo(home):
        raise StateInvalid(f"{home.path} is no demo shop; its time passes by itself.")
    shop = Shop(home)
    stage = Stage(report, 0, 40)
    files = simulator.advance(
        simulator_folder(home),
        shop.tables.exposures.to_pyarrow(),
        shop.tables.campaigns.to_pyarrow(),
        days=days,
        report=stage,
    )
    stage = stage.until(70)
    sources.import_files(home, files, report=stage)
    refresh(Shop(home), report=stage.until(100))


def _clear_half_built(path: Path) -> None:
    """Make room for a demo shop; never at the cost of anything that is not one."""
    if not path.exists() or not any(path.iterdir()):
        return
    half_built = (path / SETTINGS_FILE).is_file() and (path / "simulator").is_dir()
    if not half_built or is_complete(path):
        raise ShopExists(f"{path} holds something already. Choose another --home for the demo.")
    shutil.rmtree(path)
