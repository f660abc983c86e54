"""Addresses of customers."""

from django.urls import path

from regulars.backoffice.customers import list_views, views

urlpatterns = [
    path("customers/", views.customer_list, name="customers"),
    path("customers/export.csv", views.export, {"kind": "csv"}, name="customers_csv"),
    path("customers/export.xlsx", views.export, {"kind": "xlsx"}, name="customers_xlsx"),
    path("customers/of/<path:customer_id>/", views.customer_page, name="customer"),
    path("customers/lists/", list_views.customer_lists, name="customer_lists"),
    path("customers/lists/save/", list_views.save, name="customer_list_save"),
    path("customers/lists/<int:list_id>/rename/", list_views.rename, name="customer_list_rename"),
    path("customers/lists/<int:list_id>/delete/", list_views.delete, name="customer_list_delete"),
]
