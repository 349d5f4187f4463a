"""The tables. Times of day are timestamptz, times inside a call are seconds from its start."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NOW = text("now()")
_ZERO, _FALSE = text("0"), text("false")
_EMPTY = text("'[]'")


class Base(DeclarativeBase):
    """Python types to column types."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way
        datetime: DateTime(timezone=True),
        float: Double(),
        str: Text(),
        list[Any]: JSONB(),
        dict[str, Any]: JSONB(),
        list[int]: ARRAY(BigInteger()),
        list[str]: ARRAY(Text()),
    }


class CallRow(Base):
    """One uploaded recording and where it is on its way; the API calls it a task."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("calls_newest", "created_at", "id"),
        Index(
            "calls_to_announce",
            "finished_at",
            postgresql_where=text("announced_at IS NULL AND finished_at IS NOT NULL"),
        ),
        Index("calls_by_date", "called_at", "id"),
        Index("calls_by_duration", text("duration DESC NULLS LAST"), text("id DESC")),
        Index("calls_by_title", "title", "id"),
        Index("calls_by_status", "status", "called_at", "id"),
        Index("calls_chosen", "id", postgresql_include=["called_at", "status", "language", "duration"]),
        Index("calls_by_change", "updated_at"),
        Index("calls_by_tag", "tags", postgresql_using="gin"),
        Index("calls_by_content", "sha256"),
        Index("calls_by_idempotency_key", "idempotency_key", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    filename: Mapped[str]  # for people; never part of a path
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_key: Mapped[str]
    playback_key: Mapped[str | None]  # None until prepared
    language_asked: Mapped[str]
    language: Mapped[str | None]  # the one most of the call is in
    status: Mapped[str]
    stage: Mapped[str]
    progress: Mapped[float] = mapped_column(server_default=text("0"))
    duration: Mapped[float | None]  # the container's claim until prepared, measured afterwards
    facts: Mapped[dict[str, Any] | None]
    prepared: Mapped[bool] = mapped_column(server_default=text("false"))  # all windows are known
    notices: Mapped[list[Any]] = mapped_column(server_default=_EMPTY)
    error_code: Mapped[str | None]
    error: Mapped[str | None]
    announced_at: Mapped[datetime | None]  # when the outcome was published; None without Kafka
    title: Mapped[str]  # the file's name until somebody gives another
    tags: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    called_at: Mapped[datetime] = mapped_column(server_default=_NOW)  # when the call took place; the upload unless told
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)  # set by a trigger, which also tells of it
    corrected_at: Mapped[datetime | None]  # the last correction
    words: Mapped[int] = mapped_column(server_default=text("0"))  # of the transcript so far
    topics: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    processing: Mapped[float | None]  # seconds from the start of the work to the first summary
    sha256: Mapped[str | None]  # of the uploaded file, in hexadecimal
    duplicate_of: Mapped[UUID | None]  # an earlier call with the same file
    idempotency_key: Mapped[str | None]  # the uploader's own
    vocabulary: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))  # names and terms to listen for
    template: Mapped[str | None]  # of the summary; None: the usual one
    speakers_asked: Mapped[int | None]  # how many there are, if the uploader knew
    channel_names: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))  # left, right; none: by number
    summary_language: Mapped[str | None]  # None: that of the call
    summary_model: Mapped[str | None]  # of the next summary alone; None: the one that is set
    renewals: Mapped[int] = mapped_column(server_default=_ZERO)  # how often a stopgap of a summary was tried to replace


class WindowRow(Base):
    """A few minutes of a call; `transcribed_at` is set together with its segments."""

    __tablename__ = "windows"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[float]
    end: Mapped[float]
    speech: Mapped[list[Any]]  # [[start, end, channel or null], ...]
    audio_key: Mapped[str]
    language: Mapped[str | None]
    language_probability: Mapped[float | None]
    engine: Mapped[str | None]
    transcribed_at: Mapped[datetime | None]
    # Its loudness, a byte for each tenth of a second; None where made before there were any.
    peaks: Mapped[bytes | None]
    voices: Mapped[bytes | None]  # how its speakers sound; see store/voices.py
    embedder: Mapped[str | None]  # what made these
    dropped: Mapped[list[Any]] = mapped_column(server_default=_EMPTY)  # [[start, end, text, reason], ...]


class SegmentRow(Base):
    """One line of a transcript."""

    __tablename__ = "segments"
    __table_args__ = (
        ForeignKeyConstraint(["call_id", "window_index"], ["windows.call_id", "windows.index"], ondelete="CASCADE"),
        Index("segments_in_order", "call_id", "start", "id"),
        Index("segments_of_window", "call_id", "window_index"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    call_id: Mapped[UUID]
    window_index: Mapped[int]
    start: Mapped[float]
    end: Mapped[float]
    speaker: Mapped[str | None]
    text: Mapped[str]
    language: Mapped[str]
    words: Mapped[list[Any]]  # [[start, end, text, probability], ...]
    channel: Mapped[int | None]  # of a call whose channels are its speakers


class SummaryRow(Base):
    """The newest summary of a call."""

    __tablename__ = "summaries"
    __table_args__ = (Index("summaries_to_renew", "call_id", postgresql_where=text("stopgap")),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str]
    engine: Mapped[str]
    participants: Mapped[list[Any]]  # [{name, talk_time, statements, share, turns}, ...]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    chapters: Mapped[list[Any]] = mapped_column(server_default=_EMPTY)  # [{start, title}, ...]
    title: Mapped[str | None]  # what the call could be called
    language: Mapped[str | None]  # None: that of the call
    ungrounded: Mapped[int] = mapped_column(server_default=_ZERO)  # statements that the call does not bear out
    stopgap: Mapped[bool] = mapped_column(server_default=_FALSE)  # the LLM did not answer: to be written anew


class DraftRow(Base):
    """What was worked out for a summary that is not written yet: answers of an LLM by what it was asked."""

    __tablename__ = "summary_drafts"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str]


class InsightRow(Base):
    """A key point, decision, action item or open question with its evidence."""

    __tablename__ = "insights"
    __table_args__ = (
        Index("insights_open", "owner", postgresql_where=text("kind = 'action_item' AND done_at IS NULL")),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("summaries.call_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    text: Mapped[str]
    quote: Mapped[str]
    start: Mapped[float]
    end: Mapped[float]
    segments: Mapped[list[int]]  # ids of SegmentRow
    owner: Mapped[str | None]  # of an action item: who has to do it, where that is known
    is_assigned: Mapped[bool] = mapped_column(server_default=_FALSE)  # the owner is not the one who speaks
    due: Mapped[str | None]  # of an action item: until when, as it was said
    due_date: Mapped[date | None]
    done_at: Mapped[datetime | None]  # of an action item: when somebody ticked it off


class PassageRow(Base):
    """What search looks through: a call's title, its summary, or what one speaker says in one window.

    Not a row a segment: words that belong together are spread over sentences, and a common word would find millions.
    """

    __tablename__ = "passages"
    __table_args__ = (
        Index("passages_of_call", "call_id", "window_index"),
        Index("passages_lexemes", "lexemes", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        {"postgresql_with": {"toast_tuple_target": 128}},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    called_at: Mapped[datetime]  # as of the call, so that what is found can be sorted without looking there
    kind: Mapped[str]
    window_index: Mapped[int | None]  # of speech
    speaker: Mapped[str | None]
    words: Mapped[int] = mapped_column(server_default=_ZERO)
    seconds: Mapped[float] = mapped_column(server_default=_ZERO)
    lexemes: Mapped[Any] = mapped_column(TSVECTOR)
    padding: Mapped[str] = mapped_column(server_default=text("repeat(' ', 2048)"))  # see the migration


class CorrectionRow(Base):
    """What somebody changed in a transcript: the segments as they were and as they became.

    Where a speaker was renamed, `before` is [{speaker, ids}], the ids of segments, and `after` is [{speaker}].
    """

    __tablename__ = "corrections"
    __table_args__ = (Index("corrections_of_call", "call_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    kind: Mapped[str]
    before: Mapped[list[Any]]  # whole rows of `segments`
    after: Mapped[list[Any]]
    corrected_before: Mapped[datetime | None]  # the call's `corrected_at` until then
    summary: Mapped[dict[str, Any] | None]  # what corrections may change of it, as it was; see store/names.py


class DeletionRow(Base):
    """That a call was deleted, and when; written by a trigger."""

    __tablename__ = "deletions"
    __table_args__ = (Index("deletions_by_date", "deleted_at"),)

    call_id: Mapped[UUID] = mapped_column(primary_key=True)
    deleted_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class UploadRow(Base):
    """A file that comes in parts; what has come lies in the media store until the call is recorded."""

    __tablename__ = "uploads"
    __table_args__ = (Index("uploads_by_age", "touched_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    touched_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    filename: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, server_default=_ZERO)  # bytes, without a gap
    options: Mapped[dict[str, Any]]  # what came with it beside the file
    call_id: Mapped[UUID | None]  # what became of it, once it is complete
    duplicate_of: Mapped[UUID | None]  # an earlier call with the same file; `call_id` itself: nothing was stored


class WorkerRow(Base):
    """A worker process, and when it last said that it lives."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    seen_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    notices: Mapped[list[Any]] = mapped_column(server_default=_EMPTY)  # what it lacks: [{code, message}, ...]


