"""A model that encodes nothing twice, and clip by clip."""

from typing import Any

import numpy as np
import pytest
import soundfile
from faster_whisper import BatchedInferencePipeline, WhisperModel

from callscribe.asr.encoding import FrugalModel
from callscribe.sound import SAMPLE_RATE, Sound
from tests.service import CALL_EN, CALL_RU, MODEL

CLIPS = [{"start": 0.0, "end": 20.0}, {"start": 20.0, "end": 42.0}, {"start": 42.0, "end": 60.0}]
SETTINGS: dict[str, Any] = {"device": "cpu", "compute_type": "int8", "cpu_threads": 2}


@pytest.fixture(scope="module")
def model() -> FrugalModel:
    return FrugalModel(str(MODEL), **SETTINGS)


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many clips were encoded at once, each time."""
    counts: list[int] = []
    encode = WhisperModel.encode

    def counting(self: WhisperModel, features: Any) -> Any:
        counts.append(len(features))
        return encode(self, features)

    monkeypatch.setattr(WhisperModel, "encode", counting)
    return counts


def read(sample: Any) -> Sound:
    samples, rate = soundfile.read(sample, dtype="float32", always_2d=True)
    assert rate == SAMPLE_RATE
    mono: Sound = samples.mean(axis=1, dtype=np.float32)
    return mono


def clips(samples: Sound) -> list[Sound]:
    return [samples[int(clip["start"] * SAMPLE_RATE) : int(clip["end"] * SAMPLE_RATE)] for clip in CLIPS]


def text(model: WhisperModel, samples: Sound) -> str:
    segments, _ = BatchedInferencePipeline(model).transcribe(samples, language="en", clip_timestamps=CLIPS)
    return "".join(segment.text for segment in segments)


@pytest.mark.parametrize(("sample", "expected"), [(CALL_EN, "en"), (CALL_RU, "ru")])
def test_the_language_of_each_clip(model: FrugalModel, sample: Any, expected: str) -> None:
    for likely in model.languages(clips(read(sample))):
        assert max(likely, key=lambda language: likely[language]) == expected
        assert 0.9 < likely[expected] <= 1
    model.forget()


def test_what_is_said_is_what_faster_whisper_says_when_it_encodes_all_at_once(model: FrugalModel) -> None:
    samples = read(CALL_EN)
    assert text(model, samples) == text(WhisperModel(str(MODEL), **SETTINGS), samples)


def test_clips_are_encoded_one_by_one(model: FrugalModel, encoded: list[int]) -> None:
    text(model, read(CALL_EN))
    assert encoded == [1, 1, 1]


def test_what_was_encoded_for_the_language_serves_once_for_the_words(model: FrugalModel, encoded: list[int]) -> None:
    samples = read(CALL_EN)
    expected = text(model, samples)
    encoded.clear()
    model.languages(clips(samples))
    assert text(model, samples) == expected
    assert encoded == [1, 1, 1]
    assert text(model, samples) == expected
    assert encoded == [1] * 6


def test_what_was_kept_is_forgotten(model: FrugalModel, encoded: list[int]) -> None:
    samples = read(CALL_EN)
    model.languages(clips(samples))
    model.forget()
    text(model, samples)
    assert encoded == [1] * 6
