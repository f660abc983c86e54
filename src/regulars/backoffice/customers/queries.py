"""Reads of saved lists: which there are, and who is on one."""

from collections.abc import Hashable

import pyarrow as pa
from django.db.models import QuerySet

from regulars.backoffice.customers.models import CustomerList, CustomerListPart
from regulars.backoffice.customers.services import ID
from regulars.backoffice.remember import remembered
from regulars.flow.shop import Shop

NOBODY = pa.table({ID: pa.array([], pa.string())})


def all_lists() -> QuerySet[CustomerList]:
    """Every saved list, the newest first."""
    return CustomerList.objects.select_related("made_by")


def members(shop: Shop, list_id: int) -> tuple[Hashable, pa.Table]:
    """The customer_id of everybody on a list, and a key that is this list's alone.

    No rows where there is no such list.
    """
    made_at = CustomerList.objects.filter(pk=list_id).values_list("created_at", flat=True).first()
    if made_at is None:
        return ("members", None), NOBODY
    key = ("members", list_id, made_at)
    return key, remembered(shop, key, lambda: _members(list_id))


def _members(list_id: int) -> pa.Table:
    parts = CustomerListPart.objects.filter(customer_list_id=list_id).order_by("pk")
    tables = [
        pa.ipc.open_stream(pa.py_buffer(bytes(ids))).read_all()
        for ids in parts.values_list("ids", flat=True).iterator()
    ]
    return pa.concat_tables([NOBODY, *tables])