class JobRow(Base):
    """One piece of work. `owner` and `attempt` fence it: only the latest claim may finish it."""

    __tablename__ = "jobs"
    __table_args__ = (
        # The same piece of work can be enqueued again and again and still exists once.
        UniqueConstraint("call_id", "stage", "window_index", postgresql_nulls_not_distinct=True, name="jobs_once"),
        Index("jobs_ready", "stage", "rank", "id", postgresql_where=text("status = 'ready'")),
        Index("jobs_running", "heartbeat_at", postgresql_where=text("status = 'running'")),
        Index("jobs_to_announce", "rank", "id", postgresql_where=text("announced_at IS NULL AND status = 'ready'")),
        Index("jobs_dead", "id", postgresql_where=text("status = 'failed'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    stage: Mapped[str]
    window_index: Mapped[int | None]
    status: Mapped[str]
    rank: Mapped[datetime] = mapped_column(server_default=_NOW)  # who is served first; see queue.enqueue
    run_at: Mapped[datetime] = mapped_column(server_default=_NOW)  # not before
    attempt: Mapped[int] = mapped_column(server_default=_ZERO)
    share: Mapped[float] = mapped_column(server_default=_ZERO)  # finished part of this job, 0..1
    owner: Mapped[str | None]
    heartbeat_at: Mapped[datetime | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    finished_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]  # when its present status was published; None without Kafka


class RejectedMessageRow(Base):
    """A message that no worker understands, and where on the broker it lies."""

    __tablename__ = "rejected_messages"
    __table_args__ = (
        Index("rejected_messages_to_announce", "rejected_at", postgresql_where=text("announced_at IS NULL")),
    )

    topic: Mapped[str] = mapped_column(primary_key=True)
    partition: Mapped[int] = mapped_column(primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    reason: Mapped[str]
    rejected_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    announced_at: Mapped[datetime | None]
