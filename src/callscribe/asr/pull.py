"""How a model's files get here from the Hugging Face hub: whole, checked, and once.

`hf_hub_download` starts a file anew in each process; `http_get` below it goes on where a file was cut off.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi, hf_hub_url
from huggingface_hub.file_download import http_get
from huggingface_hub.utils._fixes import WeakFileLock
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils.sha import git_hash, sha_fileobj
from tqdm import tqdm

from callscribe.errors import ModelMissing
from callscribe.telemetry import logs

log = logging.getLogger(__name__)

#: Called with the bytes that are here and the bytes there are, while files arrive.
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    url: str
    #: In bytes.
    size: int
    #: SHA-256 of a large file.
    sha256: str | None
    #: What Git calls the content of a small one.
    git_sha1: str | None

    def is_at(self, path: Path) -> bool:
        """Whether this is what lies there."""
        if path.stat().st_size != self.size:
            return False
        with path.open("rb") as content:
            if self.sha256:
                return sha_fileobj(content).hex() == self.sha256
            return self.git_sha1 in (None, git_hash(content.read()))


def silent(_here: int, _all: int) -> None:
    """Report to nobody."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process or thread puts something into this folder."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with WeakFileLock(folder.with_name(f".{folder.name}.lock")):
        yield


def fetch(
    repository: str, needed: Sequence[str], folder: Path, report: Report = silent, *, optional: Sequence[str] = ()
) -> None:
    """Make `folder` of those files of a repository that match a pattern, in one moment, when all are here.

    Until then they are in a hidden folder beside it, where the next call goes on. Each is checked by its size and its
    hash; one that is wrong is fetched anew, once. Raises `ModelMissing` for files that are wrong again or do not
    exist, `OSError` where the disk does not take them, and errors of the hub's client.
    """
    partial = folder.with_name(f".{folder.name}.partial")
    partial.mkdir(exist_ok=True)
    # What its client warns of are connections that it then repairs, or becomes one error of ours.
    client = logging.getLogger("huggingface_hub")
    client.setLevel(logging.ERROR)
    logs.take_over(client)
    files = _listed(repository, needed, optional)
    size, here = sum(file.size for file in files), 0
    for file in files:
        _put(file, partial / file.name, _further(report, here, size))
        here += file.size
        report(here, size)
    partial.replace(folder)


def _further(report: Report, before: int, size: int) -> Callable[[int], None]:
    return lambda arrived: report(before + arrived, size)


def _listed(repository: str, needed: Sequence[str], optional: Sequence[str]) -> list[_File]:
    """All of one revision, since files of two may not belong together."""
    info = HfApi().model_info(repository, files_metadata=True)
    there = info.siblings or []
    if missing := [pattern for pattern in needed if not any(fnmatch(one.rfilename, pattern) for one in there)]:
        raise ModelMissing(
            f"There is no {missing[0]} in huggingface.co/{repository} any more; install a newer version of CallScribe."
        )
    return [
        _File(
            name=one.rfilename,
            url=hf_hub_url(repository, one.rfilename, revision=info.sha),
            size=one.size or 0,
            sha256=one.lfs.sha256 if one.lfs else None,
            git_sha1=None if one.lfs else one.blob_id,
        )
        for one in there
        if any(fnmatch(one.rfilename, pattern) for pattern in (*needed, *optional))
    ]


def _put(file: _File, path: Path, report: Callable[[int], None]) -> None:
    for _ in range(2):
        if not path.is_file():
            _download(file, path, report)
        if file.is_at(path):
            return
        log.warning("%s from %s came with wrong content", file.name, file.url)
        path.unlink()
    raise ModelMissing(
        f"The file {file.name} came damaged twice from {file.url}; try again later, or from another network."
    )


def _download(file: _File, path: Path, report: Callable[[int], None]) -> None:
    arriving = path.with_name(f"{path.name}.incomplete")
    with arriving.open("ab") as target:
        if target.tell() > file.size:  # of another revision
            target.truncate(0)
        if target.tell() < file.size:
            # What is compressed on its way cannot be gone on with at a byte.
            headers = build_hf_headers() | {"Accept-Encoding": "identity"}
            http_get(file.url, target, resume_size=target.tell(), headers=headers, tqdm_class=_reporting(report))
    arriving.replace(path)


def _reporting(report: Callable[[int], None]) -> type[tqdm]:
    """What the hub's client takes for its progress bar."""

    class Bar(tqdm):
        def __init__(self, *args: Any, initial: int = 0, **kwargs: Any) -> None:
            super().__init__(*args, **(kwargs | {"disable": True}))
            self._arrived = 0
            self.update(initial)

        def update(self, n: float | None = 1) -> None:
            self._arrived += int(n or 0)
            report(self._arrived)

    return Bar
