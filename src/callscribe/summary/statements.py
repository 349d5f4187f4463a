"""The sentences of a call, each with its stems, its rank and whether it states anything."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import numpy as np

from callscribe.models import Insight, InsightKind, Segment
from callscribe.summary.cues import is_formality, is_question, kinds
from callscribe.summary.lexrank import Array, choose, rank
from callscribe.summary.stems import Stemmer
from callscribe.summary.text import Sentence, sentences

#: A sentence with fewer stems than this is a greeting, an agreement or a filler.
_SUBSTANCE = 3
#: How much more than other sentences a decision or action item is worth telling.
_WEIGHT = 1.2


class Statements:
    """The sentences of a call, ranked once, to be chosen from in several ways."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.sentences = sentences(segments)
        stem = Stemmer()
        self._stems = [stem(sentence.text) for sentence in self.sentences]
        self._kinds = [kinds(sentence.text) for sentence in self.sentences]

    def best(self, count: int, wanted: Callable[[Sentence], bool] = lambda _: True) -> list[int]:
        """Positions of the `count` best statements of those that are wanted, best first, none repeating another."""
        chosen = [wanted(sentence) for sentence in self.sentences]
        return choose(self._stems, np.where(chosen, self._scores, 0).astype(np.float32), count)

    def of(self, kind: InsightKind) -> list[int]:
        """Positions of the decisions or action items, in the order of the call, each worded once."""
        found = [i for i, those in enumerate(self._kinds) if kind in those and len(self._stems[i]) > 1]
        return _first_of_each(found, self._stems)

    def insight(self, kind: InsightKind, position: int) -> Insight:
        """One sentence as evidence of itself."""
        sentence = self.sentences[position]
        return Insight(kind, sentence.tidy, sentence.segments, sentence.text, sentence.start, sentence.end)

    @cached_property
    def _scores(self) -> Array:
        stated = np.array([self._is_statement(i) for i in range(len(self.sentences))], dtype=bool)
        weights = np.array([_WEIGHT if those else 1 for those in self._kinds], dtype=np.float32)
        return np.where(stated, rank(self._stems) * weights, 0).astype(np.float32)

    def _is_statement(self, position: int) -> bool:
        text = self.sentences[position].text
        return len(self._stems[position]) >= _SUBSTANCE and not is_question(text) and not is_formality(text)


def most_central(texts: Sequence[str], count: int) -> list[int]:
    """Positions of the `count` texts that say most of what all of them say, best first; all where there are fewer."""
    if len(texts) <= count:
        return list(range(len(texts)))
    stem = Stemmer()
    stems = [stem(text) for text in texts]
    return choose(stems, rank(stems), count)


def _first_of_each(positions: Iterable[int], stems: Sequence[Sequence[str]]) -> list[int]:
    first: dict[frozenset[str], int] = {}
    for position in positions:
        first.setdefault(frozenset(stems[position]), position)
    return list(first.values())
