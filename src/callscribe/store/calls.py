"""Calls as they are kept: add, find, list, delete. Functions run in the caller's transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from callscribe.errors import NotFound, Stopped
from callscribe.models import NO_WISHES, CallStatus, LanguageChoice, Notice, Stage, Wishes
from callscribe.store import passages
from callscribe.store.tables import CallRow

_GONE = "There is no call with this id; it may have been deleted."


def media_folder(call_id: UUID) -> str:
    """The media store's folder of a call."""
    return str(call_id)


def add(
    session: Session,
    call_id: UUID,
    *,
    filename: str,
    size: int,
    media_key: str,
    language: LanguageChoice,
    wishes: Wishes = NO_WISHES,
) -> None:
    """Record an upload whose media is stored; `size` in bytes."""
    session.add(
        CallRow(
            id=call_id,
            filename=filename,
            title=filename,
            size_bytes=size,
            media_key=media_key,
            language_asked=language,
            vocabulary=list(wishes.vocabulary),
            template=wishes.template,
            summary_language=wishes.summary_language,
            speakers_asked=wishes.speakers,
            channel_names=list(wishes.channel_names),
            status=CallStatus.QUEUED,
            stage=Stage.PREPARE,
        )
    )


def get(session: Session, call_id: UUID) -> CallRow:
    """The call, or `NotFound`."""
    return _found(session.get(CallRow, call_id))


def exists(session: Session, call_id: UUID) -> bool:
    """Whether there is such a call."""
    return session.scalar(select(CallRow.id).where(CallRow.id == call_id)) is not None


def lock(session: Session, call_id: UUID) -> CallRow:
    """The call's row, locked until the transaction ends, or `NotFound`."""
    return _found(session.get(CallRow, call_id, with_for_update=True, populate_existing=True))


def lock_for_work(session: Session, call_id: UUID) -> CallRow:
    """The same for a worker: a call that is gone or was canceled means `Stopped`."""
    try:
        row = lock(session, call_id)
    except NotFound as exc:
        raise Stopped("The call was deleted.") from exc
    if row.status == CallStatus.CANCELED:
        raise Stopped("The call was canceled.")
    return row


def change(
    session: Session, call_id: UUID, title: str | None, tags: Sequence[str] | None, called_at: datetime | None
) -> CallRow:
    """Change what is given. Raises `NotFound`."""
    call = lock(session, call_id)
    call.title = call.title if title is None else title
    call.tags = call.tags if tags is None else list(dict.fromkeys(tags))
    call.called_at = call.called_at if called_at is None else called_at
    passages.index_title(session, call_id)
    return call


def day(call: CallRow) -> date:
    """The day of the call where the service stands: nothing says in which zone people said "tomorrow"."""
    return call.called_at.astimezone().date()


def add_notices(call: CallRow, notices: Sequence[Notice]) -> None:
    """Add what a user should know to a locked call, each once."""
    new = [{"code": notice.code, "message": notice.message} for notice in notices]
    known: list[dict[str, str]] = []
    for entry in [*call.notices, *new]:
        if entry not in known:
            known.append(entry)
    call.notices = known


def delete(session: Session, call_id: UUID) -> None:
    """Remove the call with all that belongs to it in the database; its media are the caller's to remove.

    A trigger writes down that it was deleted, and when. Raises `NotFound`.
    """
    session.delete(lock(session, call_id))
    session.flush()


def _found(row: CallRow | None) -> CallRow:
    if row is None:
        raise NotFound(_GONE)
    return row
