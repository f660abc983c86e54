"""Addresses of opportunities and campaigns."""

from django.urls import path

from regulars.backoffice.campaigns import (
    draft_views,
    launched_views,
    list_views,
    opportunity_views,
)

urlpatterns = [
    path("opportunities/", opportunity_views.opportunities, name="opportunities"),
    path("opportunities/<slug:kind>/", opportunity_views.customers, name="opportunity"),
    path("opportunities/<slug:kind>/campaign/", draft_views.make, name="campaign_make"),
    path("customers/lists/<int:list_id>/campaign/", list_views.make, name="campaign_from_list"),
    path("campaigns/", launched_views.campaigns, name="campaigns"),
    path("campaigns/<str:campaign_id>/", launched_views.campaign, name="campaign"),
    path("campaigns/<str:campaign_id>/save/", draft_views.save, name="campaign_save"),
    path("campaigns/<str:campaign_id>/preview/", draft_views.preview, name="campaign_preview"),
    path("campaigns/<str:campaign_id>/launch/", draft_views.launch, name="campaign_launch"),
    path("campaigns/<str:campaign_id>/discard/", draft_views.discard, name="campaign_discard"),
    path(
        "campaigns/<str:campaign_id>/audience/", launched_views.audience, name="campaign_audience"
    ),
    path("campaigns/<str:campaign_id>/list/", launched_views.send_list, name="campaign_list"),
    path("demo/let-time-pass/", launched_views.let_time_pass, name="let_time_pass"),
]
