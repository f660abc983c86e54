"""Verbs on saved questions: save, change, delete."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from regulars.backoffice.accounts.access import may_change
from regulars.backoffice.behaviour.models import SavedQuestion
from regulars.errors import ParameterInvalid

Texts = Mapping[str, Sequence[str]]


@transaction.atomic
def save_question(
    name: str, analysis: str, parameters: Texts, user: User, *, is_shared: bool = True
) -> SavedQuestion:
    """Keep a question under a name."""
    return SavedQuestion.objects.create(
        name=_name(name),
        analysis=analysis,
        parameters={option: list(texts) for option, texts in parameters.items()},
        made_by=user,
        is_shared=is_shared,
    )


@transaction.atomic
def change_question(
    question_id: int,
    user: User,
    *,
    name: str | None = None,
    is_shared: bool | None = None,
    is_on_overview: bool | None = None,
) -> SavedQuestion:
    """Another name, shared or not, on the overview or not; None leaves it as it is."""
    found = _own(question_id, user)
    if name is not None:
        found.name = _name(name)
    if is_shared is not None:
        found.is_shared = is_shared
    if is_on_overview is not None:
        found.is_on_overview = is_on_overview
    found.save()
    return found


@transaction.atomic
def delete_question(question_id: int, user: User) -> None:
    """Throw a saved question away."""
    _own(question_id, user).delete()


def _own(question_id: int, user: User) -> SavedQuestion:
    found = SavedQuestion.objects.select_for_update().get(pk=question_id)
    if not may_change(user, found.made_by_id):
        raise PermissionDenied
    return found


def _name(given: str) -> str:
    name = " ".join(given.split())[:120]
    if not name:
        raise ParameterInvalid("A question needs a name to be saved under.")
    return name
