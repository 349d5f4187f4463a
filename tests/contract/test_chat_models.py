"""What every language model's adapter promises, whatever its server does."""

import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from traceback import format_exception
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, Field, SecretStr

from callscribe.errors import Unavailable
from callscribe.ports import ChatModel, Reply, TooLong
from callscribe.summary.servers.ollama import Ollama
from callscribe.summary.servers.openai import OpenAi
from tests.fake_llm import MODEL, RETRY_AFTER, FakeLlm, Fault
from tests.fake_ollama import FakeOllama
from tests.fake_openai import FakeOpenAi

FAKES: dict[type[ChatModel], type[FakeLlm]] = {Ollama: FakeOllama, OpenAi: FakeOpenAi}
SYSTEM = "You write minutes of a secret call."
USER = "<transcript>\n[0] Anna: The merger is called Bluebird.\n[1] Boris: I will tell Zebulon.\n</transcript>"
#: A second, then four, in steps that can be stopped.
USUAL_PAUSES = [1] * 5


class Item(BaseModel):
    text: str = Field(min_length=1)
    quote: str
    segments: list[int]
    due: str | None = None


class Answer(BaseModel):
    title: str = Field(min_length=1)
    summary: str
    decisions: list[Item]


SCHEMA = Answer.model_json_schema()


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as opened:
        yield opened


@pytest.fixture(params=list(FAKES), ids=lambda kind: kind.__name__.lower())
def adapter(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def fake(adapter: type[ChatModel]) -> Iterator[FakeLlm]:
    with FAKES[adapter]().running() as server:
        yield server


@pytest.fixture
def pauses() -> list[float]:
    return []


Make = Callable[..., ChatModel]


@pytest.fixture
def make(adapter: Any, fake: FakeLlm, client: httpx.Client, pauses: list[float]) -> Make:
    """Makes an adapter; what is not told is as usual, and its pauses are only written down."""

    def made(url: str | None = None, model: str = MODEL, timeout_s: float = 30, **others: Any) -> ChatModel:
        address = fake.url if url is None else url
        llm: ChatModel = adapter(address, model, 8192, timeout_s, client, pause=pauses.append, **others)
        return llm

    return made


@pytest.fixture
def llm(make: Make) -> ChatModel:
    return make()


def ask(llm: ChatModel, tick: Callable[[], None] = lambda: None) -> Reply:
    return llm.chat(SYSTEM, USER, SCHEMA, tick)


def test_a_good_answer_follows_the_schema(fake: FakeLlm, llm: ChatModel) -> None:
    reply = ask(llm)
    answer = Answer.model_validate_json(reply.text)
    assert answer.decisions[0].text == "The merger is called Bluebird."
    assert not reply.is_cut
    (request,) = fake.requests
    assert [message["content"] for message in request["messages"]] == [SYSTEM, USER]
    assert (request["model"], request["stream"]) == (MODEL, True)


def test_a_model_has_a_name_and_leaves_room_for_its_prompt(llm: ChatModel) -> None:
    assert llm.name in {f"ollama {MODEL}", f"openai {MODEL}"}
    assert 0 < llm.answer <= llm.context // 2


def test_an_answer_may_end_in_the_middle_of_a_character_of_the_wire(llm: ChatModel) -> None:
    """And hold characters that other readers take for ends of lines."""
    said = "Счёт\u2028готов\x85 для «Ромашки» \U0001f33c"
    reply = llm.chat(SYSTEM, f"[0] {said}", SCHEMA, lambda: None)
    assert json.loads(reply.text)["summary"] == said


def test_an_answer_that_ran_out_of_tokens_is_cut(fake: FakeLlm, llm: ChatModel) -> None:
    fake.fail(Fault.LENGTH)
    assert ask(llm).is_cut


@pytest.mark.parametrize("cause", ["limit", "front lost"])
def test_a_prompt_that_does_not_fit_is_an_error(fake: FakeLlm, llm: ChatModel, pauses: list[float], cause: str) -> None:
    if cause == "limit":
        fake.limit = 10
    else:
        fake.fail(Fault.FRONT_LOST)
    with pytest.raises(TooLong):
        ask(llm)
    assert (len(fake.requests), pauses) == (1, [])


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault.OUT_OF_MEMORY, f"not enough memory for {MODEL}; set CALLSCRIBE_LLM_MODEL to a smaller model"),
        (Fault.OUT_OF_MEMORY_LATE, f"not enough memory for {MODEL}; set CALLSCRIBE_LLM_MODEL to a smaller model"),
        (Fault.CRASH, r"failed \(HTTP 500\); see its log"),
        (Fault.BUSY, r"failed \(HTTP 503\); see its log"),
        (Fault.LIMITED, r"takes no more questions now \(HTTP 429\); try again later"),
        (Fault.TRUNCATED, "broke off in the middle of its answer"),
        (Fault.CUT_OFF, "The connection to the LLM at .* broke"),
        (Fault.GARBLED, "The connection to the LLM at .* broke"),
    ],
)
def test_what_may_pass_is_asked_again_twice(
    fake: FakeLlm, llm: ChatModel, pauses: list[float], fault: Fault, message: str
) -> None:
    fake.fail(fault, fault)
    assert Answer.model_validate_json(ask(llm).text)
    fake.fail(fault, fault, fault)
    with pytest.raises(Unavailable, match=message):
        ask(llm)
    assert len(fake.requests) == 6
    waited = [1] * (2 * RETRY_AFTER) if fault is Fault.LIMITED else USUAL_PAUSES
    assert pauses == waited * 2


