"""Signs of life, and whether they are seen."""

import os
import time
from pathlib import Path

import pytest

from callscribe import cli
from callscribe.pulse import Pulse, beats


def test_life_is_seen_for_a_minute_and_only_of_its_kind(tmp_path: Path) -> None:
    assert not beats(tmp_path, "asr")
    pulse = Pulse(tmp_path, "asr")
    assert not beats(tmp_path, "asr")
    pulse()
    assert beats(tmp_path, "asr")
    assert not beats(tmp_path, "llm")
    (file,) = (tmp_path / "pulses").iterdir()
    os.utime(file, (time.time() - 61, time.time() - 61))
    assert not beats(tmp_path, "asr")
    pulse()
    assert beats(tmp_path, "asr")


def test_the_last_words_of_a_predecessor_are_forgotten(tmp_path: Path) -> None:
    Pulse(tmp_path, "asr")()
    Pulse(tmp_path, "asr")
    assert not beats(tmp_path, "asr")


def test_a_sign_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    pulse = Pulse(tmp_path, "relay")
    (tmp_path / "pulses").rmdir()
    pulse()


def test_the_health_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLSCRIBE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["callscribe", "health", "llm"])
    with pytest.raises(SystemExit, match="1"):
        cli.main()
    assert capsys.readouterr().err == "Error: No llm process has shown life in the last minute; look into its log.\n"
    Pulse(tmp_path, "llm")()
    with pytest.raises(SystemExit, match="0"):
        cli.main()
