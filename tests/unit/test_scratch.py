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
    (tmp_path / "somebody-elses").mkdir()
    with scratch.own_folder(tmp_path) as mine:
        scratch.sweep(tmp_path)
        assert {path.name for path in tmp_path.iterdir()} == {Path(mine).name, "somebody-elses"}
    assert [path.name for path in tmp_path.iterdir()] == ["somebody-elses"]
