"""Reads of saved questions: what a person may see of them."""

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from regulars.backoffice.accounts.access import may
from regulars.backoffice.behaviour.models import SavedQuestion


def visible_questions(user: User) -> QuerySet[SavedQuestion]:
    """Their own and the shared ones, the newest first; an owner sees every one."""
    questions = SavedQuestion.objects.select_related("made_by")
    if may(user, "change_others"):
        return questions
    return questions.filter(Q(is_shared=True) | Q(made_by=user))


def pinned_questions(user: User) -> QuerySet[SavedQuestion]:
    """Those of them that stand on the overview."""
    return visible_questions(user).filter(is_on_overview=True)
