"""Background tasks and their progress; the quality and system pages."""

import json
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.utils import timezone
from django_tasks import task

from regulars.backoffice.monitor.models import SILENT_FOR, Progress
from regulars.backoffice.monitor.services import OUR_FAULT, following, start
from regulars.backoffice.monitor.steps import step_text
from regulars.errors import FileUnreadable
from regulars.flow.quality import CHECKS
from regulars.lake import Lake, ShopHome
from regulars.tables.text import Text

pytestmark = pytest.mark.django_db
WORK = Text("Work", "工作")


@task()
def work(progress_id: str | None = None) -> None:
    """Three steps."""
    with following(progress_id) as follower:
        for done in range(3):
            follower.report(Text("step", "步骤"), done, 3)
        follower.outcome = {"made": 3}


@pytest.fixture
def at_once(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def in_queue(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def test_progress_ends_as_done_when_the_task_does(at_once: None) -> None:
    progress = start(work, title=WORK, user=None, occupies="work")
    assert (progress.state, progress.outcome, progress.percent) == ("done", {"made": 3}, 100)
    assert progress.occupies is None


def test_running_task_is_returned_when_started_again(in_queue: None) -> None:
    first = start(work, title=WORK, user=None, occupies="work")
    assert start(work, title=WORK, user=None, occupies="work") == first
    assert start(work, title=WORK, user=None, occupies="other") != first


def test_dead_task_makes_room_when_started_again(in_queue: None) -> None:
    first = start(work, title=WORK, user=None, occupies="work")
    long_ago = timezone.now() - SILENT_FOR - timedelta(minutes=1)
    Progress.objects.filter(pk=first.pk).update(state="running", heard_at=long_ago)
    second = start(work, title=WORK, user=None, occupies="work")
    first.refresh_from_db()
    assert second != first
    assert (first.state, first.error[:11]) == ("failed", "The process")


def test_clear_line_stays_when_the_user_is_at_fault() -> None:
    progress = Progress.objects.create(title_en="x", title_zh="x", occupies="work")
    with following(progress.pk):
        raise FileUnreadable("a.csv is empty.")
    progress.refresh_from_db()
    assert (progress.state, progress.error, progress.occupies) == (
        "failed",
        "a.csv is empty.",
        None,
    )


def test_details_stay_in_the_log_when_we_are_at_fault() -> None:
    progress = Progress.objects.create(title_en="x", title_zh="x")
    with pytest.raises(ZeroDivisionError), following(progress.pk):
        raise ZeroDivisionError("secret")
    progress.refresh_from_db()
    assert progress.error == OUR_FAULT


@pytest.mark.parametrize(
    ("step", "chinese"),
    [("rfm", "RFM"), ("Writing orders", "写入 订单"), ("Reading a.csv", "读取 a.csv")],
)
def test_step_is_said_in_chinese_when_it_is_known(step: str, chinese: str) -> None:
    assert chinese in step_text(step).zh


def test_bar_polls_when_the_task_runs(small_shop: ShopHome, sign_in: Any) -> None:
    progress = Progress.objects.create(title_en="Work", title_zh="工作", state="running")
    page = sign_in("owner").get(f"/progress/{progress.pk}/", headers={"hx-request": "true"})
    assert b"every 1s" in page.content


def test_browser_is_sent_on_when_the_task_is_done(small_shop: ShopHome, sign_in: Any) -> None:
    progress = Progress.objects.create(
        title_en="Work", title_zh="工作", state="done", next_url="/campaigns/"
    )
    client = sign_in("owner")
    url = f"/progress/{progress.pk}/"
    assert client.get(url, headers={"hx-request": "true"})["HX-Redirect"] == "/campaigns/"
    assert client.get(url).url == "/campaigns/"


def test_every_check_is_shown_when_the_shop_is_filled(small_shop: ShopHome, sign_in: Any) -> None:
    page = sign_in("analyst").get("/quality/").content.decode()
    for check in CHECKS:
        assert check.title.en in page


@pytest.mark.parametrize("check", [check.name for check in CHECKS])
def test_rows_behind_a_finding_open_when_clicked(
    small_shop: ShopHome, sign_in: Any, check: str
) -> None:
    client = sign_in("analyst")
    assert client.get(f"/quality/{check}/").status_code == 200
    assert client.get(f"/quality/{check}/?format=csv").status_code == 200


def test_nobody_is_named_when_the_rows_behind_a_finding_open(
    own_shop: ShopHome, sign_in: Any
) -> None:
    with Lake(own_shop).transaction("nobody can be reached") as transaction:
        known = {"name": "王小明", "备用": "13800138000"}
        row = {"customer_id": "AAA", "attributes": json.dumps(known, ensure_ascii=False)}
        transaction.merge("customers", pa.Table.from_pylist([row]))
    client = sign_in("analyst")
    for address in ("", "?format=csv"):
        answer = client.get(f"/quality/customers_not_reachable/{address}")
        said = (b"".join(answer) if answer.streaming else answer.content).decode()
        assert "AAA" in said
        assert "王**" in said
        assert "138****8000" in said
        assert "王小明" not in said
        assert "13800138000" not in said


def test_pages_answer_when_the_shop_is_empty(empty_shop: ShopHome, sign_in: Any) -> None:
    client = sign_in("owner", language="zh-hans")
    assert "还没有导入任何数据" in client.get("/quality/").content.decode()
    for address in ("/quality/system/", "/imports/", "/campaigns/", "/opportunities/"):
        assert client.get(address).status_code == 200


def test_refresh_runs_behind_when_asked_for(
    own_shop: ShopHome, sign_in: Any, at_once: None
) -> None:
    response = sign_in("analyst").post("/refresh/")
    progress = Progress.objects.get()
    assert response.url == f"/progress/{progress.pk}/"
    assert (progress.state, progress.error) == ("done", "")


@pytest.mark.parametrize("role", ["marketer", "store_staff"])
def test_quality_is_refused_when_the_role_may_not_see_it(
    small_shop: ShopHome, sign_in: Any, role: str
) -> None:
    assert sign_in(role).get("/quality/").status_code == 403
    assert sign_in(role).post("/refresh/").status_code == 403
