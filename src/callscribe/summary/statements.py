"""The sentences of a call, each with its stems, its rank and whether it states anything."""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from callscribe.models import Insight, InsightKind, Segment
from callscribe.summary.cues import act, is_closing, is_formality, is_question, kinds
from callscribe.summary.lexrank import Array, choose, rank
from callscribe.summary.stems import stems
from callscribe.summary.text import Sentence, sentences

#: A sentence with fewer stems than this is a greeting, an agreement or a filler.
_SUBSTANCE = 3
#: Words of two sentences that can be shown as one.
_LONGEST = 40
#: How much more than other sentences a decision or action item is worth telling.
_WEIGHT = 1.2


class Statements:
    """The sentences of a call, ranked once, to be chosen from in several ways."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.sentences = sentences(segments)
        #: Of each sentence.
        self.stems = [stems(sentence.text) for sentence in self.sentences]
        self._kinds = [kinds(sentence.text) for sentence in self.sentences]

    def best(self, count: int, worth: Callable[[Sentence], float] = lambda _: 1) -> list[int]:
        """Positions of the `count` best statements, best first, none repeating another.

        `worth` is what a sentence is worth against others that say as much; 0: it is not wanted.
        """
        weights = np.array([worth(sentence) for sentence in self.sentences], dtype=np.float32)
        return choose(self.stems, self._scores * weights, count)

    def of(self, kind: InsightKind) -> list[int]:
        """Positions of the decisions or action items, in the order of the call, each worded once."""
        first: dict[frozenset[str] | int, int] = {}
        for at, those in enumerate(self._kinds):
            if kind in those and self._says_something(kind, at):
                first.setdefault(frozenset(self.stems[at]) if len(self.stems[at]) > 1 else at, at)
        return list(first.values())

    def whole(self, position: int) -> list[int]:
        """A sentence that says too little, with the one before or after it of the same speaker; else by itself."""
        sentence = self.sentences[position]
        for near in (position - 1, position + 1):
            if not 0 <= near < len(self.sentences) or self._kinds[near] or len(self.stems[near]) <= 1:
                continue
            other = self.sentences[near]
            is_short = len(other.text.split()) + len(sentence.text.split()) <= _LONGEST
            if other.speaker == sentence.speaker and is_short and not is_question(other.text):
                return sorted((near, position))
        return [position]

    def insight(self, kind: InsightKind, *positions: int) -> Insight:
        """One sentence, or a few that follow each other, as evidence of themselves."""
        run = [self.sentences[position] for position in positions]
        segments = tuple(dict.fromkeys(segment for sentence in run for segment in sentence.segments))
        text, quote = (" ".join(parts) for parts in zip(*((one.tidy, one.text) for one in run), strict=True))
        return Insight(kind, text, segments, quote, run[0].start, run[-1].end)

    def _says_something(self, kind: InsightKind, position: int) -> bool:
        """Whether a sentence names what it is about, or may leave that to another one: "That one is mine"."""
        if len(self.stems[position]) > 1:
            return True
        text = self.sentences[position].text
        if kind is InsightKind.DECISION:
            return (bool(self.stems[position]) and is_closing(text)) or len(self.whole(position)) > 1
        task = act(text)
        return task is not None and (task.is_vague or task.is_offered)

    @cached_property
    def _scores(self) -> Array:
        stated = np.array([self._is_statement(i) for i in range(len(self.sentences))], dtype=bool)
        weights = np.array([_WEIGHT if those else 1 for those in self._kinds], dtype=np.float32)
        return np.where(stated, rank(self.stems) * weights, 0).astype(np.float32)

    def _is_statement(self, position: int) -> bool:
        text = self.sentences[position].text
        return len(self.stems[position]) >= _SUBSTANCE and not is_question(text) and not is_formality(text)


def most_central(texts: Sequence[str], count: int) -> list[int]:
    """Positions of the `count` texts that say most of what all of them say, best first; all where there are fewer."""
    if len(texts) <= count:
        return list(range(len(texts)))
    found = [stems(text) for text in texts]
    return choose(found, rank(found), count)
