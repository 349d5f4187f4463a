"""Where a call turns to something else, and what each stretch is about.

Borders are found as in TextTiling (Hearst 1997, https://aclanthology.org/J97-1003): where the words before and after a
sentence differ more than further to the left and to the right.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from math import log1p, sqrt
from statistics import fmean, pstdev

from callscribe.models import Chapter, Segment
from callscribe.summary.stems import stems
from callscribe.summary.text import Sentence, cut, sentences
from callscribe.summary.topics import common, titles

#: Seconds. A shorter call needs no chapters.
_SHORTEST_CALL = 240.0
#: Seconds of a chapter. What is longer is cut where its words differ most, even if they differ little.
_SHORTEST, _LONGEST = 120.0, 600.0
#: Sentences of a chapter.
_FEWEST = 5
#: Chapters of a call.
_MOST = 40
#: Words before and after a sentence that are compared, not counting those that say nothing.
_BLOCK = 90
#: Sentences to both sides of a gap among which the highest places are looked for.
_NEAR = 30
#: A gap that is less deep is none, however even the rest is.
_SHALLOW = 0.4
#: Words of a title that is a sentence, where nothing is named.
_TITLE = 8


def chapters(segments: Sequence[Segment]) -> tuple[Chapter, ...]:
    """In order of time, the first from the start of the call; none of a call that is short and about one thing."""
    said = sentences(segments)
    if not said or said[-1].end < _SHORTEST_CALL:
        return ()
    starts = [0, *_borders(said)]
    if len(starts) == 1:
        return ()
    parts = [[one.text for one in said[first:end]] for first, end in pairwise([*starts, len(said)])]
    times = [0.0, *(said[start].start for start in starts[1:])]
    named = zip(times, titles(segments, parts), parts, strict=True)
    return tuple(Chapter(time, _capital(title or _sentence(part))) for time, title, part in named)


def _borders(said: Sequence[Sentence]) -> list[int]:
    """Sentences with which chapters begin, but the first; the deepest gaps first, as long as there are not too many."""
    depths = _depths(_cohesion(said))
    clear = max(fmean(depths) + pstdev(depths), _SHALLOW)
    longest = max(_LONGEST, said[-1].end / 30)
    found: list[int] = []
    gaps: list[tuple[float, int, int, int]] = []
    stretches = [(0, len(said))]
    while len(found) < _MOST - 1:
        for first, end in stretches:
            gap = _gap(said, depths, first, end)
            if gap is not None and (depths[gap] >= clear or _length(said, first, end) > longest):
                heappush(gaps, (-depths[gap], gap, first, end))
        if not gaps:
            break
        _, at, first, end = heappop(gaps)
        found.append(at)
        stretches = [(first, at), (at, end)]
    return sorted(found)


def _gap(said: Sequence[Sentence], depths: Sequence[float], first: int, end: int) -> int | None:
    """The deepest gap inside the sentences `first..end` that leaves enough on both sides; if all are alike, midway."""
    shortest = max(_SHORTEST, said[-1].end / 100)
    inside = [
        at
        for at in range(first + _FEWEST, end - _FEWEST + 1)
        if min(_length(said, first, at), _length(said, at, end)) >= shortest
    ]
    middle = (said[first].start + said[end - 1].end) / 2
    return max(inside, key=lambda at: (depths[at], -abs(said[at].start - middle)), default=None)


def _length(said: Sequence[Sentence], first: int, end: int) -> float:
    """Seconds from the beginning of the one sentence to the end of the one before the other."""
    return said[end - 1].end - said[first].start


def _cohesion(said: Sequence[Sentence]) -> list[float]:
    """How alike, 0 to 1, what is said before each sentence and from it on is."""
    documents = [[word for word in stems(sentence.text) if word not in common()] for sentence in said]
    frequency = Counter(word for document in documents for word in set(document))
    weights = {word: log1p(len(said) / times) ** 2 for word, times in frequency.items()}
    blocks = _Blocks([word for document in documents for word in document], weights)
    found = []
    for document in documents:
        found.append(blocks.likeness)
        for _ in document:
            blocks.move()
    return found


def _depths(cohesion: Sequence[float]) -> list[float]:
    """How deep each place lies below the highest ones nearby, on the left and on the right."""
    return [
        max(cohesion[max(at - _NEAR, 0) : at + 1]) + max(cohesion[at : at + _NEAR + 1]) - 2 * here
        for at, here in enumerate(cohesion)
    ]


class _Blocks:
    """The words before a place in a call and from it on, as vectors whose cosine is at hand at each step."""

    def __init__(self, words: Sequence[str], weights: Mapping[str, float]) -> None:
        self._words = words
        self._weights = weights
        self._at = 0
        self._before: Counter[str] = Counter()
        self._after: Counter[str] = Counter()
        self._product = self._square_before = self._square_after = 0.0
        for word in words[:_BLOCK]:
            self._change_after(word, 1)

    @property
    def likeness(self) -> float:
        """The cosine of both, 0 where one is empty."""
        square = self._square_before * self._square_after
        return self._product / sqrt(square) if square > 0 else 0.0

    def move(self) -> None:
        """Go one word further."""
        word = self._words[self._at]
        self._change_after(word, -1)
        self._change_before(word, 1)
        if self._at >= _BLOCK:
            self._change_before(self._words[self._at - _BLOCK], -1)
        if self._at + _BLOCK < len(self._words):
            self._change_after(self._words[self._at + _BLOCK], 1)
        self._at += 1

    def _change_before(self, word: str, by: int) -> None:
        weight, count = self._weights[word], self._before[word]
        self._square_before += weight * by * (2 * count + by)
        self._product += weight * by * self._after[word]
        self._before[word] = count + by

    def _change_after(self, word: str, by: int) -> None:
        weight, count = self._weights[word], self._after[word]
        self._square_after += weight * by * (2 * count + by)
        self._product += weight * by * self._before[word]
        self._after[word] = count + by


def _sentence(part: Sequence[str]) -> str:
    """The one with which a part begins that says most."""
    return cut(max(part[:_FEWEST], key=len), _TITLE)


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]
