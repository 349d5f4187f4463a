"""Cuts segments into stretches that one voice is likely to speak: what gets a vector. Pure functions."""

from collections.abc import Iterator, Sequence

from callscribe.models import Segment, Span, Word

#: A pause this long may be a change of voices, and so may the end of a sentence.
_PAUSE_S = 0.25
_SENTENCE_END = (".", "?", "!", "…")
#: A longer stretch is cut into equal parts, so that a change inside it is found.
_MAX_S = 3.0
#: A shorter one says too little of a voice, and goes with its nearer neighbour in the segment, unless that is far.
_MIN_S, _FAR_S = 0.6, 0.5
#: What stays shorter than this has no vector.
_LEAST_S = 0.2


def pieces(segments: Sequence[Segment]) -> list[Span]:
    """Stretches of one voice each, of 0.2 to 3 s and in order of time; each lies inside one segment."""
    found = [span for segment in segments for span in _of_segment(segment)]
    return sorted(found, key=lambda span: (span.start, span.end))


def _of_segment(segment: Segment) -> Iterator[Span]:
    stretches: list[Span] = []
    for before, word in zip([None, *segment.words], segment.words, strict=False):
        if before is None or _may_change(before, word):
            stretches.append(Span(word.start, word.end))
        else:
            stretches[-1] = Span(stretches[-1].start, max(stretches[-1].end, word.end))
    for span in _joined(stretches):
        length = span.end - span.start
        count = max(1, -int(-length // _MAX_S))
        for part in range(count if length >= _LEAST_S else 0):
            yield Span(span.start + length * part / count, span.start + length * (part + 1) / count)


def _may_change(before: Word, word: Word) -> bool:
    return word.start - before.end >= _PAUSE_S or before.text.endswith(_SENTENCE_END)


def _joined(stretches: Sequence[Span]) -> list[Span]:
    """Without short ones beside others: each goes with its nearer neighbour, the one before it if both are as near."""
    found = list(stretches)
    at = 0
    while at < len(found):
        gaps = [
            (found[first + 1].start - found[first].end, first)
            for first in (at - 1, at)
            if 0 <= first < len(found) - 1 and found[at].end - found[at].start < _MIN_S
        ]
        gap, first = min(gaps, default=(_FAR_S, at))
        if gap < _FAR_S:
            found[first : first + 2] = [Span(found[first].start, max(found[first].end, found[first + 1].end))]
            at = first
        else:
            at += 1
    return found
