"""Names and terms on their way to the speech engines."""

from pathlib import Path
from typing import Any

import pytest
import soundfile

from callscribe.asr.language import LanguageAwareModel
from callscribe.asr.sphinx import SphinxTranscriber
from callscribe.asr.whisper import WhisperTranscriber
from callscribe.models import LanguageChoice, Span, Window, WindowTranscript
from callscribe.ports import Transcriber
from tests.service import CALL_EN, MODEL

SECONDS = 9.0
TERMS = ("CallScribe", "Анна Петрова")


@pytest.fixture(scope="module")
def audio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first words of a call, as an engine gets them."""
    samples, rate = soundfile.read(CALL_EN, dtype="int16", always_2d=True, frames=int(SECONDS * 16000))
    path = tmp_path_factory.mktemp("audio") / "window.flac"
    soundfile.write(path, samples.max(axis=1), rate)
    return path


@pytest.fixture(scope="module")
def whisper() -> WhisperTranscriber:
    return WhisperTranscriber(MODEL, device="cpu", threads=2, batch_size=8)


@pytest.fixture
def prompts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the model is told before it listens, in words."""
    told: list[str] = []
    get_prompt = LanguageAwareModel.get_prompt

    def listened_to(model: LanguageAwareModel, tokenizer: Any, *args: Any, **kwargs: Any) -> list[int]:
        tokens = get_prompt(model, tokenizer, *args, **kwargs)
        told.append(model.hf_tokenizer.decode(tokens, skip_special_tokens=False))
        return tokens

    monkeypatch.setattr(LanguageAwareModel, "get_prompt", listened_to)
    return told


def hear(engine: Transcriber, audio: Path, *vocabulary: str) -> WindowTranscript:
    window = Window(0, 0.0, SECONDS, (Span(0.2, 4.6), Span(5.0, 8.0)))
    return engine.transcribe(audio, window, LanguageChoice.EN, lambda _: None, vocabulary)


def words(heard: WindowTranscript) -> list[str]:
    return [word.text for segment in heard.segments for word in segment.words]


def test_whisper_is_told_the_vocabulary(whisper: WhisperTranscriber, audio: Path, prompts: list[str]) -> None:
    heard = hear(whisper, audio, *TERMS)
    assert [prompt.count("CallScribe, Анна Петрова<|startoftranscript|>") for prompt in prompts] == [1]
    assert words(heard)
    assert heard.notices == ()


def test_whisper_is_told_nothing_where_there_is_none(
    whisper: WhisperTranscriber, audio: Path, prompts: list[str]
) -> None:
    hear(whisper, audio)
    assert [prompt.startswith("<|startoftranscript|>") for prompt in prompts] == [True]


@pytest.mark.parametrize(
    "term", ["Я" * 60, "Обсерватория имени академика", "\N{PILE OF POO}" * 30], ids=["letters", "words", "pictures"]
)
def test_as_much_of_a_long_vocabulary_is_told_as_fits(
    whisper: WhisperTranscriber, audio: Path, prompts: list[str], term: str
) -> None:
    vocabulary = [f"{number} {term}" for number in range(100)]
    assert words(hear(whisper, audio, *vocabulary))
    told = prompts[0].partition("<|startofprev|>")[2].partition("<|startoftranscript|>")[0].strip()
    assert told.split(", ") == vocabulary[: told.count(term)]
    assert 0 < told.count(term) < 100


@pytest.mark.parametrize("term", ["<|endoftext|>", "<|startoftranscript|>", "<|nospeech|>", "|"])
def test_no_term_is_a_command(whisper: WhisperTranscriber, audio: Path, prompts: list[str], term: str) -> None:
    assert words(hear(whisper, audio, term, "Anna"))
    head, start, _ = prompts[0].partition("<|startoftranscript|>")
    assert start
    assert head.count("<|") == 1
    assert head.endswith("Anna")


def test_an_engine_that_cannot_listen_for_it_says_so(audio: Path) -> None:
    engine = SphinxTranscriber("small")
    with_it, without = hear(engine, audio, *TERMS), hear(engine, audio)
    assert words(with_it) == words(without) != []
    assert [notice.code for notice in with_it.notices] == ["builtin_speech_model", "vocabulary-unused"]
    assert [notice.code for notice in without.notices] == ["builtin_speech_model"]
