"""A transcript as tokens and sentences, and text cut to size."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from callscribe.models import Segment, Word
from callscribe.summary.fillers import clean

#: The longest summary, in words.
MAX_WORDS = 500

#: A number, in figures or in words.
NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|"
    r"hundred|thousand|million|percent|дв[ае]|три|четыре|пять|шесть|семь|восемь|девять|десять|\w+надцать|двадцать|тридцать|"
    r"сорок|(?:пять|шесть|семь|восемь)десят|девяносто|сто|двести|(?:три|четыре)ста|\w+сот|тысяч\w*|миллион\w*|"
    r"процент\w*)\b",
    re.IGNORECASE,
)

#: Seconds of silence after which a sentence that lacks its full stop is over.
_PAUSE = 2.0
#: Words after which a stretch without any full stop is cut.
_LONGEST = 40
_END = re.compile(r"[.!?…]+[\"'»”)]*$")
_ABBREVIATIONS = frozenset({"mr.", "mrs.", "ms.", "dr.", "e.g.", "i.e.", "vs.", "т.", "г.", "ул.", "руб.", "тыс."})
_NOTHING_SAID = {"ru": "В этой записи не найдено речи.", "en": "No speech was found in this recording."}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the call as written, with where and when it was said."""

    text: str
    #: Position in `Transcript.segments`.
    segment: int
    start: float
    end: float
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the call, verbatim; without punctuation, a breath of one speaker."""

    text: str
    #: Positions in `Transcript.segments`.
    segments: tuple[int, ...]
    start: float
    end: float
    speaker: str | None

    @property
    def tidy(self) -> str:
        """Without fillers, with a capital first letter and a full stop, as it is shown to a reader."""
        text = clean(self.text)
        text = text[:1].upper() + text[1:]
        return text if _END.search(text) else text.rstrip(" ,;:—-") + "."


def tokens(segments: Sequence[Segment]) -> list[Token]:
    """All words of a call in order; times are the words' own where the segment has one time for each."""
    found = []
    for position, segment in enumerate(segments):
        parts = segment.text.split()
        spans: Sequence[Word | Segment] = segment.words if len(segment.words) == len(parts) else [segment] * len(parts)
        for part, span in zip(parts, spans, strict=True):
            found.append(Token(part, position, span.start, span.end, segment.speaker))
    return found


def sentences(segments: Sequence[Segment]) -> list[Sentence]:
    """Cut a call into sentences of one speaker each.

    A sentence may run over several segments. Where an engine writes no punctuation, every segment is a sentence.
    """
    punctuated = _is_punctuated(segments)
    return [_sentence(run) for run in _runs(tokens(segments), punctuated)]


def quoted(run: Sequence[Token]) -> tuple[str, tuple[int, ...]]:
    """The text of neighbouring tokens and the segments that they are in."""
    return " ".join(token.text for token in run), tuple(dict.fromkeys(token.segment for token in run))


def count_words(text: str) -> int:
    """Words between white space."""
    return len(text.split())


def cut(text: str, words: int = MAX_WORDS) -> str:
    """Shorten a text to at most `words` words, at the end of a sentence where there is one."""
    parts = text.split()
    if len(parts) <= words:
        return text.strip()
    kept = parts[:words]
    ends = [number for number, part in enumerate(kept, 1) if _END.search(part)]
    return " ".join(kept[: ends[-1]]) if ends else " ".join(kept[: words - 1]) + " …"


def nothing_said(language: str | None) -> str:
    """What a summary says of a call without speech."""
    return _NOTHING_SAID.get(language or "en", _NOTHING_SAID["en"])


def is_cyrillic(text: str) -> bool:
    """Whether most letters are Cyrillic."""
    letters = [char for char in text.casefold() if char.isalpha()]
    return 2 * sum("а" <= char <= "я" or char == "ё" for char in letters) > len(letters)


def _is_punctuated(segments: Sequence[Segment]) -> bool:
    spoken = [segment.text for segment in segments if segment.text.strip()]
    return 4 * sum(bool(re.search(r"[.!?…]", text)) for text in spoken) >= len(spoken)


def _runs(words: Sequence[Token], punctuated: bool) -> Iterator[list[Token]]:
    run = list(words[:1])
    for before, word in pairwise(words):
        if len(run) >= _LONGEST or _is_border(before, word, punctuated):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _is_border(before: Token, after: Token, punctuated: bool) -> bool:
    if before.speaker != after.speaker:
        return True
    if before.segment != after.segment and (not punctuated or after.start - before.end > _PAUSE):
        return True
    if not _END.search(before.text) or before.text.casefold() in _ABBREVIATIONS:
        return False
    return not after.text[0].islower()


def _sentence(run: Sequence[Token]) -> Sentence:
    text, segments = quoted(run)
    return Sentence(text, segments, run[0].start, run[-1].end, run[0].speaker)
