"""What the API gives of a search."""

from pydantic import Field

from callscribe.api.schemas.common import Schema
from callscribe.api.schemas.tasks import Task
from callscribe.models import PassageKind


class MatchOut(Schema):
    """A place in a call where something of what was asked for is."""

    kind: PassageKind
    text: str = Field(description="The line of the transcript, the title, or a piece of the summary.")
    marks: list[tuple[int, int]] = Field(
        description="What to highlight: from this character of `text`, and up to before that one.", examples=[[[3, 10]]]
    )
    speaker: str | None = Field(description="Who says it; null where that is not known, or nobody does.")
    start: float | None = Field(description="Second of the call at which it is said; null for title and summary.")
    end: float | None
    segment_id: int | None


class FoundOut(Schema):
    """A call that was found."""

    task: Task
    matches: list[MatchOut] = Field(description="Its best places: title, summary, then speech in order of time.")


class SearchPage(Schema):
    """Calls that were found, best first."""

    total: int = Field(description="How many calls were found in all.", examples=[17])
    corrected: str | None = Field(
        description="What was looked for instead, where nothing was found as it was typed.", examples=[None]
    )
    results: list[FoundOut]
    next: str | None = Field(description="Give this as `cursor` to get the next page; null on the last one.")
