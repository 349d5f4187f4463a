"""What a speech engine does: words of short clips of speech. All else about a window is done once for all engines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from callscribe.models import Word
from callscribe.sound import Sound


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine wrote for one clip."""

    #: Their times are seconds from the start of the clip.
    words: tuple[Word, ...]
    #: Mean over the tokens; None where the engine does not say.
    log_probability: float | None = None
    #: 0..1, how likely there is no speech; None where the engine does not say.
    no_speech: float | None = None


class Recognizer(Protocol):
    """A speech engine with its model loaded."""

    @property
    def name(self) -> str:
        """Engine, model and precision, for example `faster-whisper small int8`."""

    @property
    def takes_vocabulary(self) -> bool:
        """Whether it can listen for names and terms."""

    def recognize(self, clips: Iterable[Sound], language: str, vocabulary: Sequence[str] = ()) -> Iterator[Heard]:
        """What is said in each clip of at most 28 s, in their order, as soon as it is known.

        `language` is an ISO 639-1 code. Raises `ModelMissing` where the model lacks the language.
        """


def batches(clips: Iterable[Sound], size: int) -> Iterator[list[Sound]]:
    """`size` clips at a time, the last batch may hold fewer; none is asked for before its turn."""
    waiting = iter(clips)
    while batch := list(islice(waiting, size)):
        yield batch