@pytest.mark.parametrize("header", ["3600", "-1", "tomorrow", "0"])
def test_a_server_may_not_ask_for_any_pause(
    make: Make, fake: FakeLlm, pauses: list[float], monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    monkeypatch.setattr("tests.fake_llm.RETRY_AFTER", header)
    fake.fail(Fault.LIMITED)
    ask(make())
    assert sum(pauses) == (60 if header == "3600" else 1)


def test_an_answer_that_never_ends_ends(make: Make, fake: FakeLlm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds pass at each look at the clock, and there are many pieces: far more than six times 5 s."""
    clock = count(step=10)
    monkeypatch.setattr("callscribe.summary.servers.chat.monotonic", lambda: next(clock))
    with pytest.raises(Unavailable, match="is too slow; set CALLSCRIBE_LLM_MODEL to a faster model or raise"):
        ask(make(fake.url, timeout_s=5))
    assert len(fake.requests) == 1


def test_silence_ends(make: Make, fake: FakeLlm, pauses: list[float]) -> None:
    fake.fail(Fault.HANG)
    with pytest.raises(Unavailable, match="is silent; try again later or raise CALLSCRIBE_LLM_TIMEOUT_S"):
        ask(make(timeout_s=0.05))
    assert pauses == []


def test_a_model_that_loads_slowly_is_waited_for(fake: FakeLlm, llm: ChatModel) -> None:
    fake.fail(Fault.LOADING)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, llm)
        assert fake.loading.wait(30)
        assert not asked.done()
        fake.loaded.set()
        assert Answer.model_validate_json(asked.result(30).text)
    assert len(fake.requests) == 1


class Enough(Exception):
    pass


def stopping(after: int) -> Callable[[], None]:
    left = iter(range(after))

    def tick() -> None:
        if next(left, None) is None:
            raise Enough

    return tick


def test_an_answer_can_be_stopped(fake: FakeLlm, llm: ChatModel) -> None:
    ticks: list[None] = []
    ask(llm, lambda: ticks.append(None))
    assert len(ticks) > 10
    for after in (0, 5):
        with pytest.raises(Enough):
            ask(llm, stopping(after))
    assert len(fake.requests) == 3


def test_a_pause_can_be_stopped(fake: FakeLlm, llm: ChatModel, pauses: list[float]) -> None:
    fake.fail(Fault.LIMITED)
    with pytest.raises(Enough):
        ask(llm, stopping(3))
    assert (len(fake.requests), len(pauses)) == (1, 3)


def test_a_model_that_is_there_is_found(fake: FakeLlm, llm: ChatModel) -> None:
    fake.models = ["other:7b", MODEL]
    llm.check()
    assert fake.requests == []


def test_a_model_that_is_not_there_is_told(fake: FakeLlm, llm: ChatModel, pauses: list[float]) -> None:
    fake.models = ["other:7b"]
    for question in (llm.check, lambda: ask(llm)):
        with pytest.raises(Unavailable, match=f"The LLM server has no model {MODEL}; (run|set) "):
            question()
    assert pauses == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "", "ollama:11434", "http://[", "http://me:hidden@127.0.0.1:9"])
def test_nobody_at_the_address_is_told(make: Make, url: str) -> None:
    nobody = make(url)
    for question in (nobody.check, lambda: ask(nobody)):
        with pytest.raises(Unavailable, match=r"does not answer; start .+ there or correct CALLSCRIBE_LLM_URL") as told:
            question()
        assert "hidden" not in str(told.value)


def test_another_product_at_the_address_is_told(adapter: type[ChatModel], make: Make) -> None:
    (other,) = set(FAKES.values()) - {FAKES[adapter]}
    with other().running() as stranger:
        llm = make(stranger.url)
        if adapter is Ollama:  # a server of the other kind need not list its models
            with pytest.raises(Unavailable, match="correct CALLSCRIBE_LLM_URL or CALLSCRIBE_LLM_API"):
                llm.check()
        with pytest.raises(Unavailable, match="correct CALLSCRIBE_LLM_URL or CALLSCRIBE_LLM_API"):
            ask(llm)


@pytest.mark.parametrize("fault", [Fault.NOT_OLLAMA, Fault.ECHO])
def test_nonsense_from_the_address_is_told(fake: FakeLlm, llm: ChatModel, fault: Fault) -> None:
    fake.fail(fault)
    with pytest.raises(Unavailable, match="correct CALLSCRIBE_LLM_URL or CALLSCRIBE_LLM_API"):
        ask(llm)


@pytest.mark.parametrize(
    ("key", "login", "sent"),
    [
        ("sk-hidden", "", "Bearer sk-hidden"),
        (" sk-hidden\n", "me:pass@", "Bearer sk-hidden"),
        (None, "me:p%40ss@", "Basic bWU6cEBzcw=="),
        (None, "", None),
    ],
)
def test_a_key_or_a_password_opens_the_door(
    make: Make, fake: FakeLlm, key: str | None, login: str, sent: str | None
) -> None:
    fake.authorization = sent
    llm = make(fake.url.replace("://", f"://{login}"), key=SecretStr(key) if key else None)
    llm.check()
    assert ask(llm).text


@pytest.mark.parametrize("key", [None, "sk-hidden", "sk-hid\nden", "ключ-hidden"])
def test_a_closed_door_is_told(make: Make, fake: FakeLlm, pauses: list[float], key: str | None) -> None:
    fake.authorization = "Bearer another"
    llm = make(key=SecretStr(key) if key else None)
    for question in (llm.check, lambda: ask(llm)):
        with pytest.raises(Unavailable, match="does not let us in; set CALLSCRIBE_LLM_API_KEY") as told:
            question()
        assert "hid" not in "".join(format_exception(told.value))
    assert pauses == []


@pytest.mark.parametrize(
    "fault", [fault for fault in Fault if fault not in {Fault.HANG, Fault.LOADING, Fault.REFUSAL, Fault.CENSORED}]
)
def test_no_word_of_the_call_nor_a_secret_is_logged(
    make: Make, fake: FakeLlm, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    """Not even where the cause of an error is logged with it."""
    fake.authorization = "Bearer sk-hidden"
    fake.fail(fault, fault, fault)
    llm = make(fake.url.replace("://", "://me:p4ssword@"), key=SecretStr("sk-hidden"))
    # The command line makes it quieter.
    caplog.set_level(logging.DEBUG, logger="httpx")
    with caplog.at_level(logging.DEBUG):
        try:
            ask(llm)
        except (Unavailable, TooLong):
            logging.getLogger("test").exception("the summary failed")
    assert caplog.records
    for word in ("Bluebird", "Zebulon", "minutes", "sk-hidden", "p4ssword"):
        assert word.lower() not in caplog.text.lower()


def test_an_adapter_brings_a_client_of_its_own_that_leaves_proxies_aside(
    adapter: Any, fake: FakeLlm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.delenv("no_proxy", raising=False)
    llm = adapter(fake.url + "/", MODEL, 8192, 30)
    llm.check()
    llm.close()
    with pytest.raises(RuntimeError, match="closed"):
        llm.check()
