"""Cuts audio for a speech model, and its words into the lines that people read. Pure functions."""

from collections.abc import Iterator, Sequence

from callscribe.models import Segment, Span, Word

# Whisper hears 30 s at once; a clip stays below that, so that nothing at its end is cut off.
_CLIP_MAX_S = 28.0
_CLIP_MIN_S = 12.0

#: How many clips, how many of them short, minus the seconds of silence between them; and where the first one ends.
_Way = tuple[tuple[int, int, float], int]

_LINE_MAX_S = 15.0
_PAUSE_S = 0.8  # a silence this long ends a line, whatever the punctuation
_BREATH_S = 0.3  # with a silence this long a short sentence is a line of its own
_SHORT_WORDS = 4  # a sentence of fewer words ("Good.") shares its line with the next one
_SENTENCE_END = (".", "?", "!", "…")
_CLAUSE_END = (",", ";", ":", "—", "–")
_CLAUSE_BONUS_S = 0.3  # a comma makes a place as good to cut as that much more silence


def clips(speech: Sequence[Span]) -> list[Span]:
    """Group stretches of speech into clips of at most 28 s.

    They are as few as can be, since whatever its length each costs the model a pass over 30 s; of these ways the one
    with the fewest clips under 12 s, and of these the one that is parted at the longest silences.
    """
    pieces = [piece for span in speech for piece in _pieces(span)]
    best: list[_Way] = [((0, 0, 0.0), 0)] * (len(pieces) + 1)
    for first in reversed(range(len(pieces))):
        best[first] = min(_ways(pieces, first, best))
    found: list[Span] = []
    first = 0
    while first < len(pieces):
        _, end = best[first]
        found.append(Span(pieces[first].start, pieces[end - 1].end))
        first = end
    return found


def lines(words: Sequence[Word], language: str) -> list[Segment]:
    """Cut words into segments: a sentence or a breath, at most 15 s."""
    found: list[list[Word]] = []
    for word in words:
        if not found or _ends_line(found[-1], word):
            found.append([])
        found[-1].append(word)
    return [_segment(part, language) for line in found for part in _within_limit(line)]


def monotonic(words: Sequence[Word], start: float, end: float) -> list[Word]:
    """The words with times that never go back and stay inside `start..end`."""
    found: list[Word] = []
    at = start
    for word in words:
        begin = min(max(word.start, at), end)
        at = min(max(word.end, begin), end)
        found.append(Word(begin, at, word.text, word.probability))
    return found


def _pieces(span: Span) -> list[Span]:
    """Somebody who speaks for longer than a clip is cut into equal pieces; there is no silence to be had."""
    length = span.end - span.start
    count = max(1, -int(-length // _CLIP_MAX_S))
    return [Span(span.start + length * i / count, span.start + length * (i + 1) / count) for i in range(count)]


def _ways(pieces: Sequence[Span], first: int, best: Sequence[_Way]) -> Iterator[_Way]:
    """Every clip that can begin with piece `first`, each followed by the best way for the pieces after it."""
    for end in range(first + 1, len(pieces) + 1):
        length = pieces[end - 1].end - pieces[first].start
        # A piece can be longer than the limit by a rounding error, and has to be taken all the same.
        if length > _CLIP_MAX_S and end > first + 1:
            return
        count, short, silence = best[end][0]
        pause = pieces[end].start - pieces[end - 1].end if end < len(pieces) else 0.0
        yield (count + 1, short + (length < _CLIP_MIN_S), silence - pause), end


def _ends_line(line: Sequence[Word], following: Word) -> bool:
    pause = following.start - line[-1].end
    if pause >= _PAUSE_S:
        return True
    return line[-1].text.endswith(_SENTENCE_END) and (pause >= _BREATH_S or len(line) >= _SHORT_WORDS)


def _within_limit(line: list[Word]) -> list[list[Word]]:
    if len(line) < 2 or line[-1].end - line[0].start <= _LINE_MAX_S:
        return [line]
    cut = max(range(1, len(line)), key=lambda at: _quality(line, at))
    return [*_within_limit(line[:cut]), *_within_limit(line[cut:])]


def _quality(line: Sequence[Word], at: int) -> float:
    """How good a place the gap before word `at` is, in seconds of silence; the middle is preferred to the edges."""
    before, after = line[at - 1], line[at]
    clause = _CLAUSE_BONUS_S if before.text.endswith(_CLAUSE_END + _SENTENCE_END) else 0.0
    length = line[-1].end - line[0].start
    off_centre = abs((before.end + after.start) / 2 - line[0].start - length / 2) / length
    return after.start - before.end + clause - off_centre


def _segment(words: Sequence[Word], language: str) -> Segment:
    text = " ".join(word.text for word in words)
    return Segment(words[0].start, words[-1].end, text, tuple(words), language)
