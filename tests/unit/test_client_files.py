"""What both clients send from files, and write to files."""

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from callscribe.errors import BadMedia, BadRequest, Unavailable
from callscribe.models import PART_BYTES
from tests.clients import ID, URL, Answering, Connect, Stream, told
from tests.made_up_api import task


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
            if request.method == "PUT":
                for chunk in request.stream:
                    self.taken += len(chunk)
            return self._answer(request)

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            assert isinstance(request.stream, httpx.AsyncByteStream)
            if request.method == "PUT":
                async for chunk in request.stream:
                    self.taken += len(chunk)
            return self._answer(request)

        def _answer(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/finish"):
                return httpx.Response(202, json={"task_id": str(ID), "duplicate_of": None})
            state = {"upload_id": str(ID), "size": size, "received": self.taken, "part_bytes": PART_BYTES}
            return httpx.Response(200, json=state)

    drain = Drain()
    client = connect(URL, transport=drain)
    tracemalloc.start()
    client.upload(tmp_path / "long.wav")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert drain.taken == size
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
        lambda: one.export_many(target, text="one two"),
        lambda: one.save_media(ID, target, original=True),
    )
    for save in saves:
        target.write_text("something longer from an earlier time")
        assert save() == target
        assert target.read_bytes() == b"onetwo"
    assert [url.raw_path.decode().removeprefix("/api/v1") for url in requests] == [
        f"/results/{ID}/export?format=md&times=false&speakers=true&summary=true",
        f"/export?format=md&times=true&speakers=true&summary=true&task_id={ID}&task_id=x&tag=t",
        "/export?format=txt&text=one+two&times=true&speakers=true&summary=true",
        f"/tasks/{ID}/media?original=true",
    ]


def test_nothing_is_left_of_a_file_that_is_cut_off(client: Answering, tmp_path: Path) -> None:
    broken = httpx.RemoteProtocolError("peer closed connection without sending complete message body")
    with pytest.raises(Unavailable):
        client(lambda _: httpx.Response(200, stream=Stream(b"one", broken))).export_many(tmp_path / "calls.zip")
    assert list(tmp_path.iterdir()) == []
