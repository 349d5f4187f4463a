"""The page's parts that need no service."""

import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from callscribe import cli
from callscribe.models import CallStatus
from callscribe.ui import markup
from callscribe.ui.proxy import METHODS, Proxy
from callscribe.ui.server import OwnOrigin, create_app, samples
from tests.made_up_api import task
from tests.service import CALL_EN, CALL_RU

EVIL = '<img src=x onerror="alert(1)">'


def test_what_comes_from_a_call_is_never_markup() -> None:
    made = [
        markup.paragraph(EVIL),
        markup.heading(EVIL),
        markup.link("call", EVIL),
        markup.recent([task(title=EVIL)], None, None),
    ]
    assert all("&lt;img src=x onerror=&quot;" in piece and "<img" not in piece for piece in made)


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "00:00"), (59.9, "00:59"), (61, "01:01"), (3599.99, "59:59"), (3661, "1:01:01")]
)
def test_a_moment_of_a_call(seconds: float, written: str) -> None:
    assert markup.clock(seconds) == written


@pytest.mark.parametrize(
    ("zone", "written"),
    [("Europe/Moscow", "2026-01-03 01:30"), (None, "2026-01-02 22:30"), ("Nowhere/At-all", "2026-01-02 22:30")],
)
def test_a_moment_is_told_in_the_visitors_time_zone(zone: str | None, written: str) -> None:
    assert markup.moment(datetime(2026, 1, 2, 22, 30, tzinfo=UTC), zone) == written


def test_the_call_that_is_open_is_marked_among_the_latest() -> None:
    tasks = [task(), task(CallStatus.FAILED)]
    rows = markup.recent(tasks, str(tasks[1].task_id), None)
    assert f'<a href="call?call={tasks[0].task_id}"><strong>' in rows
    assert f'<a href="call?call={tasks[1].task_id}" aria-current="page"><strong>' in rows
    assert rows.count('class="status') == 1


def test_the_page_that_is_open_is_marked_among_the_ways() -> None:
    assert markup.navigation("search").count('aria-current="page"') == 1
    assert '<a href="search" aria-current="page">' in markup.navigation("search")


def test_only_unfinished_calls_have_a_bar() -> None:
    assert "<progress" not in markup.status(task(CallStatus.DONE))


class Upstream(httpx.AsyncBaseTransport):
    """Stands where the API would; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.bodies: list[bytes] = []
        self.down = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("refused")
        assert isinstance(request.stream, httpx.AsyncByteStream)
        self.asked.append(request)
        self.bodies.append(b"".join([chunk async for chunk in request.stream]))
        return httpx.Response(
            206, headers={"content-range": "bytes 0-3/9", "connection": "close"}, stream=httpx.ByteStream(b"some")
        )


def ask(upstream: Upstream, method: str, path: str, *, origin: str | None = None, body: bytes = b"") -> httpx.Response:
    """Through the proxy, as a browser that has the page from calls.example."""
    proxy = Proxy("http://api:8000/", upstream)
    app = Starlette(
        routes=[Route("/api/{path:path}", proxy.answer, methods=METHODS)], middleware=[Middleware(OwnOrigin)]
    )

    async def chunks() -> AsyncIterator[bytes]:
        yield body

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://calls.example") as client:
            headers = {"range": "bytes=0-3"} | ({"origin": origin} if origin else {})
            return await client.request(method, path, headers=headers, content=chunks() if body else None)

    return anyio.run(asked)


def test_a_request_is_passed_on_as_it_is() -> None:
    upstream = Upstream()
    answer = ask(upstream, "GET", "/api/v1/tasks/a%2Fb?limit=2&cursor=x%3D")
    assert (answer.status_code, answer.content) == (206, b"some")
    assert answer.headers["content-range"] == "bytes 0-3/9"
    assert "connection" not in answer.headers
    (request,) = upstream.asked
    assert str(request.url) == "http://api:8000/api/v1/tasks/a%2Fb?limit=2&cursor=x%3D"
    assert (request.headers["host"], request.headers["range"]) == ("api:8000", "bytes=0-3")
    assert upstream.bodies == [b""]


def test_a_body_is_passed_on() -> None:
    upstream = Upstream()
    assert ask(upstream, "POST", "/api/v1/transcribe", origin="http://calls.example", body=b"sound").status_code == 206
    assert upstream.bodies == [b"sound"]


def test_no_answer_is_a_problem() -> None:
    upstream = Upstream()
    upstream.down = True
    answer = ask(upstream, "GET", "/api/v1/tasks")
    assert (answer.status_code, answer.headers["content-type"]) == (502, "application/problem+json")
    assert answer.json()["detail"] == "CallScribe does not answer; try again when it runs."


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://calls.example:81"])
def test_other_sites_are_refused(origin: str) -> None:
    upstream = Upstream()
    assert ask(upstream, "POST", "/api/v1/transcribe", origin=origin, body=b"sound").status_code == 403
    assert upstream.asked == []


def test_without_streamlit_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "callscribe.ui.server")
    monkeypatch.delattr("callscribe.ui.server")
    monkeypatch.setitem(sys.modules, "streamlit.starlette", None)
    monkeypatch.setattr("sys.argv", ["callscribe", "ui"])
    with pytest.raises(SystemExit, match="1"):
        cli.main()
    assert capsys.readouterr().err == (
        "Error: The web page is not installed (streamlit.starlette); run `pip install 'callscribe[ui]'`.\n"
    )


def test_the_sample_calls_are_served() -> None:
    assert {file.name for file in samples().glob("*.flac")} == {CALL_EN.name, CALL_RU.name}

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=create_app("http://api:8000"))
        async with httpx.AsyncClient(transport=transport, base_url="http://calls.example") as client:
            return await client.get(f"/samples/{CALL_EN.name}")

    answer = anyio.run(asked)
    assert (answer.status_code, answer.content) == (200, CALL_EN.read_bytes())
