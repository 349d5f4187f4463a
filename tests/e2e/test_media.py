"""Recordings as a player and a browser fetch them from the running service, and that deleted ones are gone."""

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from uuid import UUID

import av
import httpx
import psutil
import pytest
from sqlalchemy import func, select

from callscribe.store.database import Database
from callscribe.store.tables import CallRow, DeletionRow, PassageRow
from tests.log_lines import crashes, entries
from tests.media_files import encode
from tests.service import CALL_EN, CALL_RU, Service
from tests.web_page import WebPage

LARGE = 500_000_000  # bytes: the largest file that can be uploaded
LITTLE = 60_000_000  # bytes: far less than that


@pytest.fixture(scope="module")
def web(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebPage]:
    with WebPage(tmp_path_factory.mktemp("ui"), f"http://127.0.0.1:{service.port}") as web:
        yield web


@pytest.fixture
def tables(service: Service) -> Iterator[Database]:
    database = Database(service.database_url)
    yield database
    database.close()


@pytest.fixture(scope="module")
def talk(service: Service) -> str:
    """A finished call."""
    task_id = service.upload(CALL_EN)
    service.done(task_id)
    return task_id


def url(task_id: str) -> str:
    return f"/api/v1/tasks/{task_id}/media"


def seconds(sound: bytes) -> float:
    """The length of what a player hears."""
    with av.open(BytesIO(sound), "r") as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(container.streams.audio[0]))


