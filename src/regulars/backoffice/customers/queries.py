"""Reads of saved lists: which there are, and who is on one."""

import pyarrow as pa
from django.db.models import QuerySet

from regulars.backoffice.customers.models import CustomerList, CustomerListPart
from regulars.backoffice.customers.services import ID
from regulars.backoffice.remember import remembered
from regulars.flow.shop import Shop


def all_lists() -> QuerySet[CustomerList]:
    """Every saved list, the newest first."""
    return CustomerList.objects.select_related("made_by")


def list_named(list_id: int) -> CustomerList | None:
    """The list of that number; None where it was deleted."""
    return all_lists().filter(pk=list_id).first()


def members(shop: Shop, list_id: int) -> pa.Table:
    """The customer_id of everybody on a list, one row each; no rows where there is no list."""
    return remembered(shop, ("members", list_id), lambda: _members(list_id))


def _members(list_id: int) -> pa.Table:
    parts = CustomerListPart.objects.filter(customer_list_id=list_id).order_by("pk")
    tables = [
        pa.ipc.open_stream(pa.py_buffer(bytes(ids))).read_all()
        for ids in parts.values_list("ids", flat=True).iterator()
    ]
    return pa.concat_tables([pa.table({ID: pa.array([], pa.string())}), *tables])
