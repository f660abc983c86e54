"""Addresses of behaviour."""

from django.urls import path

from regulars.backoffice.behaviour import people_views, saved_views, views

urlpatterns = [
    path("behaviour/", saved_views.saved, name="saved_questions"),
    path("behaviour/cards/", saved_views.cards, name="pinned_cards"),
    path("behaviour/values/", views.values, name="property_values"),
    path("behaviour/saved/<int:question_id>/change/", saved_views.change, name="question_change"),
    path("behaviour/saved/<int:question_id>/delete/", saved_views.delete, name="question_delete"),
    path("behaviour/funnel/people/", people_views.people, name="funnel_people"),
    path("behaviour/funnel/people/save/", people_views.save, name="funnel_people_save"),
    path(
        "behaviour/funnel/people/rows.csv",
        people_views.export,
        {"kind": "csv"},
        name="funnel_people_csv",
    ),
    path(
        "behaviour/funnel/people/rows.xlsx",
        people_views.export,
        {"kind": "xlsx"},
        name="funnel_people_xlsx",
    ),
    path("behaviour/<slug:name>/", views.question_page, name="behaviour"),
    path("behaviour/<slug:name>/save/", saved_views.save, name="question_save"),
    path("behaviour/<slug:name>/rows.csv", views.export, {"kind": "csv"}, name="behaviour_csv"),
    path("behaviour/<slug:name>/rows.xlsx", views.export, {"kind": "xlsx"}, name="behaviour_xlsx"),
]
