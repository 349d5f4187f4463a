"""Senders who are not sure, all at once, and the service as users run it."""

import socket
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import numpy as np
import pytest

from tests.media_files import write_wav
from tests.service import Service
from tests.stored_calls import at_once

UPLOAD = "/api/v1/transcribe"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two seconds of faint noise that nobody has uploaded before."""
    return write_wav(tmp_path / "call.wav", np.random.default_rng().integers(-9, 9, 32000).astype(np.int16))


def originals(service: Service) -> set[str]:
    """The calls whose recordings are stored."""
    return {path.parent.name for path in service.media() if path.name == "original"}


def send(service: Service, recording: Path, key: str | None = None) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return service.client.post(UPLOAD, files={"file": ("call.wav", recording.read_bytes())}, headers=headers)


@pytest.mark.parametrize("key", [None, "the same"])
def test_an_upload_sent_ten_times_at_once_is_one_call(service: Service, recording: Path, key: str | None) -> None:
    before = originals(service)
    key = key and f"{key} {uuid4()}"
    answers = at_once([partial(send, service, recording, key)] * 10)
    (task_id,) = {answer.json()["task_id"] for answer in answers}
    assert sorted(answer.status_code for answer in answers) == ([202] * 10 if key else [200] * 9 + [202])
    assert originals(service) - before == {task_id}
    service.done(task_id)
    assert service.upload(recording, again=False) == task_id
    assert service.task(service.upload(recording))["duplicate_of"] == task_id


def test_a_key_with_a_line_break_or_nul_gets_no_further(service: Service) -> None:
    """Such bytes end a header, or the request; no client library would send them."""
    before = originals(service)
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nsound\r\n--b--\r\n'
    for key in (b"a\0b", b"a\x01b", b"\x00", b"a\nb", b"a\r\nb"):
        with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
            connection.sendall(
                b"POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nIdempotency-Key: %s\r\n"
                b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s"
                % (UPLOAD.encode(), key, len(body), body)
            )
            status = connection.recv(65536).split(b" ", 2)[1]
        assert status in {b"400", b"422"}, (key, status)
    assert originals(service) == before
