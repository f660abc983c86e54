"""Drafts and launches: made once, launched once, with the right people in the right arms."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections

from regulars.backoffice.campaigns import services
from regulars.backoffice.campaigns.models import Campaign, LogEntry, Member, Message
from regulars.decisions.holdout import TREATED, arm_of
from regulars.effects.outcomes import HOLDOUT
from regulars.errors import AudienceInvalid, StateInvalid
from regulars.lake import ShopHome

pytestmark = pytest.mark.django_db


def included(campaign: Campaign) -> list[Member]:
    return list(Member.objects.filter(campaign=campaign, excluded_reason=""))


def test_draft_leaves_out_whom_it_may_not_reach_when_made(loop_home: ShopHome) -> None:
    campaign = services.make("win_back", None)
    reasons = set(
        Member.objects.filter(campaign=campaign).values_list("excluded_reason", flat=True)
    )
    assert reasons == {"", "no_consent", "no_channel"}
    numbers = [int(member.customer_id[1:]) % 10 for member in included(campaign)]
    assert numbers
    assert not {1, 2} & set(numbers)


def test_draft_stays_the_one_when_made_twice(loop_home: ShopHome) -> None:
    assert services.make("win_back", None) == services.make("win_back", None)
    assert Campaign.objects.count() == 1


def test_unknown_kind_is_named_when_made(loop_home: ShopHome) -> None:
    with pytest.raises(AudienceInvalid, match=r"'winback' does not exist.*Did you mean 'win_back'"):
        services.make("winback", None)


def test_arms_follow_the_salted_hash_when_assigned(loop_home: ShopHome) -> None:
    campaign = services.make("win_back", None)
    for member in included(campaign):
        assert member.arm == arm_of(campaign.salt, member.customer_id, holdout_share=0.1)
    held_out = sum(member.arm == HOLDOUT for member in included(campaign))
    assert 0.05 < held_out / len(included(campaign)) < 0.16


def test_arms_are_made_anew_when_the_holdout_changes(
    loop_home: ShopHome, people: Callable[[str], User]
) -> None:
    campaign = services.make("win_back", None)
    services.change(campaign.pk, {"holdout_share": Decimal("0.5")}, people("marketer"))
    held_out = sum(member.arm == HOLDOUT for member in included(campaign))
    assert 0.4 < held_out / len(included(campaign)) < 0.6


def test_expected_money_falls_when_the_discount_rises(
    loop_home: ShopHome, people: Callable[[str], User]
) -> None:
    campaign = services.make("win_back", None)
    before = Decimal(campaign.expectation["expected_amount"])
    after = services.change(campaign.pk, {"offer": {"discount_share": 0.15}}, people("marketer"))
    assert Decimal(after.expectation["expected_amount"]) < before


def test_launch_writes_one_message_each_when_launched(loop_home: ShopHome, now: datetime) -> None:
    campaign = services.launch(services.make("win_back", None).pk, None)
    treated = {member.customer_id for member in included(campaign) if member.arm == TREATED}
    messages = Message.objects.filter(campaign=campaign)
    assert {message.customer_id for message in messages} == treated
    assert messages.count() == len(treated)
    first = messages.order_by("customer_id").first()
    assert first
    assert first.address.startswith("+86138")
    assert first.channel == "sms"
    assert "{" not in first.text


def test_window_ends_with_its_last_day_when_launched(loop_home: ShopHome, now: datetime) -> None:
    campaign = services.launch(services.make("win_back", None).pk, None)
    assert campaign.ends_at == datetime(2026, 10, 28, 15, 59, 59, 999999, tzinfo=UTC)


def test_nothing_changes_when_launched_twice(loop_home: ShopHome, now: datetime) -> None:
    campaign = services.make("win_back", None)
    first = services.launch(campaign.pk, None)
    count = Message.objects.count()
    second = services.launch(campaign.pk, None)
    assert second.launched_at == first.launched_at
    assert Message.objects.count() == count
    assert LogEntry.objects.filter(what=LogEntry.What.LAUNCHED).count() == 1


def test_offer_is_fixed_when_launched(
    loop_home: ShopHome, now: datetime, people: Callable[[str], User]
) -> None:
    campaign = services.launch(services.make("win_back", None).pk, None)
    with pytest.raises(StateInvalid, match="fixed"):
        services.change(campaign.pk, {"window_days": 3}, people("marketer"))
    with pytest.raises(StateInvalid, match="fixed"):
        services.discard(campaign.pk, people("marketer"))


def test_launch_is_refused_when_over_budget(loop_home: ShopHome, now: datetime) -> None:
    campaign = services.make("win_back", None)
    Campaign.objects.filter(pk=campaign.pk).update(budget_amount=1, cost_per_message=1)
    with pytest.raises(AudienceInvalid, match=r"more than the budget of 1\.00"):
        services.launch(campaign.pk, None)
    assert Message.objects.count() == 0


def test_customer_of_a_running_campaign_is_left_out_when_another_is_launched(
    loop_home: ShopHome, now: datetime
) -> None:
    first = services.make("win_back", None)
    shared = included(first)[0].customer_id
    other = Campaign.objects.create(
        id="other-1",
        kind="second_order",
        as_of=first.as_of,
        holdout_share=Decimal("0.1"),
        state=Campaign.State.LAUNCHED,
        launched_at=now,
        ends_at=now + timedelta(days=7),
    )
    Member.objects.create(campaign=other, customer_id=shared, arm=HOLDOUT)
    services.launch(first.pk, None)
    member = Member.objects.get(campaign=first, customer_id=shared)
    assert (member.arm, member.excluded_reason) == ("", "in_other_campaign")
    assert not Message.objects.filter(customer_id=shared).exists()


def test_messages_wait_for_the_morning_when_launched_at_night(
    loop_home: ShopHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = datetime(2026, 10, 1, 15, tzinfo=UTC)  # 23:00 in Shanghai
    monkeypatch.setattr("regulars.backoffice.campaigns.services.shop_now", lambda shop: night)
    campaign = services.launch(services.make("win_back", None).pk, None)
    slots = Message.objects.filter(campaign=campaign).values_list("send_at", flat=True)
    nine = datetime(2026, 10, 2, 1, tzinfo=UTC)
    assert min(slots) == nine
    assert nine < max(slots) < nine + timedelta(hours=1)


def test_log_cannot_be_rewritten_when_kept(loop_home: ShopHome) -> None:
    services.make("win_back", None)
    entry = LogEntry.objects.get(what=LogEntry.What.MADE)
    with pytest.raises(TypeError, match="append-only"):
        entry.save()
    with pytest.raises(TypeError, match="append-only"):
        entry.delete()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_launch_counts_when_two_come_at_once(loop_home: ShopHome, now: datetime) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("two writers at once need PostgreSQL: DATABASE_URL=postgresql://...")
    campaign = services.make("win_back", None)
    failures: list[BaseException] = []
    start = threading.Barrier(2)

    def launch() -> None:
        try:
            start.wait()
            services.launch(campaign.pk, None)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=launch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    treated = Member.objects.filter(campaign=campaign, arm=TREATED).count()
    assert Message.objects.filter(campaign=campaign).count() == treated
    assert LogEntry.objects.filter(what=LogEntry.What.LAUNCHED).count() == 1
