"""Cuts words into the lines that people read. Pure functions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from callscribe.models import Segment, Span, Word

_LINE_MAX_S = 15.0
_PAUSE_S = 0.8  # a silence this long ends a line, whatever the punctuation
_INSTANT_S = 0.05  # a word, or a pause between two, that takes no time
_SQUEEZED_WORDS = 4  # so many of these, one after the other, are no speech
_SLOWEST_S = 0.6  # seconds a word of slow speech
_BREATH_S = 0.3  # with a silence this long a short sentence is a line of its own
_SHORT_WORDS = 4  # a sentence of fewer words ("Good.") shares its line with the next one
_SENTENCE_END = (".", "?", "!", "…")
_CLAUSE_END = (",", ";", ":", "—", "–")
_CLAUSE_BONUS_S = 0.3  # a comma makes a place as good to cut as that much more silence


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


def unsqueezed(words: Sequence[Word], speech: Sequence[Span]) -> list[Word]:
    """The words, those that are squeezed into no time spread over the speech that follows, by their letters.

    Whisper's alignment now and then puts a whole utterance into its first instants; nobody says 20 words a second.
    """
    found = list(words)
    for run in _squeezed(words):
        begin, latest = words[run.start].start, words[run.start].start + _SLOWEST_S * len(run)
        if run.stop < len(words):
            latest = min(latest, words[run.stop].start)
        spoken = [span for span in speech if span.end > begin + _INSTANT_S and span.start < latest]
        if not spoken:
            continue
        begin, end = max(begin, spoken[0].start), min(latest, spoken[-1].end)
        if end <= words[run.stop - 1].end:
            continue
        total = sum(len(words[at].text) for at in run)
        for at in run:
            until = begin + (end - begin) * len(words[at].text) / total
            found[at], begin, total = replace(words[at], start=begin, end=until), until, total - len(words[at].text)
    return found


def ends_sentence(word: Word) -> bool:
    """Whether a mark says so."""
    return word.text.endswith(_SENTENCE_END)


def _squeezed(words: Sequence[Word]) -> Iterator[range]:
    first = 0
    for at, word in enumerate(words):
        follows = at > first and word.start - words[at - 1].end <= _INSTANT_S
        if word.end - word.start > _INSTANT_S or not (follows or at == first):
            yield from _run(first, at)
            first = at + (word.end - word.start > _INSTANT_S)
    yield from _run(first, len(words))


def _run(first: int, stop: int) -> Iterator[range]:
    if stop - first >= _SQUEEZED_WORDS:
        yield range(first, stop)


def _ends_line(line: Sequence[Word], following: Word) -> bool:
    pause = following.start - line[-1].end
    if pause >= _PAUSE_S:
        return True
    return ends_sentence(line[-1]) and (pause >= _BREATH_S or len(line) >= _SHORT_WORDS)


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
