"""Verbs on campaigns: make, change, discard, launch. Each is atomic, locks, writes and logs."""

import json
import secrets
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from regulars.backoffice.campaigns import audience, outbox
from regulars.backoffice.campaigns.audience import finder_named, found_opportunities
from regulars.backoffice.campaigns.letters import letters, window_end
from regulars.backoffice.campaigns.models import Campaign, LogEntry, Member, Message
from regulars.backoffice.customers.queries import all_lists
from regulars.backoffice.shop import current_shop
from regulars.backoffice.stored import TRAITS, latest
from regulars.decisions.chosen import CHOSEN
from regulars.decisions.expectation import basis as basis_of
from regulars.decisions.finder import Finder
from regulars.decisions.holdout import TREATED, salt
from regulars.decisions.quiet_hours import next_slot
from regulars.effects.outcomes import HOLDOUT
from regulars.errors import AudienceInvalid, StateInvalid
from regulars.flow.clock import shop_now
from regulars.flow.shop import Shop

What = LogEntry.What


def make(kind: str, user: User | None) -> Campaign:
    """A draft from the newest opportunities of a kind; the one that there is already, if any."""
    shop = current_shop()
    finder = finder_named(kind)
    as_of, rows = found_opportunities(shop, kind)
    waiting = Campaign.objects.filter(kind=kind, as_of=as_of, state=Campaign.State.DRAFT).first()
    if waiting is not None:
        return waiting
    first = rows.limit(1).to_pyarrow().to_pylist()
    if not first:
        raise AudienceInvalid(f"No customer is a '{kind}' opportunity at present.")
    try:
        with transaction.atomic():
            campaign = _draft(shop, finder, as_of, user, first[0])
            campaign.save(force_insert=True)
            fill(shop, campaign)
            _log(campaign, What.MADE, user, {"as_of": as_of.isoformat()})
    except IntegrityError:
        return Campaign.objects.get(kind=kind, as_of=as_of, state=Campaign.State.DRAFT)
    return campaign


def make_from_list(list_id: int, template: str, user: User | None) -> Campaign:
    """A draft for everybody on a saved list, with a kind's message and offer to begin with.

    The one that there is already for the list, if any. Consent, holdout and frequency rules
    are those of every campaign.
    """
    shop = current_shop()
    finder = finder_named(template)
    found = all_lists().filter(pk=list_id).first()
    if found is None:
        raise AudienceInvalid("There is no such list of customers; it may have been deleted.")
    of_list = Campaign.objects.filter(customer_list_id=list_id, state=Campaign.State.DRAFT)
    if (waiting := of_list.first()) is not None:
        return waiting
    stored = latest(shop, TRAITS)
    as_of = stored.as_of if stored else shop.last_day
    basis = basis_of(finder.prior, None)
    row = {"expected_basis": "assumed", "basis_detail": json.dumps(basis, ensure_ascii=False)}
    try:
        with transaction.atomic():
            campaign = _draft(shop, finder, as_of, user, row)
            campaign.id = f"list-{list_id}-{as_of:%Y%m%d}-{secrets.token_hex(3)}"
            campaign.salt = salt("campaign", campaign.id)
            campaign.kind, campaign.customer_list_id = CHOSEN.kind, list_id
            campaign.name_en = campaign.name_zh = found.name[:200]
            campaign.expectation["template"] = finder.kind
            campaign.save(force_insert=True)
            fill(shop, campaign)
            details = {"list": found.name, "template": finder.kind}
            _log(campaign, What.MADE_OF_LIST, user, details)
    except IntegrityError:
        return of_list.get()
    return campaign


@transaction.atomic
def change(campaign_id: str, values: dict[str, Any], user: User) -> Campaign:
    """Change a draft; the audience is made anew where offer, window, holdout or cost moved."""
    campaign = _locked_draft(campaign_id)
    before = _shape(campaign)
    for name, value in values.items():
        setattr(campaign, name, value)
    campaign.offer = {**campaign.offer, "holdout_share": float(campaign.holdout_share)}
    campaign.save()
    if _shape(campaign) != before:
        fill(current_shop(), campaign)
    _log(campaign, What.CHANGED, user, {"fields": sorted(values)})
    return campaign


@transaction.atomic
def discard(campaign_id: str, user: User) -> None:
    """Throw a draft away; what was launched stays for ever."""
    campaign = _locked_draft(campaign_id)
    _log(campaign, What.DISCARDED, user, {})
    campaign.delete()


@transaction.atomic
def launch(campaign_id: str, user: User | None) -> Campaign:
    """Fix audience, text and offer, and write every message into the outbox, all or nothing.

    A second launch, at the same time or later, changes nothing. Raises AudienceInvalid
    where nobody is left to write to or to compare with, or the budget does not suffice.
    """
    # every draft is locked: two launches cannot both take the same customer
    list(Campaign.objects.select_for_update().filter(state=Campaign.State.DRAFT).order_by("pk"))
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if not campaign.is_draft:
        return campaign
    shop = current_shop()
    now = shop_now(shop)
    exclude_again(shop, campaign, now)
    counts = _launchable(campaign)
    campaign.state = Campaign.State.LAUNCHED
    campaign.launched_at, campaign.launched_by = now, user
    campaign.ends_at = window_end(now, campaign.window_days, shop)
    campaign.change_no += 1
    campaign.save()
    outbox.queue(_messages(shop, campaign, now, counts[TREATED]))
    _log(campaign, What.LAUNCHED, user, counts)
    return campaign


