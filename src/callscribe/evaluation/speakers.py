"""How well speakers are told apart: the diarization error rate (NIST RT-09), computed by pyannote.metrics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from callscribe.evaluation.manifest import SpokenTurn
from callscribe.models import Transcript

if TYPE_CHECKING:
    from pyannote.core import Annotation

#: Whoever nobody gave a name; no display name is empty.
_UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class SpeakerErrors:
    """Seconds of speech that are with the wrong speaker, out of how many; where two speak at once, both count."""

    #: Of the reference.
    total: float
    missed: float
    false_alarm: float
    confusion: float

    @property
    def rate(self) -> float | None:
        """0..1 and more; None where nobody speaks."""
        return (self.missed + self.false_alarm + self.confusion) / self.total if self.total else None


def compare(turns: Sequence[SpokenTurn], heard: Transcript, duration: float, *, collar: float) -> SpeakerErrors:
    """What is wrong in one recording of `duration` seconds, whose speakers may have other names in the transcript.

    Nothing counts within `collar` seconds before and after the start and the end of a turn. Speech where two speak at
    once does count. Lines without a speaker are all of one.
    """
    from pyannote.core import Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    said = _annotation((turn.start, turn.end, turn.speaker) for turn in turns)
    found = _annotation((line.start, line.end, line.speaker or _UNKNOWN) for line in heard.segments)
    end = max([duration, *(turn.end for turn in turns), *(line.end for line in heard.segments)])
    # What pyannote calls a collar is both sides of it together.
    metric = DiarizationErrorRate(collar=2 * collar, skip_overlap=False)
    parts = metric(said, found, uem=Timeline([Segment(0.0, end)]), detailed=True)
    names = "total", "missed detection", "false alarm", "confusion"
    return SpeakerErrors(*(float(parts[name]) for name in names))


def total(errors: Iterable[SpeakerErrors]) -> SpeakerErrors:
    """Those of a corpus, summed."""
    counts = [(each.total, each.missed, each.false_alarm, each.confusion) for each in errors]
    return SpeakerErrors(*map(sum, zip(*counts, strict=True))) if counts else SpeakerErrors(0.0, 0.0, 0.0, 0.0)


def _annotation(turns: Iterable[tuple[float, float, str]]) -> "Annotation":
    from pyannote.core import Annotation, Segment

    annotation = Annotation()
    for track, (start, end, speaker) in enumerate(turns):
        annotation[Segment(start, end), track] = speaker
    return annotation.support()  # nobody speaks twice at once
