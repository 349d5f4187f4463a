"""What the API gives of figures about many calls."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import Field

from callscribe.api.schemas.common import Schema
from callscribe.models import CallStatus, Period

if TYPE_CHECKING:
    from callscribe.store import analytics


class FiguresOut(Schema):
    """Some calls in numbers."""

    calls: int = Field(examples=[42])
    hours: float = Field(description="Hours of recording.", examples=[31.5])
    words: int = Field(description="Words of the transcripts.", examples=[201344])


class PeriodOut(FiguresOut):
    """The calls of a day, a week or a month."""

    start: date = Field(description="Its first day; weeks begin on Monday.", examples=["2026-11-16"])


class LanguageCount(Schema):
    """How many calls are in a language."""

    language: str | None = Field(description="ISO 639-1 code, null while unknown.", examples=["ru"])
    calls: int = Field(examples=[30])


class StatusCount(Schema):
    """How many calls have a status."""

    status: CallStatus
    calls: int = Field(examples=[40])


class ProcessingOut(Schema):
    """How long done calls took, from the start of the work to their first summary."""

    calls: int = Field(description="Done calls.", examples=[40])
    hours: float = Field(description="Hours of recording.", examples=[31.0])
    processing_hours: float = Field(description="Hours of processing.", examples=[7.2])
    median: float | None = Field(
        description="Processing time divided by duration, of the call in the middle; null without done calls.",
        examples=[0.21],
    )
    p95: float | None = Field(
        description="The same of a call that takes longer than 95 % of them; null without done calls.", examples=[0.6]
    )


class SpeakerShare(Schema):
    """How much somebody says."""

    speaker: str | None = Field(description="Null stands for all who are unknown.", examples=["Anna"])
    seconds: float = Field(description="Seconds of speech.", examples=[5120.5])
    share: float = Field(description="Of all speech, 0 to 1.", examples=[0.35])


class TopicCount(Schema):
    """In how many calls a topic comes up."""

    topic: str = Field(description="Lower case; all its word forms are counted.", examples=["payment tests"])
    calls: int = Field(examples=[7])


class OpenItems(Schema):
    """Action items that are not ticked off."""

    owner: str | None = Field(description="Who has to do them; null where nobody is known.", examples=["Mark"])
    items: int = Field(examples=[5])
    oldest: datetime = Field(description="When the earliest call took place that one of them is from.")


class AnalyticsOut(Schema):
    """The chosen calls in numbers. Lists have the largest first, and the last three at most 20 entries."""

    by: Period
    timezone: str = Field(examples=["Europe/Moscow"])
    total: FiguresOut
    series: list[PeriodOut] = Field(description="In order and without gaps; the last 1,000 periods at most.")
    languages: list[LanguageCount]
    statuses: list[StatusCount]
    processing: ProcessingOut
    speakers: list[SpeakerShare]
    topics: list[TopicCount]
    open_action_items: list[OpenItems]

    @classmethod
    def of(cls, found: "analytics.Analytics", by: Period, timezone: str) -> "AnalyticsOut":
        """The API's view of what was counted."""
        return cls(
            by=by,
            timezone=timezone,
            total=FiguresOut.model_validate(found.total),
            series=[
                PeriodOut(start=day, calls=figures.calls, hours=figures.hours, words=figures.words)
                for day, figures in found.series.items()
            ],
            languages=[LanguageCount(language=language, calls=calls) for language, calls in found.languages],
            statuses=[StatusCount(status=CallStatus(status), calls=calls) for status, calls in found.statuses],
            processing=ProcessingOut.model_validate(found.processing),
            speakers=[SpeakerShare.model_validate(row) for row in found.speakers],
            topics=[TopicCount.model_validate(row) for row in found.topics],
            open_action_items=[OpenItems.model_validate(row) for row in found.open_action_items],
        )
