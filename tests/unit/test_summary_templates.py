from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from callscribe.errors import BadRequest, Unavailable
from callscribe.models import Brief
from callscribe.settings import Settings
from callscribe.summary import templates
from callscribe.summary.llm import LlmSummarizer
from tests.scripted_llm import ScriptedLlm, part
from tests.transcripts import said

SHIPPED = ["meeting", "interview", "standup", "support"]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    for name, text in {
        "retrospective.md": "It is a retrospective. Costs are in $.",
        "support.md": "It is a call with a patient.",
        "Notes.md": "The name has a capital letter.",
        "notes.txt": "Not a template.",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_those_that_are_shipped() -> None:
    assert templates.names(None) == SHIPPED
    assert all(templates.text(name, None).strip() for name in SHIPPED)


def test_ones_own_come_beside_them_and_replace_those_of_the_same_name(own: Path) -> None:
    assert templates.names(own) == ["meeting", "interview", "retrospective", "standup", "support"]
    assert templates.text("support", own) == "It is a call with a patient."
    assert templates.text("meeting", own) == templates.text("meeting", None)


def test_a_template_that_is_gone_is_a_meeting(own: Path) -> None:
    (own / "retrospective.md").unlink()
    assert templates.text("retrospective", own) == templates.text("meeting", None)


@pytest.mark.parametrize("folder", [None, Path("/nowhere")])
def test_without_a_folder_there_are_the_shipped_ones(folder: Path | None) -> None:
    assert templates.names(folder) == SHIPPED


@pytest.mark.parametrize("name", ["party", "Notes", "notes", "../map", "", "meeting.md", "\0"])
def test_of_another_name_it_is_told_which_there_are(own: Path, name: str) -> None:
    with pytest.raises(BadRequest, match="use one of: meeting, interview, retrospective, standup, support"):
        templates.check(name, own)
    assert templates.check("retrospective", own) == "retrospective"


def test_the_llm_is_told_what_ones_own_template_says(own: Path) -> None:
    told: list[str] = []

    class Listening(ScriptedLlm):
        def chat(self, system: str, *others: Any) -> Any:
            told.append(system)
            return super().chat(system, *others)

    llm = Listening(lambda _, __: part())
    LlmSummarizer(llm, own).summarize(said("We talk."), lambda _: None, Brief("retrospective"))
    (system,) = told
    assert "It is a retrospective. Costs are in $." in system


def test_a_template_that_leaves_no_room_says_so(own: Path) -> None:
    (own / "retrospective.md").write_text("Mind every word. " * 3000)
    llm = ScriptedLlm(lambda _, __: part())
    with pytest.raises(Unavailable, match="raise CALLSCRIBE_LLM_CONTEXT"):
        LlmSummarizer(llm, own).summarize(said("We talk."), lambda _: None, Brief("retrospective"))
    assert llm.asked == []


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None], ids=["no text", "a folder"])
def test_a_file_that_cannot_be_read_is_told_or_left_out(own: Path, content: bytes | None) -> None:
    file = own / "odd.md"
    if content is None:
        file.mkdir()
        assert "odd" not in templates.names(own)
        return
    file.write_bytes(content)
    llm = ScriptedLlm(lambda _, __: part())
    with pytest.raises(Unavailable, match="The template odd is no readable UTF-8 text"):
        LlmSummarizer(llm, own).summarize(said("We talk."), lambda _: None, Brief("odd"))


def test_the_folder_is_a_setting(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_PROMPTS_DIR", str(own))
    assert Settings().prompts_dir == own


def test_the_service_says_which_there_are(shared_api: tuple[TestClient, Any]) -> None:
    assert shared_api[0].get("/api/v1/system").json()["templates"] == SHIPPED
