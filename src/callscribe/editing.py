"""How the lines of a transcript are corrected, and how corrections are undone. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from callscribe.asr.segmentation import monotonic
from callscribe.errors import BadRequest
from callscribe.models import CorrectionKind, Segment, Word


@dataclass(frozen=True, slots=True)
class Renaming:
    """A speaker who got another name; None is nobody who is known."""

    old: str | None
    new: str | None
    #: Ids of those that had the old name. Others may have had the new one before.
    segments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody changed: the segments as they were and as they became; none where a speaker was renamed."""

    id: int
    made_at: datetime
    kind: CorrectionKind
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]
    renaming: Renaming | None = None


def with_text(segment: Segment, text: str) -> Segment:
    """The segment with another text. Words that stay keep their times; others share that of the words they replace."""
    return _of(segment, _aligned(segment, text.split()))


def split(segment: Segment, at: int) -> tuple[Segment, Segment]:
    """Two segments of one: the second begins with character `at`. The first keeps the id, the second has none yet.

    A word that is cut shares out its time by length. Raises `BadRequest` if a part would be blank.
    """
    if at < 0 or not (segment.text[:at].strip() and segment.text[at:].strip()):
        raise BadRequest("at: both parts must have text; give the position of a character inside the segment.")
    first, second = _cut(_spelled(segment), sum(map(len, segment.text[:at].split())))
    head = replace(segment, end=first[-1].end)
    tail = replace(segment, start=second[0].start, id=None)
    return _of(head, first), _of(tail, second)


def merge(first: Segment, second: Segment) -> Segment:
    """The first segment with the words of the second added to its own."""
    whole = replace(first, end=max(first.end, second.end))
    return _of(whole, monotonic([*_spelled(first), *_spelled(second)], whole.start, whole.end))


def undo(segments: Iterable[Segment], corrections: Sequence[Correction]) -> tuple[Segment, ...]:
    """The stored segments as they were before the corrections, which come oldest first; in order of time."""
    found = {segment.id: segment for segment in segments}
    for correction in reversed(corrections):
        if correction.renaming:
            found |= _named_back(found, correction.renaming)
        for segment in correction.after:
            found.pop(segment.id, None)
        found |= {segment.id: segment for segment in correction.before}
    return tuple(sorted(found.values(), key=lambda segment: (segment.start, segment.id or 0)))


def renamed(statements: Mapping[str, Sequence[str]], old: str | None, new: str | None) -> dict[str, list[str]]:
    """What each speaker said, under the new name what was said under both; what nobody known said is left out."""
    found: dict[str, list[str]] = {}
    for name, texts in statements.items():
        present = new if name == old else name
        if present is not None:
            said = found.setdefault(present, [])
            said += [text for text in texts if text not in said]
    return found


def _named_back(segments: Mapping[int | None, Segment], renaming: Renaming) -> dict[int | None, Segment]:
    """A segment that is not among them was made later, or is gone by a later correction."""
    return {id: replace(segments[id], speaker=renaming.old) for id in renaming.segments if id in segments}


def _of(segment: Segment, words: Sequence[Word]) -> Segment:
    return replace(segment, text=" ".join(word.text for word in words), words=tuple(words))


def _spelled(segment: Segment) -> Sequence[Word]:
    """A word with a time for each of the text, even where an engine gave no such words."""
    texts = segment.text.split()
    return segment.words if [word.text for word in segment.words] == texts else _aligned(segment, texts)


def _aligned(segment: Segment, texts: Sequence[str]) -> Sequence[Word]:
    old = segment.words
    matcher = SequenceMatcher(None, [word.text.casefold() for word in old], [text.casefold() for text in texts])
    found: list[Word] = []
    for change, first, end, at, to in matcher.get_opcodes():
        if change == "equal":
            found += [replace(word, text=text) for word, text in zip(old[first:end], texts[at:to], strict=True)]
        elif change != "delete":
            found += _shared_out(texts[at:to], *_place(segment, first, end))
    return monotonic(found, segment.start, segment.end)


def _place(segment: Segment, first: int, end: int) -> tuple[float, float]:
    """The time of the words `first..end`; where these are none, that between their neighbours."""
    words = segment.words
    if first < end:
        return words[first].start, words[end - 1].end
    return (
        words[first - 1].end if first > 0 else segment.start,
        words[first].start if first < len(words) else segment.end,
    )


def _shared_out(texts: Sequence[str], start: float, end: float) -> list[Word]:
    """Words that take the time by their lengths. A person wrote them, so they are sure."""
    reached = list(accumulate(map(len, texts), initial=0))
    borders = [min(start + (end - start) * part / reached[-1], end) for part in reached]  # rounding may go too far
    return [Word(begin, until, text, 1.0) for text, (begin, until) in zip(texts, pairwise(borders), strict=True)]


def _cut(words: Sequence[Word], letters: int) -> tuple[list[Word], list[Word]]:
    """The words up to so many characters, spaces not counted, and the rest."""
    first: list[Word] = []
    second: list[Word] = []
    for word in words:
        if letters >= len(word.text):
            first.append(word)
        elif letters <= 0:
            second.append(word)
        else:
            head, tail = _shared_out((word.text[:letters], word.text[letters:]), word.start, word.end)
            first.append(head)
            second.append(tail)
        letters -= len(word.text)
    return first, second
