"""Uploads in parts over everything that breaks on the way: they give the same call as undisturbed ones."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callscribe.client import uploads
from callscribe.models import PART_BYTES
from tests.clients import KINDS, connecting
from tests.log_lines import crashes
from tests.media_files import encode
from tests.service import CALL_EN, Service, outcome

PATH = "/api/v1/uploads"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose API may be killed."""
    with Service(tmp_path_factory.mktemp("own") / "data") as service:
        yield service


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a file of two parts."""
    file = encode(CALL_EN, tmp_path_factory.mktemp("call") / "call.wav", "pcm_s16le", rate=48000, channels=2)
    assert PART_BYTES < file.stat().st_size < 2 * PART_BYTES
    return file


@pytest.fixture(scope="module")
def undisturbed(own: Service, recording: Path) -> dict[str, Any]:
    """The result of the recording, sent at once."""
    return own.done(own.upload(recording))


def kill_api(service: Service) -> None:
    service.until(service.is_ready, "the API to be there")
    service.kill("callscribe", "api")


def parts_stored(service: Service) -> list[Path]:
    return [path for path in service.media() if "uploads" in path.parts]


@pytest.mark.parametrize("kind", KINDS)
def test_the_api_killed_again_and_again_only_delays_an_upload(
    own: Service, recording: Path, undisturbed: dict[str, Any], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PAUSE_S", 0.2)
    own.until(own.is_ready, "the API to be there")
    size = recording.stat().st_size
    kills = [1_000_000, PART_BYTES + 1_000_000, size]  # amid a part, and with its last byte

    def kill_at_times(sent: int, _total: int) -> None:
        if kills and sent >= kills[0]:
            kills.pop(0)
            kill_api(own)

    with connecting(kind) as connect:
        client = connect(f"http://127.0.0.1:{own.port}")
        accepted = client.upload(recording, progress=kill_at_times, again=True)
    assert kills == []
    assert outcome(own.done(str(accepted.task_id))) == outcome(undisturbed)
    assert parts_stored(own) == []
    assert crashes(own.log.read_text()) == []


def begun(service: Service, recording: Path) -> str:
    """An upload with all its parts."""
    content = recording.read_bytes()
    wanted = {"filename": recording.name, "size": len(content), "again": True}
    upload_id = service.client.post(PATH, json=wanted).json()["upload_id"]
    for offset in range(0, len(content), PART_BYTES):
        part = content[offset : offset + PART_BYTES]
        service.client.put(f"{PATH}/{upload_id}/parts/{offset}", content=part).raise_for_status()
    return str(upload_id)


@pytest.mark.parametrize("progress", ["asked", "joined", "stored"])
def test_the_api_killed_while_it_finishes_can_be_asked_again(own: Service, recording: Path, progress: str) -> None:
    """The parts are not needed before, they are being joined, or the whole is being stored."""
    own.until(own.is_ready, "the API to be there")
    before = {task["task_id"] for task in own.client.get("/api/v1/tasks").json()["tasks"]}
    upload_id = begun(own, recording)
    stored = len(own.media())
    with socket.create_connection(("127.0.0.1", own.port), timeout=60) as connection:
        connection.sendall(f"POST {PATH}/{upload_id}/finish HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        if progress == "joined":
            own.until(lambda: own.temporary_files() or len(own.media()) != stored, "the parts to be joined")
        if progress == "stored":
            own.until(lambda: len(own.media()) != stored, "the whole to be stored")
        own.kill("callscribe", "api")
    own.until(own.is_ready, "the API to be back")
    answers = [own.client.post(f"{PATH}/{upload_id}/finish") for _ in range(2)]
    assert {answer.status_code for answer in answers} == {202}, answers[0].text
    (task_id,) = {answer.json()["task_id"] for answer in answers}
    after = {task["task_id"] for task in own.client.get("/api/v1/tasks").json()["tasks"]}
    assert after - before == {task_id}
    assert own.task(task_id)["size_bytes"] == recording.stat().st_size


def test_a_part_that_breaks_off_leaves_nothing(own: Service) -> None:
    own.until(own.is_ready, "the API to be there")
    upload_id = own.client.post(PATH, json={"filename": "a.wav", "size": 4_000_000}).json()["upload_id"]
    with socket.create_connection(("127.0.0.1", own.port), timeout=60) as connection:
        head = f"PUT {PATH}/{upload_id}/parts/0 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000\r\n\r\n"
        connection.sendall(head.encode() + bytes(3_900_000))
        own.until(own.temporary_files, "the part to be under way")
    own.until(lambda: not own.temporary_files(), "the part to be given up")
    assert own.client.get(f"{PATH}/{upload_id}").json()["received"] == 0
    assert own.client.delete(f"{PATH}/{upload_id}").status_code == 204
    assert crashes(own.log.read_text()) == []


def test_a_body_far_too_large_is_refused_before_it_was_sent(own: Service) -> None:
    own.until(own.is_ready, "the API to be there")
    upload_id = own.client.post(PATH, json={"filename": "a.wav", "size": 400_000_000}).json()["upload_id"]
    taken = 0
    with socket.create_connection(("127.0.0.1", own.port), timeout=60) as connection:
        head = f"PUT {PATH}/{upload_id}/parts/0 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        try:
            connection.sendall(head.encode())
            for _ in range(400):
                connection.sendall(b"%x\r\n%s\r\n" % (1_000_000, bytes(1_000_000)))
                taken += 1_000_000
        except ConnectionError:
            pass  # as it should be
        answer = connection.recv(65536)
    assert taken < 40_000_000
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"problem+json" in answer
