"""Files as bodies of requests, read from the disk while they are sent."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import httpx

from callscribe.errors import BadMedia

#: Called with the bytes sent so far, and those to be sent.
Sent = Callable[[int, int], None]

#: What to tell where the file is not what it was when the upload began.
CHANGED = "The file changed while it was sent; upload it again when it is complete."
_PIECE = 2**16  # bytes


@dataclass(frozen=True, slots=True)
class Recording:
    """A file to be sent from the disk, piece by piece."""

    path: Path
    form: Mapping[str, str]
    progress: Sent | None


@dataclass(frozen=True, slots=True)
class Part:
    """Some bytes of a file, sent from the disk piece by piece: `length` from `offset` on, or fewer at its end."""

    path: Path
    offset: int
    length: int
    progress: Sent | None


def shown(path: Path) -> str:
    """The file's name; on the disk it need not be UTF-8."""
    return path.name.encode(errors="replace").decode()


@contextmanager
def opened(recording: Recording) -> Iterator[tuple[str, Any]]:
    """Name and content, as httpx takes them."""
    with _file(recording.path) as (file, size):
        yield shown(recording.path), _Counted(file, size, recording.progress)


@contextmanager
def pieces(part: Part) -> Iterator["Pieces"]:
    """The part, to be read inside the `with`."""
    with _file(part.path) as (file, size):
        yield Pieces(file, part.offset, max(0, min(part.length, size - part.offset)), size, part.progress)


@contextmanager
def _file(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The open file, and its bytes. Raises `BadMedia`."""
    if not path.is_file():
        raise BadMedia(f"There is no file {path}; give the path of a recording.")
    try:
        file = path.open("rb")
    except OSError as exc:
        raise BadMedia(f"The file {path} cannot be read ({exc.strerror}); give the path of a recording.") from exc
    with file:
        yield file, path.stat().st_size


class _Counted:
    """A file that tells how much of it was read, and has to stay as long as it was announced."""

    def __init__(self, file: BinaryIO, size: int, progress: Sent | None) -> None:
        self._file = file
        self._size = size
        self._progress = progress

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        sent = self._file.tell()
        if sent > self._size or (not data and sent < self._size):
            raise BadMedia(CHANGED)
        if data and self._progress:
            self._progress(sent, self._size)
        return data

    def fileno(self) -> int:
        return self._file.fileno()  # by which httpx finds out the length


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Some bytes of a file, for either client; tells how much of the file was sent."""

    def __init__(self, file: BinaryIO, offset: int, length: int, size: int, progress: Sent | None) -> None:
        self.headers = {"Content-Type": "application/octet-stream", "Content-Length": str(length)}
        self._file = file
        self._range = range(offset, offset + length, _PIECE)
        self._size = size
        self._progress = progress

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(self._range.start)
        for at in self._range:
            end = min(at + _PIECE, self._range.stop)
            data = self._file.read(end - at)
            if len(data) < end - at:
                raise BadMedia(CHANGED)
            yield data
            if self._progress:
                self._progress(end, self._size)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece
