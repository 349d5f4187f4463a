"""A window's way to text, with engines that say what a test wants, and with the tests' Whisper model."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pytest
import soundfile

from callscribe.asr import window
from callscribe.asr.recognizer import Heard
from callscribe.asr.window import Choice, Engines
from callscribe.models import DropReason, LanguageChoice, Notice, Span, Window, WindowTranscript, Word
from callscribe.sound import SAMPLE_RATE, Sound
from tests.service import CALL_EN

AUTO, RU = LanguageChoice.AUTO, LanguageChoice.RU


def words(text: str, step: float = 0.5, start: float = 0.0) -> tuple[Word, ...]:
    return tuple(Word(start + i * step, start + (i + 0.8) * step, word, 0.9) for i, word in enumerate(text.split()))


class Engine:
    """Says a text for each clip, by the sound's first sample: the number of the text."""

    takes_vocabulary = False

    def __init__(self, name: str, *texts: Heard) -> None:
        self.name = name
        self.texts = texts
        self.lengths: list[float] = []
        self.languages: list[str] = []
        self.vocabulary: Sequence[str] = ()

    def recognize(self, clips: Iterable[Sound], language: str, vocabulary: Sequence[str] = ()) -> Iterator[Heard]:
        self.vocabulary = vocabulary
        for clip in clips:
            self.lengths.append(round(len(clip) / SAMPLE_RATE, 1))
            self.languages.append(language)
            yield self.texts[min(len(self.lengths), len(self.texts)) - 1]


class Detector:
    def __init__(self, *likely: Mapping[str, float]) -> None:
        self.likely = likely
        self.asked = 0
        self.forgotten = False

    def detect(self, clips: Iterable[Sound]) -> Sequence[Mapping[str, float]]:
        first, self.asked = self.asked, self.asked + len(list(clips))
        return [self.likely[min(at, len(self.likely) - 1)] for at in range(first, self.asked)]

    def forget(self) -> None:
        self.forgotten = True


@pytest.fixture(scope="module")
def speech() -> Sound:
    """Half a minute in which somebody speaks."""
    samples, _ = soundfile.read(CALL_EN, dtype="float32", always_2d=True, frames=30 * SAMPLE_RATE)
    mono: Sound = samples.mean(axis=1)
    return mono


SILENCE: Sound = np.zeros(30 * SAMPLE_RATE, np.float32)
HISS: Sound = np.random.default_rng(0).normal(0, 0.01, 30 * SAMPLE_RATE).astype(np.float32)


def hear(
    engines: Engines, sound: Sound, *spans: Span, language: LanguageChoice = LanguageChoice.EN, vocabulary: str = ""
) -> WindowTranscript:
    part = Window(2, 600.0, 600.0 + len(sound) / SAMPLE_RATE, spans or (Span(600, 620),))
    return window.transcribe(engines, sound, part, language, lambda _: None, vocabulary=vocabulary.split())


def one(engine: Engine) -> Engines:
    return Engines(lambda _: Choice(engine))


def text(heard: WindowTranscript) -> str:
    return " ".join(segment.text for segment in heard.segments)


def test_words_are_in_call_time_inside_their_clip_and_monotonic(speech: Sound) -> None:
    wild = (Word(-1, 0.5, "We", 0.9), Word(3, 2, "move", 0.9), Word(1, 99, "it.", 0.9))
    heard = hear(one(Engine("e", Heard(wild))), speech, Span(600, 610))
    found = [word for segment in heard.segments for word in segment.words]
    times = [time for word in found for time in (word.start, word.end)]
    assert times == sorted(times)
    assert (times[0], times[-1]) == (600, 610)
    assert heard.engine == "e"


@pytest.mark.parametrize("phrase", ["Продолжение следует...", "Субтитры сделал DimaTorzok", "Thanks for watching!"])
@pytest.mark.parametrize("sound", [SILENCE, HISS], ids=["silence", "hiss"])
def test_a_phrase_of_silence_goes_where_nobody_speaks_and_is_kept_for_inspection(phrase: str, sound: Sound) -> None:
    heard = hear(one(Engine("e", Heard(words(phrase), -0.2, 0.1))), sound)
    assert heard.segments == ()
    assert heard.language is None
    (dropped,) = heard.dropped
    assert (dropped.text, dropped.reason) == (phrase, DropReason.SILENCE)
    assert 600 <= dropped.start < dropped.end <= 620


def test_the_same_phrase_stays_where_somebody_speaks(speech: Sound) -> None:
    heard = hear(one(Engine("e", Heard(words("Thanks for watching!", start=1.0), -0.2, 0.1))), speech)
    assert text(heard) == "Thanks for watching!"
    assert heard.dropped == ()


def test_what_is_said_before_the_phrase_stays() -> None:
    said = words("We move the release to Friday.", start=1.0) + words("Продолжение следует...", start=10.0)
    sound = SILENCE.copy()
    heard = hear(one(Engine("e", Heard(said, -0.2, 0.1))), sound)
    assert text(heard) == "We move the release to Friday."
    assert [one.text for one in heard.dropped] == ["Продолжение следует..."]


