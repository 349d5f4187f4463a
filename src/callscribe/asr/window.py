"""One window's way to text: its languages, the words of its clips, a second look at what is in doubt, lines."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Protocol

import numpy as np

from callscribe.asr import guards, unheard
from callscribe.asr.clips import Clip, clips
from callscribe.asr.evidence import speaks
from callscribe.asr.language import EXPECTED, Passage, passages
from callscribe.asr.recognizer import Heard, Recognizer
from callscribe.asr.segmentation import lines, monotonic, unsqueezed
from callscribe.asr.unheard import Told
from callscribe.models import Dropped, DropReason, LanguageChoice, Notice, Segment, Span, Window, WindowTranscript, Word
from callscribe.ports import Report
from callscribe.sound import SAMPLE_RATE, Sound

#: Seconds of a clip at most where words are looked for once more: in so little a model rarely loses itself.
_SECOND_LOOK_S = 7.0
#: Of the clips that another engine reads, every so manieth is listened to for its language.
_STRIDE = 4
_MARGIN_S = 0.2

_VOCABULARY_UNUSED = (
    "The names and terms that were given were not listened for where {language} was spoken: the model {engine} cannot. "
    "Whisper can; set CALLSCRIBE_ASR_MODEL to one of its models and upload the call again."
)


class Detector(Protocol):
    """Tells languages apart."""

    def detect(self, clips: Iterable[Sound]) -> Sequence[Mapping[str, float]]:
        """How likely each language (ISO 639-1) is, 0..1, for each clip of at most 28 s."""

    def forget(self) -> None:
        """No more words will be asked for of what was listened to."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What reads a language, and what a user should know of that."""

    recognizer: Recognizer
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Engines:
    """What reads which language."""

    #: The engine for a language. Raises `ModelMissing`.
    reader: Callable[[str], Choice]
    #: None: nothing can tell languages apart.
    detector: Detector | None = None
    #: The language in which everything is read then, and that text in Latin letters is taken to be in.
    assumed: str = LanguageChoice.EN.value


def transcribe(
    engines: Engines,
    sound: Sound,
    window: Window,
    language: LanguageChoice,
    report: Report,
    *,
    vocabulary: Sequence[str] = (),
) -> WindowTranscript:
    """Turn one window's sound into segments in call time. Raises `ModelMissing`."""
    return _Hearing(engines, sound, window, report, vocabulary).transcript(language)


