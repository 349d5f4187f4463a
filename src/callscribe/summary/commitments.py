"""Who has to do what until when, as far as the call bears out what a model claims of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from callscribe.models import Insight, InsightKind, Segment
from callscribe.summary import due
from callscribe.summary.answers import Action, Item
from callscribe.summary.grounding import Source
from callscribe.summary.owners import Owners
from callscribe.summary.people import People
from callscribe.summary.stems import stems
from callscribe.summary.text import Sentence

#: Segments before and after the evidence in which the day may be named.
_NEAR = 3


class Commitments:
    """Those of one call, whose sentences are `said`; `called_on` is the day from which "tomorrow" is counted."""

    def __init__(
        self, segments: Sequence[Segment], said: Sequence[Sentence], source: Source, called_on: date | None
    ) -> None:
        self._segments = segments
        self._source = source
        self._called_on = called_on
        self._owners = Owners(said)
        self._people = People(segment.speaker for segment in segments)
        self._speakers = {name.casefold(): name for name in self._people.speakers}
        self._said = {stem for segment in segments for stem in stems(segment.text)}

    def complete(self, insight: Insight, claim: Item) -> Insight:
        """An action item with its owner and its due date; what the model says of them counts where it was said."""
        if insight.kind != InsightKind.ACTION_ITEM:
            return insight
        named, words = (claim.owner, claim.due) if isinstance(claim, Action) else (None, None)
        owner = self._named(named or "") or self._owners.of(insight)
        until = self._due(insight, words or "")
        return replace(
            insight,
            owner=owner,
            is_assigned=owner != self._segments[insight.segments[0]].speaker,
            due=until,
            due_date=due.resolve(until, self._called_on) if until and self._called_on else None,
        )

    def _named(self, named: str) -> str | None:
        """A speaker or, if it was said, a name; a model that knows nobody says so in many ways."""
        named = " ".join(named.split())
        known = self._speakers.get(named.casefold()) or self._people.named(named)
        if known in self._people.speakers:
            return known
        words = stems(named)
        return named if named[:1].isupper() and words and self._said.issuperset(words) else None

    def _due(self, insight: Insight, words: str) -> str | None:
        """The call's own words near the evidence, those of the model if they are there."""
        first, last = max(insight.segments[0] - _NEAR, 0), min(insight.segments[-1] + _NEAR, len(self._segments) - 1)
        found = self._source.find_between(words, first, last)
        if found is not None:
            return found.quote.rstrip(".,;:!?…")
        said = due.best(insight.quote)
        return said.words if said else None
