"""From the outbox to the lake: nothing lost, nothing doubled, whatever dies in between."""

from datetime import datetime, timedelta

import pytest

from regulars import sources
from regulars.backoffice.campaigns import delivery, outbox, services
from regulars.backoffice.campaigns.channels import Channel, DeliveryError, Outgoing, all_channels
from regulars.backoffice.campaigns.models import Campaign, Member, Message
from regulars.decisions.holdout import TREATED
from regulars.flow.shop import Shop
from regulars.lake import ShopHome
from regulars.tables.text import Text

pytestmark = pytest.mark.django_db


@pytest.fixture
def launched(loop_home: ShopHome, now: datetime) -> Campaign:
    return services.launch(services.make("win_back", None).pk, None)


def exposures(home: ShopHome) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = Shop(home).tables.exposures.to_pyarrow().to_pylist()
    return rows


def channel(send: object) -> Channel:
    return Channel("file", Text("", ""), Text("", ""), ("phone",), send)  # type: ignore[arg-type]


def test_lake_knows_everyone_assigned_when_delivered(
    launched: Campaign, loop_home: ShopHome, now: datetime
) -> None:
    delivery.deliver(launched.pk)
    rows = exposures(loop_home)
    assigned = Member.objects.filter(campaign=launched, excluded_reason="")
    assert {row["customer_id"]: row["arm"] for row in rows} == dict(
        assigned.values_list("customer_id", "arm")
    )
    sent = [row for row in rows if row["sent_at"]]
    assert len(sent) == assigned.filter(arm=TREATED).count()
    assert all(row["not_sent_reason"] == "holdout" for row in rows if not row["sent_at"])
    campaigns = Shop(loop_home).tables.campaigns.to_pyarrow().to_pylist()
    assert [row["campaign_id"] for row in campaigns] == [launched.pk]


def test_nothing_more_happens_when_delivered_twice(launched: Campaign, loop_home: ShopHome) -> None:
    delivery.deliver(launched.pk)
    before = Shop(loop_home).head.number
    delivery.deliver(launched.pk)
    assert Shop(loop_home).head.number == before
    assert delivery.repair() == []


def test_next_run_repairs_when_the_process_died_before_the_lake(
    launched: Campaign, loop_home: ShopHome, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sources, "ingest", die)
        with pytest.raises(KeyboardInterrupt):
            delivery.deliver(launched.pk)
    assert exposures(loop_home) == []
    sent = Message.objects.filter(state=Message.State.SENT).count()
    assert delivery.repair() == [launched.pk]
    assert len([row for row in exposures(loop_home) if row["sent_at"]]) == sent
    assert delivery.repair() == []


def test_batch_is_sent_again_under_its_name_when_the_process_died_in_it(
    launched: Campaign, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def send(message: Outgoing) -> None:
        seen.append(message.message_id)
        if len(seen) == 5:
            raise KeyboardInterrupt

    monkeypatch.setitem(all_channels(), "file", channel(send))
    with pytest.raises(KeyboardInterrupt):
        outbox.dispatch(launched, now)
    assert not Message.objects.filter(state=Message.State.SENT).exists()
    outbox.dispatch(launched, now)
    assert seen[:5] == seen[5:10]
    assert len(set(seen)) == Message.objects.filter(state=Message.State.SENT).count()


def test_reason_is_kept_when_a_message_cannot_be_delivered(
    launched: Campaign, loop_home: ShopHome, now: datetime
) -> None:
    message = Message.objects.filter(campaign=launched).order_by("id")[0]
    Message.objects.filter(pk=message.pk).update(address="")
    delivery.deliver(launched.pk)
    message.refresh_from_db()
    assert (message.state, message.reason) == (Message.State.FAILED, "no_address")
    row = next(r for r in exposures(loop_home) if r["customer_id"] == message.customer_id)
    assert (row["sent_at"], row["not_sent_reason"]) == (None, "no_address")


def test_message_is_tried_again_later_when_the_error_may_pass(
    launched: Campaign, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(message: Outgoing) -> None:
        raise DeliveryError("provider_busy", permanent=False)

    monkeypatch.setitem(all_channels(), "file", channel(send))
    outbox.dispatch(launched, now)
    waiting = Message.objects.filter(campaign=launched, state=Message.State.QUEUED)
    assert waiting.count() == Message.objects.count()
    assert outbox.next_due(launched) == now + outbox.FIRST_WAIT
    for days in range(1, outbox.MOST_ATTEMPTS):
        outbox.dispatch(launched, now + timedelta(days=days))
    failed = Message.objects.filter(state=Message.State.FAILED, reason="provider_busy")
    assert failed.count() == Message.objects.count()


def test_message_expires_when_it_would_come_too_late(launched: Campaign, now: datetime) -> None:
    outbox.dispatch(launched, now + timedelta(days=40))
    states = set(Message.objects.values_list("state", "reason"))
    assert states == {(Message.State.EXPIRED, "too_late")}
