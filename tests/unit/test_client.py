"""Both clients, without a service: what they send, and what they make of answers."""

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote

import httpx
import pytest

from callscribe.api.app import create_app
from callscribe.client import AsyncCallScribe, CallScribe, results, tasks, uploads
from callscribe.client.core import Pages
from callscribe.client.uploads import Transfer
from callscribe.client.watch import Watch
from callscribe.errors import CallScribeError, ConfigError, Conflict, NotFound, Unavailable
from callscribe.models import CallStatus
from callscribe.settings import Settings
from tests.clients import ID, URL, Answering, Connect, problem
from tests.made_up_api import task

SECRET = "what was said"


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


def test_every_route_has_a_method() -> None:
    values: dict[str, Any] = {"task_id": "{task_id}", "segment_id": "{segment_id}", "position": "{position}"}
    values |= {"path": "call.mp3", "q": "word", "at": 1, "old": None, "new": None}
    values |= {"upload_id": "{upload_id}", "offset": "{offset}", "filename": "call.mp3", "size": 1}
    asked: set[str] = set()
    for name in vars(CallScribe):
        build = next((vars(module)[name] for module in (tasks, uploads, results) if name in vars(module)), None)
        if name.startswith("_") or build is None:
            continue
        needed = [one.name for one in inspect.signature(build).parameters.values() if one.default is one.empty]
        built = build(**{name: values[name] for name in needed if name != "filters"})
        match built:
            case Pages():
                asks = [built.ask(None)]
            case Transfer():
                asks = [built.first]
            case Watch():
                asks = [built.look, built.events]
            case _:
                asks = [getattr(built, "ask", built)]
        asked |= {f"{ask.method} {unquote(ask.path)}" for ask in asks}
    paths = create_app(Settings.model_construct()).openapi()["paths"]
    routes = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in paths.items()
        if path.startswith("/api/v1")
        for method in methods
    }
    assert asked == routes - {"HEAD /tasks/{task_id}/media", "GET /events"}


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
    (lambda c: c.upload_state(ID), f"GET /uploads/{ID}"),
    (lambda c: c.finish_upload(ID), f"POST /uploads/{ID}/finish"),
    (lambda c: c.begin_upload("a.mp3", 7), "POST /uploads"),
    (lambda c: c.tags(), "GET /tags"),
    (lambda c: c.update(ID, title="T", tags=("a",), called_at=ZONED), f"PATCH /tasks/{ID}"),
    (lambda c: c.retry(ID), f"POST /tasks/{ID}/retry"),
    (lambda c: c.resummarize(ID), f"POST /tasks/{ID}/resummarize"),
    (lambda c: c.correct(ID, 7, text="T"), f"PATCH /results/{ID}/segments/7"),
    (lambda c: c.split(ID, 7, 3), f"POST /results/{ID}/segments/7/split"),
    (lambda c: c.merge(ID, 7), f"POST /results/{ID}/segments/7/merge"),
    (lambda c: c.corrections(ID), f"GET /results/{ID}/corrections"),
    (lambda c: c.rename_speaker(ID, "Speaker 1", "Anna"), f"PATCH /results/{ID}/speakers"),
    (lambda c: c.undo(ID), f"DELETE /results/{ID}/corrections/last"),
    (lambda c: c.analytics(by="week", tag="x"), "GET /analytics?by=week&tag=x"),
    (lambda c: c.system(), "GET /system"),
    (lambda c: c.waveform(ID, 20), f"GET /tasks/{ID}/waveform?points=20"),
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
        (lambda c: c.resummarize(ID), b""),
        (lambda c: c.resummarize(ID, template="support"), b'{"template":"support"}'),
        (lambda c: c.correct(ID, 7, text="T"), b'{"text":"T"}'),
        (lambda c: c.correct(ID, 7, text="T", speaker="Anna"), b'{"text":"T","speaker":"Anna"}'),
        (lambda c: c.correct(ID, 7, speaker=""), b'{"speaker":null}'),
        (lambda c: c.split(ID, 7, 3), b'{"at":3}'),
        (lambda c: c.split(ID, 7, 3, speaker="Mark"), b'{"at":3,"speaker":"Mark"}'),
        (lambda c: c.rename_speaker(ID, "Speaker 1", None), b'{"from":"Speaker 1","to":null}'),
    ],
)
def test_a_correction_says_what_it_changes(asked: Any, call: Callable[[CallScribe], object], body: bytes) -> None:
    assert asked(call).content == body


def test_a_moment_without_a_time_zone_is_one_of_this_machine(asked: Any) -> None:
    moment = datetime(2026, 11, 22, 12)
    sent = asked(lambda c: c.tasks(since=moment)).url.params["from"]
    assert datetime.fromisoformat(sent) == moment.astimezone()


def page(titles: str, following: str | None) -> httpx.Response:
    listed = [task(filename=title, title=title).model_dump(mode="json") for title in titles]
    return httpx.Response(200, json={"tasks": listed, "total": 5, "next": following})


def test_pages_are_turned_as_far_as_they_are_read(client: Answering) -> None:
    pages = {None: page("ab", "2"), "2": page("", "3"), "3": page("cd", None)}
    requests: list[httpx.QueryParams] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request.url.params)
        return pages[request.url.params.get("cursor")]

    assert "".join(found.title for found in client(answer).all_tasks(sort="title", tag="x")) == "abcd"
    assert [params.get("cursor") for params in requests] == [None, "2", "3"]
    assert {(params["sort"], params["tag"], params["limit"]) for params in requests} == {("title", "x", "200")}
