"""Uploads that come in parts. Functions run in the caller's transaction; the parts lie in the media store."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callscribe.errors import BadRequest, Conflict, NotFound, Unavailable
from callscribe.models import PART_BYTES
from callscribe.ports import MediaStore
from callscribe.store.tables import UploadRow

#: The longest rest of an upload that somebody may still go on with.
REST = timedelta(hours=24)
_AT_ONCE = 10

_GONE = "There is no upload with this id; it was given up, or rested for more than a day: begin a new one."
_LOST = "A part of the upload is not in the media store any more; begin a new one."
#: What to tell where a temporary file cannot be written.
NO_ROOM = "A temporary file cannot be written; check the disk space of the data folder."


def folder(upload_id: UUID) -> str:
    """The media store's folder of an upload's parts."""
    return f"uploads/{upload_id}"


def part_key(upload_id: UUID, offset: int) -> str:
    """Where the part lies that begins with byte `offset`."""
    return f"{folder(upload_id)}/{offset:012d}"


def begin(session: Session, upload_id: UUID, *, filename: str, size: int, options: dict[str, Any]) -> UploadRow:
    """Record that a file of `size` bytes will come; `options` is what was asked for beside it, as JSON."""
    upload = UploadRow(id=upload_id, filename=filename, size_bytes=size, received=0, options=options)
    session.add(upload)
    return upload


def get(session: Session, upload_id: UUID) -> UploadRow:
    """The upload, or `NotFound`."""
    return _found(session.get(UploadRow, upload_id))


def lock(session: Session, upload_id: UUID) -> UploadRow:
    """The upload's row, locked until the transaction ends, or `NotFound`."""
    return _found(session.get(UploadRow, upload_id, with_for_update=True, populate_existing=True))


def is_new(upload: UploadRow, offset: int, length: int) -> bool:
    """Whether the part of `length` bytes from `offset` on comes next; False: it is there already.

    Raises `Conflict` for any other part, and `BadRequest` for one that is longer than the rest of the file.
    """
    if offset + length == upload.received:
        return False
    if offset != upload.received:
        raise Conflict(
            f"The next part begins with byte {upload.received}, not {offset}; ask for the upload, and go on there."
        )
    if offset + length > upload.size_bytes:
        raise BadRequest(f"The file was announced with {upload.size_bytes} bytes, and these are more; begin anew.")
    return True


def add(upload: UploadRow, length: int) -> None:
    """The next `length` bytes of a locked upload are stored."""
    upload.received += length
    upload.touched_at = func.now()


def complete(session: Session, upload_id: UUID) -> UploadRow:
    """The upload with all its parts, which will not be forgotten soon. Raises `NotFound`, `Conflict`."""
    upload = lock(session, upload_id)
    if upload.received < upload.size_bytes:
        raise Conflict(
            f"Only {upload.received} of {upload.size_bytes} bytes have come; send the rest, then finish the upload."
        )
    upload.touched_at = func.now()
    return upload


def settle(session: Session, upload_id: UUID, call_id: UUID, duplicate_of: UUID | None) -> None:
    """Note what became of the upload. Raises `NotFound`."""
    upload = lock(session, upload_id)
    upload.call_id, upload.duplicate_of = call_id, duplicate_of


def forgotten(session: Session) -> Sequence[UploadRow]:
    """Some uploads that rest for too long, locked."""
    return session.scalars(
        select(UploadRow)
        .where(UploadRow.touched_at < func.now() - REST)
        .order_by(UploadRow.touched_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()


def of_call(session: Session, call_id: UUID) -> Sequence[UploadRow]:
    """The uploads that became the call, as far as they are not forgotten yet."""
    return session.scalars(select(UploadRow).where(UploadRow.call_id == call_id)).all()


@contextmanager
def joined(store: MediaStore, upload: UploadRow) -> Iterator[BinaryIO]:
    """The parts of a complete upload as one file without a name. Raises `NotFound` where one is missing."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(TemporaryFile())
            while (offset := file.tell()) < upload.size_bytes:
                file.write(_part(store, part_key(upload.id, offset)))
        except OSError as exc:
            raise Unavailable(NO_ROOM) from exc
        yield file


def _part(store: MediaStore, key: str) -> bytes:
    try:
        # At once, since each reading is a request to S3.
        part = store.read(key, 0, PART_BYTES)
    except NotFound as exc:
        raise NotFound(_LOST) from exc
    if not part:
        raise NotFound(_LOST)
    return part


def _found(row: UploadRow | None) -> UploadRow:
    if row is None:
        raise NotFound(_GONE)
    return row
