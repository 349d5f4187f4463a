"""Whatever is killed in the middle of a call: it finishes, nothing twice, and finished windows are not redone."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.calls import repeated
from tests.service import CALL_EN, Service, outcome

QUICK = {"WINDOW_S": "20", "WINDOW_MAX_S": "40", "HEARTBEAT_S": "0.5", "HEARTBEAT_TIMEOUT_S": "3", "POLL_S": "1"}


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """About five minutes, some fifteen windows."""
    return repeated(CALL_EN, tmp_path_factory.mktemp("call") / "call.flac", times=4).file


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with Service(tmp_path / "data", **QUICK) as service:
        yield service


@pytest.fixture(scope="module")
def undisturbed(call: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The result of the call when nothing happens; the speech model gives the same every time."""
    with Service(tmp_path_factory.mktemp("undisturbed") / "data", **QUICK) as service:
        return service.done(service.upload(call))


def _transcribed(service: Service, task_id: str) -> dict[int, datetime]:
    """When each finished window was transcribed."""
    return {window.index: window.transcribed_at for window in service.windows(task_id) if window.transcribed_at}


def _at_work(service: Service, task_id: str, windows: int) -> dict[int, datetime]:
    """Wait until so many windows are finished, but not all; when each was."""
    service.until(lambda: len(_transcribed(service, task_id)) >= windows, f"{windows} windows")
    assert service.task(task_id)["status"] == "transcribing"
    return _transcribed(service, task_id)


def _check(service: Service, task_id: str, undisturbed: dict[str, Any], done: dict[int, datetime]) -> None:
    result = service.done(task_id)
    assert outcome(result) == outcome(undisturbed)
    after = _transcribed(service, task_id)
    assert {index: after[index] for index in done} == done
    assert list((service.data / "tmp").iterdir()) == []


def test_kill_the_worker_then_the_api_then_the_database(
    service: Service, call: Path, undisturbed: dict[str, Any]
) -> None:
    task_id = service.upload(call)
    done = _at_work(service, task_id, 2)
    service.kill("worker", "asr")
    done |= _at_work(service, task_id, 4)
    with service.halted("worker", "asr"):  # or it might be through before the API is back
        service.kill("api")
        service.until(lambda: service.task(task_id), "the API to be back")
    done |= _at_work(service, task_id, 6)
    service.kill("-D", str(service.data / "postgres" / "data"))
    service.until(lambda: service.task(task_id), "the database to be back")
    _check(service, task_id, undisturbed, done)


def test_kill_everything_at_once(service: Service, call: Path, undisturbed: dict[str, Any]) -> None:
    task_id = service.upload(call)
    done = _at_work(service, task_id, 3)
    service.process.kill()
    service.process.wait()
    service.start()
    _check(service, task_id, undisturbed, done)
