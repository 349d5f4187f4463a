"""What Whisper is asked for: each clip's own samples, prepared and encoded once, and no more at once than has use."""

from collections.abc import Iterator
from threading import Barrier
from typing import Any, cast

import numpy as np
import pytest
import soundfile
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.feature_extractor import FeatureExtractor

from callscribe.asr.recognizer import Heard
from callscribe.asr.whisper import WhisperRecognizer
from callscribe.sound import Sound
from tests.service import CALL_EN, MODEL

#: Samples; none of them is a whole number of seconds, as with real speech.
LENGTHS = [123_457, 99_991, 160_001, 77_773, 131_071]


@pytest.fixture(scope="module")
def whisper() -> WhisperRecognizer:
    return WhisperRecognizer(MODEL, device="cpu", threads=2, batch_size=8)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What was made, in order."""
    made: list[str] = []
    for owner, method in ((FeatureExtractor, "__call__"), (WhisperModel, "encode")):
        original: Any = getattr(owner, method)

        def noting(self: Any, *args: Any, original: Any = original, name: str = method, **settings: Any) -> Any:
            made.append(name)
            return original(self, *args, **settings)

        monkeypatch.setattr(owner, method, noting)
    yield made


def clips() -> list[Sound]:
    samples, _ = soundfile.read(CALL_EN, dtype="float32", always_2d=True)
    return np.split(samples.mean(axis=1, dtype=np.float32)[: sum(LENGTHS)], np.cumsum(LENGTHS)[:-1])


def test_a_clip_is_prepared_and_encoded_once_for_its_language_and_its_words(
    whisper: WhisperRecognizer, calls: list[str]
) -> None:
    whisper.detect(clips())
    heard = list(whisper.recognize(clips(), "en"))
    assert all(clip.words for clip in heard)
    assert (calls.count("__call__"), calls.count("encode")) == (len(LENGTHS), len(LENGTHS))


def test_two_clips_are_worked_on_side_by_side_and_come_in_their_order(
    whisper: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, forward = Barrier(2, timeout=60), cast("Any", BatchedInferencePipeline.forward)
    sizes: list[int] = []

    def meeting(self: BatchedInferencePipeline, features: Any, *args: Any) -> Any:
        both.wait()
        sizes.append(len(features))
        return forward(self, features, *args)

    alone = [next(whisper.recognize([clip], "en")) for clip in clips()[:4]]
    monkeypatch.setattr(BatchedInferencePipeline, "forward", meeting)
    assert [text(heard) for heard in whisper.recognize(clips()[:4], "en")] == [text(heard) for heard in alone]
    assert sizes == [1] * 4


def test_clips_are_made_when_their_turn_comes(whisper: WhisperRecognizer) -> None:
    made: list[int] = []

    def one_after_the_other() -> Iterator[Sound]:
        for number, clip in enumerate(clips() * 3):
            made.append(number)
            yield clip

    heard = whisper.recognize(one_after_the_other(), "en")
    next(heard)
    assert len(made) < 3 * len(LENGTHS) / 2
    assert len(list(heard)) == 3 * len(LENGTHS) - 1


def text(heard: Heard) -> list[str]:
    return [word.text for word in heard.words]
