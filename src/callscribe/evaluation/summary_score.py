"""The figures of summaries, each with its counts; docs/evaluation.md explains them."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from callscribe.models import InsightKind

#: What is looked for in a call; key points are a matter of taste.
KINDS = (InsightKind.DECISION, InsightKind.ACTION_ITEM, InsightKind.QUESTION)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some things are right."""

    right: int = 0
    of: int = 0

    @property
    def rate(self) -> float | None:
        """0..1; None where there are none."""
        return self.right / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Finds:
    """How many items of one kind were found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    #: Further ones on what was found already: neither right nor wrong.
    repeated: int = 0

    @property
    def precision(self) -> float | None:
        """0..1; None where nothing was found."""
        return Share(self.right, self.right + self.wrong).rate

    @property
    def recall(self) -> float | None:
        """0..1; None where there is nothing to find."""
        return Share(self.right, self.right + self.missed).rate

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both, 0..1; None where nothing was found and nothing is there."""
        return Share(2 * self.right, 2 * self.right + self.wrong + self.missed).rate


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of some summaries together."""

    calls: int
    finds: dict[InsightKind, Finds]
    #: Of the action items that were found, those for which either side has one.
    owner: Share
    due: Share
    due_date: Share
    facts: Share
    #: Items whose quote is in the segments that they cite.
    faithful: Share
    #: Statements of an LLM that were left out, since the call does not bear them out.
    ungrounded: int
    #: Words of the longest summary.
    words: int
    #: Seconds of work.
    elapsed: float


def total(scores: Sequence[Score]) -> Score:
    """The figures of all of them together: counts are summed, so that a call with more in it weighs more."""
    return Score(
        calls=sum(score.calls for score in scores),
        finds={kind: Finds(*_sums([score.finds[kind] for score in scores])) for kind in KINDS},
        owner=Share(*_sums([score.owner for score in scores])),
        due=Share(*_sums([score.due for score in scores])),
        due_date=Share(*_sums([score.due_date for score in scores])),
        facts=Share(*_sums([score.facts for score in scores])),
        faithful=Share(*_sums([score.faithful for score in scores])),
        ungrounded=sum(score.ungrounded for score in scores),
        words=max((score.words for score in scores), default=0),
        elapsed=sum(score.elapsed for score in scores),
    )


def _sums(counts: Sequence[Share] | Sequence[Finds]) -> list[int]:
    return [sum(column) for column in zip(*map(astuple, counts), strict=True)]
