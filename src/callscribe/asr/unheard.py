"""Speech of which nothing was written, and words found there later. Pure functions.

A speech model sometimes leaves out a sentence in the middle of a clip, or writes it with the time of another one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from callscribe.asr.clips import Clip
from callscribe.models import Span, Word

#: A shorter stretch may be a breath, a laugh or a knock.
_SHORTEST_S = 1.2
#: Somewhat beside a word's time is still its time.
_MARGIN_S = 0.1
#: So many of the words, in a row, are the same sentence.
_SAME = 0.6


@dataclass(frozen=True, slots=True)
class Told:
    """A word and the language (ISO 639-1) it was read in."""

    word: Word
    language: str


def stretches(clip: Clip, words: Sequence[Word]) -> tuple[Span, ...]:
    """The stretches of speech in a clip during which no word was said."""
    return tuple(
        span
        for span in clip.spans
        if span.end - span.start >= _SHORTEST_S
        and not any(word.start < span.end - _MARGIN_S and word.end > span.start + _MARGIN_S for word in words)
    )


def completed(words: Sequence[Told], found: Sequence[Told]) -> list[Told]:
    """The words of a clip with those that were found in one of its stretches, in order of time.

    If the same sentence was there already, at another time, the one with the right time takes its place.
    """
    match = SequenceMatcher(None, _plain(words), _plain(found), autojunk=False).find_longest_match()
    is_there = match.size and match.size >= _SAME * len(found)
    rest = [*words[: match.a], *words[match.a + match.size :]] if is_there else words
    return sorted([*rest, *found], key=lambda told: (told.word.start, told.word.end))


def _plain(words: Sequence[Told]) -> list[str]:
    return [re.sub(r"\W", "", told.word.text.lower()) for told in words]
