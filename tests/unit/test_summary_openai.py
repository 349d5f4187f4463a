"""What only OpenAI-compatible servers do: refuse parts of a question, refuse the call, count and list or not."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, Field

from callscribe.errors import Unavailable
from callscribe.ports import Reply, TooLong
from callscribe.summary.servers.failures import Failures, Passing, Refused
from callscribe.summary.servers.openai import OpenAi, strict
from tests.fake_llm import MODEL, Fault
from tests.fake_openai import FakeOpenAi


class Item(BaseModel):
    text: str = Field(min_length=1)
    default: str | None = None


class Answer(BaseModel):
    summary: str = Field(min_length=1)
    items: list[Item]


@pytest.fixture
def fake() -> Iterator[FakeOpenAi]:
    with FakeOpenAi().running() as server:
        yield server


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as opened:
        yield opened


@pytest.fixture
def llm(fake: FakeOpenAi, client: httpx.Client) -> OpenAi:
    return OpenAi(fake.url, MODEL, 8192, 30, client, pause=lambda _: None)


def ask(llm: OpenAi) -> Reply:
    return llm.chat("Be brief.", "[0] Hello, we meet on Friday.", Answer.model_json_schema(), lambda: None)


def canned(*lines: str, status: int = 200) -> OpenAi:
    """An adapter for a server that always answers the same."""
    transport = httpx.MockTransport(lambda _: httpx.Response(status, text="\n".join(lines)))
    return OpenAi("http://llm", MODEL, 8192, 30, httpx.Client(transport=transport), pause=lambda _: None)


def event(content: str, **choice: object) -> str:
    return "data: " + json.dumps({"choices": [{"delta": {"content": content}, **choice}]})


def test_a_schema_becomes_strict_without_touching_names() -> None:
    made = strict(Answer.model_json_schema())
    item = made["$defs"]["Item"]
    assert (item["required"], item["additionalProperties"]) == (["text", "default"], False)
    assert item["properties"]["text"] == {"title": "Text", "type": "string"}
    assert item["properties"]["default"] == {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Default"}
    assert (made["required"], made["additionalProperties"]) == (["summary", "items"], False)


def test_it_is_asked_for_json_that_follows_the_schema_and_for_counts(fake: FakeOpenAi, llm: OpenAi) -> None:
    ask(llm)
    (request,) = fake.requests
    wanted = request["response_format"]["json_schema"]
    assert (request["response_format"]["type"], wanted["strict"]) == ("json_schema", True)
    assert wanted["schema"] == strict(Answer.model_json_schema())
    assert request["stream_options"] == {"include_usage": True}
    assert (request["max_tokens"], request["temperature"]) == (2048, 0)


@pytest.mark.parametrize(
    ("refused", "questions", "last"),
    [
        ({"json_schema"}, 2, {"response_format": {"type": "json_object"}, "max_tokens": 2048, "temperature": 0}),
        ({"max_tokens"}, 2, {"max_completion_tokens": 2048, "max_tokens": None}),
        ({"temperature"}, 2, {"temperature": None}),
        ({"json_schema", "max_tokens", "temperature"}, 4, {"response_format": {"type": "json_object"}}),
    ],
)
def test_what_a_server_refuses_it_is_not_asked_for_again(
    fake: FakeOpenAi, llm: OpenAi, refused: set[str], questions: int, last: dict[str, Any]
) -> None:
    fake.refused = refused
    assert Answer.model_validate_json(ask(llm).text)
    assert len(fake.requests) == questions
    ask(llm)
    assert len(fake.requests) == questions + 1
    assert {name: fake.requests[-1].get(name) for name in last} == last


def test_a_server_that_refuses_everything_is_not_asked_for_ever(fake: FakeOpenAi, llm: OpenAi) -> None:
    fake.refused = {"response_format"}
    with pytest.raises(Unavailable, match=r"failed \(HTTP 400\); see its log"):
        ask(llm)
    assert len(fake.requests) == 2


@pytest.mark.parametrize("fault", [Fault.REFUSAL, Fault.CENSORED])
def test_a_model_that_refuses_the_call_is_asked_once(fake: FakeOpenAi, llm: OpenAi, fault: Fault) -> None:
    fake.fail(fault)
    with pytest.raises(Unavailable, match=f"The model {MODEL} refuses this call; set CALLSCRIBE_LLM_MODEL to another"):
        ask(llm)
    assert len(fake.requests) == 1


def test_servers_that_count_nothing_and_never_say_done_are_believed(fake: FakeOpenAi, llm: OpenAi) -> None:
    fake.counts = fake.says_done = False
    assert Answer.model_validate_json(ask(llm).text)


def test_a_server_that_lists_no_models_may_have_it(fake: FakeOpenAi, llm: OpenAi) -> None:
    fake.models, fake.lists = [], False
    llm.check()
    with pytest.raises(Unavailable, match="set CALLSCRIBE_LLM_MODEL to one that it has"):
        ask(llm)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://llm:8000", "http://llm:8000/v1/models"),
        ("http://llm:8000/", "http://llm:8000/v1/models"),
        ("http://llm:8000/v1/", "http://llm:8000/v1/models"),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/models"),
        ("https://llm/v1beta/openai", "https://llm/v1beta/openai/models"),
    ],
)
def test_an_address_may_lack_its_version(url: str, asked: str) -> None:
    seen: list[str] = []

    def server(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, json={"data": [{"id": MODEL}]})

    OpenAi(url, MODEL, 8192, 30, httpx.Client(transport=httpx.MockTransport(server))).check()
    assert seen == [asked]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (['{"summary": "x"}'], '{"summary": "x"}'),
        (["<think>{} or not", " {}?</think>", '{"a": 1}'], '{"a": 1}'),
        (["a thought that began before</think>", '\n{"a": "</think>"}'], '\n{"a": "</think>"}'),
        (["```json\n", '{"a": 1}', "\n```\n"], '{"a": 1}'),
        (['{"a": "<think></think>"}'], '{"a": "<think></think>"}'),
    ],
)
def test_thoughts_and_fences_are_taken_off(written: list[str], read: str) -> None:
    llm = canned(*map(event, written), event("", finish_reason="stop"), "data: [DONE]")
    assert ask(llm).text == read


def test_events_may_come_with_carriage_returns_and_other_fields() -> None:
    lines = [": hello", "id: 7", "retry: 100", "event: message", event("{}", finish_reason="stop"), "data:[DONE]", ""]
    assert ask(canned("\r\n".join(lines))).text == "{}"


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        (400, "This model's maximum context length is 4096 tokens. Please reduce the length", TooLong),
        (400, "the request exceeds the available context size (4096 tokens), try increasing it", TooLong),
        (400, "'max_tokens' or 'max_completion_tokens' is too large: 2048. The maximum context length is 4", TooLong),
        (400, "The decoder prompt (length 5) is longer than the maximum model length of 4", TooLong),
        (400, "the context overflows; it has only 4096 tokens, which is not enough", TooLong),
        (413, "Request Entity Too Large", TooLong),
        (500, "failed to create context: not enough memory", Passing),
        (500, "CUDA out of memory", Passing),
        (400, "Invalid schema for response_format 'answer': In context=(), 'minLength' is not permitted.", Refused),
        (400, "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", Refused),
    ],
)
def test_what_servers_say_is_understood(status: int, reason: str, kind: type[Exception]) -> None:
    error = Failures("http://llm", MODEL, "Ollama", "").answered(status, reason)
    assert type(error) is kind
    assert reason not in str(error)


@pytest.mark.parametrize(
    ("status", "reason", "says"),
    [
        (400, "google/gemma is not a valid model ID", "has no model"),
        (404, "model 'gemma2:2b' not found", "has no model"),
        (404, "<html>Find a model here. Page missing.</html>", "correct CALLSCRIBE_LLM_URL"),
        (405, "Method Not Allowed", "correct CALLSCRIBE_LLM_URL"),
        (307, "", "correct CALLSCRIBE_LLM_URL"),
        (402, "Insufficient credits", "the credit of the account"),
        (403, "No access", "CALLSCRIBE_LLM_API_KEY"),
        (403, "Your input was flagged", "refuses this call"),
        (400, "triggering Azure OpenAI's content management policy", "refuses this call"),
        (529, "overloaded", "HTTP 529"),
    ],
)
def test_what_servers_say_leads_to_what_is_to_be_done(status: int, reason: str, says: str) -> None:
    with pytest.raises(Unavailable, match=says):
        ask(canned(reason, status=status))
