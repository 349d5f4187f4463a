"""Transcribes recordings one after the other and counts what is wrong."""

import importlib
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from callscribe.errors import BadMedia, StageFailed
from callscribe.evaluation import needs_extra, speakers, words
from callscribe.evaluation.manifest import Item
from callscribe.evaluation.speakers import SpeakerErrors
from callscribe.evaluation.words import Comparison
from callscribe.models import LanguageChoice, Transcript

#: Seconds before and after a change of speakers in which nothing counts: the customary, and none.
COLLARS = (0.25, 0.0)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came out of a recording."""

    transcript: Transcript
    #: Seconds of the recording.
    duration: float


#: Raises `BadMedia` and `StageFailed` for a recording that cannot be used; any other error ends the evaluation.
Transcribe = Callable[[Path, LanguageChoice], Heard]


@dataclass(frozen=True, slots=True)
class Scored:
    """How well a recording was transcribed."""

    id: str
    #: The one given for it, or else the one that was detected; None where nothing was heard.
    language: str | None
    #: Seconds of the recording, and of work on it.
    duration: float
    elapsed: float
    comparison: Comparison
    #: One for each of `COLLARS`; None where nobody has written down who speaks when.
    speakers: tuple[SpeakerErrors, ...] | None


@dataclass(frozen=True, slots=True)
class Failed:
    """A recording that could not be transcribed."""

    id: str
    #: One sentence for people.
    reason: str


def evaluate(items: Sequence[Item], transcribe: Transcribe, *, drop_fillers: bool) -> Iterator[Scored | Failed]:
    """Yield what became of each item, in their order. Raises `ConfigError` where a part is not installed."""
    if any(item.turns for item in items):
        with needs_extra():  # now, and not after an hour of work
            importlib.import_module("pyannote.metrics.diarization")
    for item in items:
        started = time.perf_counter()
        try:
            heard = transcribe(item.audio, item.language)
        except (BadMedia, StageFailed) as exc:
            yield Failed(item.id, str(exc))
            continue
        elapsed = time.perf_counter() - started
        yield _scored(item, heard, elapsed, words.compare(item.text, heard.transcript, drop_fillers=drop_fillers))


def _scored(item: Item, heard: Heard, elapsed: float, comparison: Comparison) -> Scored:
    given = None if item.language is LanguageChoice.AUTO else item.language.value
    by_collar = (speakers.compare(item.turns, heard.transcript, heard.duration, collar=collar) for collar in COLLARS)
    return Scored(
        item.id,
        given or heard.transcript.language,
        heard.duration,
        elapsed,
        comparison,
        tuple(by_collar) if item.turns else None,
    )


def peak_memory_mb() -> float:
    """The most memory that this process held at once, resident, in MB (10^6 bytes); without that of its children."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
