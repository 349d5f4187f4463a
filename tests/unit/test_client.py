"""Both clients, without a service: what they send, and what they make of answers."""

import inspect
import os
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import httpx
import pytest

from callscribe.api.schemas.tasks import Task
from callscribe.client import AsyncCallScribe, CallScribe, watch
from callscribe.errors import BadMedia, BadRequest, CallScribeError, ConfigError, Conflict, NotFound, Unavailable
from callscribe.models import CallStatus
from tests.clients import KINDS, Connect, Stream, connecting
from tests.unit.test_ui import task

ID = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
URL = "http://calls.example:8000"
SECRET = "what was said"

Answer = Callable[[httpx.Request], httpx.Response]
Answering = Callable[[Answer], CallScribe]


@pytest.fixture(params=KINDS)
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    with connecting(request.param) as connect:
        yield connect


@pytest.fixture
def client(connect: Connect) -> Answering:
    """A client whose requests are answered by a function."""
    return lambda answer: connect(URL + "/", transport=httpx.MockTransport(answer))


@pytest.fixture
def asked(client: Answering) -> Callable[[Callable[[CallScribe], object]], httpx.Request]:
    """The request that a call of a client sends; its answer is garbage."""

    def ask(call: Callable[[CallScribe], object]) -> httpx.Request:
        requests: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return httpx.Response(200, text="garbage")

        with pytest.raises(Unavailable):
            call(client(answer))
        return requests[0]

    return ask


def problem(code: str, status: int) -> httpx.Response:
    body = {"type": f"urn:callscribe:problem:{code}", "title": "Title", "status": status, "detail": "Do this."}
    return httpx.Response(status, json=body)


def told(state: Task) -> httpx.Response:
    return httpx.Response(200, text=state.model_dump_json())


def at(status: CallStatus, progress: float = 0.25) -> Task:
    return task(status).model_copy(update={"progress": progress})


def event(state: Task) -> bytes:
    return f"event: task\ndata: {state.model_dump_json()}\nid: 1\n\n".encode()


def test_the_twins_have_the_same_methods() -> None:
    def methods(kind: type[Any]) -> dict[str, Any]:
        return {name: method for name, method in vars(kind).items() if not name.startswith("_")}

    ordinary, awaited = methods(CallScribe), methods(AsyncCallScribe)
    assert ordinary.keys() == awaited.keys()
    assert len(ordinary) > 20
    for name, method in ordinary.items():
        twin = awaited[name]
        mine, its = inspect.signature(method), inspect.signature(twin)
        assert mine.parameters == its.parameters, name
        assert (method.__name__, method.__doc__) == (twin.__name__, twin.__doc__) != (name, None)
        turns = name.startswith("all_")
        assert inspect.iscoroutinefunction(twin) is not turns, name
        strip = get_args if turns else lambda result: result
        assert strip(mine.return_annotation) == strip(its.return_annotation), name


def test_it_needs_nothing_of_the_servers() -> None:
    look = (
        "import sys\n"
        "for name in ('sqlalchemy', 'psycopg', 'fastapi', 'starlette', 'uvicorn', 'av', 'numpy', 'docx', 'lxml'):\n"
        "    sys.modules[name] = None\n"
        "from callscribe.client import AsyncCallScribe, CallScribe\n"
        "CallScribe().close()\n"
    )
    done = subprocess.run([sys.executable, "-c", look], check=False, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("not-found", 404, NotFound),
        ("conflict", 409, Conflict),
        ("unavailable", 503, Unavailable),
        ("of-a-later-version", 418, CallScribeError),
    ],
)
def test_a_problem_becomes_the_error_it_was(
    client: Answering, code: str, status: int, error: type[CallScribeError], tmp_path: Path
) -> None:
    one = client(lambda _: problem(code, status))
    for call in (lambda: one.cancel(ID), lambda: one.save_export(ID, tmp_path / "call.txt")):
        with pytest.raises(CallScribeError, match=r"^Do this\.$") as raised:
            call()
        assert type(raised.value) is error
    assert list(tmp_path.iterdir()) == []


def test_no_answer_is_told_in_one_sentence(client: Answering) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused")

    with pytest.raises(Unavailable, match=r"^CallScribe does not answer at http://calls\.example:8000; run [^\n]+\.$"):
        client(refuse).task(ID)


@pytest.mark.parametrize(
    "url", ["calls", "ftp://calls", "http://", "http://calls:99999", "http://calls:port", "http://["]
)
def test_what_is_no_address_is_told_in_one_sentence(connect: Connect, url: str) -> None:
    with pytest.raises(ConfigError, match=rf"^{re.escape(url)} is no address; [^\n]+\.$"):
        connect(url)


