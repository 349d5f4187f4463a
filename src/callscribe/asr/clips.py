"""Puts the speech of a window into clips for a speech model, and finds a moment of a clip in the call. Pure functions.

A clip holds speech alone: what is silent between two stretches is left out, beyond the third of a second of it that
each stretch has around it. So a model is not asked to listen to silence, where it invents text and misplaces words, and
a channel on which mostly the other party's silence is heard costs only what is said on it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from callscribe.asr.segmentation import ends_sentence
from callscribe.models import Span, Word

# Whisper hears 30 s at once; a clip stays below that, so that nothing at its end is cut off.
_MAX_S = 28.0
_SHORT_S = 12.0

#: How many clips, how many of them short, minus the seconds of silence between them; and where the first one ends.
_Way = tuple[tuple[int, int, float], int]


@dataclass(frozen=True, slots=True)
class Clip:
    """Stretches of speech that a model hears as one; never empty, in order of time."""

    spans: tuple[Span, ...]

    @property
    def start(self) -> float:
        """Seconds, in the call."""
        return self.spans[0].start

    @property
    def end(self) -> float:
        """Seconds, in the call."""
        return self.spans[-1].end

    @property
    def length(self) -> float:
        """Seconds of speech."""
        return sum(span.end - span.start for span in self.spans)

    def in_call(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """Words whose times are seconds from the start of the clip, at their times in the call.

        Each lies in one stretch, that which holds most of it: nobody takes a breath of seconds within a word. One that
        begins a sentence lies in the one in which it ends, since engines count the silence before it as part of it.
        """
        return tuple(
            self._placed(word, begins=before is not None and ends_sentence(before) and not ends_sentence(word))
            for before, word in zip([None, *words], words, strict=False)
        )

    def _placed(self, word: Word, *, begins: bool) -> Word:
        at = 0.0
        found: list[tuple[float, Span]] = []
        for span in self.spans:
            length = span.end - span.start
            begin, end = (min(max(time - at, 0.0), length) for time in (word.start, word.end))
            away = max(at - word.start, word.start - at - length, 0.0)
            found.append((end - begin if end > begin else -away, Span(span.start + begin, span.start + end)))
            at += length
        inside = [place for share, place in found if share > 0]
        place = inside[-1] if begins and inside else max(found, key=lambda one: one[0])[1]
        return replace(word, start=place.start, end=max(place.start, place.end))


def clips(speech: Sequence[Span], longest: float = _MAX_S) -> list[Clip]:
    """Group stretches of speech into clips of at most `longest` seconds.

    They are as few as can be, since whatever its length each costs Whisper a pass over 30 s; of these ways the one with
    the fewest clips under 12 s, and of these the one that is parted at the longest silences.
    """
    pieces = [piece for span in speech for piece in _pieces(span, longest)]
    best: list[_Way] = [((0, 0, 0.0), 0)] * (len(pieces) + 1)
    for first in reversed(range(len(pieces))):
        best[first] = min(_ways(pieces, first, best, longest))
    found: list[Clip] = []
    first = 0
    while first < len(pieces):
        _, end = best[first]
        found.append(Clip(tuple(pieces[first:end])))
        first = end
    return found


def _pieces(span: Span, longest: float) -> list[Span]:
    """Somebody who speaks for longer than a clip is cut into equal pieces; there is no silence to be had."""
    length = span.end - span.start
    count = max(1, -int(-length // longest))
    bounds = [span.start + length * i / count for i in range(count)] + [span.end]
    return [replace(span, start=bounds[i], end=bounds[i + 1]) for i in range(count)]


def _ways(pieces: Sequence[Span], first: int, best: Sequence[_Way], longest: float) -> Iterator[_Way]:
    """Every clip that can begin with piece `first`, each followed by the best way for the pieces after it."""
    length = 0.0
    for end in range(first + 1, len(pieces) + 1):
        length += pieces[end - 1].end - pieces[end - 1].start
        # A piece can be longer than the limit by a rounding error, and has to be taken all the same.
        if length > longest and end > first + 1:
            return
        count, short, silence = best[end][0]
        pause = pieces[end].start - pieces[end - 1].end if end < len(pieces) else 0.0
        yield (count + 1, short + (length < _SHORT_S), silence - pause), end
