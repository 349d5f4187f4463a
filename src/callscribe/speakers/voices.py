"""How the speakers of a window sound."""

from collections.abc import Sequence

from callscribe.models import Segment, Voice, Window
from callscribe.ports import SpeakerEmbedder
from callscribe.sound import SAMPLE_RATE, Sound
from callscribe.speakers.pieces import pieces


def voices(embedder: SpeakerEmbedder, sound: Sound, window: Window, segments: Sequence[Segment]) -> tuple[Voice, ...]:
    """A vector for each stretch of one voice; `sound` is that of the window, times are those of the call."""
    spans = pieces(segments)
    cuts = [
        sound[round((span.start - window.start) * SAMPLE_RATE) : round((span.end - window.start) * SAMPLE_RATE)]
        for span in spans
    ]
    if not cuts:
        return ()
    return tuple(
        Voice(span.start, span.end, tuple(float(number) for number in vector))
        for span, vector in zip(spans, embedder.embed(cuts), strict=True)
    )
