"""Live progress of real calls, through whatever happens meanwhile."""

import signal
import subprocess
import sys
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Self

import httpx
import pytest

from callscribe.store.database import Database
from tests.event_stream import EventStream
from tests.media_files import speech, write_wav
from tests.service import CALL_EN, Running, Service, environment, free_port
from tests.stored_calls import eventually, new_call
from tests.web_page import WebPage


@pytest.fixture
def short_call(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "call.wav", speech(seconds=8))


class Api(Running):
    """`callscribe api` alone."""

    def __init__(self, folder: Path, database_url: str) -> None:
        super().__init__(free_port(), folder / "api.log")
        self._url = database_url
        self._environment = environment(folder / "data", PORT=str(self.port), DATABASE_URL=database_url)

    def __enter__(self) -> Self:
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "callscribe", "api"], env=self._environment, stdout=output, stderr=output
            )
        self.until(self.is_ready, "the API to be ready")
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.process.kill()
        self.process.wait()

    @property
    def database_url(self) -> str:
        return self._url

    def check(self) -> None:
        assert self.process.poll() is None, self.log.read_text()


def watch(service: Running, task_id: str | None = None, last_event_id: str | None = None) -> EventStream:
    return EventStream(events_of(f"http://127.0.0.1:{service.port}", task_id), last_event_id)


def events_of(url: str, task_id: str | None = None) -> str:
    return f"{url}/api/v1{f'/tasks/{task_id}' if task_id else ''}/events"


def test_a_call_is_followed_from_its_upload_to_its_end(service: Service) -> None:
    with watch(service) as every:
        task_id = service.upload(CALL_EN)
        with watch(service, task_id) as one:
            for stream in (one, every):
                service.until(partial(stream.heard, task_id, status="done"), "the news that it is done")
        for stream in (one, every):
            told = stream.tasks(task_id)
            assert told[-1] == service.task(task_id)
            assert all(before["progress"] <= after["progress"] for before, after in pairwise(told))
        statuses = list(dict.fromkeys(task["status"] for task in every.tasks(task_id)))
        order = ["queued", "preparing", "transcribing", "summarizing", "done"]
        assert statuses == [status for status in order if status in statuses]


def test_what_happens_while_the_line_is_cut_is_told_afterwards(service: Service, short_call: Path) -> None:
    first = service.upload(short_call)
    with watch(service) as stream:
        renamed = service.upload(short_call)
        service.until(lambda: stream.tasks(renamed), "the upload to be told")
    missed, gone = service.upload(short_call), service.upload(short_call)
    for task_id in (first, renamed, missed, gone):
        service.done(task_id)
    service.client.delete(f"/api/v1/tasks/{gone}").raise_for_status()
    with watch(service, last_event_id=stream.last_event_id) as again:
        for task_id in (renamed, missed):
            again.wait_for(task_id, status="done")
        eventually(lambda: again.heard_of_end(gone))


def test_streams_go_on_when_the_database_dies_and_end_when_the_service_stops(tmp_path: Path) -> None:
    with Service(tmp_path / "data") as service:
        task_id = service.upload(CALL_EN)
        with watch(service, task_id) as one, watch(service) as every:
            service.until(lambda: one.tasks()[-1]["status"] != "queued", "the call to be begun")
            service.kill("-D", str(service.data / "postgres" / "data"))
            for stream in (one, every):
                service.until(partial(stream.heard, task_id, status="done"), "the news that it is done")
                told = stream.tasks()
                assert all(before["progress"] <= after["progress"] for before, after in pairwise(told))
            assert service.stop() == 0
            eventually(lambda: not one.is_open and not every.is_open)
            assert (one.error, every.error) == (None, None)
        assert "timeout graceful shutdown exceeded" not in service.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_api_that_is_stopped_ends_its_streams_first(database: Database, tmp_path: Path, number: int) -> None:
    call_id = str(new_call(database))
    with Api(tmp_path, database.url) as api, ExitStack() as stack:
        streams = [stack.enter_context(watch(api, task_id)) for task_id in (call_id, None) for _ in "many"]
        api.process.send_signal(number)
        api.process.wait(60)
        eventually(lambda: not any(stream.is_open for stream in streams))
        assert [stream.error for stream in streams] == [None] * len(streams)
    assert "Finished server process" in api.log.read_text()
    assert "timeout graceful shutdown exceeded" not in api.log.read_text()


def test_the_web_page_passes_events_on_as_they_come(service: Service, short_call: Path, tmp_path: Path) -> None:
    with WebPage(tmp_path, f"http://127.0.0.1:{service.port}") as page, ExitStack() as stack:
        # More than a client usually keeps connections.
        streams = [stack.enter_context(EventStream(events_of(page.url))) for _ in range(110)]
        task_id = service.upload(short_call)
        service.done(task_id)
        for stream in streams:
            stream.wait_for(task_id, status="done")
        with EventStream(events_of(page.url, task_id)) as one:
            one.wait_for(task_id, status="done")
            assert httpx.delete(f"{page.url}/api/v1/tasks/{task_id}", trust_env=False).status_code == 204
            eventually(lambda: not one.is_open)
            assert (one.error, one.events[-1]) == (None, ("deleted", {"task_id": task_id}))
        for stream in streams:
            eventually(partial(stream.heard_of_end, task_id))
