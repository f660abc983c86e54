"""Verbs on people: roles kept as the code says, users made, a look at personal data logged."""

import itertools
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from regulars.backoffice.accounts.models import AccessLog, Profile
from regulars.backoffice.accounts.roles import (
    ANALYST,
    CAPABILITIES,
    MARKETER,
    OWNER,
    ROLES,
    STORE_STAFF,
)

# Django's own permissions that go with managing users in the admin.
LOG_BATCH = 5_000
_USER_ADMIN = ("view_user", "add_user", "change_user", "delete_user")
DEMO_USERS = {"owner": OWNER, "marketer": MARKETER, "analyst": ANALYST, "store": STORE_STAFF}


@transaction.atomic
def sync_roles() -> None:
    """Make one group per role, holding exactly the permissions of its row in ROLES."""
    kind = ContentType.objects.get_for_model(Profile)
    for name, label in CAPABILITIES.items():
        Permission.objects.get_or_create(
            content_type=kind, codename=name, defaults={"name": label.en}
        )
    for role in ROLES.values():
        group, _ = Group.objects.get_or_create(name=role.name)
        held = Permission.objects.filter(content_type=kind, codename__in=role.capabilities)
        group.permissions.set([*held, *_admin_permissions(role.capabilities)])


def _admin_permissions(capabilities: Iterable[str]) -> list[Permission]:
    if "manage_users" not in set(capabilities):
        return []
    return list(Permission.objects.filter(content_type__app_label="auth", codename__in=_USER_ADMIN))


@transaction.atomic
def create_user(name: str, password: str, role: str, *, store_id: str = "") -> User:
    """A user of a role, able to sign in; one of that name already there is brought up to it."""
    user, _ = User.objects.get_or_create(username=name)
    user.is_staff = True  # the back office's layout is the admin's
    user.is_active = True
    user.set_password(password)
    user.save()
    user.groups.set([Group.objects.get(name=role)])
    Profile.objects.update_or_create(user=user, defaults={"store_id": store_id})
    return user


def create_demo_users(password: str, *, store_id: str = "") -> list[User]:
    """owner, marketer, analyst and store, all with that password; ``store`` sees ``store_id``."""
    return [
        create_user(name, password, role, store_id=store_id if role == STORE_STAFF else "")
        for name, role in DEMO_USERS.items()
    ]


@transaction.atomic
def log_access(user: User, customer_ids: Sequence[str], fields: Sequence[str]) -> None:
    """Write down that a user was shown personal fields of customers, one row each."""
    rows = (
        AccessLog(user=user, customer_id=customer_id, field=field)
        for customer_id in customer_ids
        for field in fields
    )
    while batch := list(itertools.islice(rows, LOG_BATCH)):  # a list of all may be long
        AccessLog.objects.bulk_create(batch)
