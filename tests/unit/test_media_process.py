import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from callscribe.errors import BadMedia, StageFailed
from callscribe.media.events import Cut, Event, Prepared, Probed, Progress, from_line, to_line
from callscribe.media.process import prepare
from callscribe.models import MediaFacts, Notice, Span, Window
from tests.media_files import CALL_EN


def fake_python(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    program = folder / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))


def events(source: Path, folder: Path, stall_s: float = 60.0) -> list[Event]:
    return list(prepare(source, folder, window_s=20, window_max_s=40, stall_s=stall_s))


def await_end(pid: int) -> None:
    """Returns when the process has ended; the test's timeout is the limit."""
    while Path(f"/proc/{pid}").exists() and "(zombie)" not in Path(f"/proc/{pid}/status").read_text():
        time.sleep(0.02)


def test_events_come_in_order_and_windows_as_files(tmp_path: Path) -> None:
    first, *others, last = events(CALL_EN, tmp_path)
    assert isinstance(first, Probed)
    assert first.facts.channels == 2
    cuts = [event for event in others if isinstance(event, Cut)]
    assert [cut.window.index for cut in cuts] == [0, 1, 2]
    assert all(cut.audio.parent == tmp_path and cut.audio.stat().st_size for cut in cuts)
    assert last == Prepared(cuts[-1].window.end, None)


@pytest.mark.parametrize(
    "event",
    [
        Probed(
            MediaFacts("ogg", "opus", None, 48000, 2, 1, False), (Notice("second_audio_track", 'Two, "quoted"\n.'),)
        ),
        Cut(Window(1, 0.1, 20.000032, (Span(0.1, 1 / 3),)), Path("/tmp/ü 1.flac"), b"\x00\x7f\xff"),
        Progress(12.5),
        Prepared(20.0, Path("copy.m4a"), (Notice("damaged", "Повреждено."),)),
        Prepared(20.0, None),
    ],
)
def test_events_survive_the_pipe(event: Event) -> None:
    line = to_line(event)
    assert "\n" not in line
    assert from_line(line.encode()) == event


def test_a_file_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_text("Not a recording.")
    with pytest.raises(BadMedia, match="not an audio or video file"):
        events(tmp_path / "a.mp3", tmp_path)


def test_a_crash_may_be_retried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_python(monkeypatch, tmp_path, "kill -SEGV $$")
    with pytest.raises(StageFailed) as caught:
        events(CALL_EN, tmp_path)
    assert caught.value.retryable


def test_a_missing_file_may_be_retried_and_its_name_is_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(StageFailed):
        events(tmp_path / "gone.mp3", tmp_path)
    (record,) = [record for record in caplog.records if record.getMessage() == "the decoding child ended"]
    told = vars(record)
    assert told["code"] == 1
    assert "No such file or directory" in told["last_lines"]
    assert "gone.mp3" not in caplog.text + told["last_lines"]


def test_a_child_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_python(monkeypatch, tmp_path, f"echo $$ > {tmp_path}/pid; echo '{to_line(Progress(1.0))}'; exec sleep 1000")
    generator = prepare(CALL_EN, tmp_path, window_s=20, window_max_s=40, stall_s=0.5)
    with closing(generator), pytest.raises(BadMedia, match="came to a stop"):
        list(generator)
    await_end(int((tmp_path / "pid").read_text()))


def test_closing_the_generator_ends_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_python(monkeypatch, tmp_path, f"echo $$ > {tmp_path}/pid; echo '{to_line(Progress(1.0))}'; exec sleep 1000")
    generator = prepare(CALL_EN, tmp_path, window_s=20, window_max_s=40)
    with closing(generator):
        assert next(iter(generator)) == Progress(1.0)
    await_end(int((tmp_path / "pid").read_text()))


_PARENT = """
import sys
from pathlib import Path
from callscribe.media.process import prepare
list(prepare(Path(sys.argv[1]), Path(sys.argv[2]), window_s=20, window_max_s=40))
"""


def test_the_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    # Nobody ever writes to the pipe, so that the child hangs while it opens its source.
    os.mkfifo(tmp_path / "source")
    with subprocess.Popen([sys.executable, "-c", _PARENT, str(tmp_path / "source"), str(tmp_path)]) as parent:
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        while not children.read_text():
            time.sleep(0.02)
        child = int(children.read_text().split()[0])
        parent.kill()
    await_end(child)
