"""The page of household rules: all of them, a form with a preview, and who changed what."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.backoffice.accounts.access import requires, signed_in
from regulars.backoffice.charts import language
from regulars.backoffice.monitor.services import start
from regulars.backoffice.monitor.tasks import REFRESH, refresh_shop
from regulars.backoffice.pages import render_page
from regulars.backoffice.rules import services
from regulars.backoffice.rules.forms import RuleForm
from regulars.backoffice.shop import current_home, current_shop
from regulars.errors import RegularsError
from regulars.flow.shop_rules import changes, has_own, household_rules

USUAL = {"weight": 1, "half_life_days": 180}


@requires("run_campaigns")
def household(request: HttpRequest) -> HttpResponse:
    """Every rule with the products it matches now, and an empty form."""
    return _page(request, _form(None))


@require_POST
@requires("run_campaigns")
def save(request: HttpRequest) -> HttpResponse:
    """Show what a rule would match (``preview``), or keep it."""
    form = _form(request.POST)
    if not form.checked():
        return _page(request, form, status=400)
    trait, rule = form.trait_and_rule()
    if "preview" in request.POST:
        return _page(request, form, reach=services.reach(current_shop(), rule))
    try:
        services.add_rule(trait, rule, by=str(signed_in(request)), seen=_seen(request))
    except RegularsError as error:
        form.add_error(None, str(error))
        return _page(request, form, status=409)
    messages.success(request, _("The rule is kept. It applies from the next refresh."))
    return redirect("household_rules")


@require_POST
@requires("run_campaigns")
def remove(request: HttpRequest) -> HttpResponse:
    """Drop one rule."""
    text = request.POST.get("number", "")
    number = int(text) if text.isdecimal() and len(text) < 6 else -1
    return _changed(
        request,
        lambda: services.remove_rule(number, by=str(signed_in(request)), seen=_seen(request)),
        _("The rule is removed. That applies from the next refresh."),
    )


@require_POST
@requires("run_campaigns")
def reset(request: HttpRequest) -> HttpResponse:
    """The declared rules again."""
    return _changed(
        request,
        lambda: services.reset(by=str(signed_in(request)), seen=_seen(request)),
        _("The declared rules hold again from the next refresh."),
    )


@require_POST
@requires("run_campaigns")
def apply_now(request: HttpRequest) -> HttpResponse:
    """Queue a refresh, so that the rules apply now."""
    progress = start(
        refresh_shop,
        title=REFRESH,
        user=request.user,
        occupies="refresh",
        next_url=reverse("insight", args=["household_traits"]),
    )
    return redirect("progress", progress.id)


def _changed(request: HttpRequest, change: Any, said: str) -> HttpResponse:
    try:
        change()
    except RegularsError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("household_rules")


def _seen(request: HttpRequest) -> str:
    return request.POST.get("seen", "")


def _form(given: Any) -> RuleForm:
    rules, shop = household_rules(current_home()), current_shop()
    return RuleForm(
        given,
        initial=USUAL,
        rules=rules,
        categories=services.categories(shop),
        chinese=language() == "zh",
    )


def _page(
    request: HttpRequest,
    form: RuleForm,
    *,
    reach: services.Reach | None = None,
    status: int = 200,
) -> HttpResponse:
    rules = form.rules
    counts = services.product_counts(current_shop(), rules)
    labels = {t.name: t.zh if language() == "zh" else t.en for t in rules.traits}
    rows = [
        (number, labels[rule.trait], rule, count)
        for number, (rule, count) in enumerate(zip(rules.rules, counts, strict=True))
    ]
    context = {
        "form": form,
        "rows": rows,
        "reach": reach,
        "changes": changes(current_home()),
        "has_own": has_own(current_home()),
        "seen": services.state(),
    }
    return render_page(
        request, "rules/household.html", context, title=_("Household rules"), status=status
    )
