"""What the API takes and gives. Times inside a call are seconds from its start."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from callscribe.models import CallStatus, InsightKind, LanguageChoice, Stage, Summary, Transcript
from callscribe.store.tables import CallRow

_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


class _Schema(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Accepted(_Schema):
    """An upload was stored and is queued."""

    task_id: UUID = Field(description="By which to ask for the task and its result.", examples=[_ID])


class NoticeOut(_Schema):
    """Something to know about a call that did not stop it."""

    code: str = Field(examples=["second_audio_track"])
    message: str = Field(examples=["The file has 2 audio tracks; only the first was used."])


class ErrorOut(_Schema):
    """Why a call failed."""

    code: str = Field(examples=["bad-media"])
    message: str = Field(examples=["There is no sound in this video; upload a recording with an audio track."])


class Task(_Schema):
    """One uploaded recording and where it is on its way."""

    task_id: UUID = Field(examples=[_ID])
    filename: str = Field(description="As it was uploaded, for people.", examples=["release-call.mp3"])
    size_bytes: int = Field(examples=[4718592])
    language: str | None = Field(
        description="ISO 639-1 code of the language most of the call is in, once known.", examples=["en"]
    )
    language_asked: LanguageChoice
    status: CallStatus
    stage: Stage
    progress: float = Field(ge=0, le=1, description="Finished share; it never goes back.", examples=[0.45])
    duration: float | None = Field(description="Length of the recording in seconds, once known.", examples=[1834.5])
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    warnings: list[NoticeOut]
    error: ErrorOut | None

    @classmethod
    def of(cls, row: CallRow) -> "Task":
        """The API's view of a call."""
        return cls(
            task_id=row.id,
            filename=row.filename,
            size_bytes=row.size_bytes,
            language=row.language,
            language_asked=LanguageChoice(row.language_asked),
            status=CallStatus(row.status),
            stage=Stage(row.stage),
            progress=row.progress,
            duration=row.duration,
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            warnings=[NoticeOut(**entry) for entry in row.notices],
            error=ErrorOut(code=row.error_code, message=row.error or "") if row.error_code else None,
        )


class TaskPage(_Schema):
    """Calls, newest first."""

    tasks: list[Task]
    next: str | None = Field(description="Give this as `cursor` to get the next page; null on the last one.")


class WordOut(_Schema):
    """One word with the punctuation that clings to it."""

    start: float = Field(examples=[12.4])
    end: float = Field(examples=[12.8])
    text: str = Field(examples=["Friday."])
    probability: float = Field(description="How sure the engine is, 0 to 1.", examples=[0.97])


class SegmentOut(_Schema):
    """A sentence or a breath of one speaker."""

    start: float = Field(examples=[10.9])
    end: float = Field(examples=[12.8])
    speaker: str | None = Field(description="Null while unknown.", examples=["Speaker 1"])
    text: str = Field(examples=["We move the release to Friday."])
    language: str = Field(description="ISO 639-1 code.", examples=["en"])
    words: list[WordOut]


class ParticipantOut(_Schema):
    """One who speaks in the call."""

    name: str = Field(examples=["Speaker 1"])
    talk_time: float = Field(description="Seconds of speech.", examples=[312.5])
    statements: list[str] = Field(
        description="Their main statements, verbatim.", examples=[["We move the release to Friday."]]
    )


class Result(_Schema):
    """All that is known of a call so far."""

    task_id: UUID = Field(examples=[_ID])
    status: CallStatus
    language: str | None = Field(
        description="ISO 639-1 code of the language most of the call is in, once known.", examples=["en"]
    )
    transcription: str = Field(description="One line a segment.", examples=["We move the release to Friday."])
    summary: str | None = Field(
        description="Null until it is written.",
        examples=["The release was moved to Friday, for the tests to be fixed."],
    )
    key_points: list[str] = Field(examples=[["The payment tests fail."]])
    decisions: list[str] = Field(examples=[["We move the release to Friday."]])
    action_items: list[str] = Field(examples=[["I will fix the payment tests by Wednesday."]])
    participants: list[ParticipantOut]
    segments: list[SegmentOut]

    @classmethod
    def of(cls, row: CallRow, transcript: Transcript, summary: Summary | None) -> "Result":
        """The API's view of what is stored."""

        def texts(kind: InsightKind) -> list[str]:
            return [insight.text for insight in summary.insights if insight.kind is kind] if summary else []

        return cls(
            task_id=row.id,
            status=CallStatus(row.status),
            language=row.language,
            transcription=transcript.text,
            summary=summary.text if summary else None,
            key_points=texts(InsightKind.KEY_POINT),
            decisions=texts(InsightKind.DECISION),
            action_items=texts(InsightKind.ACTION_ITEM),
            participants=[ParticipantOut.model_validate(person) for person in summary.participants] if summary else [],
            segments=[SegmentOut.model_validate(segment) for segment in transcript.segments],
        )


class Problem(_Schema):
    """An error as RFC 9457 describes it; `application/problem+json`."""

    type: str = Field(examples=["urn:callscribe:problem:not-found"])
    title: str = Field(description="The same for every problem of this type.", examples=["There is no such call"])
    status: int = Field(examples=[404])
    detail: str = Field(
        description="What happened and what to do.",
        examples=["There is no call with this id; it may have been deleted."],
    )


class Health(_Schema):
    """Whether the service can work."""

    status: Literal["ok"] = "ok"
