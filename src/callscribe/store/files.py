"""The media store of one machine: a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore

from callscribe.errors import NotFound, Unavailable

_SILENT = "The media store does not answer; check its disk space and permissions."


class FolderStore:
    """Files below `root`; keys with `..` are refused by obstore."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._root = root
        self._store = LocalStore(root, automatic_cleanup=True)

    def put(self, key: str, file: Path | BinaryIO) -> None:
        """Store a copy of a local file, read from its start; it appears under its key when it is complete."""
        try:
            if not isinstance(file, Path):
                file.seek(0)
            obstore.put(self._store, key, file)
        except (BaseError, OSError) as exc:
            raise Unavailable(_SILENT) from exc

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """The file itself: it must not be changed."""
        path = self._root / key
        if not path.is_file():
            raise NotFound("The recording's file is not in the media store any more.")
        yield path

    def delete(self, prefix: str) -> None:
        """Remove every file of the folder `prefix`, and the folder."""
        try:
            for batch in obstore.list(self._store, prefix):
                obstore.delete(self._store, [entry["path"] for entry in batch])
        except (BaseError, OSError) as exc:
            raise Unavailable(_SILENT) from exc
