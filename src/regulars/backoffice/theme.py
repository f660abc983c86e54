"""Unfold's settings: the name on the page, colours, and the sidebar with who sees what."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

# A quiet teal; Unfold's own greys.
PRIMARY = {
    "50": "oklch(97.5% .014 190)",
    "100": "oklch(94% .035 190)",
    "200": "oklch(89% .06 190)",
    "300": "oklch(82% .085 191)",
    "400": "oklch(74% .105 192)",
    "500": "oklch(64% .105 194)",
    "600": "oklch(53% .09 196)",
    "700": "oklch(45% .076 198)",
    "800": "oklch(38% .062 200)",
    "900": "oklch(32% .05 202)",
    "950": "oklch(24% .04 204)",
}


def _shop_name(request: HttpRequest) -> str:
    from regulars.backoffice.shop import current_home  # noqa: PLC0415 - settings load first

    return current_home().settings.name


def _own(path: str) -> Any:
    return lambda request: static(path)


def _may(capability: str) -> Any:
    return lambda request: request.user.has_perm(f"accounts.{capability}")


def _under(prefix: str) -> Any:
    """The sidebar entry is active on its page and on the pages below it."""
    return lambda request: request.path.startswith(prefix)


def _entry(title: Any, icon: str, capability: str, address: str) -> dict[str, Any]:
    """A page of the sidebar, there for those who have the capability."""
    is_front = address == "/"
    return {
        "title": title,
        "icon": icon,
        "link": address,
        "permission": _may(capability),
        "active": (lambda request: request.path == "/") if is_front else _under(address),
    }


def _behaviour(*names: str) -> list[str]:
    return [f"/behaviour/{name}/" for name in names]


def _page(title: Any, icon: str, address: str, *others: str) -> dict[str, Any]:
    """A page of the whole shop's behaviour; active on it and on ``others``, its tabs."""
    below = (address, *others)
    is_front = address == "/behaviour/"
    return {
        "title": title,
        "icon": icon,
        "link": address,
        "permission": _may("see_behaviour"),
        "active": lambda request: (
            request.path == address if is_front else request.path.startswith(below)
        ),
    }


def _analyses(title: Any, icon: str, *names: str) -> dict[str, Any]:
    """The pages of several analyses, shown as tabs of one: it leads to the first there is."""

    def there() -> list[str]:
        from regulars.analyses import all_analyses  # noqa: PLC0415 - settings load first

        return [name for name in names if name in all_analyses()]

    return {
        "title": title,
        "icon": icon,
        "link": lambda request: f"/insights/{(there() or names)[0]}/",
        "permission": lambda request: bool(there()) and _may("see_insights")(request),
        "active": lambda request: request.path.startswith(tuple(f"/insights/{n}/" for n in names)),
    }


def _group(title: Any, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "separator": True, "items": list(entries)}


NAVIGATION: list[dict[str, Any]] = [
    {
        "items": [
            _entry(_("Overview"), "space_dashboard", "see_overview", "/"),
            _entry(_("Opportunities"), "lightbulb", "see_opportunities", "/opportunities/"),
            _entry(_("Campaigns"), "campaign", "see_campaigns", "/campaigns/"),
        ],
    },
    _group(
        _("Customers"),
        {
            **_entry(_("All customers"), "group", "see_customers", "/customers/"),
            "active": lambda request: (
                request.path.startswith("/customers/")
                and not request.path.startswith("/customers/lists/")
            ),
        },
        _page(_("Customer lists"), "playlist_add_check", "/customers/lists/"),
        _entry(_("RFM groups"), "grid_view", "see_insights", "/insights/rfm/"),
        _analyses(_("Customer value"), "savings", "clv", "clv_calibration", "cac"),
        _analyses(
            _("Next need"), "event_upcoming", "repurchase", "next_need", "repurchase_accuracy"
        ),
        _analyses(
            _("Leaving"),
            "logout",
            "lifecycle",
            "lifecycle_moves",
            "churn",
            "churn_drivers",
            "churn_comparison",
            "one_time_buyers",
        ),
        _analyses(
            _("Who they are"),
            "diversity_3",
            "personas",
            "persona_axes",
            "loyalty",
            "household_traits",
            "household_evidence",
            "price_sensitivity",
            "customer_price_sensitivity",
            "category_audience",
        ),
        _analyses(_("Whom to approach"), "target", "lookalikes", "response", "response_curve"),
        _entry(_("Buying habits"), "schedule", "see_insights", "/insights/purchase_habits/"),
        _entry(_("Retention"), "repeat", "see_insights", "/insights/cohort_retention/"),
        _entry(_("Households"), "home", "see_insights", "/insights/household_traits/"),
        _entry(_("Household rules"), "rule", "run_campaigns", "/rules/household/"),
        _page(_("Models"), "model_training", "/models/"),
    ),
    _group(
        _("Behaviour"),
        _page(_("Questions"), "manage_search", "/behaviour/"),
        _page(_("Funnel"), "filter_alt", *_behaviour("funnel", "time_to_convert")),
        _page(_("Paths"), "account_tree", *_behaviour("paths", "path_steps", "page_values")),
        _page(_("Coming back"), "event_repeat", *_behaviour("retention")),
        _page(_("Visits"), "tab", *_behaviour("sessions")),
        _page(_("Searches"), "search", *_behaviour("search_terms", "missed_searches")),
        _page(_("Store map"), "map", *_behaviour("store_zones", "zone_flow", "store_visits")),
        _page(_("Attribution"), "hub", *_behaviour("attribution")),
        _page(
            _("Deciding"), "psychology", *_behaviour("decision_style", "decision_style_by_category")
        ),
    ),
    _group(
        _("Shop"),
        _entry(_("Key figures"), "monitoring", "see_insights", "/insights/kpis/"),
        _entry(_("Products"), "inventory_2", "see_insights", "/insights/product_ranking/"),
    ),
    _group(
        _("Data"),
        _entry(_("Imports"), "upload_file", "import_data", "/imports/"),
        _entry(_("Data quality"), "fact_check", "see_quality", "/quality/"),
    ),
    _group(
        _("Administration"),
        _entry(_("Users"), "manage_accounts", "manage_users", "/admin/auth/user/"),
        _entry(_("Access log"), "policy", "see_access_log", "/access-log/"),
    ),
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Regulars",
    "SITE_HEADER": _shop_name,
    "SITE_SUBHEADER": "Regulars · 回头客",
    "SITE_URL": None,
    "SITE_SYMBOL": "storefront",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": _own("backoffice/icon.svg")},
    ],
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": PRIMARY},
    "STYLES": [_own("backoffice/backoffice.css")],
    "SCRIPTS": [],
    "SIDEBAR": {"show_search": False, "navigation": NAVIGATION},
}