@pytest.mark.parametrize(
    "answer",
    [
        (200, f'{{"summary": "{SECRET}"}}'),
        (200, "<html>"),
        (502, "<html>"),
    ],
)
def test_another_server_is_known_for_what_it_is_and_not_quoted(client: Answering, answer: tuple[int, str]) -> None:
    status, body = answer
    with pytest.raises(Unavailable, match="is not this CallScribe; correct CALLSCRIBE_API_URL") as raised:
        client(lambda _: httpx.Response(status, text=body)).result(ID)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


ZONED = datetime(2026, 11, 22, 12, tzinfo=UTC)
CALLS: list[tuple[Callable[[CallScribe], object], str]] = [
    (lambda c: c.task(ID), f"GET /tasks/{ID}"),
    (lambda c: c.task("../a?b"), "GET /tasks/..%2Fa%3Fb"),
    (lambda c: c.tasks(), "GET /tasks?sort=-created_at&limit=50"),
    (
        lambda c: c.tasks(text="a b", sort="title", limit=2, cursor="c", status=["done", CallStatus.FAILED], tag="x"),
        "GET /tasks?text=a+b&sort=title&limit=2&cursor=c&status=done&status=failed&tag=x",
    ),
    (
        lambda c: c.tasks(since=date(2026, 1, 2), until=ZONED, language="ru", min_duration=1, max_duration=2.5),
        "GET /tasks?sort=-created_at&limit=50&from=2026-01-02&to=2026-11-22T12%3A00%3A00%2B00%3A00&language=ru"
        "&min_duration=1&max_duration=2.5",
    ),
    (lambda c: c.tags(), "GET /tags"),
    (lambda c: c.update(ID, title="T", tags=("a",), called_at=ZONED), f"PATCH /tasks/{ID}"),
    (lambda c: c.retry(ID), f"POST /tasks/{ID}/retry"),
    (lambda c: c.resummarize(ID), f"POST /tasks/{ID}/resummarize"),
    (lambda c: c.correct(ID, 7, text="T"), f"PATCH /results/{ID}/segments/7"),
    (lambda c: c.split(ID, 7, 3), f"POST /results/{ID}/segments/7/split"),
    (lambda c: c.merge(ID, 7), f"POST /results/{ID}/segments/7/merge"),
    (lambda c: c.corrections(ID), f"GET /results/{ID}/corrections"),
    (lambda c: c.analytics(by="week", tag="x"), "GET /analytics?by=week&tag=x"),
    (lambda c: c.result(ID, original=True), f"GET /results/{ID}?original=true"),
    (
        lambda c: c.search('"a b" -c', speaker="Anna", limit=3, status="done"),
        "GET /search?q=%22a+b%22+-c&speaker=Anna&sort=relevance&limit=3&status=done",
    ),
]


@pytest.mark.parametrize(("call", "request_line"), CALLS, ids=[line.split("?")[0] for _, line in CALLS])
def test_what_is_asked(asked: Any, call: Callable[[CallScribe], object], request_line: str) -> None:
    request = asked(call)
    path = request.url.raw_path.decode().removeprefix("/api/v1")
    assert f"{request.method} {path}" == request_line
    assert str(request.url).startswith(URL)


def test_only_what_is_given_is_changed(asked: Any) -> None:
    changes = {"title": "T", "tags": ["a"], "called_at": ZONED}
    written = {"title": "T", "tags": ["a"], "called_at": "2026-11-22T12:00:00+00:00"}
    for name, value in changes.items():
        body = httpx.Response(200, content=asked(lambda c: c.update(ID, **{name: value})).content).json()  # noqa: B023
        assert body == {name: written[name]}
    assert asked(lambda c: c.update(ID, tags=[])).content == b'{"tags":[]}'


@pytest.mark.parametrize(
    ("call", "body"),
    [
        (lambda c: c.correct(ID, 7, text="T"), b'{"text":"T"}'),
        (lambda c: c.correct(ID, 7, text="T", speaker="Anna"), b'{"text":"T","speaker":"Anna"}'),
        (lambda c: c.correct(ID, 7, speaker=""), b'{"speaker":null}'),
        (lambda c: c.split(ID, 7, 3), b'{"at":3}'),
        (lambda c: c.split(ID, 7, 3, speaker="Mark"), b'{"at":3,"speaker":"Mark"}'),
    ],
)
def test_a_correction_says_what_it_changes(asked: Any, call: Callable[[CallScribe], object], body: bytes) -> None:
    assert asked(call).content == body


def test_a_moment_without_a_time_zone_is_one_of_this_machine(asked: Any) -> None:
    moment = datetime(2026, 11, 22, 12)
    sent = asked(lambda c: c.tasks(since=moment)).url.params["from"]
    assert datetime.fromisoformat(sent) == moment.astimezone()


