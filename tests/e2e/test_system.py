"""Which workers of a real service live, and what they lack."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fake_ollama import MODEL, FakeOllama
from tests.service import Service


def crew(service: Service, role: str) -> dict[str, Any]:
    workers = service.client.get("/api/v1/system").raise_for_status().json()["workers"]
    return next(one for one in workers if one["role"] == role)


@contextmanager
def nobody_is_started_again(service: Service) -> Iterator[None]:
    """Hold `callscribe up` itself, so that what dies stays dead."""
    service.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        service.process.send_signal(signal.SIGCONT)


def test_a_worker_that_dies_is_missed_until_it_is_back(tmp_path: Path) -> None:
    with Service(tmp_path / "data", HEARTBEAT_S="0.3", HEARTBEAT_TIMEOUT_S="3") as service:
        service.until(lambda: crew(service, "asr")["count"] == 1, "the ASR worker")
        assert crew(service, "asr")["notices"] == []
        with nobody_is_started_again(service):
            service.kill("worker", "asr")
            service.until(lambda: crew(service, "asr")["count"] == 0, "its silence to be noticed")
            assert crew(service, "llm")["count"] == 1
        service.until(lambda: crew(service, "asr")["count"] == 1, "its successor")


def test_what_is_missing_is_told_with_what_to_do(tmp_path: Path) -> None:
    with FakeOllama().running() as llm:
        llm.models = []
        lacking = {"ASR_MODEL": "medium", "LLM_URL": llm.url, "LLM_MODEL": MODEL}
        with Service(tmp_path / "data", **lacking) as service:
            service.until(lambda: crew(service, "asr")["notices"] and crew(service, "llm")["notices"], "the notices")
            (speech,), (summaries,) = crew(service, "asr")["notices"], crew(service, "llm")["notices"]
    assert speech["code"] == "model-missing"
    assert "run `callscribe models pull medium`" in speech["message"]
    assert summaries["code"] == "llm-model-missing"
    assert f"no model {MODEL}; it will be pulled for the next summary" in summaries["message"]
