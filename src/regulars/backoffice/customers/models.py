"""A saved list of customers: who it was that some question found, on one day.

Membership stands in the people's database, not in the lake: a list is written once, read
whole and thrown away whole, in one transaction with its name, on SQLite as on PostgreSQL.
In the lake, each list saved would wait for a running import, rewrite the lists before it
and move the head, which empties every page's memory. The ids are kept as compressed Arrow,
PART_SIZE to a row: a million take a few megabytes and are read in milliseconds.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class CustomerList(models.Model):
    """Customers under a name. ``address`` is the page that found them, with its question."""

    name = models.CharField(max_length=120)
    origin = models.TextField(blank=True)
    address = models.TextField(blank=True)
    as_of = models.DateField()
    customer_count = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class CustomerListPart(models.Model):
    """Some of a list's ids: an Arrow stream of one text column, compressed."""

    customer_list = models.ForeignKey(CustomerList, models.CASCADE, related_name="parts")
    ids = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.customer_list_id}/{self.pk}"
