"""PocketSphinx with the English model its package carries: for machines that can get no better model."""

import math
from collections.abc import Sequence

import numpy as np
from pocketsphinx import Decoder

from callscribe.asr.segmentation import lines, monotonic
from callscribe.errors import ModelMissing
from callscribe.models import LanguageChoice, Notice, Segment, Span, Window, WindowTranscript, Word
from callscribe.ports import Report
from callscribe.sound import SAMPLE_RATE, Sound

_FRAME_S = 0.01
# Mean log posterior of the words. English gave -0.4 on our sample, Russian -2.1: the same English words for anything.
_NOT_ENGLISH = -1.3
_ENOUGH_S = 15.0
_ENGINE = "pocketsphinx en-us"
_APPROXIMATE = Notice(
    "builtin_speech_model",
    "Transcribed by the built-in English recogniser, which makes many mistakes, because no speech model is on this "
    "machine. Run `callscribe models pull small` while online and upload the call again.",
)
_VOCABULARY_UNUSED = Notice(
    "vocabulary-unused",
    "The names and terms that were given were not listened for, because the built-in English recogniser knows only its "
    "own words; run `callscribe models pull small` while online and upload the call again.",
)
_PULL = "Run `callscribe models pull {model}` while online, then try again."


class SphinxTranscriber:
    """English only; `pull` is the name of the model that a user should fetch instead."""

    def __init__(self, pull: str) -> None:
        self._decoder = Decoder(loglevel="FATAL")
        self._advice = _PULL.format(model=pull)

    def transcribe(
        self,
        sound: Sound,
        window: Window,
        language: LanguageChoice,
        report: Report,
        vocabulary: Sequence[str] = (),
    ) -> WindowTranscript:
        """Every line carries the same notice in the result. Raises `ModelMissing` for any other language."""
        if language not in (LanguageChoice.EN, LanguageChoice.AUTO):
            raise ModelMissing(f"No speech model for this language is on this machine. {self._advice}")
        samples = np.clip(sound * 32768, -32768, 32767).astype(np.int16)
        segments: list[Segment] = []
        # Judged early, so that nobody waits for a window of nonsense, and once more by all of it.
        enough = next((span for span in window.speech if span.end - window.speech[0].start > _ENOUGH_S), None)
        for span in window.speech:
            report((span.start - window.start) / (window.end - window.start))
            begin, end = (round((at - window.start) * SAMPLE_RATE) for at in (span.start, span.end))
            words = monotonic(self._words(samples[begin:end].tobytes(), span), span.start, span.end)
            segments += lines(words, LanguageChoice.EN.value)
            if (
                language is LanguageChoice.AUTO
                and span in (enough, window.speech[-1])
                and not _sounds_english(segments)
            ):
                raise ModelMissing(
                    "This does not sound like clear English, and no speech model for other languages is on this "
                    f"machine. {self._advice}"
                )
        notices = (_APPROXIMATE, _VOCABULARY_UNUSED) if vocabulary else (_APPROXIMATE,)
        return WindowTranscript(tuple(segments), LanguageChoice.EN.value if segments else None, 1.0, _ENGINE, notices)

    def _words(self, pcm: bytes, span: Span) -> list[Word]:
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, full_utt=True)
        self._decoder.end_utt()
        return [
            Word(
                span.start + unit.start_frame * _FRAME_S,
                span.start + (unit.end_frame + 1) * _FRAME_S,
                unit.word.split("(")[0],  # "the(2)" is a second pronunciation
                min(max(unit.prob, 0.0), 1.0),
            )
            for unit in self._decoder.seg() or ()
            if not unit.word.startswith(("<", "["))
        ]


def _sounds_english(segments: list[Segment]) -> bool:
    logs = [math.log(max(word.probability, 1e-9)) for segment in segments for word in segment.words]
    return not logs or sum(logs) / len(logs) > _NOT_ENGLISH
