"""Starting background tasks, and their telling how far they are."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks.base import Task

from regulars.backoffice.monitor.models import SILENT_FOR, Progress
from regulars.errors import RegularsError
from regulars.tables.text import Text

logger = logging.getLogger(__name__)
HALF_A_SECOND = 0.5
OUR_FAULT = "Something failed on our side; the log has it. Nothing was changed by that step."

Report = Callable[[str | Text, int, int], None]
"""``report(step, done, total)``: how flow and sources say how far they are."""


def start(
    task: Task[..., Any],
    *,
    title: Text,
    user: User | AnonymousUser | None,
    occupies: str | None = None,
    next_url: str = "",
    **arguments: Any,
) -> Progress:
    """Queue a task and the row that follows it; both are there or neither.

    While another task occupies the same thing, that one is returned instead.
    """
    _forget_silent()
    starter = user if isinstance(user, User) else None
    try:
        with transaction.atomic():
            progress = Progress.objects.create(
                title_en=title.en,
                title_zh=title.zh,
                occupies=occupies,
                next_url=next_url,
                started_by=starter,
            )
            task.enqueue(progress_id=str(progress.id), **arguments)
    except IntegrityError:
        running = Progress.objects.filter(occupies=occupies).first()
        if running is None:
            raise
        return running
    progress.refresh_from_db()
    return progress


@contextlib.contextmanager
def following(progress_id: str | UUID | None) -> Iterator["Follower"]:
    """Run a task's body under its progress row: it ends as done, or failed with one line.

    A RegularsError is the user's to mend and ends here; anything else is logged and raised.
    ``progress_id`` None follows nothing (a scheduled run that nobody waits for).
    """
    follower = Follower(progress_id)
    follower.write(state=Progress.State.RUNNING)
    try:
        yield follower
    except RegularsError as error:
        follower.end(Progress.State.FAILED, error=str(error))
    except BaseException:
        logger.exception("Background task %s failed", progress_id)
        follower.end(Progress.State.FAILED, error=OUR_FAULT)
        raise
    else:
        follower.end(Progress.State.DONE)


class Follower:
    """Writes a task's steps to its progress row, at most twice a second."""

    def __init__(self, progress_id: str | UUID | None) -> None:
        self.progress_id = progress_id
        self.outcome: dict[str, Any] = {}
        self.next_url = ""
        self._step: str | Text = ""
        self._written_at = 0.0

    def report(self, step: str | Text, done: int, total: int) -> None:
        """Say what is being done now and how much of it is behind."""
        now = time.monotonic()
        if step == self._step and done < total and now - self._written_at < HALF_A_SECOND:
            return
        self._step, self._written_at = step, now
        text = step if isinstance(step, Text) else Text(step, step)
        self.write(step_en=text.en[:200], step_zh=text.zh[:200], done_count=done, total_count=total)

    def write(self, **columns: Any) -> None:
        if self.progress_id is not None:
            rows = Progress.objects.filter(pk=self.progress_id)
            rows.update(heard_at=timezone.now(), **columns)

    def end(self, state: Progress.State, error: str = "") -> None:
        columns: dict[str, Any] = {"next_url": self.next_url} if self.next_url else {}
        self.write(
            state=state,
            error=error,
            occupies=None,
            ended_at=timezone.now(),
            outcome=self.outcome,
            **columns,
        )


def _forget_silent() -> None:
    """End the tasks whose process has died, so that what they occupy is free again."""
    Progress.objects.filter(
        state=Progress.State.RUNNING, heard_at__lt=timezone.now() - SILENT_FOR
    ).update(
        state=Progress.State.FAILED,
        occupies=None,
        ended_at=timezone.now(),
        error="The process that ran this has ended in the middle. Start it again.",
    )
