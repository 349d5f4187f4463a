"""The page's parts that need no service."""

import re
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from callscribe import cli
from callscribe.api.schemas.results import SegmentOut
from callscribe.api.schemas.tasks import Task, TaskPage
from callscribe.models import CallStatus, LanguageChoice, Stage, Template
from callscribe.ui import markup
from callscribe.ui.i18n.en import TEXTS
from callscribe.ui.proxy import METHODS, Proxy
from callscribe.ui.server import OwnOrigin

UI = Path(markup.__file__).parent
EVIL = '<img src=x onerror="alert(1)">'
ID = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


def task(status: CallStatus = CallStatus.TRANSCRIBING, filename: str = "call.mp3") -> Task:
    return Task(
        task_id=ID,
        filename=filename,
        title=filename,
        tags=[],
        called_at=datetime(2026, 1, 2, 22, 30, tzinfo=UTC),
        words=0,
        first_words=None,
        duplicate_of=None,
        size_bytes=1,
        language=None,
        language_asked=LanguageChoice.AUTO,
        vocabulary=[],
        template=Template.MEETING,
        status=status,
        stage=Stage.TRANSCRIBE,
        progress=0.25,
        queue_position=None,
        seconds_left=None,
        duration=3725.4,
        created_at=datetime(2026, 1, 2, 22, 30, tzinfo=UTC),
        started_at=None,
        finished_at=None,
        warnings=[],
        error=None,
    )


def test_what_comes_from_a_call_is_never_markup() -> None:
    line = SegmentOut(id=1, start=0, end=1, speaker=None, text=EVIL, language="en", words=[])
    made = [
        markup.paragraph(EVIL),
        markup.heading(EVIL),
        markup.points([EVIL]),
        markup.transcript([line]),
        markup.history(TaskPage(tasks=[task(filename=EVIL)], total=1, next=None), None),
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
def test_a_call_in_the_list(zone: str | None, written: str) -> None:
    row = markup.history(TaskPage(tasks=[task()], total=1, next="bmV4dA=="), zone)
    assert f'<a href="?task={ID}">call.mp3</a>' in row
    assert '<progress value="0.250"' in row
    assert f"<td>1:02:05</td><td>{written}</td>" in row
    assert '<a href="?cursor=bmV4dA==">' in row


def test_only_unfinished_calls_have_a_bar() -> None:
    assert "<progress" not in markup.status(task(CallStatus.DONE))


def test_every_word_of_the_page_is_there_and_used() -> None:
    code = "".join(file.read_text() for file in UI.glob("*.py"))
    component = "".join((UI / "components" / f"upload.{kind}").read_text() for kind in ("js", "html"))
    asked = set(re.findall(r"""\btext\(["']([a-z.-]+)["']\)""", code))
    asked |= {f"upload.{name}" for name in re.findall(r'(?:this\.text\(|data-text=)"([a-z-]+)"', component)}
    asked |= {f"status.{status}" for status in CallStatus} | {f"language.{choice}" for choice in LanguageChoice}
    assert len(asked) > 25
    assert asked <= TEXTS.keys()
    assert {name for name in TEXTS if name not in asked and f'"{name}"' not in code} == set()


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
