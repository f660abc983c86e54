"""A draft: made with one click, looked at, changed, launched or thrown away."""

import math
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.backoffice.accounts.access import requires
from regulars.backoffice.campaigns import queries, services
from regulars.backoffice.campaigns.forms import DraftForm, wrong_message
from regulars.backoffice.campaigns.letters import offer_end, previews
from regulars.backoffice.campaigns.models import Campaign, Member
from regulars.backoffice.campaigns.tasks import DELIVER, deliver_campaign
from regulars.backoffice.charts import language
from regulars.backoffice.monitor.services import start
from regulars.backoffice.pages import render_page
from regulars.backoffice.shop import current_shop
from regulars.backoffice.wording import said
from regulars.decisions.expectation import basis_sentence
from regulars.decisions.holdout import TREATED
from regulars.decisions.messages import MERGE_FIELDS
from regulars.effects.lift import LEAST_ARM
from regulars.effects.power import Power
from regulars.errors import MessageInvalid, RegularsError
from regulars.figures.wording import sign
from regulars.flow.clock import shop_now

PREVIEW_COUNT = 3
MOST_PERCENT = 50


@require_POST
@requires("run_campaigns")
def make(request: HttpRequest, kind: str) -> HttpResponse:
    """The one click: a draft from the opportunities of a kind."""
    campaign = services.make(kind, signed_in(request))
    return redirect("campaign", campaign.pk)


def draft_page(
    request: HttpRequest, campaign: Campaign, form: DraftForm | None = None
) -> HttpResponse:
    """The draft: audience, money, text, holdout; what a launch would do."""
    tongue = language()
    found = queries.prospect(campaign)
    context = {
        "campaign": campaign,
        "prospect": found,
        "exclusions": [
            (reason, queries.exclusion_words(reason, tongue), count)
            for reason, count in found.exclusions
        ],
        "net_amount": found.expected_amount,
        "basis": _basis(campaign, tongue),
        "is_measured": campaign.expectation.get("basis") == "measured",
        "power": _power_words(found, tongue),
        "form": form or DraftForm.of(campaign),
        "fields": [
            (f"{{{name}}}", f.label.in_language(tongue)) for name, f in MERGE_FIELDS.items()
        ],
        **_preview(campaign, campaign.message),
    }
    status = 422 if form is not None else 200
    title = campaign.name_in(tongue)
    return render_page(request, "campaigns/draft.html", context, title=title, status=status)


@require_POST
@requires("run_campaigns")
def save(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Keep what was changed; what does not fit is said beside its field."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return draft_page(request, campaign, form)
    services.change(campaign_id, _values(campaign, form.cleaned_data), signed_in(request))
    messages.success(request, _("Saved. The audience and its figures are up to date."))
    return redirect("campaign", campaign_id)


@require_POST
@requires("run_campaigns")
def preview(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """The text as some of the audience would read it, while it is being written."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    campaign.language = "zh" if request.POST.get("language") == "zh" else "en"
    message = request.POST.get(f"message_{campaign.language}", "")
    return render(request, "campaigns/preview.html", _preview(campaign, message))


@requires("run_campaigns")
def launch(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """GET asks once more, with the figures; POST launches."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    if request.method == "POST":
        try:
            services.launch(campaign_id, signed_in(request))
        except RegularsError as error:
            messages.error(request, said(error))
            return redirect("campaign", campaign_id)
        url = reverse("campaign", args=[campaign_id])
        occupied = f"deliver {campaign_id}"[:60]
        start(
            deliver_campaign,
            title=DELIVER,
            user=request.user,
            occupies=occupied,
            next_url=url,
            campaign_id=campaign_id,
        )
        return redirect(url)
    if not campaign.is_draft:
        return redirect("campaign", campaign_id)
    found = queries.prospect(campaign)
    context = {
        "campaign": campaign,
        "prospect": found,
        "is_measured": campaign.expectation.get("basis") == "measured",
        "power": _power_words(found, language()),
        **_preview(campaign, campaign.message),
    }
    return render_page(request, "campaigns/launch.html", context, title=_("Launch this campaign?"))


@require_POST
@requires("run_campaigns")
def discard(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Throw the draft away."""
    get_object_or_404(Campaign, pk=campaign_id)
    services.discard(campaign_id, signed_in(request))
    messages.success(request, _("The draft is gone."))
    return redirect("opportunities")


def signed_in(request: HttpRequest) -> User:
    """The user before the screen, whom ``requires`` has let in."""
    assert isinstance(request.user, User), "views behind requires() have a signed-in user"  # noqa: S101
    return request.user


def _preview(campaign: Campaign, message: str) -> dict[str, Any]:
    shop = current_shop()
    treated = Member.objects.filter(campaign=campaign, arm=TREATED)
    best = treated.order_by("-expected_amount", "pk")[:PREVIEW_COUNT]
    ids = [member.customer_id for member in best]
    ends_on = offer_end(campaign, shop_now(shop), shop)
    try:
        return {"previews": previews(shop, campaign, ids, message=message, ends_on=ends_on)}
    except MessageInvalid:
        return {"previews": [], "preview_error": wrong_message(message)}


def _basis(campaign: Campaign, tongue: str) -> str:
    detail = campaign.expectation.get("basis_detail")
    return basis_sentence(detail, _sign()).in_language(tongue) if detail else ""


def _sign() -> str:
    return sign(current_shop().home.settings.currency)


def _power_words(found: queries.Prospect, tongue: str) -> dict[str, Any]:
    """The power in a sentence, and whether it is a warning."""
    if isinstance(found.power, Power):
        sentence = found.power.sentence(_sign()).in_language(tongue)
        return {"sentence": sentence, "is_enough": found.power.is_enough}
    advice = ""
    if found.power.reason == "too_few_customers":
        advice = _smallest_holdout(found.treated_count + found.holdout_count)
    return {"sentence": f"{found.power.text.in_language(tongue)} {advice}", "is_enough": False}


def _smallest_holdout(count: int) -> str:
    """What share would leave enough people alone to measure against, if any does."""
    percent = math.ceil(100 * LEAST_ARM / count) if count else 100
    if percent > MOST_PERCENT:
        return _("The audience is too small to measure on its own.")
    return _("Leave at least %(percent)d%% alone to have %(least)d people to compare with.") % {
        "percent": percent,
        "least": LEAST_ARM,
    }


def _values(campaign: Campaign, cleaned: dict[str, Any]) -> dict[str, Any]:
    """The form's values as the campaign keeps them: shares, not per cent."""
    plain = (
        "language",
        "message_zh",
        "message_en",
        "channel",
        "window_days",
        "cost_per_message",
        "budget_amount",
    )
    name = f"name_{'zh' if language() == 'zh' else 'en'}"
    discount = float(cleaned["discount_percent"] / 100)
    return {
        **{field: cleaned[field] for field in plain},
        name: cleaned["name"],
        "holdout_share": cleaned["holdout_percent"] / Decimal(100),
        "offer": {**campaign.offer, "discount_share": discount},
    }
