"""Looking through files and importing them, behind the page, with progress."""

from django.urls import reverse
from django_tasks import task

from regulars.backoffice.imports import services
from regulars.backoffice.monitor.services import following, start
from regulars.backoffice.monitor.steps import told
from regulars.backoffice.monitor.tasks import REFRESH, refresh_shop
from regulars.backoffice.shop import current_home
from regulars.tables.text import Text

LOOK = Text("Looking through the files", "正在查看文件")
IMPORT = Text("Importing", "正在导入")


@task()
def look_through(draft_id: str, progress_id: str | None = None) -> None:
    """Propose how the files are read and try it on every row; writes nothing to the lake."""
    with following(progress_id) as follower:
        services.look_through(current_home(), draft_id, told(follower.report))


@task()
def run_import(draft_id: str, with_refresh: bool = True, progress_id: str | None = None) -> None:
    """Import the files, then (in a task of its own) refresh every analysis."""
    with following(progress_id) as follower:
        account = services.run(current_home(), draft_id, told(follower.report))
        follower.outcome = {"import_id": account.import_id}
        follower.next_url = reverse("import_account", args=[account.import_id])
        if with_refresh:
            url = reverse("overview")
            start(refresh_shop, title=REFRESH, user=None, occupies="refresh", next_url=url)
