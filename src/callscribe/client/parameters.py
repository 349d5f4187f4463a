"""What many requests have in common: which call, which calls, when."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict
from urllib.parse import quote
from uuid import UUID

#: By which a task and its result are known.
Id = UUID | str
#: A moment without a time zone is one of this machine's, a day one of the filter `timezone`; text is sent as it is.
Moment = date | datetime | str

_NAMES = {"since": "from", "until": "to"}


class Filters(TypedDict, total=False):
    """Which calls: those that meet all conditions."""

    #: When the call took place: from this moment or day on.
    since: Moment
    #: Before this moment, or up to this day, included.
    until: Moment
    #: One of these, as `done`.
    status: str | Sequence[str]
    #: One of these, as ISO 639-1 codes.
    language: str | Sequence[str]
    #: All of these.
    tag: str | Sequence[str]
    #: Seconds, both included.
    min_duration: float
    max_duration: float
    #: Whose days are meant, as `Europe/Moscow`; UTC unless told.
    timezone: str


def query(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filters as the parameters of an address."""
    return {_NAMES.get(name, name): moment(value) for name, value in filters.items()}


def moment(value: Any) -> Any:
    """A moment as the API reads it; anything else as it is."""
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.astimezone()
    return value.isoformat() if isinstance(value, date) else value


def place(collection: str, task_id: Id, *rest: str | int) -> str:
    """The path of something of a call, as `/tasks/<id>/events`."""
    return "/".join(["", collection, quote(str(task_id), safe=""), *map(str, rest)])
