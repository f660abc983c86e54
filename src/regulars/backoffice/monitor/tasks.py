"""Background work on the shop as a whole."""

from django_tasks import task

from regulars.backoffice.monitor.services import following
from regulars.backoffice.monitor.signals import shop_refreshed
from regulars.backoffice.monitor.steps import told
from regulars.backoffice.shop import current_home
from regulars.flow.refresh import refresh
from regulars.flow.shop import Shop
from regulars.tables.text import Text

REFRESH = Text("Refreshing every analysis", "刷新全部分析")


@task()
def refresh_shop(progress_id: str | None = None) -> None:
    """Every analysis, trait and opportunity anew, as of the last day that has an order."""
    with following(progress_id) as follower:
        refresh(Shop(current_home()), report=told(follower.report))
        shop_refreshed.send(sender=None)
