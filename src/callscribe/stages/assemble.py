"""Assemble: the segments of all windows become one transcript."""

from collections import defaultdict

from callscribe.models import LanguageChoice, Segment, Transcript


def assemble(segments: tuple[Segment, ...], asked: LanguageChoice) -> Transcript:
    """Segments in order of time, and the language most of the speech is in, or was asked for where nobody speaks."""
    ordered = tuple(sorted(segments, key=lambda segment: (segment.start, segment.end)))
    return Transcript(ordered, _main_language(ordered) or (None if asked is LanguageChoice.AUTO else asked.value))


def _main_language(segments: tuple[Segment, ...]) -> str | None:
    seconds: defaultdict[str, float] = defaultdict(float)
    for segment in segments:
        seconds[segment.language] += segment.end - segment.start
    return max(seconds, key=lambda language: seconds[language], default=None)
