"""Verbs on lists of customers: save, rename, delete."""

import io
from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from regulars.backoffice.accounts.access import may_change
from regulars.backoffice.customers.models import CustomerList, CustomerListPart
from regulars.errors import AudienceInvalid

PART_SIZE = 100_000
ID = "customer_id"


@transaction.atomic
def save_list(
    name: str,
    batches: Iterable[pa.RecordBatch],
    user: User,
    *,
    as_of: date,
    origin: str = "",
    address: str = "",
) -> CustomerList:
    """Keep the ``customer_id`` of every row under a name; AudienceInvalid where there is none.

    The rows come batch by batch and are written so: any number of them.
    """
    made = CustomerList.objects.create(
        name=_name(name), origin=origin, address=address, as_of=as_of, made_by=user
    )
    for batch in batches:
        ids = batch.column(batch.schema.get_field_index(ID))
        for start in range(0, len(ids), PART_SIZE):
            part = ids.slice(start, PART_SIZE)
            CustomerListPart.objects.create(customer_list=made, ids=_packed(part))
            made.customer_count += len(part)
    if not made.customer_count:
        raise AudienceInvalid("There is no customer to put on a list.")
    made.save(update_fields=["customer_count"])
    return made


@transaction.atomic
def rename_list(list_id: int, name: str, user: User) -> CustomerList:
    """Another name for a list, by who made it or may change what others saved."""
    found = _own(list_id, user)
    found.name = _name(name)
    found.save(update_fields=["name"])
    return found


@transaction.atomic
def delete_list(list_id: int, user: User) -> None:
    """Throw a list away; its customers stay customers."""
    found = _own(list_id, user)
    CustomerListPart.objects.filter(customer_list=found).delete()
    found.delete()


def _own(list_id: int, user: User) -> CustomerList:
    found = CustomerList.objects.select_for_update().get(pk=list_id)
    if not may_change(user, found.made_by_id):
        raise PermissionDenied
    return found


def _name(given: str) -> str:
    name = " ".join(given.split())[:120]
    if not name:
        raise AudienceInvalid("A list needs a name.")
    return name


def _packed(ids: "pa.Array[Any]") -> bytes:
    table = pa.table({ID: ids.cast(pa.string())})
    sink = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue()
