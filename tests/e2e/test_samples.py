"""The main job on real input: a recorded call goes in, its transcript and summary come out."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.media_files import encode
from tests.scoring import median_start_error, utterances, wer
from tests.service import CALL_EN, CALL_RU, Service

_MAKERS: dict[str, Callable[[Path], Path]] = {
    "mp3": lambda folder: encode(CALL_EN, folder / "call.mp3", "libmp3lame"),
    "m4a": lambda folder: encode(CALL_EN, folder / "call.m4a", "aac"),
    "ogg": lambda folder: encode(CALL_EN, folder / "call.ogg", "libopus"),
    "webm": lambda folder: encode(CALL_EN, folder / "call.webm", "libopus", video="libvpx"),
    "mkv": lambda folder: encode(CALL_EN, folder / "call.mkv", "aac", video="libx264", audio_tracks=2),
}


def check_transcript(result: dict[str, Any], sample: Path) -> None:
    """Right words, at the right times, in lines as people read them."""
    said, segments = utterances(sample), result["segments"]
    assert wer(said, result["transcription"]) <= 0.10
    assert median_start_error(said, segments) <= 0.8
    spoken = [word for segment in segments for word in segment["words"]]
    assert all(word["start"] <= word["end"] for word in spoken)
    assert all(before["end"] <= after["start"] for before, after in pairwise(spoken))
    assert all(segment["end"] - segment["start"] <= 15 for segment in segments)
    assert len(segments) >= len(said)  # at least a line an utterance


@pytest.mark.parametrize(("sample", "language"), [(CALL_EN, "en"), (CALL_RU, "ru")])
def test_a_sample_becomes_a_transcript_and_a_summary(service: Service, sample: Path, language: str) -> None:
    task_id = service.upload(sample)
    result = service.done(task_id)
    check_transcript(result, sample)
    task = service.task(task_id)
    assert (task["language"], task["warnings"], task["progress"]) == (language, [], 1)
    assert {segment["language"] for segment in result["segments"]} == {language}
    assert 0 < len(result["summary"].split()) <= 500
    assert result["key_points"]
    decided = {"en": "move the release to Friday", "ru": "перенести релиз на пятницу"}[language]
    assert any(decided in decision for decision in result["decisions"])
    promised = {"en": "fix the payment tests by Wednesday", "ru": "исправлю тесты оплаты до среды"}[language]
    assert any(promised in item for item in result["action_items"])


@pytest.mark.parametrize("kind", _MAKERS)
def test_a_call_in_any_format(service: Service, tmp_path: Path, kind: str) -> None:
    task_id = service.upload(_MAKERS[kind](tmp_path))
    check_transcript(service.done(task_id), CALL_EN)
    codes = [warning["code"] for warning in service.task(task_id)["warnings"]]
    assert codes == (["second_audio_track"] if kind == "mkv" else [])
