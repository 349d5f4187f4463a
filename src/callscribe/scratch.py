"""Folders for temporary files that do not outlive the process that made them for long, even if it is killed."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory


def own_folder(root: Path) -> TemporaryDirectory[str]:
    """A new folder below `root`, to be used in a `with`; its name begins with this process's id."""
    return TemporaryDirectory(prefix=f"{os.getpid()}-", dir=root)


def sweep(root: Path) -> None:
    """Remove the folders of processes of this machine that are dead; for a process that has made none yet itself."""
    for folder in root.glob("*-*"):
        pid = folder.name.partition("-")[0]
        # In a container the same id comes again, so what bears ours is a predecessor's.
        if pid.isdigit() and (int(pid) == os.getpid() or not _is_alive(int(pid))):
            shutil.rmtree(folder, ignore_errors=True)  # what is still being written goes the next time


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, but there
        pass
    return True
