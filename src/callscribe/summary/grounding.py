"""Whether what a model claims was said: its quotes are looked up in the call, and the call's own words are kept."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from rapidfuzz import fuzz

from callscribe.models import Insight, InsightKind, Segment
from callscribe.summary.answers import Item
from callscribe.summary.stems import stems
from callscribe.summary.text import Token, is_cyrillic, quoted, tokens

#: Least likeness (0..100) of a quote and the words of the call; models drop commas and mend endings.
_LIKENESS = 85
#: A quote of fewer words may be anywhere by chance and counts only where it is cited.
_FEWEST_WORDS = 3
#: Citing more segments than this is citing none.
_WIDEST = 10


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of the call."""

    quote: str
    #: Positions in `Transcript.segments`.
    segments: tuple[int, ...]
    start: float
    end: float


class Source:
    """The words of a call, to be searched regardless of case, punctuation and ё."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._words = _words(segments)
        self._text = " ".join(_plain(word.text) for word in self._words)
        lengths = [len(_plain(word.text)) + 1 for word in self._words]
        self._starts = list(accumulate(lengths, initial=0))[: len(lengths)]

    def find(self, quote: str, cited: Iterable[int]) -> Evidence | None:
        """Look for a quote in the cited segments, then in the whole call; None where it is in neither."""
        wanted = _plain_text(quote)
        if not wanted:
            return None
        known = [position for position in cited if 0 <= position < len(self._segments)]
        found = None
        if known and max(known) - min(known) < _WIDEST:
            found = self.find_between(quote, min(known), max(known))
        if found is None and wanted.count(" ") + 1 >= _FEWEST_WORDS:
            found = self._match(wanted, 0, len(self._text))
        return found

    def find_between(self, quote: str, first: int, last: int) -> Evidence | None:
        """Look for a quote, which may be a single word, in the segments `first..last` alone."""
        wanted = _plain_text(quote)
        return self._match(wanted, *self._stretch(first, last)) if wanted else None

    def supports(self, claim: str, evidence: Evidence) -> bool:
        """Whether a claim shares a word with the evidence or the segments next to it.

        A claim without such words, or in another script than the call's, cannot be compared in this way and passes.
        """
        first, last = max(evidence.segments[0] - 1, 0), evidence.segments[-1] + 2
        context = " ".join(segment.text for segment in self._segments[first:last])
        wanted = set(stems(claim))
        comparable = wanted and is_cyrillic(claim) == is_cyrillic(context)
        return not comparable or not wanted.isdisjoint(stems(context))

    def _stretch(self, first: int, last: int) -> tuple[int, int]:
        """Where in the plain text the segments `first..last` begin and end."""
        begin = bisect_left(self._words, first, key=_segment)
        end = bisect_right(self._words, last, key=_segment)
        if begin == end:
            return 0, 0
        return self._starts[begin], self._starts[end - 1] + len(_plain(self._words[end - 1].text))

    def _match(self, wanted: str, begin: int, end: int) -> Evidence | None:
        text = self._text[begin:end]
        exact = f" {text} ".find(f" {wanted} ")
        if exact >= 0:
            return self._evidence(begin + exact, begin + exact + len(wanted))
        if len(wanted) > len(text):
            return self._evidence(begin, end) if fuzz.ratio(wanted, text) >= _LIKENESS else None
        found = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=_LIKENESS)
        return self._evidence(begin + found.dest_start, begin + found.dest_end) if found else None

    def _evidence(self, begin: int, end: int) -> Evidence:
        """The whole words that the plain text holds in `begin..end`."""
        begin += self._text[begin] == " "
        end -= self._text[end - 1] == " "
        first = bisect_right(self._starts, begin) - 1
        last = bisect_right(self._starts, end - 1)
        run = self._words[first:last]
        quote, segments = quoted(run)
        return Evidence(quote, segments, run[0].start, run[-1].end)


#: What is known of an insight beside its evidence.
Complete = Callable[[Insight, Item], Insight]


def _as_it_is(insight: Insight, _: Item) -> Insight:
    return insight


def ground(
    claims: Iterable[tuple[InsightKind, Item]], source: Source, complete: Complete = _as_it_is
) -> tuple[list[Insight], int]:
    """Keep the claims that the call bears out, in the order of the call, and count those that it does not.

    A claim that rests on the same words as an earlier one of its kind is kept once and not counted. `complete` adds
    what else the call says of one that is kept.
    """
    kept: dict[tuple[InsightKind, str], Insight] = {}
    dropped = 0
    for kind, item in claims:
        evidence = source.find(item.quote, item.segments)
        if evidence is None or not source.supports(item.text, evidence):
            dropped += 1
            continue
        insight = Insight(kind, item.text.strip(), evidence.segments, evidence.quote, evidence.start, evidence.end)
        if (kind, evidence.quote) not in kept:
            kept[kind, evidence.quote] = complete(insight, item)
    return sorted(kept.values(), key=lambda insight: (insight.segments, insight.start)), dropped


def _words(segments: Sequence[Segment]) -> list[Token]:
    """The words of a call; a dash that stands alone belongs to the word before it."""
    words: list[Token] = []
    for token in tokens(segments):
        if _plain(token.text):
            words.append(token)
        elif words and words[-1].segment == token.segment:
            words[-1] = replace(words[-1], text=f"{words[-1].text} {token.text}")
    return words


def _segment(word: Token) -> int:
    return word.segment


def _plain(word: str) -> str:
    return "".join(char for char in word.casefold().replace("ё", "е") if char.isalnum())


def _plain_text(text: str) -> str:
    return " ".join(plain for word in text.split() if (plain := _plain(word)))
