import os
import subprocess
import sys
from pathlib import Path

from callscribe import scratch

KILLED = """
import os, signal, sys
from pathlib import Path
from callscribe import scratch
with scratch.own_folder(Path(sys.argv[1])) as folder:
    Path(folder, "window.flac").touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_only_the_folders_of_dead_processes_are_swept(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False)
    assert [path.name for path in tmp_path.rglob("*.flac")] == ["window.flac"]
    kept = {"somebody-elses", f"{os.getppid()}-at-work"}
    for name in kept:
        (tmp_path / name).mkdir()
    scratch.sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == kept


def test_what_a_predecessor_with_our_id_left_is_swept(tmp_path: Path) -> None:
    with scratch.own_folder(tmp_path) as mine:
        assert Path(mine).is_dir()
    (tmp_path / Path(mine).name).mkdir()
    scratch.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []
