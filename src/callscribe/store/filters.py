"""Which calls somebody wants to see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from callscribe.models import CallStatus
from callscribe.store.tables import CallRow


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that a call has to meet, all of them; an empty one is met by every call."""

    #: When the call took place: from `since` on, and before `until`.
    since: datetime | None = None
    until: datetime | None = None
    #: One of these.
    statuses: tuple[CallStatus, ...] = ()
    #: One of these, as ISO 639-1 codes.
    languages: tuple[str, ...] = ()
    #: All of these.
    tags: tuple[str, ...] = ()
    #: Seconds, both included.
    min_duration: float | None = None
    max_duration: float | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same in SQL."""
        return list(self._conditions())

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        if self.since is not None:
            yield CallRow.called_at >= self.since
        if self.until is not None:
            yield CallRow.called_at < self.until
        if self.statuses:
            yield CallRow.status.in_(self.statuses)
        if self.languages:
            yield CallRow.language.in_(self.languages)
        if self.tags:
            yield CallRow.tags.contains(list(self.tags))
        if self.min_duration is not None:
            yield CallRow.duration >= self.min_duration
        if self.max_duration is not None:
            yield CallRow.duration <= self.max_duration
