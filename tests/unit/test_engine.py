"""Which engine reads which language, when its model is loaded, and when it goes; with real tiny models."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from callscribe.asr import catalog
from callscribe.asr.engine import ConfiguredTranscriber
from callscribe.asr.whisper import WhisperRecognizer
from callscribe.errors import ConfigError, ModelMissing
from callscribe.models import LanguageChoice, Span, Window, WindowTranscript
from callscribe.settings import Settings
from callscribe.sound import SAMPLE_RATE, Sound
from tests import tiny_onnx
from tests.service import CALL_EN, CALL_RU, MODEL

AUTO, RU, EN = LanguageChoice.AUTO, LanguageChoice.RU, LanguageChoice.EN
GIGAAM, PARAKEET, WHISPER = "gigaam-v3-e2e-rnnt", "nemo-parakeet-tdt-0.6b-v3", "small"
SECONDS = 8.0


@pytest.fixture(autouse=True)
def pulls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of a hub that does not answer."""
    asked: list[str] = []

    def refuse(name: str, *_: Any) -> Path:
        asked.append(name)
        raise ModelMissing(f"The speech model `{name}` could not be downloaded.")

    monkeypatch.setattr(catalog, "pull", refuse)
    return asked


def engine(tmp_path: Path, *models: str, **settings: Any) -> ConfiguredTranscriber:
    """With these models on the machine."""
    put(tmp_path, *models)
    given = {"data_dir": tmp_path, "asr_device": "cpu", "asr_threads": 1, **settings}
    return ConfiguredTranscriber(Settings(**given))


def put(tmp_path: Path, *models: str) -> None:
    folder = tmp_path / "models"
    folder.mkdir(exist_ok=True)
    for name in models:
        if name == WHISPER:
            (folder / name).symlink_to(MODEL)
        else:
            {GIGAAM: tiny_onnx.gigaam, PARAKEET: tiny_onnx.parakeet}[name](folder / name)
            if name == PARAKEET:  # the real one has weights in a file of their own
                (folder / name / "encoder-model.onnx.data").touch()


def sound(sample: Path) -> Sound:
    samples, _ = soundfile.read(sample, dtype="float32", always_2d=True, frames=int(SECONDS * SAMPLE_RATE))
    mono: Sound = samples.mean(axis=1)
    return mono


def hear(transcriber: ConfiguredTranscriber, sample: Path, language: LanguageChoice, *terms: str) -> WindowTranscript:
    part = Window(0, 0.0, SECONDS, (Span(0.2, 4.6), Span(4.8, 8.0)))
    return transcriber.transcribe(sound(sample), part, language, lambda _: None, terms)


def codes(heard: WindowTranscript) -> list[str]:
    return [notice.code for notice in heard.notices]


def test_on_a_cpu_russian_goes_to_gigaam_and_english_to_whisper(tmp_path: Path) -> None:
    transcriber = engine(tmp_path, WHISPER, GIGAAM)
    assert hear(transcriber, CALL_EN, EN).engine == "faster-whisper small int8"
    russian = hear(transcriber, CALL_RU, RU)
    assert (russian.engine, codes(russian)) == (f"onnx-asr {GIGAAM} float32", [])


def test_whisper_tells_the_languages_apart(tmp_path: Path) -> None:
    transcriber = engine(tmp_path, WHISPER, GIGAAM)
    english, russian = hear(transcriber, CALL_EN, AUTO), hear(transcriber, CALL_RU, AUTO)
    assert (english.engine, english.language) == ("faster-whisper small int8", "en")
    assert russian.engine == f"onnx-asr {GIGAAM} float32"


def test_without_gigaam_whisper_reads_russian_and_says_so(tmp_path: Path, pulls: list[str]) -> None:
    transcriber = engine(tmp_path, WHISPER)
    for language in (RU, AUTO, AUTO):
        heard = hear(transcriber, CALL_RU, language)
        assert (heard.engine, heard.language) == ("faster-whisper small int8", "ru")
        assert codes(heard) == ["second-best-model"]
    assert codes(hear(transcriber, CALL_EN, AUTO)) == []
    assert pulls == [GIGAAM], "the hub is not asked again and again"
    put(tmp_path, GIGAAM)
    assert hear(transcriber, CALL_RU, RU).engine == f"onnx-asr {GIGAAM} float32", "found without a restart"


def test_without_whisper_russian_that_was_asked_for_is_read(tmp_path: Path) -> None:
    transcriber = engine(tmp_path, GIGAAM)
    assert hear(transcriber, CALL_RU, RU).engine == f"onnx-asr {GIGAAM} float32"
    assert hear(transcriber, CALL_EN, AUTO).engine == "pocketsphinx en-us"