def page(titles: str, following: str | None) -> httpx.Response:
    tasks = [task(filename=title).model_dump(mode="json") for title in titles]
    return httpx.Response(200, json={"tasks": tasks, "total": 5, "next": following})


def test_pages_are_turned_as_far_as_they_are_read(client: Answering) -> None:
    pages = {None: page("ab", "2"), "2": page("", "3"), "3": page("cd", None)}
    requests: list[httpx.QueryParams] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request.url.params)
        return pages[request.url.params.get("cursor")]

    assert "".join(found.title for found in client(answer).all_tasks(sort="title", tag="x")) == "abcd"
    assert [params.get("cursor") for params in requests] == [None, "2", "3"]
    assert {(params["sort"], params["tag"], params["limit"]) for params in requests} == {("title", "x", "200")}


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "Звонок.mp3"
    file.write_bytes(bytes(range(256)) * 1000)
    return file


def test_an_upload_tells_how_far_it_is(client: Answering, recording: Path) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(202, json={"task_id": str(ID), "duplicate_of": None})

    steps: list[tuple[int, int]] = []
    accepted = client(answer).upload(
        recording, "ru", lambda done, total: steps.append((done, total)), again=True, idempotency_key="k 1"
    )
    assert accepted.task_id == ID
    assert steps == sorted(set(steps))
    assert len(steps) > 2
    assert steps[-1] == (256_000, 256_000)
    (request,) = sent
    assert request.headers["content-length"] == str(len(request.content))
    assert request.headers["idempotency-key"] == "k 1"
    for part in (b'name="language"\r\n\r\nru', b'name="again"\r\n\r\ntrue', 'filename="Звонок.mp3"'.encode()):
        assert part in request.content
    assert recording.read_bytes() in request.content


def test_an_upload_does_not_take_memory(connect: Connect, tmp_path: Path) -> None:
    size = 64_000_000
    with (tmp_path / "long.wav").open("wb") as file:
        file.truncate(size)

    class Drain(httpx.BaseTransport, httpx.AsyncBaseTransport):
        taken = 0

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            assert isinstance(request.stream, httpx.SyncByteStream)
            for chunk in request.stream:
                self.taken += len(chunk)
            return httpx.Response(202, json={"task_id": str(ID), "duplicate_of": None})

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            assert isinstance(request.stream, httpx.AsyncByteStream)
            async for chunk in request.stream:
                self.taken += len(chunk)
            return httpx.Response(202, json={"task_id": str(ID), "duplicate_of": None})

    drain = Drain()
    client = connect(URL, transport=drain)
    tracemalloc.start()
    client.upload(tmp_path / "long.wav")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert drain.taken > size
    assert peak < 4_000_000


@pytest.mark.parametrize("error", [httpx.WriteError("broken pipe"), httpx.ReadError("reset")])
def test_an_upload_that_is_cut_off_says_why_that_may_be(
    client: Answering, recording: Path, error: httpx.TransportError
) -> None:
    def cut_off(_request: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(Unavailable, match=r"^The upload was cut off; the file may be larger than [^\n]+\.$"):
        client(cut_off).upload(recording)
    with pytest.raises(Unavailable, match=r"^CallScribe does not answer"):
        client(cut_off).task(ID)


@pytest.mark.parametrize("size", [200_000, 300_000])
def test_a_file_that_changes_while_it_is_sent_is_told(client: Answering, recording: Path, size: int) -> None:
    def change(sent: int, _total: int) -> None:
        if sent < 100_000:
            os.truncate(recording, size)

    with pytest.raises(BadMedia, match=r"^The file changed while it was sent; [^\n]+\.$"):
        client(lambda _: told(task())).upload(recording, progress=change)


def test_a_file_that_is_not_there_is_told_in_one_sentence(client: Answering, tmp_path: Path) -> None:
    for path in (tmp_path / "none.mp3", tmp_path):
        with pytest.raises(BadMedia, match=rf"^There is no file {path}; give the path of a recording\.$"):
            client(lambda _: told(task())).upload(path)


@pytest.mark.parametrize("key", ["", " k", "k ", "a\nb", "ключ", "a\0b"])
def test_a_key_that_cannot_be_sent_is_told_in_one_sentence(client: Answering, recording: Path, key: str) -> None:
    with pytest.raises(BadRequest, match=r"^idempotency_key: use printable ASCII characters"):
        client(lambda _: told(task())).upload(recording, idempotency_key=key)


def test_an_answer_becomes_a_file(client: Answering, tmp_path: Path) -> None:
    requests: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request.url)
        return httpx.Response(200, stream=Stream(b"one", b"two"))

    one, target = client(answer), tmp_path / "there"
    saves: tuple[Callable[[], Path], ...] = (
        lambda: one.save_export(ID, target, "md", times=False),
        lambda: one.export_many(target, "md", task_ids=[ID, "x"], tag="t"),
        lambda: one.save_media(ID, target, original=True),
    )
    for save in saves:
        target.write_text("something longer from an earlier time")
        assert save() == target
        assert target.read_bytes() == b"onetwo"
    assert [url.raw_path.decode().removeprefix("/api/v1") for url in requests] == [
        f"/results/{ID}/export?format=md&times=false&speakers=true&summary=true",
        f"/export?format=md&times=true&speakers=true&summary=true&task_id={ID}&task_id=x&tag=t",
        f"/tasks/{ID}/media?original=true",
    ]


