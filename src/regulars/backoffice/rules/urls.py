"""Addresses of rules."""

from django.urls import path

from regulars.backoffice.rules import views

urlpatterns = [
    path("rules/household/", views.household, name="household_rules"),
    path("rules/household/save/", views.save, name="household_rule_save"),
    path("rules/household/remove/", views.remove, name="household_rule_remove"),
    path("rules/household/reset/", views.reset, name="household_rules_reset"),
    path("rules/household/apply/", views.apply_now, name="household_rules_apply"),
]