def test_without_any_model_russian_fails_and_english_is_read_somehow(tmp_path: Path) -> None:
    transcriber = engine(tmp_path)
    assert codes(hear(transcriber, CALL_EN, EN)) == ["builtin_speech_model"]
    with pytest.raises(ModelMissing):
        hear(transcriber, CALL_RU, RU)


def test_a_language_may_have_a_model_of_its_own(tmp_path: Path) -> None:
    transcriber = engine(tmp_path, WHISPER, PARAKEET, asr_model_ru=str(MODEL), asr_model_en=PARAKEET)
    assert hear(transcriber, CALL_RU, RU).engine == f"faster-whisper {MODEL.name} int8"
    assert hear(transcriber, CALL_EN, EN).engine == f"onnx-asr {PARAKEET} float32"
    with pytest.raises(ModelMissing):
        hear(engine(tmp_path, asr_model_en="medium"), CALL_EN, EN)


def test_a_model_that_was_set_is_used_or_fails(tmp_path: Path, pulls: list[str]) -> None:
    with pytest.raises(ModelMissing):
        hear(engine(tmp_path, WHISPER, asr_model_ru=GIGAAM), CALL_RU, RU)
    with pytest.raises(ModelMissing):
        hear(engine(tmp_path, asr_model="medium"), CALL_EN, EN)
    assert pulls == [GIGAAM, "medium"]
    with pytest.raises(ConfigError):
        hear(engine(tmp_path, asr_model="huge"), CALL_EN, EN)
    with pytest.raises(ConfigError):
        hear(engine(tmp_path, asr_model="wespeaker"), CALL_EN, EN)


def test_engines_that_cannot_tell_languages_apart_read_all_in_theirs(tmp_path: Path) -> None:
    assert hear(engine(tmp_path, GIGAAM, asr_model=GIGAAM), CALL_RU, AUTO).engine == f"onnx-asr {GIGAAM} float32"
    folder = tmp_path / "models" / GIGAAM
    assert hear(engine(tmp_path, asr_model=str(folder)), CALL_RU, AUTO).engine == f"onnx-asr {GIGAAM} float32"


def test_notes_that_gigaam_reads(tmp_path: Path) -> None:
    """The words of the tiny model come out at their time in the call."""
    played = [("▁при", 1.0), ("вет", 1.3), ("▁мир", 2.0), (".", 2.3)]
    part = Window(1, 100.0, 104.0, (Span(100.2, 103.8),))
    transcriber = engine(tmp_path, GIGAAM)
    heard = transcriber.transcribe(tiny_onnx.notes(played, 4.0), part, RU, lambda _: None)
    (line,) = heard.segments
    assert (line.text, line.language) == ("привет мир.", "ru")
    assert [word.start for word in line.words] == pytest.approx([101.0, 102.0], abs=0.15)


def test_a_vocabulary_that_is_not_listened_for_is_told(tmp_path: Path) -> None:
    transcriber = engine(tmp_path, WHISPER, GIGAAM)
    assert codes(hear(transcriber, CALL_RU, RU, "CallScribe")) == ["vocabulary-unused"]
    assert codes(hear(transcriber, CALL_EN, EN, "CallScribe")) == []


def test_a_model_is_loaded_once_and_goes_when_it_is_idle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    whisper = WhisperRecognizer

    def counting(folder: Path, **options: Any) -> Any:
        loaded.append(folder.name)
        return whisper(folder, **options)

    monkeypatch.setattr("callscribe.asr.engine.WhisperRecognizer", counting)
    transcriber = engine(tmp_path, asr_model=str(MODEL), asr_idle_s=0.3)
    hear(transcriber, CALL_EN, EN)
    hear(transcriber, CALL_RU, RU)
    assert loaded == [MODEL.name]
    deadline = time.monotonic() + 60
    while transcriber.is_loaded and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not transcriber.is_loaded
    assert hear(transcriber, CALL_EN, EN).segments
    assert loaded == [MODEL.name, MODEL.name]


def test_silence_between_windows_is_not_kept(tmp_path: Path) -> None:
    """What was encoded to tell the language does not stay until the next window."""
    transcriber = engine(tmp_path, WHISPER, GIGAAM)
    hear(transcriber, CALL_RU, AUTO)
    whisper: Any = transcriber._loaded["small"]
    assert whisper._model._kept == {}
    assert np.isfinite(hear(transcriber, CALL_EN, AUTO).language_probability)
