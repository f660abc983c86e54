"""Addresses of customers."""

from django.urls import path

from regulars.backoffice.customers import views

urlpatterns = [
    path("customers/", views.customer_list, name="customers"),
    path("customers/export.csv", views.export, {"kind": "csv"}, name="customers_csv"),
    path("customers/export.xlsx", views.export, {"kind": "xlsx"}, name="customers_xlsx"),
    path("customers/of/<path:customer_id>/", views.customer_page, name="customer"),
]
