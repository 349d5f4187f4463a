"""Prepares a media file in a child process, so that a hostile file cannot take the worker with it."""

import json
import logging
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from callscribe.errors import BadMedia, StageFailed
from callscribe.media.events import Cut, Prepared, Probed, Progress, Refused, from_line

_log = logging.getLogger(__name__)

_CRASHED = "The program that decodes the file crashed; the step is tried again, or can be by hand."
_STALLED = "The file could not be decoded: reading it came to a stop; convert it to MP3 and upload that."


def prepare(
    source: Path,
    folder: Path,
    *,
    window_s: float,
    window_max_s: float,
    resume_at: float = 0.0,
    first_index: int = 0,
    stall_s: float = 60.0,
) -> Generator[Probed | Cut | Progress | Prepared]:
    """Probe, decode, cut at silences and write a playback copy; give each result as soon as it is there.

    First comes `Probed`, last `Prepared`. Files are written into `folder`, and whoever reads an event takes its file
    away. To go on after a crash, `resume_at` is the end of the last window that was kept, in seconds, and
    `first_index` the number of the next; the playback copy is always written whole. The child is killed when the
    generator is closed (use `contextlib.closing`), when this process ends, or after `stall_s` seconds without an event.
    Raises `BadMedia`, and `StageFailed` where a retry may help.
    """
    request = {
        "source": str(source),
        "folder": str(folder),
        "window_s": window_s,
        "window_max_s": window_max_s,
        "resume_at": resume_at,
        "first_index": first_index,
    }
    with tempfile.TemporaryFile() as stderr, _child(json.dumps(request), stderr) as child:
        for line in _lines(child, stall_s):
            event = from_line(line)
            if isinstance(event, Refused):
                raise BadMedia(event.message)
            yield event
            if isinstance(event, Prepared):
                return
        _log.error("the decoding child ended", extra={"code": child.wait(), "last_lines": _tail(stderr)})
        raise StageFailed(_CRASHED)


@contextmanager
def _child(request: str, stderr: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "callscribe.media", request]
    # The child watches its stdin, which we hold open and never write to.
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=stderr, bufsize=0) as child:
        try:
            yield child
        finally:
            child.kill()


def _lines(child: subprocess.Popen[bytes], stall_s: float) -> Iterator[bytes]:
    assert child.stdout
    unfinished = b""
    while select.select([child.stdout], [], [], stall_s)[0]:
        chunk = os.read(child.stdout.fileno(), 1 << 16)
        if not chunk:
            return
        *lines, unfinished = (unfinished + chunk).split(b"\n")
        yield from lines
    raise BadMedia(_STALLED)


def _tail(stderr: IO[bytes]) -> str:
    stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - 2000))
    return stderr.read().decode(errors="replace")
