"""What the API gives of a transcript and its summary. Times inside a call are seconds from its start."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import Field

from callscribe.api.schemas.common import ID, Schema
from callscribe.models import CallStatus, DropReason, Insight, InsightKind, Summary, Transcript
from callscribe.speakers.names import suggestions

if TYPE_CHECKING:
    from callscribe.store.tables import CallRow


class WordOut(Schema):
    """One word with the punctuation that clings to it."""

    start: float = Field(examples=[12.4])
    end: float = Field(examples=[12.8])
    text: str = Field(examples=["Friday."])
    probability: float = Field(description="How sure the engine is, 0 to 1.", examples=[0.97])


class SegmentOut(Schema):
    """A sentence or a breath of one speaker."""

    id: int = Field(description="By which to correct it.", examples=[4711])
    start: float = Field(examples=[10.9])
    end: float = Field(examples=[12.8])
    speaker: str | None = Field(description="Null while unknown.", examples=["Speaker 1"])
    text: str = Field(examples=["We move the release to Friday."])
    language: str = Field(description="ISO 639-1 code.", examples=["en"])
    channel: int | None = Field(
        description="Of a call with a speaker on each channel: 0 is the left, 1 the right one.", examples=[None]
    )
    words: list[WordOut]


class Tick(Schema):
    """Whether an action item is done."""

    done: bool = Field(examples=[True])


class ParticipantOut(Schema):
    """One who speaks in the call."""

    name: str = Field(examples=["Speaker 1"])
    talk_time: float = Field(description="Seconds of speech.", examples=[312.5])
    statements: list[str] = Field(
        description="Their main statements, verbatim.", examples=[["We move the release to Friday."]]
    )
    share: float = Field(description="Of the speech of the call, 0 to 1.", examples=[0.42])
    turns: int = Field(description="How often they begin to speak.", examples=[37])


class SpeakerOut(Schema):
    """One voice of the call, or all that nobody is known to have said."""

    name: str | None = Field(description="Null: nobody is known.", examples=["Speaker 1"])
    talk_time: float = Field(description="Seconds of speech.", examples=[312.5])
    segments: int = Field(description="How many there are.", examples=[212])


class SuggestionOut(Schema):
    """Who a speaker may be, by what is said in the call."""

    speaker: str = Field(examples=["Speaker 2"])
    name: str = Field(examples=["Mark"])
    quote: str = Field(description="Where the name is said, verbatim.", examples=["Good morning, Mark."])
    start: float = Field(examples=[0.2])
    end: float = Field(examples=[1.4])
    segment_id: int | None = Field(description="Of the segment it is said in.", examples=[4711])
    votes: int = Field(description="How much speaks for it.", examples=[2])


class DroppedOut(Schema):
    """What a speech engine wrote and nobody seems to have said."""

    start: float = Field(examples=[61.2])
    end: float = Field(examples=[63.0])
    text: str = Field(examples=["Thanks for watching!"])
    reason: DropReason = Field(
        description="`silence`: a phrase that models write where nobody speaks, and nobody spoke; `loop`: the same "
        "words again and again; `no_speech`: the model itself took it for no speech; `unsure`: it was guessing."
    )


class ChapterOut(Schema):
    """A stretch of the call that is about one thing; it ends where the next one begins."""

    start: float = Field(examples=[312.4])
    title: str = Field(description="A few words of the call.", examples=["Payment tests"])


class ItemOut(Schema):
    """A key point, decision, action item or open question, and where in the call it comes from."""

    position: int = Field(description="By which to tick off an action item; a new summary has others.", examples=[4])
    kind: InsightKind = Field(examples=[InsightKind.ACTION_ITEM])
    text: str = Field(examples=["I will fix the payment tests by Wednesday."])
    owner: str | None = Field(
        description="Who has to do an action item: a speaker or a name that was said. Null where nobody is known, and "
        "of other kinds.",
        examples=["Mark"],
    )
    due: str | None = Field(
        description="Until when an action item is to be done, as it was said.", examples=["by Wednesday"]
    )
    due_date: date | None = Field(
        description="The day that is, counted from the day of the call; null where the words name none.",
        examples=["2026-03-04"],
    )
    done: bool = Field(description="Whether an action item was ticked off.", examples=[False])
    quote: str = Field(description="Verbatim.", examples=["I will fix the payment tests by Wednesday."])
    segments: list[int] = Field(description="Ids of the segments it rests on.", examples=[[4711]])
    start: float = Field(examples=[22.1])
    end: float = Field(examples=[24.6])

    @classmethod
    def of(cls, position: int, insight: Insight) -> "ItemOut":
        """The API's view of a stored insight."""
        return cls(
            position=position,
            kind=insight.kind,
            text=insight.text,
            owner=insight.owner,
            due=insight.due,
            due_date=insight.due_date,
            done=insight.done,
            quote=insight.quote,
            segments=list(insight.segment_ids),
            start=insight.start,
            end=insight.end,
        )


