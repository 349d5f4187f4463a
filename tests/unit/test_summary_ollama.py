"""Ollama's own: what it is asked with, and models that it has to fetch first."""

import logging
from collections.abc import Iterator

import httpx
import pytest
from pydantic import BaseModel

from callscribe.errors import Unavailable
from callscribe.summary.servers.ollama import Ollama
from tests.fake_llm import MODEL, Fault
from tests.fake_ollama import FakeOllama


class Answer(BaseModel):
    summary: str


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with FakeOllama().running() as server:
        yield server


@pytest.fixture
def empty(fake: FakeOllama) -> FakeOllama:
    """It has no model, and could pull one."""
    fake.models, fake.registry = [], [MODEL]
    return fake


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as opened:
        yield opened


def asked(fake: FakeOllama, client: httpx.Client, *, pulls: bool = True, ticks: list[None] | None = None) -> str:
    llm = Ollama(fake.url, MODEL, 8192, 30, client, pulls=pulls, pause=lambda _: None)
    counted = [] if ticks is None else ticks
    return llm.chat("Be brief.", "[0] Hello.", Answer.model_json_schema(), lambda: counted.append(None)).text


def test_it_is_asked_so_that_nothing_can_be_cut_silently(fake: FakeOllama, client: httpx.Client) -> None:
    asked(fake, client)
    (request,) = fake.requests
    assert request["options"] == {"num_ctx": 8192, "num_predict": 2048, "temperature": 0}
    assert (request["truncate"], request["shift"], request["stream"]) == (False, False, True)
    assert request["keep_alive"]
    assert request["format"] == Answer.model_json_schema()


@pytest.mark.parametrize(("installed", "wanted"), [("llama3:latest", "llama3"), ("llama3", "llama3")])
def test_a_model_without_a_tag_is_its_latest(
    fake: FakeOllama, client: httpx.Client, installed: str, wanted: str
) -> None:
    fake.models = [installed]
    Ollama(fake.url, wanted, 8192, 30, client).check()


def test_a_missing_model_is_pulled_and_then_asked(
    empty: FakeOllama, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    ticks: list[None] = []
    with caplog.at_level(logging.INFO, logger="callscribe"):
        assert asked(empty, client, ticks=ticks)
    assert (empty.pulls, len(empty.requests)) == ([MODEL], 2)
    told = [record.getMessage() for record in caplog.records]
    assert told[0] == f"the LLM server has no model {MODEL}, so it is pulled"
    assert told[1:] == [f"pulling {MODEL}: {share} %" for share in range(10, 101, 10)]
    assert len(ticks) > 50


def test_a_pull_can_be_stopped(empty: FakeOllama, client: httpx.Client) -> None:
    class Enough(Exception):
        pass

    def stop() -> None:
        raise Enough

    with pytest.raises(Enough):
        Ollama(empty.url, MODEL, 8192, 30, client, pulls=True).chat("", "", {}, stop)
    assert empty.pulls == [MODEL]
    assert len(empty.requests) == 1


def test_a_missing_model_is_not_pulled_where_that_is_not_allowed(empty: FakeOllama, client: httpx.Client) -> None:
    with pytest.raises(Unavailable, match=f"has no model {MODEL}; run `ollama pull {MODEL}` there"):
        asked(empty, client, pulls=False)
    assert empty.pulls == []


@pytest.mark.parametrize("fault", [Fault.CRASH, Fault.TRUNCATED, Fault.CUT_OFF])
def test_a_pull_that_fails_says_what_to_look_at_and_is_tried_again_next_time(
    empty: FakeOllama, client: httpx.Client, fault: Fault
) -> None:
    empty.fail(fault)
    with pytest.raises(Unavailable, match=f"could not pull the model {MODEL}; see that it has internet and room"):
        asked(empty, client)
    assert asked(empty, client)
    assert len(empty.pulls) == 2


def test_a_model_that_is_nowhere_is_told(empty: FakeOllama, client: httpx.Client) -> None:
    empty.registry = []
    with pytest.raises(Unavailable, match=f"no model {MODEL} to be pulled; correct CALLSCRIBE_LLM_MODEL"):
        asked(empty, client)
