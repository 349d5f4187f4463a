"""Signs of life of processes without a port, for health checks: a file that is touched again and again."""

import os
import time
from contextlib import suppress
from pathlib import Path


class Pulse:
    """A call of it is a sign of life of this process."""

    def __init__(self, folder: Path, kind: str) -> None:
        """`kind` is the role, for example `asr`."""
        folder.mkdir(exist_ok=True)
        for file in folder.glob(f"{kind}-*"):  # a predecessor's; a living one's appears again
            file.unlink(missing_ok=True)
        self._file = folder / f"{kind}-{os.getpid()}"

    def __call__(self) -> None:
        """Say that we live."""
        with suppress(OSError):  # a full disk must not stop the work
            self._file.touch()


def beats(folder: Path, kind: str, within_s: float) -> bool:
    """Whether a process of this kind showed life in the last so many seconds."""
    now = time.time()
    return any(now - file.stat().st_mtime < within_s for file in folder.glob(f"{kind}-*"))
