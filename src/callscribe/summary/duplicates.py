"""Things that were said, and so claimed, more than once: each is kept once, with all its evidence."""

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from callscribe.models import Insight, InsightKind
from callscribe.summary.stems import stems

#: Least likeness (0..100) of the stems of two texts that say the same.
_LIKENESS = 80
_NUMBER = re.compile(r"\d+")


def merged(insights: Sequence[Insight]) -> list[Insight]:
    """Near-duplicates of one kind become the first of them, which gets the segments of all; the order stays.

    An owner and a due date that only a later one has are taken over.
    """
    kept: list[Insight] = []
    known_words: dict[InsightKind, list[tuple[str, int]]] = {}
    for insight in insights:
        words = " ".join(stems(insight.text))
        known = known_words.setdefault(insight.kind, [])
        place = next((at for at in _alike(words, known) if _same(kept[at], insight)), None)
        if place is None:
            known.append((words, len(kept)))
            kept.append(insight)
        else:
            kept[place] = _joined(kept[place], insight)
    return kept


def _alike(words: str, known: Sequence[tuple[str, int]]) -> list[int]:
    """Where those of similar words are kept, the most similar first; words in another order are the same."""
    found = process.extract(
        words, [those for those, _ in known], scorer=fuzz.token_sort_ratio, score_cutoff=_LIKENESS, limit=5
    )
    return [known[position][1] for _, _, position in found]


def _same(one: Insight, other: Insight) -> bool:
    """Whether texts of similar words mean one thing: of the same numbers, people and days."""
    return (
        _NUMBER.findall(one.text) == _NUMBER.findall(other.text)
        and _agree(one.owner, other.owner)
        and _agree(one.due_date, other.due_date)
    )


def _agree(one: object, other: object) -> bool:
    return one is None or other is None or one == other


def _joined(one: Insight, other: Insight) -> Insight:
    owned, due = (one if one.owner else other), (one if one.due else other)
    return replace(
        one,
        segments=tuple(sorted({*one.segments, *other.segments})),
        owner=owned.owner,
        is_assigned=owned.is_assigned,
        due=due.due,
        due_date=due.due_date,
    )
