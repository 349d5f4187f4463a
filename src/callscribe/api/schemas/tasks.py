"""What the API takes and gives about tasks."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from callscribe.api.schemas.common import ID, Line, Moment, Schema
from callscribe.models import DEFAULT_TEMPLATE, CallStatus, LanguageChoice, Stage, SummaryLanguage

if TYPE_CHECKING:
    from callscribe.jobs.standing import Standing
    from callscribe.store.tables import CallRow


class Accepted(Schema):
    """An upload was stored and is queued, or its file was there already."""

    task_id: UUID = Field(description="By which to ask for the task and its result.", examples=[ID])
    duplicate_of: UUID | None = Field(
        description="An earlier task with the same file. If it is `task_id`, nothing was stored.", examples=[None]
    )


class NoticeOut(Schema):
    """Something to know about a call that did not stop it."""

    code: str = Field(examples=["second_audio_track"])
    message: str = Field(examples=["The file has 2 audio tracks; only the first was used."])


class ErrorOut(Schema):
    """Why a call failed."""

    code: str = Field(examples=["bad-media"])
    message: str = Field(examples=["There is no sound in this video; upload a recording with an audio track."])


class Task(Schema):
    """One uploaded recording and where it is on its way."""

    task_id: UUID = Field(examples=[ID])
    filename: str = Field(description="As it was uploaded, for people.", examples=["release-call.mp3"])
    title: str = Field(description="The file's name until it is given another.", examples=["Release planning"])
    tags: list[str] = Field(examples=[["project-x", "customer"]])
    called_at: datetime = Field(description="When the call took place: the time of the upload until it is corrected.")
    size_bytes: int = Field(examples=[4718592])
    language: str | None = Field(
        description="ISO 639-1 code of the language most of the call is in, once known.", examples=["en"]
    )
    language_asked: LanguageChoice
    vocabulary: list[str] = Field(
        description="Names and terms that were given to listen for.", examples=[["Anna Petrova", "Kubernetes"]]
    )
    template: str = Field(description="What kind of call it is, for a summary by an LLM.", examples=[DEFAULT_TEMPLATE])
    summary_language: SummaryLanguage | None = Field(
        description="The language of the summary, if it was asked for; null: that of the call.", examples=[None]
    )
    speakers_asked: int | None = Field(
        description="How many speak, as told with the upload; null: as many as are found.", examples=[None]
    )
    status: CallStatus
    stage: Stage
    progress: float = Field(ge=0, le=1, description="Finished share; it never goes back.", examples=[0.45])
    queue_position: int | None = Field(
        description="1 is next; null unless it is queued, and in what a search finds. No event tells that it moved up.",
        examples=[None],
    )
    seconds_left: float | None = Field(
        description="Estimate; null unless it is worked on, where nothing can be said, and in what a search finds.",
        examples=[95.5],
    )
    duration: float | None = Field(description="Length of the recording in seconds, once known.", examples=[1834.5])
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    words: int = Field(description="Words of the transcript so far.", examples=[5120])
    first_words: str | None = Field(
        description="How the transcript begins so far, in some 200 characters; null unless it is worked on, "
        "and in what a search finds.",
        examples=["Good morning, Mark. Thank you for joining the release planning call."],
    )
    duplicate_of: UUID | None = Field(
        description="An earlier task with the same file; it may be deleted since.", examples=[None]
    )
    warnings: list[NoticeOut]
    error: ErrorOut | None

    @classmethod
    def of(cls, row: "CallRow", standing: "Standing | None" = None) -> "Task":
        """The API's view of a call."""
        return cls(
            task_id=row.id,
            filename=row.filename,
            title=row.title,
            tags=row.tags,
            called_at=row.called_at,
            size_bytes=row.size_bytes,
            language=row.language,
            language_asked=LanguageChoice(row.language_asked),
            vocabulary=row.vocabulary,
            template=row.template or DEFAULT_TEMPLATE,
            summary_language=SummaryLanguage(row.summary_language) if row.summary_language else None,
            speakers_asked=row.speakers_asked,
            status=CallStatus(row.status),
            stage=Stage(row.stage),
            progress=row.progress,
            queue_position=standing.queue_position if standing else None,
            seconds_left=standing.seconds_left if standing else None,
            duration=row.duration,
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            words=row.words,
            first_words=standing.first_words if standing else None,
            duplicate_of=row.duplicate_of,
            warnings=[NoticeOut(**entry) for entry in row.notices],
            error=ErrorOut(code=row.error_code, message=row.error or "") if row.error_code else None,
        )


class TaskPage(Schema):
    """Calls, in the order asked for."""

    tasks: list[Task]
    total: int = Field(description="How many there are in all.", examples=[112])
    next: str | None = Field(description="Give this as `cursor` to get the next page; null on the last one.")


class TaskChange(Schema):
    """What to change about a call; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(max_length=200), Line] | None = Field(default=None, examples=["Release planning"])
    tags: Annotated[list[Annotated[str, Field(max_length=50), Line]], Field(max_length=20)] | None = Field(
        default=None, description="All tags from now on; each counts once.", examples=[["project-x", "customer"]]
    )
    called_at: Moment | None = Field(default=None, description="When the call took place.")


class TagOut(Schema):
    """A tag, which is also a folder: a call can be in several."""

    tag: str = Field(examples=["project-x"])
    calls: int = Field(description="How many calls have it.", examples=[12])
