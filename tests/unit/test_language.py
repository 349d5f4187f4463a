"""The language of a window, and that it costs the encoder nothing."""

from typing import Any

import numpy as np
import pytest
import soundfile
from faster_whisper import BatchedInferencePipeline, WhisperModel

from callscribe.asr.language import LanguageAwareModel, Samples
from tests.service import CALL_EN, CALL_RU, MODEL

RATE = 16000
CLIPS = [{"start": 0.0, "end": 20.0}, {"start": 20.0, "end": 42.0}, {"start": 42.0, "end": 60.0}]


@pytest.fixture(scope="module")
def model() -> LanguageAwareModel:
    return LanguageAwareModel(str(MODEL), device="cpu", compute_type="int8", cpu_threads=2)


def read(sample: Any) -> Samples:
    samples, rate = soundfile.read(sample, dtype="float32", always_2d=True)
    assert rate == RATE
    mono: Samples = samples.mean(axis=1, dtype=np.float32)
    return mono


def clips(samples: Samples) -> list[Samples]:
    return [samples[int(clip["start"] * RATE) : int(clip["end"] * RATE)] for clip in CLIPS]


@pytest.mark.parametrize(("sample", "expected"), [(CALL_EN, "en"), (CALL_RU, "ru")])
def test_the_language_is_detected(model: LanguageAwareModel, sample: Any, expected: str) -> None:
    language, probability = model.detect(clips(read(sample)))
    assert language == expected
    assert 0.9 < probability <= 1


def test_most_of_the_clips_decide(model: LanguageAwareModel) -> None:
    russian, english = clips(read(CALL_RU)), clips(read(CALL_EN))
    language, probability = model.detect([english[0], *russian])
    assert language == "ru"
    assert 0.5 < probability < 0.9


def test_what_was_encoded_for_the_language_serves_for_the_words(
    model: LanguageAwareModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[int] = []
    encode = WhisperModel.encode

    def counting(self: WhisperModel, features: Any) -> Any:
        encoded.append(len(features))
        return encode(self, features)

    samples = read(CALL_EN)
    expected = _text(model, samples)
    monkeypatch.setattr(WhisperModel, "encode", counting)
    model.detect(clips(samples))
    assert _text(model, samples) == expected
    assert encoded == [3]
    assert _text(model, samples) == expected  # it serves once
    assert encoded == [3, 3]


def _text(model: LanguageAwareModel, samples: Samples) -> str:
    segments, _ = BatchedInferencePipeline(model).transcribe(samples, language="en", clip_timestamps=CLIPS)
    return "".join(segment.text for segment in segments)
