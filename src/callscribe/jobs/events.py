"""The messages that go over Kafka: small, in JSON, with the version of their schema. docs/events.md describes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from callscribe.models import CallStatus, Stage

VERSION: Literal[1] = 1
_VERSION = ("schema_version",)
_OTHER_VERSION = f"It is of another schema version than {VERSION}."

TOPICS = AUDIO, TRANSCRIPTION, RESULTS, DEAD_LETTERS = (
    "audio-topic",
    "transcription-topic",
    "results-topic",
    "dead-letter-topic",
)
#: Where a ready job is announced, by its stage.
TOPIC_OF: Mapping[Stage, str] = {
    Stage.PREPARE: AUDIO,
    Stage.TRANSCRIBE: AUDIO,
    Stage.ASSEMBLE: AUDIO,
    Stage.SUMMARIZE: TRANSCRIPTION,
}


class Event(BaseModel):
    """What all messages have. Fields that a reader does not know are left aside: new ones do not change the version."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: Literal[1] = VERSION


class JobReady(Event):
    """On `audio-topic` and `transcription-topic`: a job waits for a worker. PostgreSQL decides who gets it."""

    job_id: int
    call_id: UUID
    stage: Stage
    #: 0-based position of the window, for `transcribe`.
    window_index: int | None


class CallFinished(Event):
    """On `results-topic`: a call's work has ended."""

    call_id: UUID
    outcome: Literal[CallStatus.DONE, CallStatus.FAILED, CallStatus.CANCELED]
    #: The last part of the problem's type, for a failed call.
    error_code: str | None
    finished_at: datetime


class JobDied(Event):
    """On `dead-letter-topic`: a job failed for good."""

    kind: Literal["job"] = "job"
    job_id: int
    call_id: UUID
    stage: Stage
    window_index: int | None
    #: How often it was tried.
    attempts: int
    #: The sentence that the user reads.
    reason: str
    failed_at: datetime | None


class MessageRejected(Event):
    """On `dead-letter-topic`: a message that no worker understands. It stays where it is for as long as its topic."""

    kind: Literal["message"] = "message"
    topic: str
    partition: int
    offset: int
    reason: str


class Announcement(NamedTuple):
    """An event on its way to a topic; events with the same key keep their order."""

    topic: str
    key: str
    event: Event


class Rejected(Exception):
    """A message cannot be understood; the text says why and quotes nothing of it."""


def parse(message: bytes | None) -> JobReady:
    """What a worker is told. Raises `Rejected`."""
    try:
        event = JobReady.model_validate_json(message or b"")
    except ValidationError as exc:
        errors = exc.errors(include_input=False, include_context=False, include_url=False)
        reason = _reason([(error["type"], error["loc"]) for error in errors])
    else:
        if _VERSION[0] in event.model_fields_set:
            return event
        reason = _OTHER_VERSION
    raise Rejected(reason)


def _reason(errors: Sequence[tuple[str, tuple[int | str, ...]]]) -> str:
    kind, field = errors[0]
    if kind == "json_invalid":
        return "It is not JSON."
    if not field:
        return "It is not JSON of a job."
    if any(field == _VERSION for _, field in errors):
        return _OTHER_VERSION
    return f"Its {field[0]} is missing or has no meaning."
