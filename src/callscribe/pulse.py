"""Signs of life of processes without a port, for health checks: a file that is touched again and again."""

import os
import time
from contextlib import suppress
from pathlib import Path

_FOLDER = "pulses"
_LIFE_S = 60.0  # more than any pause between two signs of life


class Pulse:
    """A call of it is a sign of life of this process."""

    def __init__(self, data: Path, kind: str) -> None:
        """`data` is the data folder, `kind` the role: `asr`, `llm` or `relay`."""
        folder = data / _FOLDER
        folder.mkdir(exist_ok=True)
        for file in folder.glob(f"{kind}-*"):  # a predecessor's; a living one's appears again
            file.unlink(missing_ok=True)
        self._file = folder / f"{kind}-{os.getpid()}"

    def __call__(self) -> None:
        """Say that we live."""
        with suppress(OSError):  # a full disk must not stop the work
            self._file.touch()


def beats(data: Path, kind: str) -> bool:
    """Whether a process of this kind that uses this data folder has shown life in the last minute."""
    now = time.time()
    return any(now - file.stat().st_mtime < _LIFE_S for file in (data / _FOLDER).glob(f"{kind}-*"))
