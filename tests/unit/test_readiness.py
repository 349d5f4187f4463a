"""What workers lack, and what they say is to be done."""

from collections.abc import Callable
from pathlib import Path

import pytest

from callscribe.asr.readiness import lacks
from callscribe.errors import Unavailable
from callscribe.models import Notice
from callscribe.settings import Settings
from callscribe.summary.readiness import looking
from callscribe.summary.servers.chosen import chat_model
from tests.fake_llm import MODEL, FakeLlm
from tests.fake_ollama import FakeOllama
from tests.fake_openai import FakeOpenAi
from tests.service import MODEL as FIXTURE
from tests.tiny_onnx import gigaam

LLMS: dict[str, type[FakeLlm]] = {"ollama": FakeOllama, "openai": FakeOpenAi}


def speech(tmp_path: Path, model: str) -> list[tuple[str, str]]:
    found = lacks(Settings(data_dir=tmp_path, asr_model=model, asr_device="cpu"))
    return [(notice.code, notice.message) for notice in found]


def put_model(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "models" / name
    folder.mkdir(parents=True)
    (folder / "model.bin").touch()


def speech_for(tmp_path: Path, **settings: str) -> list[tuple[str, str]]:
    found = lacks(Settings.model_validate({"data_dir": tmp_path, "asr_device": "cpu"} | settings))
    return [(notice.code, notice.message) for notice in found]


def lacks_llm(tmp_path: Path, **settings: str | bool) -> Callable[[], tuple[Notice, ...]]:
    return looking(Settings.model_validate({"data_dir": tmp_path} | settings))


def put_gigaam(tmp_path: Path) -> None:
    gigaam(tmp_path / "models" / "gigaam-v3-e2e-rnnt")


def test_without_any_model_there_is_a_poor_one(tmp_path: Path) -> None:
    assert speech(tmp_path, "auto") == [
        (
            "model-fallback",
            "The speech model `small` is not on this machine. The first call fetches it; without internet English is "
            "read with many mistakes, and Russian not at all: run `callscribe models pull small` while online, or copy "
            f"the model's folder to {tmp_path}/models/small.",
        ),
        (
            "model-fallback",
            "The speech model `gigaam-v3-e2e-rnnt` is not on this machine. The first call in Russian fetches it; "
            "without internet it cannot be read at all: run `callscribe models pull gigaam-v3-e2e-rnnt` while online, "
            f"or copy the model's folder to {tmp_path}/models/gigaam-v3-e2e-rnnt.",
        ),
    ]
    put_model(tmp_path, "small")
    put_gigaam(tmp_path)
    assert speech(tmp_path, "auto") == []


def test_without_the_best_model_for_russian_another_reads_it(tmp_path: Path) -> None:
    put_model(tmp_path, "small")
    ((code, message),) = speech(tmp_path, "auto")
    assert code == "model-fallback"
    assert "without internet `small` reads it, with more mistakes: run `callscribe models pull gigaam" in message


def test_with_the_model_for_russian_alone_the_language_has_to_be_set(tmp_path: Path) -> None:
    put_gigaam(tmp_path)
    ((code, message),) = speech(tmp_path, "auto")
    assert code == "model-fallback"
    assert "Russian only where that is set as the call's language: run `callscribe models pull small`" in message


def test_on_a_gpu_one_model_is_enough(tmp_path: Path) -> None:
    ((code, message),) = speech_for(tmp_path, asr_device="cuda")
    assert (code, "`large-v3-turbo`" in message) == ("model-fallback", True)
    put_model(tmp_path, "large-v3-turbo")
    assert speech_for(tmp_path, asr_device="cuda") == []


def test_without_a_speech_model_that_was_asked_for_calls_fail(tmp_path: Path) -> None:
    ((code, message),) = speech(tmp_path, "medium")
    assert code == "model-missing"
    assert "The first call fetches it; without internet it fails: run `callscribe models pull medium`" in message
    put_model(tmp_path, "medium")
    assert speech(tmp_path, "medium") == []


def test_a_model_that_was_asked_for_one_language_is_told_for_it(tmp_path: Path) -> None:
    put_model(tmp_path, "small")
    ((code, message),) = speech_for(tmp_path, asr_model_ru="medium")
    assert (code, "The first call in Russian fetches it" in message) == ("model-missing", True)
    found = speech_for(tmp_path, asr_model="small", asr_model_en="nemo-parakeet-tdt-0.6b-v3")
    assert [(code, "first call in English" in message) for code, message in found] == [("model-missing", True)]


def test_what_tells_voices_apart_is_no_speech_model(tmp_path: Path) -> None:
    ((code, message),) = speech(tmp_path, "wespeaker")
    assert (code, "`wespeaker` tells voices apart and hears no words" in message) == ("model-missing", True)


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


@pytest.mark.parametrize(("api", "product"), [("ollama", "Ollama"), ("openai", "an OpenAI-compatible server")])
def test_an_llm_that_does_not_answer_is_told_without_its_password(tmp_path: Path, api: str, product: str) -> None:
    (notice,) = lacks_llm(tmp_path, llm_api=api, llm_url="http://me:secret@127.0.0.1:9/v1")()
    assert notice.code == "llm-unreachable"
    assert notice.message == (
        f"The LLM at 127.0.0.1:9/v1 does not answer; start {product} there or correct CALLSCRIBE_LLM_URL. "
        "Until then summaries consist of sentences of the call."
    )


@pytest.mark.parametrize(
    ("api", "pull", "says"),
    [
        ("ollama", True, f"no model {MODEL}; it will be pulled for the next summary."),
        ("ollama", False, f"no model {MODEL}; run `ollama pull {MODEL}` there. Until then summaries consist of"),
        ("openai", True, f"no model {MODEL}; set CALLSCRIBE_LLM_MODEL to one that it has. Until then summaries"),
    ],
)
def test_an_llm_without_its_model_is_told_until_it_has_it(tmp_path: Path, api: str, pull: bool, says: str) -> None:
    with LLMS[api]().running() as llm:
        llm.models = ["other:7b"]
        look = lacks_llm(tmp_path, llm_api=api, llm_url=llm.url, llm_model=MODEL, llm_pull=pull)
        (notice,) = look()
        assert notice.code == "llm-model-missing"
        assert says in notice.message
        assert ("Until then" in notice.message) == ("Until then" in says)
        llm.models = [MODEL]
        assert look() == ()


@pytest.mark.parametrize("api", LLMS)
def test_an_llm_behind_a_door_is_told_and_opened_with_the_key(tmp_path: Path, api: str) -> None:
    with LLMS[api]().running() as llm:
        llm.authorization = "Bearer sk-1"
        (notice,) = lacks_llm(tmp_path, llm_api=api, llm_url=llm.url)()
        assert (notice.code, "set CALLSCRIBE_LLM_API_KEY" in notice.message) == ("llm-unreachable", True)
        assert lacks_llm(tmp_path, llm_api=api, llm_url=llm.url, llm_api_key="sk-1")() == ()


def test_only_the_model_that_is_set_is_pulled(tmp_path: Path) -> None:
    """Whoever may upload a call may ask for any model with it."""
    with FakeOllama().running() as llm:
        llm.models, llm.registry = [], [MODEL, "huge:70b"]
        settings = Settings(data_dir=tmp_path, llm_url=llm.url, llm_model=MODEL)
        schema = {"properties": {"summary": {"type": "string"}}}
        with pytest.raises(Unavailable, match="run `ollama pull huge:70b` there"):
            chat_model(settings, "huge:70b").chat("", "", schema, lambda: None)
        assert llm.pulls == []
        assert chat_model(settings).chat("", "", schema, lambda: None).text
        assert llm.pulls == [MODEL]


def test_another_model_of_the_same_server_is_asked(tmp_path: Path) -> None:
    for api, name in (("ollama", "ollama big"), ("openai", "openai big")):
        settings = Settings.model_validate({"data_dir": tmp_path, "llm_api": api, "llm_context": 4096})
        llm = chat_model(settings, "big")
        assert (llm.name, llm.context) == (name, 4096)
        assert chat_model(settings).name == f"{api} {MODEL}"
