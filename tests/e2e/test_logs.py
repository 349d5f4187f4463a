"""What all processes of a service log while a call goes through them."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

import httpx
import pytest

from tests.log_lines import entries
from tests.scoring import utterances, words
from tests.service import CALL_RU, Service, free_port


class Logged(NamedTuple):
    task_id: str
    result: dict[str, Any]
    #: What was written to the log until the call was done, and found.
    text: str


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logged]:
    page = free_port()
    with Service(tmp_path_factory.mktemp("service") / "data", UI_PORT=str(page)) as service:
        task_id = service.upload(CALL_RU, name="Планы на лето.flac")
        result = service.done(task_id)
        for path, asked in ((f"results/{task_id}/export", {"format": "docx"}), ("search", {"q": "бюджет"})):
            service.client.get(f"/api/v1/{path}", params=asked).raise_for_status()
        service.until(lambda: page_finds(page, "сервер"), "the page")
        service.until(lambda: "/api/v1/search: 200" in service.log.read_text(), "the search in the log")
        yield Logged(task_id, result, service.log.read_text())


def page_finds(port: int, query: str) -> bool:
    answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/search", params={"q": query}, trust_env=False)
    return answer.is_success


def test_every_line_is_json_and_says_who_wrote_it(logged: Logged) -> None:
    told = entries(logged.text)
    assert {entry["role"] for entry in told} >= {"api", "asr", "llm", "ui"}
    assert all({"timestamp", "level", "logger", "event"} <= entry.keys() for entry in told)
    assert [entry for entry in told if entry["level"] in ("error", "critical")] == []


def test_a_call_is_found_in_the_log_of_each_process_by_its_id(logged: Logged) -> None:
    told = [entry for entry in entries(logged.text) if entry.get("call_id") == logged.task_id]
    assert {entry["role"] for entry in told} == {"api", "asr", "llm"}
    assert {entry["stage"] for entry in told if "stage" in entry} == {"prepare", "transcribe", "assemble", "summarize"}
    done = [entry for entry in told if re.fullmatch(r"transcribe of window \d+ done in .*", entry["event"])]
    assert done
    assert all(entry["event"].startswith(f"transcribe of window {entry['window']} ") for entry in done)
    assert {entry["attempt"] for entry in done} == {1}


def test_no_word_of_a_call_nor_its_name_nor_what_was_searched_for_is_logged(logged: Logged) -> None:
    # All of that is Russian, and nothing else is.
    assert len(logged.result["segments"]) > 5
    said = {word for line in utterances(CALL_RU) for word in words(line["text"]) if len(word) > 5}
    heard = set(words(" ".join(line["text"] for line in logged.result["segments"])))
    assert len(said & heard) > 10
    assert re.findall("[а-яё]+", unquote(logged.text), re.IGNORECASE) == []
    assert r"\u04" not in logged.text
