"""Summaries by an LLM where one answers, and by the call's own sentences where none does."""

from pathlib import Path

from tests.fake_ollama import MODEL, FakeOllama, Fault
from tests.service import CALL_RU, Service


def test_an_llm_that_answers_writes_the_summary(tmp_path: Path) -> None:
    with FakeOllama().running() as llm, Service(tmp_path / "data", LLM_URL=llm.url, LLM_MODEL=MODEL) as service:
        task_id = service.upload(CALL_RU)
        result = service.done(task_id)
        assert "перенести релиз на пятницу" in llm.prompt(0)
        spoken = " ".join(segment["text"] for segment in result["segments"])
        assert result["summary"]
        assert all(item in spoken for item in result["key_points"] + result["decisions"] + result["action_items"])
        assert service.task(task_id)["warnings"] == []

        # The same service, when the LLM's machine runs out of memory: nothing is lost, and the user is told.
        llm.fail(*[Fault.OUT_OF_MEMORY] * 20)
        task_id = service.upload(CALL_RU)
        assert any("перенести релиз на пятницу" in decision for decision in service.done(task_id)["decisions"])
        (warning,) = service.task(task_id)["warnings"]
        assert warning["code"] == "extractive_summary"


def test_a_summary_without_the_llm_is_written_anew_when_the_llm_answers(tmp_path: Path) -> None:
    with FakeOllama().running() as llm:
        llm.models.clear()
        with Service(tmp_path / "data", LLM_URL=llm.url, LLM_MODEL=MODEL, LLM_PULL="false") as service:
            task_id = service.upload(CALL_RU)
            assert service.done(task_id)["summary_engine"] == "extractive"
            assert "ollama pull" in service.task(task_id)["warnings"][0]["message"]
            llm.models.append(MODEL)
            service.until(
                lambda: service.result(task_id)["summary_engine"] == f"ollama {MODEL}", "the summary of the LLM"
            )
            assert service.done(task_id)["items"]
            assert service.task(task_id)["warnings"] == []


def test_without_an_llm_the_task_says_why(tmp_path: Path) -> None:
    with Service(tmp_path / "data", LLM_URL="http://127.0.0.1:9") as service:
        task_id = service.upload(CALL_RU)
        assert service.done(task_id)["summary"]
        (warning,) = service.task(task_id)["warnings"]
        assert "http://127.0.0.1:9 does not answer" in warning["message"]
