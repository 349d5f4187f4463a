"""The media store as a folder: of one machine, or shared by many."""

import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore

from callscribe.errors import ConfigError, NotFound, Unavailable
from callscribe.ports import StoredFile

# Parts of 5 MB that are in memory at once; more do not make a disk faster.
_PARTS = 2
_SILENT = "The media store does not answer; check its disk space and permissions."

GONE = "The recording's file is not in the media store any more."
MEDIA_URL = "CALLSCRIBE_MEDIA_URL must look like file:///folder or s3://bucket/prefix."


def key_parts(key: str) -> list[str]:
    """The folders and the name in a key. Raises `ValueError` for one that is empty or could lead elsewhere."""
    parts = key.split("/")
    if not all(parts) or not {".", ".."}.isdisjoint(parts):
        raise ValueError(f"{key!r} is not a key of the media store")
    return parts


def folder_of(url: str) -> Path:
    """The folder of this machine that a `file:` URL names. Raises `ConfigError`."""
    try:
        parts = urlsplit(url)
        path = unquote(parts.path, errors="strict")
    except ValueError as exc:
        raise ConfigError(MEDIA_URL) from exc
    is_local = parts.scheme == "file" and parts.netloc in {"", "localhost"} and not parts.query and not parts.fragment
    if not is_local or not path.startswith("/") or not path.isprintable():
        raise ConfigError(MEDIA_URL)
    return Path(path)


class FolderStore:
    """Files below `root`. A key that leads out of it, such as one with `..`, is a bug: `ValueError`."""

    def __init__(self, root: Path) -> None:
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)  # calls are nobody else's
        except OSError as exc:
            raise Unavailable(_SILENT) from exc
        self._root = root
        self._store = LocalStore(root)

    def put(self, key: str, file: Path | BinaryIO) -> None:
        """Store a copy of a local file, read from its start; it appears under its key when it is complete."""
        self._path(key)
        try:
            if not isinstance(file, Path):
                file.seek(0)
            obstore.put(self._store, key, file, max_concurrency=_PARTS)
        except (BaseError, OSError) as exc:
            raise Unavailable(_SILENT) from exc

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """The file itself: it must not be changed."""
        path = self._path(key)
        if not path.is_file():
            raise NotFound(GONE)
        yield path

    def stat(self, key: str) -> StoredFile:
        """Its version is made of what changes when another file takes the place of this one."""
        with _translated():
            found = self._path(key).stat()
        if not stat.S_ISREG(found.st_mode):
            raise NotFound(GONE)
        return StoredFile(found.st_size, f"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_size:x}")

    def read(self, key: str, start: int, length: int) -> bytes:
        """`length` bytes from `start` on, fewer where the file ends before."""
        with _translated(), self._path(key).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def delete(self, prefix: str) -> None:
        """Remove every file of the folder `prefix`, and the folder."""
        # Not by obstore: it does not see the half-written files that a killed process left.
        folder = self._path(prefix)
        try:
            while folder.exists():
                with suppress(FileNotFoundError):  # somebody else is deleting it too
                    shutil.rmtree(folder)
        except OSError as exc:
            raise Unavailable(_SILENT) from exc

    def _path(self, key: str) -> Path:
        return self._root.joinpath(*key_parts(key))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as exc:
        raise NotFound(GONE) from exc
    except OSError as exc:
        raise Unavailable(_SILENT) from exc
