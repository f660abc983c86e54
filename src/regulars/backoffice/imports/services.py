"""Verbs on imports: prepare, change how files are read, look through them, run."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from regulars import sources
from regulars.backoffice.imports import inbox, looks
from regulars.backoffice.imports.models import ImportDraft
from regulars.errors import FileUnreadable, LayoutUnclear, StateInvalid
from regulars.flow.progress import Report, Stage
from regulars.lake.home import ShopHome
from regulars.lake.timeline import bring_up_to_date
from regulars.sources import Account, Proposal


def prepare(
    home: ShopHome,
    user: User,
    *,
    uploads: Iterable["UploadedFile[Any]"] = (),
    chosen: Iterable[str] = (),
) -> ImportDraft:
    """A draft of uploads, which are stored in the inbox, and of files chosen there."""
    files = [path.name for path in inbox.paths(home, chosen)]
    files += inbox.take_in(home, uploads)
    if not files:
        raise FileUnreadable(_("Choose at least one file."))
    return ImportDraft.objects.create(files=files, created_by=user)


@transaction.atomic
def change(draft_id: UUID, *, table: str, preset: str, mapping: Mapping[str, str]) -> ImportDraft:
    """Read the draft's files in another way; what was found before no longer holds."""
    draft = _locked(draft_id)
    draft.table, draft.preset, draft.mapping = table, preset, dict(mapping)
    draft.state, draft.look = ImportDraft.State.NEW, {}
    draft.save()
    return draft


def look_through(home: ShopHome, draft_id: UUID | str, report: Report) -> ImportDraft:
    """Look through the files as they would be read; nothing is written to the lake."""
    draft = ImportDraft.objects.get(pk=draft_id)
    report("Recognising the columns", 0, 2)
    found = looks.look(home, propose(home, draft), report)
    changed = ImportDraft.objects.filter(pk=draft_id, import_id="")
    changed.update(look=found, state=ImportDraft.State.LOOKED)
    draft.refresh_from_db()
    return draft


def run(home: ShopHome, draft_id: UUID | str, report: Report) -> Account:
    """Import the files; keys decide, so that a second run of the same changes nothing."""
    draft = ImportDraft.objects.get(pk=draft_id)
    proposal = propose(home, draft)
    if proposal.unclear:
        raise LayoutUnclear(" ".join(proposal.unclear))
    stage = Stage(report, 0, 80)
    account = sources.run(home, proposal, report=stage)
    ImportDraft.objects.filter(pk=draft_id).update(
        import_id=account.import_id, state=ImportDraft.State.IMPORTED
    )
    bring_up_to_date(home, stage.until(100))  # here, so that no page has to
    return account


def propose(home: ShopHome, draft: ImportDraft) -> Proposal:
    """What an import of the draft would do."""
    return sources.propose(
        home,
        inbox.paths(home, draft.files),
        table=draft.table or None,
        preset=draft.preset or None,
        mapping=draft.mapping or None,
    )


def _locked(draft_id: UUID) -> ImportDraft:
    draft = ImportDraft.objects.select_for_update().get(pk=draft_id)
    if draft.state == ImportDraft.State.IMPORTED:
        raise StateInvalid(_("These files have been imported already; see their account."))
    return draft
