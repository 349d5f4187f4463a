"""The life of a task over HTTP: listed, watched, canceled, tried again, deleted."""

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from callscribe.store.database import Database
from callscribe.store.embedded import find
from callscribe.store.tables import (
    Base,
    CorrectionRow,
    DeletionRow,
    DraftRow,
    RejectedMessageRow,
    UploadRow,
    WindowRow,
    WorkerRow,
)
from tests.calls import LongCall, repeated
from tests.media_files import speech, write_wav
from tests.scoring import wer
from tests.service import CALL_EN, FINISHED, MODEL, Service

TASKS = "/api/v1/tasks"
#: Messages belong to no call, and that a call was deleted is what stays of it.
NOT_OF_A_CALL = {RejectedMessageRow.__tablename__, DeletionRow.__tablename__, WorkerRow.__tablename__}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("tasks") / "data", WINDOW_S="20") as service:
        yield service


@pytest.fixture(scope="module")
def tables(service: Service) -> Iterator[Database]:
    """The tables of the running service."""
    database = Database(find(service.data / "postgres").url)
    yield database
    database.close()


@pytest.fixture(scope="module")
def long_call(tmp_path_factory: pytest.TempPathFactory) -> LongCall:
    """Four minutes: a dozen windows."""
    return repeated(CALL_EN, tmp_path_factory.mktemp("calls") / "call.flac", 4)


@pytest.fixture
def short_call(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "call.wav", speech(seconds=8))


@pytest.fixture(autouse=True)
def _no_tasks(service: Service) -> Iterator[None]:
    """Each test begins with an empty list."""
    yield
    for task in page(service)["tasks"]:
        assert service.client.delete(f"{TASKS}/{task['task_id']}").status_code == 204


def page(service: Service, **parameters: str | int) -> dict[str, Any]:
    response = service.client.get(TASKS, params=parameters)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def walk(service: Service, limit: int) -> Iterator[list[dict[str, Any]]]:
    """Page by page, as a client reads the list."""
    parameters: dict[str, str | int] = {"limit": limit}
    while True:
        answer = page(service, **parameters)
        yield answer["tasks"]
        if answer["next"] is None:
            return
        parameters["cursor"] = answer["next"]


def post(service: Service, task_id: str, action: str) -> httpx.Response:
    return service.client.post(f"{TASKS}/{task_id}/{action}")


def assert_conflict(response: httpx.Response, *words: str) -> None:
    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "urn:callscribe:problem:conflict"
    for word in words:
        assert word in response.json()["detail"]


def assert_complete(result: dict[str, Any], call: LongCall) -> None:
    """Every word is there, and once."""
    assert wer(call.said, result["transcription"]) <= 0.10
    assert all(before["start"] <= after["start"] for before, after in pairwise(result["segments"]))


def transcribed_at(tables: Database, task_id: str) -> dict[int, Any]:
    """When each finished window was transcribed."""
    done = (WindowRow.call_id == task_id, WindowRow.transcribed_at.is_not(None))
    with tables.transaction() as session:
        return {row.index: row.transcribed_at for row in session.scalars(select(WindowRow).where(*done))}


def rows(tables: Database, task_id: str) -> dict[str, int]:
    """Rows that belong to the task, by table."""
    with tables.transaction() as session:
        return {
            table.name: session.scalar(
                select(func.count()).where((table.c.id if table.name == "calls" else table.c.call_id) == task_id)
            )
            or 0
            for table in Base.metadata.sorted_tables
            if table.name not in NOT_OF_A_CALL
        }


def test_the_list_is_newest_first_and_its_pages_do_not_shift(service: Service, tmp_path: Path) -> None:
    text = tmp_path / "call.mp3"
    text.write_text("no sound")
    there = [service.upload(text) for _ in range(7)]
    seen: list[str] = []
    for tasks in walk(service, 3):
        seen += [task["task_id"] for task in tasks]
        service.upload(text)
    assert seen == there[::-1]
    whole = page(service)
    assert (len(whole["tasks"]), whole["next"]) == (10, None)
    assert page(service, limit=10)["next"] is None
    made = [task["created_at"] for task in whole["tasks"]]
    assert made == sorted(made, reverse=True)


def test_a_call_is_readable_while_it_is_worked_on(service: Service, long_call: LongCall) -> None:
    task_id = service.upload(long_call.file, name="planning.flac")
    seen: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def ended() -> bool:
        seen.append((service.task(task_id), service.result(task_id)))
        return seen[-1][0]["status"] in FINISHED

    service.until(ended, "the call to be done")
    progress = [task["progress"] for task, _ in seen]
    assert progress == sorted(progress)
    assert progress[-1] == 1
    assert len(set(progress)) > 3
    heard = [len(result["segments"]) for _, result in seen]
    assert heard == sorted(heard)
    assert any(0 < count < heard[-1] for count in heard)
    assert {task["status"] for task, _ in seen} <= {"queued", "preparing", "transcribing", "summarizing", "done"}
    assert_complete(seen[-1][1], long_call)
    assert (seen[-1][0]["filename"], seen[-1][0]["error"]) == ("planning.flac", None)
    assert seen[-1][0]["created_at"] <= seen[-1][0]["started_at"] <= seen[-1][0]["finished_at"]


