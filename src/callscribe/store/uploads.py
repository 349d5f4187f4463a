"""Whether an upload came before: the same request, or the same file. Functions run in the caller's transaction."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callscribe.errors import BadRequest
from callscribe.models import CallStatus, LanguageChoice
from callscribe.store.tables import CallRow

_KEY_IS_TAKEN = (
    "The Idempotency-Key was sent before with another file or language; use a new key for each upload, "
    "and the same one only to send an upload once more."
)


@dataclass(frozen=True, slots=True)
class Upload:
    """What tells uploads apart."""

    sha256: str  # of the file, in hexadecimal
    language: LanguageChoice
    again: bool  # the file is wanted once more even if it is there
    key: str | None  # the sender's own, the same for each attempt to send this upload


@dataclass(frozen=True, slots=True)
class Earlier:
    """What there is of an upload already."""

    call_id: UUID | None  # the call that is the answer to it; None: a new one has to be made
    duplicate_of: UUID | None  # a call with the same file


def lock(session: Session, upload: Upload) -> None:
    """Until the transaction ends, nobody else records an upload with the same key or file."""
    # Always in this order, so that two who need both cannot wait for each other.
    names = [f"key {upload.key}"] if upload.key is not None else []
    for name in (*names, f"file {upload.sha256}"):
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def earlier(session: Session, upload: Upload) -> Earlier:
    """Look for it. Raises `BadRequest` where its key belongs to another upload."""
    # The key goes last: what another sender records meanwhile must not be seen by its file and missed by its key.
    same_file = _with_file(session, upload)
    return _with_key(session, upload) or same_file


def remember(session: Session, call_id: UUID, upload: Upload, duplicate_of: UUID | None) -> None:
    """Note what the call was made of, so that it is found."""
    call = session.get_one(CallRow, call_id)
    call.sha256, call.duplicate_of, call.idempotency_key = upload.sha256, duplicate_of, upload.key


def _with_key(session: Session, upload: Upload) -> Earlier | None:
    if upload.key is None:
        return None
    call = session.scalar(select(CallRow).where(CallRow.idempotency_key == upload.key))
    if call is None:
        return None
    if (call.sha256, call.language_asked) != (upload.sha256, upload.language):
        raise BadRequest(_KEY_IS_TAKEN)
    return Earlier(call.id, call.duplicate_of)


def _with_file(session: Session, upload: Upload) -> Earlier:
    """A call that failed or was canceled does not count: who sends its file tries anew."""
    living = session.execute(
        select(CallRow.id, CallRow.language_asked)
        .where(CallRow.sha256 == upload.sha256, CallRow.status.not_in((CallStatus.FAILED, CallStatus.CANCELED)))
        .order_by(CallRow.created_at, CallRow.id)
    ).all()
    same = next((row.id for row in living if row.language_asked == upload.language), None)
    if same is not None and not upload.again:
        return Earlier(same, same)
    return Earlier(None, living[0].id if living else None)
