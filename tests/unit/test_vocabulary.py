"""Names and terms on their way to the speech engines."""

from collections.abc import Sequence
from typing import Any, Protocol

import pytest
import soundfile

from callscribe.asr import window
from callscribe.asr.encoding import FrugalModel
from callscribe.asr.sphinx import SphinxTranscriber
from callscribe.asr.whisper import WhisperRecognizer
from callscribe.asr.window import Choice, Engines
from callscribe.models import LanguageChoice, Span, Window, WindowTranscript
from callscribe.ports import Report
from callscribe.sound import Sound
from tests.service import CALL_EN, MODEL

SECONDS = 9.0
TERMS = ("CallScribe", "Анна Петрова")


class Engine(Protocol):
    def __call__(
        self, sound: Sound, part: Window, language: LanguageChoice, report: Report, vocabulary: Sequence[str]
    ) -> WindowTranscript: ...


@pytest.fixture(scope="module")
def audio() -> Sound:
    """The first words of a call, as an engine gets them."""
    samples, _ = soundfile.read(CALL_EN, dtype="float32", always_2d=True, frames=int(SECONDS * 16000))
    mono: Sound = samples.max(axis=1)
    return mono


@pytest.fixture(scope="module")
def whisper() -> Engine:
    choice = Choice(WhisperRecognizer(MODEL, device="cpu", threads=2, batch_size=8))

    def transcribe(
        sound: Sound, part: Window, language: LanguageChoice, report: Report, vocabulary: Sequence[str]
    ) -> WindowTranscript:
        return window.transcribe(Engines(lambda _: choice), sound, part, language, report, vocabulary=vocabulary)

    return transcribe


@pytest.fixture
def prompts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the model is told before it listens, in words."""
    told: list[str] = []
    get_prompt = FrugalModel.get_prompt

    def listened_to(model: FrugalModel, tokenizer: Any, *args: Any, **kwargs: Any) -> list[int]:
        tokens: list[int] = get_prompt(model, tokenizer, *args, **kwargs)
        told.append(model.hf_tokenizer.decode(tokens, skip_special_tokens=False))
        return tokens

    monkeypatch.setattr(FrugalModel, "get_prompt", listened_to)
    return told


def hear(engine: Engine, audio: Sound, *vocabulary: str) -> WindowTranscript:
    part = Window(0, 0.0, SECONDS, (Span(0.2, 4.6), Span(5.0, 8.0)))
    return engine(audio, part, LanguageChoice.EN, lambda _: None, vocabulary)


def words(heard: WindowTranscript) -> list[str]:
    return [word.text for segment in heard.segments for word in segment.words]


def test_whisper_is_told_the_vocabulary(whisper: Engine, audio: Sound, prompts: list[str]) -> None:
    heard = hear(whisper, audio, *TERMS)
    assert [prompt.count("CallScribe, Анна Петрова<|startoftranscript|>") for prompt in prompts] == [1]
    assert words(heard)
    assert heard.notices == ()


def test_whisper_is_told_nothing_where_there_is_none(whisper: Engine, audio: Sound, prompts: list[str]) -> None:
    hear(whisper, audio)
    assert [prompt.startswith("<|startoftranscript|>") for prompt in prompts] == [True]


@pytest.mark.parametrize(
    "term", ["Я" * 60, "Обсерватория имени академика", "\N{PILE OF POO}" * 30], ids=["letters", "words", "pictures"]
)
def test_as_much_of_a_long_vocabulary_is_told_as_fits(
    whisper: Engine, audio: Sound, prompts: list[str], term: str
) -> None:
    vocabulary = [f"{number} {term}" for number in range(100)]
    assert words(hear(whisper, audio, *vocabulary))
    told = prompts[0].partition("<|startofprev|>")[2].partition("<|startoftranscript|>")[0].strip()
    assert told.split(", ") == vocabulary[: told.count(term)]
    assert 0 < told.count(term) < 100


@pytest.mark.parametrize("term", ["<|endoftext|>", "<|startoftranscript|>", "<|nospeech|>", "|"])
def test_no_term_is_a_command(whisper: Engine, audio: Sound, prompts: list[str], term: str) -> None:
    assert words(hear(whisper, audio, term, "Anna"))
    head, start, _ = prompts[0].partition("<|startoftranscript|>")
    assert start
    assert head.count("<|") == 1
    assert head.endswith("Anna")


def test_an_engine_that_cannot_listen_for_it_says_so(audio: Sound) -> None:
    sphinx = SphinxTranscriber("small")

    def engine(
        sound: Sound, part: Window, language: LanguageChoice, report: Report, vocabulary: Sequence[str]
    ) -> WindowTranscript:
        return sphinx.transcribe(sound, part, language, report, vocabulary)

    with_it, without = hear(engine, audio, *TERMS), hear(engine, audio)
    assert words(with_it) == words(without) != []
    assert [notice.code for notice in with_it.notices] == ["builtin_speech_model", "vocabulary-unused"]
    assert [notice.code for notice in without.notices] == ["builtin_speech_model"]