def test_a_canceled_call_keeps_what_it_has_and_goes_on(service: Service, tables: Database, long_call: LongCall) -> None:
    task_id = service.upload(long_call.file)
    assert_conflict(post(service, task_id, "retry"), "Only failed and canceled calls")
    service.until(lambda: service.result(task_id)["segments"], "the first words")
    canceled = post(service, task_id, "cancel")
    assert (canceled.status_code, canceled.json()["status"]) == (200, "canceled")
    assert_conflict(post(service, task_id, "cancel"), "canceled already")
    kept, finished = service.result(task_id), transcribed_at(tables, task_id)
    assert kept["status"] == "canceled"
    assert 0 < len(kept["segments"]) < len(long_call.said)
    retried = post(service, task_id, "retry")
    assert (retried.status_code, retried.json()["status"]) == (202, "transcribing")
    assert_complete(service.done(task_id), long_call)
    assert finished.items() <= transcribed_at(tables, task_id).items()  # not once more
    assert service.task(task_id)["progress"] == 1


def test_a_done_call_can_neither_be_retried_nor_canceled(service: Service, short_call: Path) -> None:
    task_id = service.upload(short_call)
    result = service.done(task_id)
    assert_conflict(post(service, task_id, "retry"), "this one is done")
    assert_conflict(post(service, task_id, "cancel"), "done already")
    assert service.result(task_id) == result


def test_of_a_deleted_call_nothing_stays(service: Service, tables: Database) -> None:
    task_id = service.upload(CALL_EN)
    service.done(task_id)
    there = rows(tables, task_id)
    # There is something to delete in every table, but for what comes of corrections, uploads in parts and an LLM.
    empty = {name for name, count in there.items() if not count}
    assert empty <= {CorrectionRow.__tablename__, DraftRow.__tablename__, UploadRow.__tablename__}
    assert_deleted(service, tables, task_id)


def test_a_call_can_be_deleted_while_it_is_worked_on(
    service: Service, tables: Database, long_call: LongCall, short_call: Path
) -> None:
    task_id = service.upload(long_call.file)
    service.until(lambda: service.result(task_id)["segments"], "the first words")
    assert_deleted(service, tables, task_id)
    service.done(service.upload(short_call))  # the workers live on
    assert rows(tables, task_id).keys() == Base.metadata.tables.keys() - NOT_OF_A_CALL
    assert not any(rows(tables, task_id).values())
    assert not (service.data / "media" / task_id).exists()


def assert_deleted(service: Service, tables: Database, task_id: str) -> None:
    assert service.media()
    assert service.client.delete(f"{TASKS}/{task_id}").status_code == 204
    assert not any(rows(tables, task_id).values())
    service.until(lambda: not list((service.data / "media").iterdir()), "the media to be gone")
    service.until(lambda: not list((service.data / "tmp").iterdir()), "the temporary files to be gone")
    for method, path in [
        ("DELETE", f"{TASKS}/{task_id}"),
        ("GET", f"{TASKS}/{task_id}"),
        ("GET", f"/api/v1/results/{task_id}"),
        ("POST", f"{TASKS}/{task_id}/retry"),
        ("POST", f"{TASKS}/{task_id}/cancel"),
    ]:
        assert service.client.request(method, path).status_code == 404, (method, path)


def test_a_failed_call_is_done_when_the_cause_is_gone(tmp_path: Path, long_call: LongCall) -> None:
    model = tmp_path / "model"
    with Service(tmp_path / "data", WINDOW_S="20", ASR_MODEL=str(model)) as service:
        task_id = service.upload(long_call.file)
        service.until(lambda: service.task(task_id)["status"] == "failed", "the call to fail")
        # The rest of the call is decoded by then, and none of its windows takes the failure back.
        service.until(lambda: len(service.media()) > 10, "the call to be decoded")
        task = service.task(task_id)
        assert (task["status"], task["error"]["code"]) == ("failed", "config")
        assert task["error"]["message"].startswith(f"There is no speech model in {model}")
        assert_conflict(post(service, task_id, "cancel"), "failed already")
        shutil.copytree(MODEL, model)
        retried = post(service, task_id, "retry")
        assert (retried.status_code, retried.json()["error"]) == (202, None)
        assert_complete(service.done(task_id), long_call)


def test_health_and_documentation(service: Service) -> None:
    response = service.client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    response = service.client.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert "text/html" in service.client.get("/docs").headers["content-type"]
    document = service.client.get("/openapi.json").json()
    assert document["info"]["title"] == "CallScribe"
    assert TASKS in document["paths"]