def test_what_the_model_takes_for_no_speech_goes_only_where_there_is_none(speech: Sound) -> None:
    doubted = Heard(words("We move the release to Friday."), -0.5, 0.9)
    assert [one.reason for one in hear(one(Engine("e", doubted)), HISS).dropped] == [DropReason.NO_SPEECH]
    assert text(hear(one(Engine("e", doubted)), speech)) == "We move the release to Friday."


def test_what_was_guessed_where_nobody_speaks_goes() -> None:
    guessed = Heard(words("We move the release to Friday."), -1.6, 0.1)
    assert {one.reason for one in hear(one(Engine("e", guessed)), HISS).dropped} == {DropReason.UNSURE}


def test_a_loop_is_cut_and_kept_for_inspection(speech: Sound) -> None:
    loop = Heard(words("so we move it " * 10, step=0.2), None)
    heard = hear(one(Engine("e", loop)), speech)
    assert text(heard) == "so we move it so we move it"
    (dropped,) = heard.dropped
    assert (dropped.reason, len(dropped.text.split())) == (DropReason.LOOP, 32)


def test_what_is_in_doubt_is_looked_at_again_in_shorter_clips(speech: Sound) -> None:
    loop = Heard(words("so we move it " * 10, step=0.2), -0.3)
    engine = Engine("e", loop, Heard(words("First part."), -0.1), Heard(words("Second part."), -0.1))
    heard = hear(one(engine), speech, Span(600, 606), Span(608, 614))
    assert engine.lengths == [12.0, 6.0, 6.0]
    assert text(heard) == "First part. Second part."
    assert heard.segments[1].start >= 608
    assert heard.dropped == ()


def test_the_first_look_stays_where_the_second_is_no_surer(speech: Sound) -> None:
    engine = Engine("e", Heard(words("The first."), -1.2), Heard(words("Another."), -1.9))
    assert text(hear(one(engine), speech, Span(600, 606), Span(608, 614))) == "The first."


def test_each_language_is_read_by_its_engine(speech: Sound) -> None:
    russian, english = Engine("giga", Heard(words("Добрый день."))), Engine("whisper", Heard(words("Good morning.")))
    detector = Detector({"ru": 0.99, "en": 0.01}, {"ru": 0.01, "en": 0.99})
    engines = Engines(lambda language: Choice(russian if language == "ru" else english), detector)
    heard = hear(engines, speech, Span(600, 615), Span(616, 630), language=AUTO)
    assert [(segment.language, segment.text) for segment in heard.segments] == [
        ("ru", "Добрый день."),
        ("en", "Good morning."),
    ]
    assert heard.engine == "giga + whisper"
    assert detector.forgotten


def test_a_clip_in_doubt_may_turn_out_to_be_of_another_language(speech: Sound) -> None:
    russian, english = Engine("giga", Heard(words("Гуд монинг."), -1.5)), Engine("whisper", Heard(words("Good."), -0.1))
    detector = Detector({"ru": 0.95, "en": 0.05}, {"ru": 0.02, "en": 0.98})
    engines = Engines(lambda language: Choice(russian if language == "ru" else english), detector)
    heard = hear(engines, speech, Span(600, 606), language=AUTO)
    assert [(segment.language, segment.text) for segment in heard.segments] == [("en", "Good.")]


def test_without_a_detector_letters_tell_the_language(speech: Sound) -> None:
    engine = Engine("parakeet", Heard(words("Добрый день.")), Heard(words("Good morning.")))
    heard = hear(one(engine), speech, Span(600, 615), Span(616, 630), language=AUTO)
    assert [segment.language for segment in heard.segments] == ["ru", "en"]
    assert engine.languages == ["en", "en"]


def test_an_engine_that_cannot_listen_for_the_vocabulary_says_so_once(speech: Sound) -> None:
    heard = hear(one(Engine("giga", Heard(words("Да.")))), speech, Span(600, 615), Span(616, 630), vocabulary="CRM SLA")
    assert [notice.code for notice in heard.notices] == ["vocabulary-unused"]
    assert "giga" in heard.notices[0].message


def test_what_is_to_be_known_of_an_engine_is_told(speech: Sound) -> None:
    notice = Notice("second-best-model", "...")
    engines = Engines(lambda _: Choice(Engine("e", Heard(words("Да."))), (notice,)))
    assert hear(engines, speech, language=RU).notices == (notice,)


def test_an_engine_that_hears_nothing(speech: Sound) -> None:
    heard = hear(one(Engine("e", Heard(()))), speech)
    assert (heard.segments, heard.language, heard.dropped) == ((), None, ())


def test_a_sentence_that_was_left_out_is_asked_for_once_more(speech: Sound) -> None:
    first = Heard(words("Good morning, Mark.", start=0.5), -0.1)
    engine = Engine("e", first, Heard(words("I am ready."), -0.1))
    heard = hear(one(engine), speech, Span(600, 604), Span(606, 609))
    assert engine.lengths == [7.0, 3.0]
    assert [(line.text, line.start) for line in heard.segments] == [
        ("Good morning, Mark.", 600.5),
        ("I am ready.", 606),
    ]


def test_a_guess_does_not_take_the_place_of_a_sentence_that_was_left_out(speech: Sound) -> None:
    first = Heard(words("Good morning, Mark.", start=0.5), -0.1)
    engine = Engine("e", first, Heard(words("I am ready."), -1.5))
    assert text(hear(one(engine), speech, Span(600, 604), Span(606, 609))) == "Good morning, Mark."
