"""A call's stages as one trace: what is sent, and what is not."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from callscribe.errors import BadMedia, Stopped
from callscribe.jobs.queue import Job
from callscribe.models import Stage
from callscribe.settings import Settings
from callscribe.telemetry import traces
from tests.otlp import Traces, taking_traces

MARKER = "verysecretword"
JOB = Job(7, uuid4(), Stage.TRANSCRIBE, 3, "me", 2)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Traces]:
    monkeypatch.setattr(traces, "_provider", None)
    with taking_traces() as taken:
        traces.begin(Settings(otlp_url=f"{taken.url}/"), "asr")
        yield taken


def only(taken: Traces) -> Span:
    traces.end()
    ((service, span),) = taken.spans
    assert service == "callscribe-asr"
    return span


def test_a_job_is_a_span_of_its_call(sent: Traces) -> None:
    with traces.span(JOB):
        pass
    span = only(sent)
    assert (span.name, span.trace_id) == ("transcribe", JOB.call_id.bytes)
    values = {one.key: one.value.string_value or one.value.int_value for one in span.attributes}
    assert values == {"callscribe.call_id": str(JOB.call_id), "callscribe.attempt": 2, "callscribe.window": 3}
    assert span.status.code == Status.STATUS_CODE_UNSET


@pytest.mark.parametrize(
    ("error", "code"), [(ValueError(MARKER), "internal"), (BadMedia(f"The file {MARKER} cannot be read."), "bad-media")]
)
def test_an_error_is_told_by_its_code_alone(sent: Traces, error: Exception, code: str) -> None:
    with pytest.raises(type(error)), traces.span(JOB):
        raise error
    span = only(sent)
    assert (span.status.code, span.status.message) == (Status.STATUS_CODE_ERROR, code)
    assert MARKER.encode() not in sent.raw


def test_a_job_that_was_taken_away_is_no_error(sent: Traces) -> None:
    with pytest.raises(Stopped), traces.span(JOB):
        raise Stopped("It was canceled.")
    span = only(sent)
    assert span.status.code == Status.STATUS_CODE_UNSET
    assert "callscribe.stopped" in {one.key for one in span.attributes}


def test_nothing_is_sent_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "_provider", None)
    traces.begin(Settings(), "asr")
    with traces.span(JOB):
        pass
    traces.end()
    assert traces._provider is None