class Result(Schema):
    """All that is known of a call so far."""

    task_id: UUID = Field(examples=[ID])
    status: CallStatus
    language: str | None = Field(
        description="ISO 639-1 code of the language most of the call is in, once known.", examples=["en"]
    )
    transcription: str = Field(description="One line a segment.", examples=["We move the release to Friday."])
    summary: str | None = Field(
        description="Null until it is written.",
        examples=["The release was moved to Friday, for the tests to be fixed."],
    )
    summary_outdated: bool = Field(description="Whether the transcript was corrected after the summary was written.")
    corrected_at: datetime | None = Field(description="When the transcript was last corrected.", examples=[None])
    suggested_title: str | None = Field(
        description="What the call could be called; null until it is summarized.",
        examples=["Release and payment tests"],
    )
    summary_engine: str | None = Field(description="What wrote the summary.", examples=["ollama gemma2:2b"])
    summary_language: str | None = Field(description="ISO 639-1 code.", examples=["en"])
    ungrounded: int = Field(
        description="Statements of the LLM that were left out of `items`, since the call does not bear them out.",
        examples=[0],
    )
    key_points: list[str] = Field(examples=[["The payment tests fail."]])
    decisions: list[str] = Field(examples=[["We move the release to Friday."]])
    action_items: list[str] = Field(examples=[["I will fix the payment tests by Wednesday."]])
    open_questions: list[str] = Field(
        description="Asked, and not answered in the call.", examples=[["Does the bank accept the new certificate?"]]
    )
    items: list[ItemOut] = Field(description="All of these, with their evidence.")
    participants: list[ParticipantOut]
    chapters: list[ChapterOut] = Field(
        description="As of the summary, in order of time, the first from the start of the call; none of a short call."
    )
    speakers: list[SpeakerOut] = Field(description="Of the segments, in the order in which they first speak.")
    speaker_suggestions: list[SuggestionOut] = Field(
        description="Names that are said to or by speakers who have none, the likeliest of each first; none is applied."
    )
    dropped: int = Field(
        description="How often something was left out that nobody seems to have said: `/results/{task_id}/dropped`.",
        examples=[0],
    )
    segments: list[SegmentOut]

    @classmethod
    def of(
        cls, row: "CallRow", transcript: Transcript, summary: Summary | None, *, outdated: bool, dropped: int
    ) -> "Result":
        """The API's view of what is stored."""

        def texts(kind: InsightKind) -> list[str]:
            return [insight.text for insight in summary.insights if insight.kind is kind] if summary else []

        return cls(
            task_id=row.id,
            status=CallStatus(row.status),
            language=row.language,
            transcription=transcript.text,
            summary=summary.text if summary else None,
            summary_outdated=outdated,
            corrected_at=row.corrected_at,
            suggested_title=summary.title if summary else None,
            summary_engine=summary.engine if summary else None,
            summary_language=(summary.language or row.language) if summary else None,
            ungrounded=summary.ungrounded if summary else 0,
            key_points=texts(InsightKind.KEY_POINT),
            decisions=texts(InsightKind.DECISION),
            action_items=texts(InsightKind.ACTION_ITEM),
            open_questions=texts(InsightKind.QUESTION),
            items=[ItemOut.of(*one) for one in enumerate(summary.insights)] if summary else [],
            participants=[ParticipantOut.model_validate(person) for person in summary.participants] if summary else [],
            chapters=[ChapterOut.model_validate(chapter) for chapter in summary.chapters] if summary else [],
            speakers=[SpeakerOut.model_validate(speaker) for speaker in transcript.speakers],
            speaker_suggestions=[SuggestionOut.model_validate(one) for one in suggestions(transcript.segments)],
            dropped=dropped,
            segments=[SegmentOut.model_validate(segment) for segment in transcript.segments],
        )
