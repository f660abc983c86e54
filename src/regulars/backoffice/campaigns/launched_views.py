"""Campaigns: the list, one campaign with what it earned, its audience and its send list."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.backoffice.accounts.access import may, requires
from regulars.backoffice.accounts.services import log_access
from regulars.backoffice.campaigns import queries
from regulars.backoffice.campaigns.audience import finder_named
from regulars.backoffice.campaigns.channels.file import dialled
from regulars.backoffice.campaigns.delivery import settle
from regulars.backoffice.campaigns.draft_views import draft_page, signed_in
from regulars.backoffice.campaigns.effect_words import effect_rows, short_effect
from regulars.backoffice.campaigns.models import Campaign, LogEntry, Member, Message
from regulars.backoffice.campaigns.tasks import LET_TIME_PASS, pass_time
from regulars.backoffice.charts import Chart, chart, language
from regulars.backoffice.exports import csv_response, xlsx_response
from regulars.backoffice.formats import money_text
from regulars.backoffice.listing import (
    PAGE_SIZE,
    Cell,
    Head,
    Listing,
    column_label,
    page_number,
)
from regulars.backoffice.monitor.queries import running
from regulars.backoffice.monitor.services import start
from regulars.backoffice.pages import render_page
from regulars.backoffice.remember import remembered
from regulars.backoffice.shop import current_home, current_shop
from regulars.effects.campaign_effects import CAMPAIGN_EFFECTS
from regulars.effects.outcomes import HOLDOUT
from regulars.errors import StateInvalid
from regulars.figures import campaign_effects
from regulars.flow.clock import is_demo
from regulars.flow.shop import Shop


@requires("see_campaigns")
def campaigns(request: HttpRequest) -> HttpResponse:
    """Every campaign, newest first, each with what it earned in a few words."""
    shop = current_shop()
    settle(shop)
    known = queries.all_effects(shop)
    count = Campaign.objects.count()
    page = page_number(request.GET.get("page"), count)
    shown = Campaign.objects.all()[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    rows = [
        {
            "campaign": campaign,
            "name": campaign.name_in(language()),
            "kind": finder_named(campaign.kind).title.in_language(language()),
            "effect": short_effect(campaign, known.get(campaign.pk, {})),
        }
        for campaign in shown
    ]
    context = {"rows": rows, "listing": Listing([], [], count, page), "is_demo": is_demo(shop.home)}
    return render_page(request, "campaigns/campaigns.html", context, title=_("Campaigns"))


@requires("see_campaigns")
def campaign(request: HttpRequest, campaign_id: str) -> HttpResponseBase:
    """A draft to be worked on, or a launched campaign with what it earned.

    ?format=csv or xlsx gives the measured effects.
    """
    shop = current_shop()
    found = get_object_or_404(Campaign, pk=campaign_id)
    if found.is_draft:
        return draft_page(request, found)
    asked = request.GET.get("format")
    if asked in {"csv", "xlsx"} and may(request.user, "export_rows"):
        return _effects_file(shop, found, asked)
    settle(shop)
    found.refresh_from_db()
    return render_page(
        request,
        "campaigns/campaign.html",
        _campaign_context(found),
        title=found.name_in(language()),
    )


def _campaign_context(found: Campaign) -> dict[str, Any]:
    shop = current_shop()
    as_of, effects = queries.effects(shop, found.pk)
    currency = shop.home.settings.currency
    shown = pa.Table.from_pylist(list(effects.values()), schema=CAMPAIGN_EFFECTS.arrow_schema())
    return {
        "campaign": found,
        "prospect": queries.prospect(found),
        "ratio": queries.sample_ratio(found),
        "as_of": as_of,
        "sentence": campaign_effects.sentence(shown, language=language(), currency=currency),
        "rows": effect_rows(effects),
        "figure": _drawn(shop, found, shown) if effects else None,
        "message_counts": queries.message_counts(found),
        "attributed": queries.attributed(shop, found),
        "log": LogEntry.objects.filter(campaign_id=found.pk).select_related("user")[:50],
        "is_demo": is_demo(shop.home),
        "progress": running([f"deliver {found.pk}"[:60], "let_time_pass", "refresh"]),
    }


@requires("see_campaigns")
def audience(request: HttpRequest, campaign_id: str) -> HttpResponseBase:
    """Everyone found for the campaign: arm or exclusion, why, and what became of the message."""
    found = get_object_or_404(Campaign, pk=campaign_id)
    rows = _members(found, request)
    asked = request.GET.get("format")
    heads = [_("Customer"), _("Why"), _("Arm"), _("Not included because"), _("Expected margin")]
    heads += [_("Message"), _("Reason")]
    if asked in {"csv", "xlsx"} and may(request.user, "export_rows"):
        answer = csv_response if asked == "csv" else xlsx_response
        return answer(f"audience-{found.pk}", heads, _audience_rows(found, rows))
    count = rows.count()
    page = page_number(request.GET.get("page"), count)
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    cells = [_cells(values) for values in _audience_values(found, list(shown))]
    context = {
        "campaign": found,
        "listing": Listing([Head(h, h == heads[4]) for h in heads], cells, count, page),
        "exclusions": [
            (reason, queries.exclusion_words(reason, language()), n)
            for reason, n in queries.exclusions(found)
        ],
        "shown": request.GET.get("show", ""),
    }
    return render_page(request, "campaigns/audience.html", context, title=_("Audience"))


@require_POST
@requires("run_campaigns")
def send_list(request: HttpRequest, campaign_id: str) -> HttpResponseBase:
    """The send list with addresses in full: what the ``file`` channel delivers. Logged."""
    found = get_object_or_404(Campaign, pk=campaign_id)
    if found.is_draft:
        raise StateInvalid(_("The send list is there once the campaign is launched."))
    if not may(request.user, "see_personal"):
        return redirect("campaign", campaign_id)
    user = signed_in(request)
    LogEntry.objects.create(campaign_id=found.pk, what=LogEntry.What.LIST_TAKEN, user=user)
    sent = Message.objects.filter(campaign=found, state=Message.State.SENT).order_by("id")
    log_access(user, list(sent.values_list("customer_id", flat=True)), ["send list"])
    heads = ["message_id", "customer_id", "channel", "address", "text", "send_at"]
    rows = (
        [m.message_id, m.customer_id, m.channel, dialled(m.address), m.text, m.send_at]
        for m in sent.iterator(chunk_size=1000)
    )
    return csv_response(f"send-list-{found.pk}", heads, rows)


@require_POST
@requires("run_campaigns")
def let_time_pass(request: HttpRequest) -> HttpResponse:
    """In a demo shop: four weeks go by, customers answer, and everything is measured anew."""
    if not is_demo(current_home()):
        raise StateInvalid(_("Time passes by itself in a real shop."))
    back = request.POST.get("next", "")
    is_ours = back.startswith("/campaigns/")
    progress = start(
        pass_time,
        title=LET_TIME_PASS,
        user=request.user,
        occupies="let_time_pass",
        next_url=back if is_ours else reverse("campaigns"),
    )
    return redirect("progress", progress.id)


def _drawn(shop: Shop, found: Campaign, rows: pa.Table) -> Chart:
    """The figure in the reader's language, drawn once per state of the lake."""
    tongue, currency = language(), shop.home.settings.currency

    def draw() -> Chart:
        return chart(campaign_effects.figure(rows, language=tongue, currency=currency))

    return remembered(shop, ("campaign figure", found.pk, tongue), draw)


