import subprocess
import sys
from collections.abc import Callable
from uuid import UUID

import httpx
import pytest

from callscribe.client import CallScribe
from callscribe.errors import CallScribeError, Conflict, NotFound, Unavailable

ID = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
SECRET = "what was said"


def client(answer: Callable[[httpx.Request], httpx.Response]) -> CallScribe:
    return CallScribe("http://calls.example:8000/", transport=httpx.MockTransport(answer))


def problem(code: str, status: int) -> httpx.Response:
    body = {"type": f"urn:callscribe:problem:{code}", "title": "Title", "status": status, "detail": "Do this."}
    return httpx.Response(status, json=body)


def test_asks_for_the_page_that_is_wanted() -> None:
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, json={"tasks": [], "total": 0, "next": "further on"})

    assert client(answer).tasks().next == "further on"
    client(answer).tasks("a b", limit=2)
    assert asked[0] == "http://calls.example:8000/api/v1/tasks?limit=50"
    assert dict(asked[1].params) == {"limit": "2", "cursor": "a b"}


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("not-found", 404, NotFound),
        ("conflict", 409, Conflict),
        ("unavailable", 503, Unavailable),
        ("of-a-later-version", 418, CallScribeError),
    ],
)
def test_a_problem_becomes_the_error_it_was(code: str, status: int, error: type[CallScribeError]) -> None:
    with pytest.raises(CallScribeError, match=r"^Do this\.$") as raised:
        client(lambda _: problem(code, status)).cancel(ID)
    assert type(raised.value) is error


def test_no_answer_is_told_in_one_sentence() -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused")

    with pytest.raises(Unavailable, match=r"^CallScribe does not answer at http://calls\.example:8000; run [^\n]+\.$"):
        client(refuse).task(ID)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"summary": SECRET}),
        httpx.Response(200, text="<html>"),
        httpx.Response(502, text="<html>"),
    ],
)
def test_another_server_is_known_for_what_it_is_and_not_quoted(answer: httpx.Response) -> None:
    with pytest.raises(Unavailable, match="is not this CallScribe; correct CALLSCRIBE_API_URL") as raised:
        client(lambda _: answer).result(ID)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_it_needs_nothing_of_the_servers() -> None:
    look = (
        "import sys, callscribe.client; print([name for name in ('fastapi', 'uvicorn', 'av') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", look], check=True, capture_output=True, text=True, timeout=120)
    assert done.stdout == "[]\n"
