"""Many calls as one zip archive that is made while it is sent: never more than one call is in memory."""

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from callscribe.errors import NotFound
from callscribe.export import Form, export, names
from callscribe.export.call import Options
from callscribe.store import calls, exports
from callscribe.store.database import Database

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# The days that the format can say.
_FIRST, _LAST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2107, 12, 31, tzinfo=UTC)


class _Pipe(io.RawIOBase):
    """Gives back what was written to it; it cannot seek, so the archive is written in one go."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        before = len(self._written)
        self._written += data
        return len(self._written) - before

    def taken(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self._written)
        self._written.clear()
        return taken


def zipped(database: Database, ids: Sequence[UUID], form: Form, options: Options) -> Iterator[bytes]:
    """The archive piece by piece. A call that was deleted meanwhile is left out."""
    pipe, unique = _Pipe(), names.numbering()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:
        for call_id in ids:
            with suppress(NotFound):
                with database.transaction() as session:
                    row = calls.get(session, call_id)
                    call = exports.call(session, row)
                name = unique(names.dated(row.called_at, names.stem(row.title, row.filename)))
                archive.writestr(_entry(f"{name}.{form}", row.called_at), export(call, form, options))
                yield pipe.taken()
    yield pipe.taken()


def _entry(name: str, called_at: datetime) -> ZipInfo:
    entry = ZipInfo(name, min(max(called_at.astimezone(UTC), _FIRST), _LAST).timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    return entry
