"""How both clients send large files: in parts, and on over whatever happens on the way."""

import itertools
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest

from callscribe.client import uploads
from callscribe.errors import BadMedia, BadRequest, Conflict, NotFound, TooLarge, Unavailable
from callscribe.models import PART_BYTES
from tests.clients import ID, URL, Answering, problem

PATH = f"/api/v1/uploads/{ID}"
SIZE = 2 * PART_BYTES + 1000
#: Answers or raises.
Fault = Callable[[], httpx.Response]


def failing(error: type[httpx.TransportError]) -> Fault:
    def fault() -> httpx.Response:
        raise error("as it happens")

    return fault


LOST = failing(httpx.ReadError)
SILENT = partial(problem, "unavailable", 503)


class FakeApi:
    """Keeps to the protocol; `faults` go wrong before the request counts, `losses` after it, by number of request."""

    def __init__(self) -> None:
        self.content = b""
        self.size = 0
        self.faults: dict[int, Fault] = {}
        self.losses: dict[int, Fault] = {}
        self.requests: list[httpx.Request] = []

    @property
    def lines(self) -> list[str]:
        """What was asked, as `PUT 0`."""
        return [f"{one.method} {one.url.path.rpartition('/')[2]}".replace(f" {ID}", "") for one in self.requests]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        number = len(self.requests)
        answer = self.faults[number]() if number in self.faults else self._answer(request)
        return self.losses[number]() if number in self.losses else answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        match request.method, request.url.path.removeprefix("/api/v1/uploads").split("/"):
            case "POST", [""]:
                self.size = httpx.Response(200, content=request.content).json()["size"]
            case "POST", [_, _, "finish"]:
                return httpx.Response(202, json={"task_id": str(ID), "duplicate_of": None})
            case "PUT", [_, _, "parts", offset]:
                if len(self.content) != int(offset):
                    return problem("conflict", 409)
                self.content += request.content
        state = {"upload_id": str(ID), "size": self.size, "received": len(self.content), "part_bytes": PART_BYTES}
        return httpx.Response(200, json=state)


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "Звонок.mp3"
    file.write_bytes(os.urandom(SIZE))
    return file


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Nobody waits; each look at the clock is so many seconds after the one before, half a second unless told."""

    def tick(seconds: float) -> None:
        ticks = itertools.count(1000, seconds)
        monkeypatch.setattr(uploads, "monotonic", lambda: next(ticks))

    monkeypatch.setattr(uploads, "PAUSE_S", 0)
    tick(0.5)
    return tick


def test_a_large_file_is_sent_in_parts(client: Answering, api: FakeApi, recording: Path) -> None:
    steps: list[tuple[int, int]] = []
    accepted = client(api).upload(
        recording,
        "ru",
        lambda done, total: steps.append((done, total)),
        again=True,
        idempotency_key="k 1",
        vocabulary=["Anna", "Kubernetes"],
        template="interview",
        summary_language="en",
        speakers=3,
        channel_names=["agent", "customer"],
    )
    assert accepted.task_id == ID
    assert api.lines == ["POST uploads", "PUT 0", f"PUT {PART_BYTES}", f"PUT {2 * PART_BYTES}", "POST finish"]
    assert api.content == recording.read_bytes()
    assert httpx.Response(200, content=api.requests[0].content).json() == {
        "filename": "Звонок.mp3",
        "size": SIZE,
        "language": "ru",
        "again": True,
        "vocabulary": ["Anna", "Kubernetes"],
        "template": "interview",
        "summary_language": "en",
        "speakers": 3,
        "channel_names": ["agent", "customer"],
    }
    assert api.requests[0].headers["idempotency-key"] == "k 1"
    for part in api.requests[1:4]:
        assert part.headers["content-type"] == "application/octet-stream"
        assert part.headers["content-length"] == str(len(part.content))
        assert "transfer-encoding" not in part.headers
    assert steps == sorted(set(steps))
    assert len(steps) > 100
    assert steps[-1] == (SIZE, SIZE)


@pytest.mark.parametrize(("size", "parts"), [(PART_BYTES, False), (PART_BYTES + 1, True)])
def test_what_fits_into_one_part_is_sent_at_once(
    client: Answering, api: FakeApi, recording: Path, size: int, parts: bool
) -> None:
    os.truncate(recording, size)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/transcribe"):
            assert b'name="vocabulary"\r\n\r\nAnna\nMark\r\n' in request.content
            assert b'name="template"\r\n\r\nstandup\r\n' in request.content
            return httpx.Response(202, json={"task_id": str(ID), "duplicate_of": None})
        return api(request)

    client(answer).upload(recording, vocabulary=["Anna", "Mark"], template="standup")
    assert len(api.requests) == (4 if parts else 0)


BROKEN: dict[str, Fault] = {
    "read": LOST,
    "write": failing(httpx.WriteError),
    "connect": failing(httpx.ConnectError),
    "silence": failing(httpx.ReadTimeout),
    "503": SILENT,
    "502": partial(httpx.Response, 502, text="<html>"),
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("number", range(2, 6), ids=["first", "second", "last", "finish"])
@pytest.mark.parametrize("arrived", [False, True])
@pytest.mark.usefixtures("clock")
def test_a_lost_connection_only_delays(
    client: Answering, api: FakeApi, recording: Path, *, broken: str, number: int, arrived: bool
) -> None:
    (api.losses if arrived else api.faults)[number] = BROKEN[broken]
    api.faults |= {number + 1: LOST, number + 2: LOST}  # it takes a while until there is an answer at all
    assert client(api).upload(recording).task_id == ID
    assert api.content == recording.read_bytes()
    assert api.lines[number : number + 3] == ["GET"] * 3
    sent_again = number == 5 or not arrived
    assert len(api.lines) == 8 + sent_again
    assert (api.lines[number + 3] == api.lines[number - 1]) is sent_again


@pytest.mark.usefixtures("clock")
def test_a_part_that_came_meanwhile_is_not_sent_again(client: Answering, api: FakeApi, recording: Path) -> None:
    """The service was still busy with it when it was asked."""
    content = recording.read_bytes()

    def answer(request: httpx.Request) -> httpx.Response:
        response = api(request)
        if len(api.requests) == 4:  # it has said that there are 8 MiB, and then comes what had seemed lost
            api.content = content[: 2 * PART_BYTES]
        return response

    api.faults[3] = LOST
    client(answer).upload(recording)
    assert api.content == content
    assert api.lines[2:7] == [f"PUT {PART_BYTES}", "GET", f"PUT {PART_BYTES}", "GET", f"PUT {2 * PART_BYTES}"]


@pytest.mark.parametrize("fault", [LOST, SILENT, partial(problem, "conflict", 409)], ids=["lost", "503", "409"])
def test_it_is_given_up_after_two_minutes(
    client: Answering,
    api: FakeApi,
    recording: Path,
    clock: Callable[[float], None],
    fault: Fault,
) -> None:
    clock(10)
    api.faults = dict.fromkeys(range(3, 1000, 2), fault)  # each second request: GET is answered
    with pytest.raises((Unavailable, Conflict)):
        client(api).upload(recording)
    assert api.lines == ["POST uploads", "PUT 0"] + [f"PUT {PART_BYTES}", "GET"] * 13 + [f"PUT {PART_BYTES}"]


def test_each_part_has_two_minutes(
    client: Answering, api: FakeApi, recording: Path, clock: Callable[[float], None]
) -> None:
    clock(50)
    api.faults = dict.fromkeys([2, 3, 6, 7, 10, 11], LOST)
    assert client(api).upload(recording).task_id == ID


@pytest.mark.parametrize(
    ("number", "refusal", "error"),
    [
        (1, partial(problem, "too-large", 413), TooLarge),
        (1, SILENT, Unavailable),
        (1, partial(problem, "conflict", 409), Conflict),
        (3, partial(problem, "not-found", 404), NotFound),
        (5, partial(problem, "bad-request", 422), BadRequest),
    ],
    ids=["413", "503", "409", "404", "422"],
)
def test_what_no_waiting_mends_is_told_at_once(
    client: Answering, api: FakeApi, recording: Path, *, number: int, refusal: Fault, error: type[Exception]
) -> None:
    api.faults[number] = refusal
    with pytest.raises(error, match=r"^Do this\.$"):
        client(api).upload(recording)
    assert len(api.requests) == number


def test_nobody_there_is_told_at_once(client: Answering, recording: Path) -> None:
    with pytest.raises(Unavailable, match=rf"^CallScribe does not answer at {URL}; "):
        client(lambda _: BROKEN["connect"]()).upload(recording)


@pytest.mark.parametrize("when", [PART_BYTES // 2, PART_BYTES])
@pytest.mark.parametrize("size", [None, 1000, SIZE - 1, SIZE + 1], ids=["gone", "short", "shorter", "longer"])
def test_a_file_that_changes_while_it_is_sent_is_told(
    client: Answering, api: FakeApi, recording: Path, when: int, size: int | None
) -> None:
    def change(sent: int, _total: int) -> None:
        if sent == when and size is None:
            recording.unlink()
        elif sent == when and size is not None:
            os.truncate(recording, size)

    with pytest.raises(BadMedia, match=r"^The file changed while it was sent; [^\n]+\.$"):
        client(api).upload(recording, progress=change)
    assert "POST finish" not in api.lines


def test_parts_can_be_sent_by_oneself(client: Answering, api: FakeApi, recording: Path) -> None:
    one = client(api)
    upload_id = one.begin_upload("a.mp3", SIZE).upload_id
    assert one.send_part(upload_id, recording, 0, 1000).received == 1000
    with pytest.raises(Conflict):
        one.send_part(upload_id, recording, 5000)
    assert one.send_part(upload_id, recording, 1000).received == PART_BYTES + 1000
    assert one.send_part(upload_id, str(recording), PART_BYTES + 1000, 2 * PART_BYTES).received == SIZE
    assert one.upload_state(upload_id).received == SIZE
    assert api.content == recording.read_bytes()
    assert one.send_part(upload_id, recording, SIZE).received == SIZE  # nothing is left to be sent
    assert one.finish_upload(upload_id).task_id == ID


def test_it_is_given_up_by_its_id(client: Answering) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        return httpx.Response(204)

    client(answer).abandon_upload(ID)
    assert asked == [f"DELETE {PATH}"]


def test_a_part_of_no_file_is_told(client: Answering, tmp_path: Path) -> None:
    with pytest.raises(BadMedia, match=r"^There is no file "):
        client(lambda _: httpx.Response(200)).send_part(ID, tmp_path / "none", 0)
