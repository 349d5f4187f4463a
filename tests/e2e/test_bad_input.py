"""Whatever is sent, the answer says what to do, nothing hangs, and nothing is left behind."""

import os
import socket
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import numpy as np
import pytest
import soundfile

from tests.log_lines import crashes
from tests.media_files import CALL_EN, encode, speech, truncate, write_wav
from tests.service import Service

MAX_BYTES = 2_000_000
UPLOAD = "/api/v1/transcribe"
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}
#: What is sent where a refusal must come before the end.
GROSS_BYTES = 200_000_000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("bad") / "data", MAX_UPLOAD_MB="2", WINDOW_S="60") as service:
        yield service


@pytest.fixture(autouse=True)
def _nothing_left(service: Service) -> Iterator[None]:
    """Once the tasks that a test made are deleted, the store and the scratch folder are as empty as before."""
    yield
    for task_id in task_ids(service):
        assert service.client.delete(f"/api/v1/tasks/{task_id}").status_code == 204
    service.until(lambda: not entries(service.data / "media"), "the media store to be empty")
    service.until(lambda: not entries(service.data / "tmp"), "the scratch folder to be empty")


def entries(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


def task_ids(service: Service) -> list[str]:
    return [task["task_id"] for task in service.client.get("/api/v1/tasks").json()["tasks"]]


def assert_nothing_stored(service: Service) -> None:
    assert task_ids(service) == []
    assert not entries(service.data / "media")


def assert_problem(response: httpx.Response, status: int, code: str, *words: str) -> None:
    """An RFC 9457 problem whose detail is made of sentences with these words in them."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem.keys() == {"type", "title", "status", "detail"}
    assert (problem["type"], problem["status"]) == (f"urn:callscribe:problem:{code}", status)
    assert problem["title"]
    assert problem["detail"].endswith(".")
    assert " " in problem["detail"]
    for word in words:
        assert word in problem["detail"]


def part(name: str, content: bytes, filename: bytes | None = None) -> bytes:
    """One part of a form with the boundary `b`, its file name as it stands."""
    file = b"" if filename is None else b'; filename="' + filename + b'"'
    return (
        b'--b\r\nContent-Disposition: form-data; name="' + name.encode() + b'"' + file + b"\r\n\r\n" + content + b"\r\n"
    )


def form(filename: bytes = b"call.mp3", content: bytes = b"no sound") -> bytes:
    return part("file", content, filename) + b"--b--\r\n"


FORMS: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "empty file": ({"files": {"file": ("call.mp3", b"")}}, 422, "bad-media", "empty"),
    "no file": ({"data": {"language": "en"}}, 422, "bad-request", "`file`"),
    "nothing": ({}, 422, "bad-request", "`file`"),
    "text for a file": (
        {"content": part("file", b"text") + b"--b--\r\n", "headers": MULTIPART},
        422,
        "bad-request",
        "`file`",
    ),
    "no file chosen": ({"content": form(b"", b""), "headers": MULTIPART}, 422, "bad-request", "`file`"),
    "JSON": ({"json": {"file": "call.mp3"}}, 422, "bad-request", "multipart/form-data"),
    "broken JSON": ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 422, "bad-request", "`file`"),
    "no boundary": (
        {"content": form(), "headers": {"Content-Type": "multipart/form-data"}},
        400,
        "bad-request",
        "boundary",
    ),
    "junk": ({"content": os.urandom(5000), "headers": MULTIPART}, 400, "bad-request", "multipart/form-data"),
    "no end": ({"content": part("file", b"sound", b"call.mp3"), "headers": MULTIPART}, 422, "bad-request", "`file`"),
    "no charset": (
        {"content": form(), "headers": {"Content-Type": "multipart/form-data; boundary=b; charset=undefined"}},
        400,
        "bad-request",
        "multipart/form-data",
    ),
    "two files": (
        {"files": [("file", ("a.mp3", b"a")), ("file", ("b.mp3", b"b"))]},
        422,
        "bad-request",
        "one recording",
    ),
    "unknown language": ({"files": {"file": b"a"}, "data": {"language": "xx"}}, 422, "bad-request", "'ru'"),
    "long language": ({"files": {"file": b"a"}, "data": {"language": "e" * 1_500_000}}, 400, "bad-request", "1024KB"),
    "very long language": ({"files": {"file": b"a"}, "data": {"language": "e" * 5_000_000}}, 413, "too-large", "2 MB"),
    "long name": ({"files": {"file": ("n" * 5000, b"a")}}, 400, "bad-request", "1,000 characters"),
    "too many fields": (
        {"files": {"file": b"a"}, "data": dict.fromkeys(map(str, range(1001)), "x")},
        400,
        "bad-request",
        "1000",
    ),
}


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_that_cannot_be_used_is_refused(service: Service, kind: str) -> None:
    request, status, code, words = FORMS[kind]
    assert_problem(service.client.post(UPLOAD, **request), status, code, words)
    assert_nothing_stored(service)


def in_pieces(body: bytes) -> Iterator[bytes]:
    """Without a length that could be announced."""
    for begin in range(0, len(body), 65536):
        yield body[begin : begin + 65536]


@pytest.mark.parametrize("send", [bytes, in_pieces], ids=["announced", "chunked"])
def test_a_byte_too_many_is_refused(service: Service, send: Callable[[bytes], bytes | Iterator[bytes]]) -> None:
    response = service.client.post(UPLOAD, content=send(form(content=bytes(MAX_BYTES + 1))), headers=MULTIPART)
    assert_problem(response, 413, "too-large", "2 MB", "split")
    assert_nothing_stored(service)


def test_the_largest_file_is_taken(service: Service) -> None:
    response = service.client.post(UPLOAD, content=form(content=bytes(MAX_BYTES)), headers=MULTIPART)
    assert response.status_code == 202, response.text
    task_id = response.json()["task_id"]
    assert service.task(task_id)["size_bytes"] == MAX_BYTES
    service.finished(task_id)


@pytest.mark.parametrize("how", [f"Content-Length: {GROSS_BYTES}", "Transfer-Encoding: chunked"])
def test_a_body_far_too_large_is_refused_before_it_was_sent(service: Service, how: str) -> None:
    chunked = "chunked" in how
    taken = 0
    with connected(service) as connection:
        start_upload(connection, how)
        try:
            for piece in [form()[:60] + b"\r\n\r\n", *[bytes(1_000_000)] * (GROSS_BYTES // 1_000_000)]:
                connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
                taken += len(piece)
        except ConnectionError:
            pass  # as it should be
        answer = connection.recv(65536)
    assert taken < GROSS_BYTES / 10
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"problem+json" in answer
    assert_nothing_stored(service)


def test_an_upload_that_is_cut_off_leaves_nothing(service: Service) -> None:
    body = form(content=bytes(1_900_000))
    with connected(service) as connection:
        start_upload(connection, f"Content-Length: {len(body)}")
        connection.sendall(body[: len(body) - 100_000])
        service.until(service.temporary_files, "the upload to be under way")
        assert not entries(service.data / "tmp")  # it has no name
    service.until(lambda: not service.temporary_files(), "the upload to be given up")
    assert_nothing_stored(service)
    assert crashes(service.log.read_text()) == []


def connected(service: Service) -> socket.socket:
    return socket.create_connection(("127.0.0.1", service.port), timeout=60)


def start_upload(connection: socket.socket, *headers: str) -> None:
    lines = [
        f"POST {UPLOAD} HTTP/1.1",
        "Host: localhost",
        f"Content-Type: {MULTIPART['Content-Type']}",
        *headers,
        "",
        "",
    ]
    connection.sendall("\r\n".join(lines).encode())


NAMES = {
    b"../../etc/passwd": "passwd",
    rb"..\..\boot.ini": "boot.ini",
    b"..": "..",
    b"/": "recording",
    b"": "recording",
    b"a\x00b\x1b[31m.mp3": "ab[31m.mp3",
    "звонок 😀.mp3".encode(): "звонок 😀.mp3",
    "\u202emp3.exe".encode(): "mp3.exe",
    b"\xff\xfe.mp3": "ÿþ.mp3",
    b"n" * 3000 + b".mp3": "n" * 195 + "….mp3",
    b"<img src=x onerror=alert(1)>.mp3": "<img src=x onerror=alert(1)>.mp3",
    b"a%0d%0aSet-Cookie: b=1.mp3": "a%0d%0aSet-Cookie: b=1.mp3",
    b'a\r\nX-Evil: 1\r\nX: "': '"a',
}


def test_file_names_are_for_people_only(service: Service) -> None:
    for number, (name, shown) in enumerate(NAMES.items()):
        response = service.client.post(UPLOAD, content=form(name, b"no sound %d" % number), headers=MULTIPART)
        assert response.status_code == 202, (name, response.text)
        task = service.client.get(f"/api/v1/tasks/{response.json()['task_id']}")
        assert task.json()["filename"] == shown
        for answer in (response, task):
            assert answer.headers["content-type"] == "application/json"
            assert not {"x-evil", "set-cookie"} & set(answer.headers)
    assert {path.name for path in service.media()} == {"original"}


def test_fields_that_nobody_asked_for_are_ignored(service: Service) -> None:
    fields = {f"field {number}": "x" * 1000 for number in range(50)}
    response = service.client.post(UPLOAD, files={"file": b"no sound"}, data=fields)
    assert response.status_code == 202, response.text


def silence(path: Path, seconds: float) -> Path:
    soundfile.write(path, np.zeros(round(16000 * seconds), np.int16), 16000)
    return path


def text(path: Path) -> Path:
    path.write_text("Dear colleagues, the recording is attached.\n" * 100)
    return path


#: Makes a file that cannot be used, and a word of the reason.
BAD_MEDIA: dict[str, tuple[Callable[[Path], Path], str]] = {
    "text": (lambda folder: text(folder / "call.mp3"), "not an audio or video file"),
    "cut off": (lambda folder: truncate(encode(CALL_EN, folder / "call.mp4", "aac", seconds=10), 0.5), "incomplete"),
    "no sound": (
        lambda folder: encode(CALL_EN, folder / "call.mp4", "aac", seconds=2, audio_tracks=0, video="libx264"),
        "no sound",
    ),
    "no samples": (lambda folder: silence(folder / "call.wav", 0), "no sound"),
}


@pytest.mark.parametrize("kind", BAD_MEDIA)
def test_media_that_cannot_be_used_fails_with_the_reason(service: Service, tmp_path: Path, kind: str) -> None:
    make, words = BAD_MEDIA[kind]
    task_id = service.upload(make(tmp_path))
    task = service.finished(task_id)
    assert (task["status"], task["error"]["code"]) == ("failed", "bad-media")
    assert words in task["error"]["message"]
    assert [path.name for path in service.media()] == ["original"]  # so it can be tried again
    assert not entries(service.data / "tmp")
    assert service.client.post(f"/api/v1/tasks/{task_id}/retry").status_code == 202
    assert service.finished(task_id)["error"] == task["error"]


def test_a_clip_of_ten_milliseconds_is_done(service: Service, tmp_path: Path) -> None:
    task_id = service.upload(write_wav(tmp_path / "call.wav", speech(seconds=0.01)))
    result = service.done(task_id)
    assert (result["transcription"], result["segments"]) == ("", [])


@pytest.mark.parametrize(
    ("seconds", "language", "words"),
    [(30, "auto", "No speech"), (30, "en", "No speech"), (420, "ru", "не найдено речи")],
)
def test_of_silence_nothing_is_told(
    service: Service, tmp_path: Path, seconds: float, language: str, words: str
) -> None:
    task_id = service.upload(silence(tmp_path / "call.flac", seconds), language)
    result = service.done(task_id)
    assert (result["transcription"], result["segments"], result["participants"]) == ("", [], [])
    assert (result["key_points"], result["decisions"], result["action_items"]) == ([], [], [])
    assert words in result["summary"]
    task = service.task(task_id)
    assert (task["progress"], task["duration"], task["warnings"]) == (1, seconds, [])


ROUTES = [
    ("GET", "/api/v1/tasks/{}"),
    ("DELETE", "/api/v1/tasks/{}"),
    ("POST", "/api/v1/tasks/{}/retry"),
    ("POST", "/api/v1/tasks/{}/cancel"),
    ("GET", "/api/v1/results/{}"),
    ("GET", "/api/v1/results/{}/export?format=txt"),
    ("GET", "/api/v1/results/{}/corrections"),
    ("GET", "/api/v1/tasks/{}/media"),
    ("GET", "/api/v1/tasks/{}/events"),
    ("POST", "/api/v1/tasks/{}/resummarize"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_an_id_that_names_nothing_is_refused(service: Service, method: str, path: str) -> None:
    assert_problem(service.client.request(method, path.format(uuid4())), 404, "not-found", "no call")
    for wrong in ("1", "%00", "a" * 5000, "'; DROP TABLE calls; --", "%D1%8F"):
        assert_problem(service.client.request(method, path.format(wrong)), 422, "bad-request", "task_id", "UUID")


def test_a_page_that_cannot_be_is_refused(service: Service) -> None:
    def listed(**parameters: object) -> httpx.Response:
        return service.client.get("/api/v1/tasks", params=httpx.QueryParams(**parameters))

    for limit in (0, -1, 201, "x", 10**30):
        assert_problem(listed(limit=limit), 422, "bad-request", "limit")
    for content in (b"5", b"[1, 2]", b"[]", b"\xff", b'["2026-01-01", "x"]', b'["x", 5]', b"[" * 100):
        assert_problem(listed(cursor=urlsafe_b64encode(content).decode()), 422, "bad-request", "cursor", "`next`")
    for cursor in ("x", "\0", "я", "a" * 500):
        assert_problem(listed(cursor=cursor), 422, "bad-request", "cursor")
    ancient = b'["-created_at", "0001-01-01T00:00:00+23:59", "00000000-0000-0000-0000-000000000000"]'
    assert listed(cursor=urlsafe_b64encode(ancient).decode()).json()["tasks"] == []


def test_an_address_that_leads_nowhere_is_refused(service: Service) -> None:
    for path in ("/api/v1/nothing", "/api/v2/tasks", "/api/v1/tasks/1/2/3", "/%00", "/..%2f..%2fetc/passwd"):
        assert_problem(service.client.get(path), 404, "unknown-address", "/docs")
    for method, path in (("GET", UPLOAD), ("PUT", "/api/v1/tasks"), ("PATCH", "/health/live"), ("BREW", UPLOAD)):
        response = service.client.request(method, path)
        assert_problem(response, 405, "method-not-allowed", "/docs")
        assert response.headers["allow"]
