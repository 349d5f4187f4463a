"""Subtitle cues from a transcript: short enough to be read, and never two at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from callscribe.models import Segment, Transcript, Word

#: The limits of a cue, as subtitling guides and players have them.
LINES, LINE_LENGTH = 2, 42
#: Milliseconds a cue is shown at least, also when another speaker starts at the same moment.
SHORTEST = 500
#: Characters of a name in front of a cue; longer ones are cut, so that there is always room for words.
LONGEST_NAME = 24


@dataclass(frozen=True, slots=True)
class Cue:
    """What is on the screen from `start` to `end`."""

    #: Milliseconds from the start of the call.
    start: int
    end: int
    speaker: str | None
    #: At most `LINES` lines of at most `LINE_LENGTH` characters, none blank, without `-->`.
    text: str


def cues(transcript: Transcript, *, named: bool) -> list[Cue]:
    """Cut the segments into cues in order of time; if `named`, each cue's text begins with `Name: `.

    Where people speak at the same time, a cue gives way to the next one or waits for its turn.
    """
    found = (cue for segment in transcript.segments for cue in _of_segment(segment, named))
    return _in_turn(sorted(found, key=lambda cue: cue.start))


def _of_segment(segment: Segment, named: bool) -> Iterator[Cue]:
    speaker = _plain(segment.speaker or "") or None
    prefix = f"{_shortened(speaker)}: " if named and speaker else ""
    for words in _packed(_short_words(segment), prefix):
        start, end = round(words[0].start * 1000), round(words[-1].end * 1000)
        yield Cue(start, end, speaker, "\n".join(_lines(prefix, words)))


def _packed(words: Iterable[Word], prefix: str) -> Iterator[list[Word]]:
    """Groups of words that fill a cue each."""
    group: list[Word] = []
    for word in words:
        if group and len(_lines(prefix, [*group, word])) > LINES:
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _lines(prefix: str, words: Iterable[Word]) -> list[str]:
    lines: list[str] = []
    for piece in (prefix + " ".join(word.text for word in words)).split():
        if lines and len(lines[-1]) + 1 + len(piece) <= LINE_LENGTH:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return lines


def _short_words(segment: Segment) -> Iterator[Word]:
    """The segment's words, none longer than a line.

    Where they are missing or do not spell the segment's text, its time is shared out by length instead.
    """
    text = _plain(segment.text)
    words: Iterable[Word] = [replace(word, text=_plain(word.text)) for word in segment.words if word.text.strip()]
    if " ".join(word.text for word in words) != text:
        words = _shared_out(text.split(), segment.start, segment.end)
    for word in words:
        pieces = [word.text[at : at + LINE_LENGTH] for at in range(0, len(word.text), LINE_LENGTH)]
        yield from _shared_out(pieces, word.start, word.end)


def _shared_out(pieces: list[str], start: float, end: float) -> Iterator[Word]:
    """Pieces of text that follow each other from `start` to `end`, each as long as its share of the characters."""
    ends = list(accumulate(map(len, pieces)))
    edges = [start] + [start + (end - start) * at / ends[-1] for at in ends]
    for piece, (begin, finish) in zip(pieces, pairwise(edges), strict=True):
        yield Word(begin, finish, piece, 1.0)


def _in_turn(found: list[Cue]) -> list[Cue]:
    starts = list(accumulate((cue.start for cue in found), lambda last, start: max(start, last + SHORTEST)))
    return [
        replace(cue, start=start, end=int(min(max(cue.end, start + SHORTEST), limit)))
        for cue, (start, limit) in zip(found, pairwise([*starts, float("inf")]), strict=True)
    ]


def _plain(text: str) -> str:
    """One line, without the arrow that would end a cue's text."""
    return " ".join(text.split()).replace("-->", "→")


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"
