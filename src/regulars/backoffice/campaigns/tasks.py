"""What campaigns do behind: hand messages over, and, in a demo shop, let time pass."""

from django_tasks import task

from regulars.backoffice.campaigns import delivery
from regulars.backoffice.monitor.services import following
from regulars.backoffice.monitor.steps import told
from regulars.backoffice.shop import current_home
from regulars.flow import demo
from regulars.flow.shop import Shop
from regulars.tables.text import Text

DELIVER = Text("Handing the messages over", "正在发送消息")
LET_TIME_PASS = Text("Letting four weeks pass", "时间过去四周")
DAYS = 28


@task()
def deliver_campaign(campaign_id: str, progress_id: str | None = None) -> None:
    """Hand over what is due and tell the lake; come again when the next messages are due."""
    with following(progress_id) as follower:
        follower.report(Text("Handing over", "发送中"), 0, 1)
        again_at = delivery.deliver(campaign_id)
        if again_at is not None:
            deliver_campaign.using(run_after=again_at).enqueue(campaign_id=campaign_id)
        follower.report(Text("Handed over", "已发送"), 1, 1)


@task()
def pass_time(progress_id: str | None = None) -> None:
    """Let the demo shop's customers answer for four weeks, then measure."""
    with following(progress_id) as follower:
        delivery.repair()
        demo.let_time_pass(current_home(), days=DAYS, report=told(follower.report))
        delivery.settle(Shop(current_home()))
