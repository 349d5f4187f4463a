"""What workers lack, and what they say is to be done."""

from pathlib import Path

import pytest

from callscribe.asr.readiness import lacks
from callscribe.settings import Settings
from callscribe.summary.readiness import looking
from tests.fake_ollama import MODEL, FakeOllama
from tests.service import MODEL as FIXTURE


def speech(tmp_path: Path, model: str) -> list[tuple[str, str]]:
    found = lacks(Settings(data_dir=tmp_path, asr_model=model, asr_device="cpu"))
    return [(notice.code, notice.message) for notice in found]


def put_model(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "models" / name
    folder.mkdir(parents=True)
    (folder / "model.bin").touch()


def test_without_the_usual_speech_model_there_is_a_poor_one(tmp_path: Path) -> None:
    assert speech(tmp_path, "auto") == [
        (
            "model-fallback",
            "The speech model `small` is not on this machine. The first call fetches it; without internet English is "
            "read with many mistakes, and Russian not at all: run `callscribe models pull small` while online, or copy "
            f"the model's folder to {tmp_path}/models/small.",
        )
    ]
    put_model(tmp_path, "small")
    assert speech(tmp_path, "auto") == []


def test_without_a_speech_model_that_was_asked_for_calls_fail(tmp_path: Path) -> None:
    ((code, message),) = speech(tmp_path, "medium")
    assert code == "model-missing"
    assert "without internet it fails: run `callscribe models pull medium`" in message
    put_model(tmp_path, "medium")
    assert speech(tmp_path, "medium") == []


@pytest.mark.parametrize(
    ("model", "says"),
    [("/nowhere/at-all", "There is no speech model in /nowhere/at-all"), ("huge", "no speech model called `huge`")],
)
def test_a_setting_that_names_no_model_is_told(tmp_path: Path, model: str, says: str) -> None:
    ((code, message),) = speech(tmp_path, model)
    assert code == "model-missing"
    assert says in message


def test_a_folder_with_a_model_is_enough(tmp_path: Path) -> None:
    assert speech(tmp_path, str(FIXTURE)) == []


def test_without_an_llm_summaries_are_extractive(tmp_path: Path) -> None:
    (notice,) = looking(Settings(data_dir=tmp_path, llm_url=""))()
    assert notice.code == "llm-not-set"
    assert "set CALLSCRIBE_LLM_URL" in notice.message


def test_an_llm_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    (notice,) = looking(Settings(data_dir=tmp_path, llm_url="http://me:secret@127.0.0.1:9"))()
    assert notice.code == "llm-unreachable"
    assert notice.message == (
        "The LLM at 127.0.0.1:9 does not answer; start Ollama there or correct CALLSCRIBE_LLM_URL. "
        "Until then summaries consist of sentences of the call."
    )


def test_an_llm_without_its_model_is_told_until_it_has_it(tmp_path: Path) -> None:
    with FakeOllama().running() as llm:
        llm.models = []
        look = looking(Settings(data_dir=tmp_path, llm_url=llm.url, llm_model=MODEL))
        (notice,) = look()
        assert notice.code == "llm-model-missing"
        assert f"run `ollama pull {MODEL}` there. Until then" in notice.message
        llm.models = [MODEL]
        assert look() == ()
