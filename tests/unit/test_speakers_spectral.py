"""The embedding without a model: clearly different voices, and one voice that stays one."""

import importlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from rapidfuzz.distance import Levenshtein

from callscribe.asr import window
from callscribe.asr.whisper import WhisperRecognizer
from callscribe.asr.window import Choice, Engines
from callscribe.media.speech import Hysteresis, spans
from callscribe.media.vad import SpeechDetector
from callscribe.models import LanguageChoice, Transcript, Window
from callscribe.sound import SAMPLE_RATE, Sound
from callscribe.speakers.clustering import cluster
from callscribe.speakers.spectral import SpectralEmbedder
from callscribe.speakers.voices import voices
from callscribe.stages.assemble import Wanted, assemble
from tests.scoring import utterances, words
from tests.service import CALL_EN, CALL_RU, MODEL

Change = Callable[[Sound, int], Sound]


def said(sample: Path) -> list[tuple[str, Sound]]:
    """Each utterance: by whom, and its sound."""
    samples, _ = soundfile.read(sample, dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    return [
        (one["speaker"], mono[int(one["start"] * SAMPLE_RATE) : int(one["end"] * SAMPLE_RATE)])
        for one in utterances(sample)
    ]


def found(sounds: list[Sound]) -> list[int]:
    embedder = SpectralEmbedder()
    seconds = np.array([len(sound) / SAMPLE_RATE for sound in sounds], np.float32)
    labels: list[int] = cluster(embedder.embed(sounds), seconds, threshold=embedder.threshold).tolist()
    return labels


def numbered(names: list[str]) -> list[int]:
    order = list(dict.fromkeys(names))
    return [order.index(name) for name in names]


def as_it_is(sound: Sound, _: int) -> Sound:
    return sound


def quieter(sound: Sound, index: int) -> Sound:
    """Every other one, and much so."""
    return sound * np.float32(0.05 if index % 2 else 1)


def noisy(sound: Sound, index: int) -> Sound:
    level = np.sqrt(np.mean(np.square(sound))) * 10 ** (-30 / 20)
    return sound + np.random.default_rng(index).normal(0, level, len(sound)).astype(np.float32)


def telephone(sound: Sound, _: int) -> Sound:
    signal: Any = importlib.import_module("scipy.signal")
    band = signal.butter(6, [300, 3400], "bandpass", fs=SAMPLE_RATE, output="sos")
    return np.asarray(signal.sosfilt(band, sound), np.float32)


CHANGES = pytest.mark.parametrize("change", [as_it_is, quieter, noisy, telephone])


@CHANGES
@pytest.mark.parametrize("sample", [CALL_EN, CALL_RU], ids=["two", "three"])
def test_all_voices_of_a_call_are_found(sample: Path, change: Change) -> None:
    names, sounds = zip(*said(sample), strict=True)
    assert found([change(sound, index) for index, sound in enumerate(sounds)]) == numbered(list(names))


@CHANGES
@pytest.mark.parametrize("name", ["Anna", "Mark", "Елена", "Иван", "Сергей"])
def test_one_voice_is_one_speaker(name: str, change: Change) -> None:
    sounds = [sound for sample in (CALL_EN, CALL_RU) for who, sound in said(sample) if who == name]
    assert set(found([change(sound, index) for index, sound in enumerate(sounds)])) == {0}


def test_vectors_have_length_one_and_do_not_depend_on_level() -> None:
    sound = said(CALL_RU)[0][1]
    first, second = SpectralEmbedder().embed([sound, sound * np.float32(0.01)])
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-5)
    assert first == pytest.approx(second, abs=1e-3)


def test_what_cannot_be_a_voice_breaks_nothing() -> None:
    rng = np.random.default_rng(0)
    odd = [np.zeros(16000), np.zeros(10), np.ones(8000), rng.normal(0, 0.1, 3200), np.sin(np.arange(16000) / 5)]
    vectors = SpectralEmbedder().embed([np.asarray(sound, np.float32) for sound in odd])
    assert vectors.shape == (5, 40)
    assert np.isfinite(vectors).all()
    assert not vectors[0].any()


def test_nothing() -> None:
    assert SpectralEmbedder().embed([]).shape == (0, 40)


@pytest.fixture(scope="module")
def engines() -> Engines:
    whisper = WhisperRecognizer(MODEL, device="cpu", threads=1, batch_size=4)
    return Engines(lambda _: Choice(whisper))


def transcribed(engines: Engines, sound: Sound, language: LanguageChoice) -> Transcript:
    """As the service does it, with the words of the tests' Whisper model."""
    speech = np.array(Hysteresis().feed(SpeechDetector().probabilities((sound * 32767).astype(np.int16))))
    whole = Window(0, 0.0, len(sound) / SAMPLE_RATE, spans(speech, 0, len(sound)))
    heard = window.transcribe(engines, sound, whole, language, lambda _: None)
    embedder = SpectralEmbedder()
    transcript, _ = assemble(
        heard.segments, voices(embedder, sound, whole, heard.segments), Wanted(language), embedder=embedder
    )
    return transcript


def rightly_attributed(sample: Path, transcript: Transcript) -> float:
    """The share of the words said, 0..1, that were heard and are with the voice that most words of a speaker are of."""
    said = [(text, one["speaker"]) for one in utterances(sample) for text in words(one["text"])]
    heard = [(text, line.speaker) for line in transcript.segments for text in words(line.text)]
    pairs: Counter[tuple[str, str | None]] = Counter()
    for step in Levenshtein.opcodes([text for text, _ in said], [text for text, _ in heard]):
        if step.tag == "equal":
            ours, theirs = said[step.src_start : step.src_end], heard[step.dest_start : step.dest_end]
            pairs.update((who, speaker) for (_, who), (_, speaker) in zip(ours, theirs, strict=True))
    most = [max(count for (_, by), count in pairs.items() if by == speaker) for speaker in {by for _, by in pairs}]
    return sum(most) / len(said)


@pytest.mark.parametrize(("sample", "language", "speakers"), [(CALL_RU, "ru", 3), (CALL_EN, "en", 2)])
def test_the_words_of_a_mono_call_are_with_their_speakers(
    engines: Engines, sample: Path, language: str, speakers: int
) -> None:
    samples, _ = soundfile.read(sample, dtype="float32", always_2d=True)
    transcript = transcribed(engines, samples.mean(axis=1), LanguageChoice(language))
    assert len(transcript.speakers) == speakers
    assert rightly_attributed(sample, transcript) >= 0.9


@pytest.mark.parametrize("channel", [0, 1])
def test_the_words_of_one_voice_are_with_one_speaker(engines: Engines, channel: int) -> None:
    samples, _ = soundfile.read(CALL_EN, dtype="float32", always_2d=True)
    transcript = transcribed(engines, np.ascontiguousarray(samples[:, channel]), LanguageChoice.EN)
    assert [speaker.name for speaker in transcript.speakers] == ["Speaker 1"]
