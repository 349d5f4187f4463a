"""The messages that go over Kafka: small, in JSON, with the version of their schema. docs/events.md describes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from callscribe.models import CallStatus, Stage

VERSION: Literal[1] = 1

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
        return JobReady.model_validate_json(message or b"")
    except ValidationError as exc:
        first = exc.errors(include_input=False, include_context=False, include_url=False)[0]
        if first["loc"] == ("schema_version",):
            raise Rejected(f"It is not of schema version {VERSION}, which is what this worker understands.") from None
        where = ".".join(str(part) for part in first["loc"])
        raise Rejected(f"Its field {where} is missing or has no meaning." if where else "It is not JSON.") from None
