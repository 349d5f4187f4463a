"""What a message has to be, and what is said of one that is not."""

import json
from typing import Any
from uuid import UUID

import pytest

from callscribe.jobs import events
from callscribe.jobs.events import JobReady, Rejected
from callscribe.models import Stage

CALL = UUID("85a2e282-77c0-4e16-ad94-4708dbb9b9ee")
READY = {"schema_version": 1, "job_id": 7, "call_id": str(CALL), "stage": "transcribe", "window_index": 3}
MARKER = "verysecretword"


def test_a_message_reads_as_it_was_written() -> None:
    event = JobReady(job_id=7, call_id=CALL, stage=Stage.TRANSCRIBE, window_index=3)
    written = event.model_dump_json()
    assert json.loads(written) == READY
    assert events.parse(written.encode()) == event


def test_what_a_later_version_adds_is_left_aside() -> None:
    assert events.parse(json.dumps({**READY, "priority": 5}).encode()).job_id == 7


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in READY.items() if key != name}


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (None, "It is not JSON."),
        (b"", "It is not JSON."),
        (b"\xff\xfe" + bytes(1000), "It is not JSON."),
        (MARKER.encode(), "It is not JSON."),
        (b"[]", "It is not JSON of a job."),
        (b"null", "It is not JSON of a job."),
        (json.dumps({**READY, "schema_version": 2}).encode(), "It is of another schema version than 1."),
        (json.dumps({**READY, "schema_version": MARKER}).encode(), "It is of another schema version than 1."),
        (json.dumps(without("schema_version")).encode(), "It is of another schema version than 1."),
        (json.dumps({**without("stage"), "schema_version": 2}).encode(), "It is of another schema version than 1."),
        (json.dumps(without("job_id")).encode(), "Its job_id is missing or has no meaning."),
        (json.dumps({**READY, "call_id": MARKER}).encode(), "Its call_id is missing or has no meaning."),
        (json.dumps({**READY, "stage": MARKER}).encode(), "Its stage is missing or has no meaning."),
        (json.dumps({**READY, "window_index": MARKER}).encode(), "Its window_index is missing or has no meaning."),
    ],
)
def test_what_cannot_be_understood_is_rejected_and_not_quoted(message: bytes | None, reason: str) -> None:
    with pytest.raises(Rejected) as caught:
        events.parse(message)
    assert str(caught.value) == reason


def test_each_stage_has_a_topic_and_each_topic_is_made() -> None:
    assert set(events.TOPIC_OF) == set(Stage)
    assert set(events.TOPIC_OF.values()) < set(events.TOPICS)