def _effects_file(shop: Shop, found: Campaign, asked: str) -> HttpResponseBase:
    answer = csv_response if asked == "csv" else xlsx_response
    effects = queries.effects(shop, found.pk)[1]
    columns = CAMPAIGN_EFFECTS.columns
    rows = ([row[column.name] for column in columns] for row in effects.values())
    return answer(f"effects-{found.pk}", [column_label(column) for column in columns], rows)


def _members(found: Campaign, request: HttpRequest) -> QuerySet[Member]:
    rows = Member.objects.filter(campaign=found).order_by("-expected_amount", "pk")
    show = request.GET.get("show", "")
    if show == "included":
        return rows.filter(excluded_reason="")
    if show == HOLDOUT:
        return rows.filter(arm=HOLDOUT)
    return rows.filter(excluded_reason=show) if show else rows


def _audience_rows(found: Campaign, rows: QuerySet[Member]) -> Iterator[list[Any]]:
    batch: list[Member] = []
    for member in rows.iterator(chunk_size=1000):
        batch.append(member)
        if len(batch) == 1000:
            yield from _audience_values(found, batch)
            batch = []
    yield from _audience_values(found, batch)


def _audience_values(found: Campaign, members: list[Member]) -> Iterator[list[Any]]:
    finder, tongue = finder_named(found.kind), language()
    ids = [member.customer_id for member in members]
    sent = {m.customer_id: m for m in Message.objects.filter(campaign=found, customer_id__in=ids)}
    for member in members:
        message = sent.get(member.customer_id)
        yield [
            member.customer_id,
            queries.why_words(finder, member.why, tongue),
            _arm(member.arm),
            queries.exclusion_words(member.excluded_reason, tongue),
            member.expected_amount,
            message.get_state_display() if message else "",
            queries.not_sent_words(message.reason) if message else "",
        ]


def _arm(arm: str) -> str:
    return {"": "", HOLDOUT: _("left alone")}.get(arm, _("message"))


def _cells(values: list[Any]) -> list[Cell]:
    cells = [Cell(str(value)) for value in values]
    cells[0] = Cell(values[0], url=reverse("customer", args=[values[0]]))
    cells[4] = Cell(money_text(values[4]), True)
    return cells
