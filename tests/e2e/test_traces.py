"""A call's way through the processes, as those see it who collect traces."""

from pathlib import Path
from uuid import UUID

from tests.otlp import taking_traces
from tests.service import CALL_EN, Service


def test_all_stages_are_one_trace(tmp_path: Path) -> None:
    with taking_traces() as taken:
        with Service(tmp_path / "data", OTLP_URL=taken.url) as service:
            task_id = service.upload(CALL_EN)
            service.done(task_id)
        spans = [
            (service_name, span.name) for service_name, span in taken.spans if span.trace_id == UUID(task_id).bytes
        ]
    assert set(spans) == {
        ("callscribe-asr", "prepare"),
        ("callscribe-asr", "transcribe"),
        ("callscribe-asr", "assemble"),
        ("callscribe-llm", "summarize"),
    }
    assert CALL_EN.name.encode() not in taken.raw
