"""A vocabulary and a template on their whole way, and the sound of a call that was cut by the service."""

from pathlib import Path

from callscribe.client import CallScribe
from tests.fake_ollama import MODEL, FakeOllama
from tests.service import CALL_EN, Service


def test_what_was_wanted_of_a_call_is_done(tmp_path: Path) -> None:
    with (
        FakeOllama().running() as llm,
        Service(tmp_path / "data", LLM_URL=llm.url, LLM_MODEL=MODEL) as service,
        CallScribe(f"http://127.0.0.1:{service.port}") as calls,
    ):
        task_id = calls.upload(CALL_EN, vocabulary=["CallScribe", "Anna, Mark"], template="support").task_id
        task = calls.wait(task_id)
        assert (task.status, task.warnings) == ("done", [])
        assert (task.vocabulary, task.template) == (["CallScribe", "Anna", "Mark"], "support")
        assert calls.result(task_id).segments
        assert all("It is a call with a customer" in told for told in prompts(llm))

        llm.requests.clear()
        assert calls.resummarize(task_id, template="interview").template == "interview"
        assert calls.wait(task_id).status == "done"
        assert llm.requests
        assert all("It is an interview" in told for told in prompts(llm))

        waveform = calls.waveform(task_id, points=60)
        assert waveform.duration == task.duration
        assert len(waveform.points) == 60
        assert max(waveform.points) > 70


def prompts(llm: FakeOllama) -> list[str]:
    return [request["messages"][0]["content"] for request in llm.requests]