def fill(shop: Shop, campaign: Campaign) -> None:
    """Make a draft's audience anew from the opportunities; called in a transaction."""
    Member.objects.filter(campaign=campaign).delete()
    for batch in audience.members(shop, campaign, shop_now(shop)):
        Member.objects.bulk_create(batch, batch_size=2_000)
    assigned = Member.objects.filter(campaign=campaign, excluded_reason="")
    ids = assigned.values_list("customer_id", flat=True).iterator()
    known = audience.spread(shop, campaign, ids)
    expected = assigned.aggregate(total=Sum("expected_amount"))["total"] or Decimal(0)
    campaign.expectation = {
        **campaign.expectation,
        "mean": known.get("mean"),
        "variance": known.get("variance"),
        "expected_amount": str(expected),
    }
    campaign.save(update_fields=["expectation"])


def exclude_again(shop: Shop, campaign: Campaign, now: datetime) -> int:
    """Exclude who has become ineligible since the draft was made; how many."""
    assigned = Member.objects.filter(campaign=campaign, excluded_reason="")
    ids = assigned.values_list("customer_id", flat=True).iterator()
    with audience.known_ids(shop, ids) as people:
        checked = audience.eligibility(shop, people, now)
        gone = checked.filter(checked.excluded_reason.notnull()).to_pyarrow().to_pylist()
    count = 0
    for row in gone:
        found = assigned.filter(customer_id=row["customer_id"])
        count += found.update(excluded_reason=row["excluded_reason"], arm="")
    # campaigns that are launched, but that the lake does not know of yet
    others = Member.objects.filter(
        campaign__state=Campaign.State.LAUNCHED, campaign__ends_at__gt=now, excluded_reason=""
    ).exclude(campaign=campaign)
    busy = assigned.filter(customer_id__in=others.values("customer_id"))
    return count + busy.update(excluded_reason="in_other_campaign", arm="")


def _launchable(campaign: Campaign) -> dict[str, int]:
    """How many are in each arm; AudienceInvalid where it cannot go out like that."""
    assigned = Member.objects.filter(campaign=campaign, excluded_reason="")
    counts = {name: assigned.filter(arm=name).count() for name in (TREATED, HOLDOUT)}
    if not counts[TREATED]:
        raise AudienceInvalid(
            _("Nobody of the audience may be written to. See the reasons beside the audience.")
        )
    if not counts[HOLDOUT]:
        raise AudienceInvalid(
            _("Nobody would be left alone, so nothing could be measured. Hold out a larger share.")
        )
    cost = counts[TREATED] * campaign.cost_per_message
    if campaign.budget_amount is not None and cost > campaign.budget_amount:
        raise AudienceInvalid(
            _("The messages cost %(cost)s, more than the budget of %(budget)s.")
            % {"cost": f"{cost:.2f}", "budget": f"{campaign.budget_amount:.2f}"}
        )
    return counts


def _messages(shop: Shop, campaign: Campaign, now: datetime, count: int) -> Iterator[Message]:
    """One message for each treated member, at the first moment outside the quiet hours."""
    zone = shop.home.settings.timezone
    treated = Member.objects.filter(campaign=campaign, arm=TREATED, excluded_reason="")
    channels = dict(treated.values_list("customer_id", "channel"))
    ends_at = campaign.ends_at or now
    ends_on = ends_at.astimezone(zone).date()
    written = letters(shop, campaign, channels, ends_on=ends_on)
    for position, letter in enumerate(written):
        channel = channels[letter.customer_id]
        slot = next_slot(now, timezone=zone, spread=position / count, send_before=ends_at)
        yield Message(
            campaign=campaign,
            customer_id=letter.customer_id,
            channel=channel,
            address=letter.addresses.get(channel, ""),
            text=letter.text,
            state=Message.State.QUEUED if slot else Message.State.EXPIRED,
            reason="" if slot else "too_late",
            send_at=slot or now,
            send_before=ends_at,
        )


def _draft(
    shop: Shop, finder: Finder, as_of: Any, user: User | None, row: dict[str, Any]
) -> Campaign:
    settings = shop.home.settings
    name = f"{finder.kind}-{as_of:%Y%m%d}-{secrets.token_hex(3)}"
    share = Decimal(settings["campaigns.holdout_share"])
    return Campaign(
        id=name,
        name_en=f"{finder.title.en} {as_of.isoformat()}",
        name_zh=f"{finder.title.zh} {as_of.isoformat()}",
        kind=finder.kind,
        as_of=as_of,
        offer={"discount_share": finder.offer.discount_share, "holdout_share": float(share)},
        language=settings.language,
        message_en=finder.message.en,
        message_zh=finder.message.zh,
        salt=salt("campaign", name),
        holdout_share=share,
        window_days=finder.window_days,
        cost_per_message=Decimal(str(finder.offer.message_cost)),
        expectation={"basis": row["expected_basis"], "basis_detail": row["basis_detail"]},
        created_by=user,
    )


def _shape(campaign: Campaign) -> tuple[Any, ...]:
    """What the audience and its expectation depend on."""
    return (
        campaign.discount_share,
        float(campaign.holdout_share),
        campaign.window_days,
        float(campaign.cost_per_message),
    )


def _locked_draft(campaign_id: str) -> Campaign:
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if not campaign.is_draft:
        raise StateInvalid(
            _("This campaign has been launched; its offer, text and audience are fixed.")
        )
    return campaign


def _log(campaign: Campaign, what: str, user: User | None, details: dict[str, Any]) -> None:
    LogEntry.objects.create(campaign_id=campaign.pk, what=what, user=user, details=details)