@dataclass
class _Hearing:
    engines: Engines
    sound: Sound
    window: Window
    report: Report
    vocabulary: Sequence[str]
    dropped: list[Dropped] = field(default_factory=list)
    notices: dict[Notice, None] = field(default_factory=dict)
    readers: dict[str, None] = field(default_factory=dict)
    heard_s: float = 0.0

    def transcript(self, language: LanguageChoice) -> WindowTranscript:
        """The whole way."""
        detected = language is LanguageChoice.AUTO
        found = self._passages(self.window.speech) if detected else [self._asked(language.value)]
        segments: list[Segment] = []
        for passage in found:
            for read_in, words in self._read(passage, detected):
                after = segments[-1].end if segments else self.window.start
                known = self.engines.detector or not detected
                spoken = read_in if known else _by_letters(words, read_in)
                timed = unsqueezed(words, self.window.speech)
                segments += lines(monotonic(timed, after, self.window.end), spoken)
        if self.engines.detector:
            self.engines.detector.forget()
        main = _main_language(segments)
        sure = [passage.probability for passage in found if passage.language == main]
        return WindowTranscript(
            tuple(segments),
            main,
            sum(sure) / len(sure) if sure else 0.0,
            " + ".join(self.readers),
            tuple(self.notices),
            dropped=tuple(self.dropped),
        )

    def _asked(self, language: str) -> Passage:
        return Passage(language, 1.0, tuple(clips(self.window.speech)))

    def _passages(self, speech: Sequence[Span]) -> list[Passage]:
        detector = self.engines.detector
        if detector is None:
            return [Passage(self.engines.assumed, 0.0, tuple(clips(speech)))]
        # Whisper has encoded what it listened to, and need not do so again for the words.
        readers: list[object] = [self.engines.reader(language).recognizer for language in EXPECTED]
        stride = 1 if all(reader is detector for reader in readers) else _STRIDE
        return passages(speech, lambda cut: detector.detect(map(self._sound, cut)), stride)

    def _read(self, passage: Passage, detected: bool) -> Iterator[tuple[str, list[Word]]]:
        """The words of a passage by language, in call time; what was in doubt was read twice, what was left out too."""
        for clip, heard in zip(passage.clips, self._recognize(passage.clips, passage.language), strict=True):
            again = [*self._again(clip, passage.language, detected)] if guards.doubtful(heard) else []
            surer = bool(again) and _certainty([one for _, _, one in again]) > _certainty([heard])
            readings = again if surer else [(clip, passage.language, heard)]
            told = [Told(word, read_in) for part, read_in, one in readings for word in self._believed(part, one)]
            for read_in, words in groupby(
                self._completed(clip, passage.language, told, detected), lambda one: one.language
            ):
                yield read_in, [one.word for one in words]

    def _completed(self, clip: Clip, language: str, told: list[Told], detected: bool) -> list[Told]:
        """With what is said in stretches of speech of which nothing was written."""
        silent = unheard.stretches(clip, [one.word for one in told])
        for part, read_in, heard in self._again(Clip(silent), language, detected) if silent and told else ():
            words = [] if guards.doubtful(heard) else self._believed(part, heard)
            for span in part.spans:
                found = [Told(word, read_in) for word in words if span.start <= word.start <= span.end]
                told = unheard.completed(told, found) if found else told
        return told

    def _again(self, clip: Clip, language: str, detected: bool) -> Iterator[tuple[Clip, str, Heard]]:
        """A second look, in shorter clips, whose language is asked for anew."""
        for passage in self._passages(clip.spans) if detected else [Passage(language, 1.0, (clip,))]:
            parts = [part for whole in passage.clips for part in clips(whole.spans, _SECOND_LOOK_S)]
            found = self._recognize(parts, passage.language, counted=False)
            yield from ((part, passage.language, heard) for part, heard in zip(parts, found, strict=True))

    def _recognize(self, cut: Sequence[Clip], language: str, *, counted: bool = True) -> Iterator[Heard]:
        choice = self.engines.reader(language)
        reader = choice.recognizer
        self.readers[reader.name] = None
        self.notices |= dict.fromkeys(choice.notices)
        if self.vocabulary and not reader.takes_vocabulary:
            message = _VOCABULARY_UNUSED.format(language=language, engine=reader.name)
            self.notices[Notice("vocabulary-unused", message)] = None
        whole = sum(span.end - span.start for span in self.window.speech)
        found = reader.recognize(map(self._sound, cut), language, self.vocabulary)
        for clip, heard in zip(cut, found, strict=True):
            if counted:
                self.heard_s += clip.length
                self.report(min(self.heard_s / whole, 1.0))
            yield replace(heard, words=clip.in_call(heard.words))

    def _believed(self, clip: Clip, heard: Heard) -> list[Word]:
        """The words without what nobody said, which is kept apart."""
        uncut = guards.cut_loops(heard.words)
        for loop in uncut.loops:
            self._drop(loop, DropReason.LOOP)
        words = list(uncut.kept)
        if words and (guards.no_speech(heard) or guards.unsure(heard)) and not speaks(self._sound(clip)):
            self._drop(words, DropReason.NO_SPEECH if guards.no_speech(heard) else DropReason.UNSURE)
            return []
        kept: list[Word] = []
        for line in lines(words, ""):
            around = Clip((Span(line.start - _MARGIN_S, line.end + _MARGIN_S),))
            if guards.phrase_of_silence(line.words) and not speaks(self._sound(around)):
                self._drop(line.words, DropReason.SILENCE)
            else:
                kept += line.words
        return kept

    def _drop(self, words: Sequence[Word], reason: DropReason) -> None:
        text = " ".join(word.text for word in words)
        self.dropped.append(Dropped(words[0].start, max(word.end for word in words), text, reason))

    def _sound(self, clip: Clip) -> Sound:
        """Its stretches, one after the other."""
        bounds = [
            [max(0, round((at - self.window.start) * SAMPLE_RATE)) for at in (one.start, one.end)] for one in clip.spans
        ]
        return np.concatenate([self.sound[begin:end] for begin, end in bounds])


def _by_letters(words: Sequence[Word], otherwise: str) -> str:
    letters = [char for word in words for char in word.text.lower() if char.isalpha()]
    cyrillic = sum("а" <= char <= "ё" for char in letters)
    return LanguageChoice.RU.value if 2 * cyrillic > len(letters) else otherwise


def _certainty(heard: Sequence[Heard]) -> float:
    """Mean log-probability over what was written; what says nothing of itself, or loops, is not better than that."""
    written = [one for one in heard if one.words]
    if not written or any(one.log_probability is None for one in written):
        return float("-inf")
    count = sum(len(one.words) for one in written)
    mean = sum((one.log_probability or 0.0) * len(one.words) for one in written) / count
    return mean - sum(len(loop) for one in written for loop in guards.cut_loops(one.words).loops) / count


def _main_language(segments: Sequence[Segment]) -> str | None:
    seconds: defaultdict[str, float] = defaultdict(float)
    for segment in segments:
        seconds[segment.language] += segment.end - segment.start
    return max(seconds, key=lambda language: seconds[language], default=None)