def assert_playable(client: httpx.Client, address: str) -> bytes:
    """As a browser plays: a look, all from the start, then wherever somebody clicks. Returns the file."""
    seen = client.head(address)
    size = int(seen.headers["content-length"])
    assert (seen.status_code, seen.content, seen.headers["accept-ranges"]) == (200, b"", "bytes")
    whole = client.get(address, headers={"range": "bytes=0-"})
    assert (whole.status_code, len(whole.content)) == (206, size)
    for begin in (size - 1, size // 2, size // 3, 0):
        end = min(begin + 99_999, size - 1)
        headers = {"range": f"bytes={begin}-{end}", "if-range": seen.headers["etag"]}
        part = client.get(address, headers=headers)
        assert (part.status_code, part.headers["content-range"]) == (206, f"bytes {begin}-{end}/{size}")
        assert part.content == whole.content[begin : end + 1]
    assert client.get(address, headers={"if-none-match": seen.headers["etag"]}).status_code == 304
    assert client.get(address, headers={"range": f"bytes={size}-"}).status_code == 416
    return whole.content


def test_the_original_is_what_was_uploaded(service: Service, talk: str) -> None:
    answer = service.client.get(url(talk), params={"original": "true"})
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(CALL_EN.read_bytes()).digest()
    assert answer.headers["content-type"] == "audio/flac"
    assert answer.headers["content-disposition"].endswith(f"; filename*=UTF-8''{CALL_EN.name}")


def test_a_call_can_be_played_and_sought_in(service: Service, talk: str) -> None:
    sound = assert_playable(service.client, url(talk))
    assert seconds(sound) == pytest.approx(service.task(talk)["duration"], abs=0.2)


def test_the_sound_of_a_video_is_played(service: Service, tmp_path: Path) -> None:
    video = encode(CALL_RU, tmp_path / "call.mkv", "libopus", seconds=12, video="mpeg4")
    task_id = service.upload(video, name="Совещание №5.html")
    service.done(task_id)
    sound = assert_playable(service.client, url(task_id))
    assert service.client.head(url(task_id)).headers["content-type"] == "audio/mp4"
    assert seconds(sound) == pytest.approx(12, abs=0.2)
    with av.open(BytesIO(sound)) as container:
        assert [stream.type for stream in container.streams] == ["audio"]
    original = service.client.get(url(task_id), params={"original": "true"})
    assert original.content == video.read_bytes()
    assert original.headers["content-type"] == "video/x-matroska"
    assert original.headers["content-disposition"].endswith(
        "filename*=UTF-8''%D0%A1%D0%BE%D0%B2%D0%B5%D1%89%D0%B0%D0%BD%D0%B8%D0%B5%20%E2%84%965.html"
    )


def test_the_page_plays_it_too(service: Service, web: WebPage, talk: str) -> None:
    with httpx.Client(base_url=web.url, trust_env=False, timeout=60) as browser:
        assert assert_playable(browser, url(talk)) == assert_playable(service.client, url(talk))


def test_a_file_that_cannot_be_prepared_can_be_had_back(service: Service, tmp_path: Path) -> None:
    (tmp_path / "notes.mp3").write_text("<script>alert(1)</script>")
    task_id = service.upload(tmp_path / "notes.mp3")
    service.finished(task_id)
    assert service.client.get(url(task_id)).status_code == 409
    original = service.client.get(url(task_id), params={"original": "true"})
    assert original.text == "<script>alert(1)</script>"
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["x-content-type-options"] == "nosniff"


def api_process(service: Service) -> psutil.Process:
    """The process that answers requests."""
    for process in psutil.Process(service.process.pid).children(recursive=True):
        if {"callscribe", "api"} <= set(process.cmdline()):
            return process
    raise AssertionError("the API does not run")


@pytest.fixture
def large(service: Service, talk: str) -> Iterator[str]:
    """The call with a recording of the largest size there can be; nothing reads it but the tests."""
    original = service.data / "media" / talk / "original"
    kept = original.read_bytes()
    with original.open("r+b") as sparse:
        sparse.truncate(LARGE)
    yield f"{url(talk)}?original=true"
    original.write_bytes(kept)


def test_a_large_recording_is_never_whole_in_memory(service: Service, talk: str, large: str) -> None:
    service.client.get(url(talk))  # the first request loads code
    process = api_process(service)
    before, most, received = process.memory_info().rss, 0, 0
    with service.client.stream("GET", large) as answer:
        for chunk in answer.iter_raw(10_000_000):
            received += len(chunk)
            most = max(most, process.memory_info().rss - before)
    assert received == LARGE
    assert most < LITTLE


@pytest.mark.parametrize("through", ["api", "page"])
def test_those_who_go_away_leave_nothing_open(service: Service, web: WebPage, large: str, through: str) -> None:
    process, base = api_process(service), web.url if through == "page" else f"http://127.0.0.1:{service.port}"
    logged = len(service.log.read_text())
    quiet = len(process.net_connections("tcp")) + 5  # for other clients, who come and go

    def is_quiet() -> bool:
        files = [file.path for file in process.open_files() if "/media/" in file.path]
        return not files and len(process.net_connections("tcp")) <= quiet

    for _ in range(25):
        with httpx.stream("GET", base + large, trust_env=False, timeout=60) as answer:
            assert next(answer.iter_raw())
    service.until(is_quiet, "the connections to be closed")
    assert httpx.head(base + large, trust_env=False, timeout=60).status_code == 200
    assert crashes(service.log.read_text()[logged:]) == []


def test_of_a_deleted_call_no_sound_and_no_word_is_left(service: Service, tables: Database, tmp_path: Path) -> None:
    sample = encode(CALL_EN, tmp_path / "call.ogg", "vorbis", seconds=15)
    task_id = service.upload(sample)
    service.done(task_id)
    assert [path for path in service.media() if task_id in path.parts]
    finds = select(func.count()).select_from(PassageRow).where(PassageRow.call_id == UUID(task_id))
    with tables.transaction() as session:
        assert session.scalar(finds)
    assert service.client.delete(f"/api/v1/tasks/{task_id}").status_code == 204
    assert not (service.data / "media" / task_id).exists()
    with tables.transaction() as session:
        assert session.scalar(finds) == 0
        assert session.get(CallRow, UUID(task_id)) is None
        assert session.get_one(DeletionRow, UUID(task_id)).deleted_at
    for method in ("GET", "HEAD"):
        assert service.client.request(method, url(task_id)).status_code == 404
        assert service.client.request(method, url(task_id), params={"original": "true"}).status_code == 404
    assert service.client.get(f"/api/v1/results/{task_id}").status_code == 404
    told = [entry for entry in entries(service.log.read_text()) if entry["event"] == "deleted"]
    assert [entry["call_id"] for entry in told].count(task_id) == 1