def test_nothing_is_left_of_a_file_that_is_cut_off(client: Answering, tmp_path: Path) -> None:
    broken = httpx.RemoteProtocolError("peer closed connection without sending complete message body")
    with pytest.raises(Unavailable):
        client(lambda _: httpx.Response(200, stream=Stream(b"one", broken))).export_many(tmp_path / "calls.zip")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PAUSE_S", 0)


class Service:
    """Answers with one state after the other; where it has events, with a stream of these."""

    def __init__(self, looks: list[Task | httpx.Response | Exception], *streams: list[bytes | Exception]) -> None:
        self.looks = looks
        self.streams = list(streams)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/events"):
            return httpx.Response(200, stream=Stream(*self.streams.pop(0))) if self.streams else problem("x", 404)
        answer = self.looks.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return told(answer) if isinstance(answer, Task) else answer


QUEUED, HALF, DONE = at(CallStatus.QUEUED, 0), at(CallStatus.TRANSCRIBING, 0.5), at(CallStatus.DONE, 1)


def waited(client: Answering, service: Service) -> tuple[Task, list[float]]:
    seen: list[float] = []
    return client(service).wait(ID, lambda state: seen.append(state.progress)), seen


def test_waiting_listens_to_events(client: Answering) -> None:
    beginning = b": hello\n\nid: 0\nretry: 2000\n\n"
    service = Service([QUEUED], [beginning, event(QUEUED), event(HALF), b": still here\n\n", event(HALF) + event(DONE)])
    assert waited(client, service) == (DONE, [0, 0.5, 1])


@pytest.mark.usefixtures("no_pause")
def test_waiting_looks_again_and_again_where_there_are_no_events(client: Answering) -> None:
    assert waited(client, Service([QUEUED, QUEUED, HALF, DONE])) == (DONE, [0, 0.5, 1])


@pytest.mark.usefixtures("no_pause")
def test_waiting_goes_on_over_a_restart(client: Answering) -> None:
    away = httpx.ConnectError("refused")
    torn = event(HALF)[:-20]
    service = Service(
        [QUEUED, away, problem("unavailable", 503), httpx.Response(502, text="<html>"), HALF],
        [event(QUEUED), torn, httpx.ReadError("reset")],
        [event(DONE)],
    )
    assert waited(client, service) == (DONE, [0, 0.5, 1])


@pytest.mark.usefixtures("no_pause")
def test_events_that_nobody_understands_do_no_harm(client: Answering) -> None:
    strange = b'event: task\ndata: {"other": 1}\n\nevent: news\ndata: {}\n\nevent: deleted\ndata: {}\n\n'
    assert waited(client, Service([QUEUED, DONE], [strange]))[0] == DONE


@pytest.mark.usefixtures("no_pause")
def test_waiting_ends_when_the_task_is_deleted(client: Answering) -> None:
    with pytest.raises(NotFound):
        waited(client, Service([QUEUED, problem("not-found", 404)], [b"event: deleted\ndata: {}\n\n"]))


def test_waiting_ends_at_once_if_nobody_ever_answered(client: Answering) -> None:
    with pytest.raises(Unavailable):
        waited(client, Service([httpx.ConnectError("refused")]))


@pytest.mark.usefixtures("no_pause")
def test_waiting_ends_when_nobody_answers_for_long(client: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PATIENCE_S", 0)
    with pytest.raises(Unavailable):
        waited(client, Service([QUEUED, httpx.ConnectError("refused")]))


def test_waiting_has_an_end(client: Answering) -> None:
    with pytest.raises(TimeoutError, match="after 0 seconds"):
        client(lambda _: told(QUEUED)).wait(ID, timeout=0)


@pytest.mark.usefixtures("no_pause")
def test_who_waits_for_a_short_time_does_not_get_stuck_in_a_stream(client: Answering) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert not request.url.path.endswith("/events")
        return told(QUEUED)

    with pytest.raises(TimeoutError):
        client(answer).wait(ID, timeout=0.01)
