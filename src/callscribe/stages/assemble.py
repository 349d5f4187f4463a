"""Assemble: the segments of all windows become one transcript."""

from collections import defaultdict

from callscribe.models import Segment, Transcript


def assemble(segments: tuple[Segment, ...]) -> Transcript:
    """Segments in order of time, and the language most of the speech is in."""
    ordered = tuple(sorted(segments, key=lambda segment: (segment.start, segment.end)))
    return Transcript(ordered, main_language(ordered))


def main_language(segments: tuple[Segment, ...]) -> str | None:
    """The language with the most seconds of speech; None where nothing was said."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for segment in segments:
        seconds[segment.language] += segment.end - segment.start
    return max(seconds, key=lambda language: seconds[language], default=None)
