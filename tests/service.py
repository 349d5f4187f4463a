"""A whole CallScribe as a user runs it: `callscribe up` in a process of its own, with the fixture model."""

import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import httpx
import psutil
from sqlalchemy import select

from callscribe.errors import Unavailable
from callscribe.store.database import Database
from callscribe.store.embedded import find
from callscribe.store.tables import WindowRow

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
CALL_EN = SAMPLES / "release-call-en.flac"
CALL_RU = SAMPLES / "planning-call-ru.flac"
MODEL = ROOT / "tests" / "data" / "whisper-fixture"

_PATIENCE_S = 600  # on a busy machine all takes its time; no test measures it
FINISHED = ("done", "failed", "canceled")


def outcome(result: dict[str, Any]) -> dict[str, Any]:
    """What came out of a call: the parts of a result that are the same however often it is worked on."""
    parts = ("language", "summary", "key_points", "decisions", "action_items", "participants")
    lines = [{name: value for name, value in line.items() if name != "id"} for line in result["segments"]]
    return {part: result[part] for part in parts} | {"segments": lines}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(data: Path, **settings: str) -> dict[str, str]:
    """The environment of a CallScribe whose speech model is the fixture and which knows no LLM and no web page."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CALLSCRIBE_")}
    ours = {"DATA_DIR": str(data), "ASR_MODEL": str(MODEL), "ASR_THREADS": "2", "SPEAKER_MODEL": "builtin"}
    ours |= {"LLM_URL": "", "UI_PORT": "0", "METRICS_PORT": "0"}
    return {**kept, **{f"CALLSCRIBE_{name}": value for name, value in {**ours, **settings}.items()}}


class Running(ABC):
    """A CallScribe that runs, as its users see it: recordings go in over HTTP, results come out."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.log = log
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)

    @property
    @abstractmethod
    def database_url(self) -> str:
        """Where its PostgreSQL is."""

    @abstractmethod
    def check(self) -> None:
        """Raise `AssertionError` if a process that has to run does not."""

    def upload(self, file: Path, language: str = "auto", name: str | None = None, *, again: bool = True) -> str:
        """The new task's id; with `again=False` that of the task which has the file already, if there is one."""
        with file.open("rb") as content:
            response = self.client.post(
                "/api/v1/transcribe",
                files={"file": (name or file.name, content)},
                data={"language": language, "again": again},
            )
        assert response.status_code in ({202} if again else {200, 202}), response.text
        return str(response.json()["task_id"])

    def task(self, task_id: str) -> dict[str, Any]:
        return self._json(f"/api/v1/tasks/{task_id}")

    def result(self, task_id: str) -> dict[str, Any]:
        return self._json(f"/api/v1/results/{task_id}")

    def finished(self, task_id: str) -> dict[str, Any]:
        """The task, once it is done, failed or canceled."""
        self.until(lambda: self.task(task_id)["status"] in FINISHED, f"task {task_id} to end")
        return self.task(task_id)

    def done(self, task_id: str) -> dict[str, Any]:
        """The task's result, once it is done."""
        task = self.finished(task_id)
        assert task["status"] == "done", task
        return self.result(task_id)

    def windows(self, task_id: str) -> list[WindowRow]:
        """The task's windows as they are stored."""
        database = Database(self.database_url)
        try:
            with database.transaction() as session:
                query = select(WindowRow).where(WindowRow.call_id == UUID(task_id)).order_by(WindowRow.index)
                return list(session.scalars(query))
        finally:
            database.close()

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait; a service that is being restarted does not count as an answer."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            self.check()
            try:
                if condition():
                    return
            except (httpx.TransportError, httpx.HTTPStatusError, Unavailable):
                pass
            time.sleep(0.2)
        raise AssertionError(f"waited in vain for {what}: {self.log.read_text()[-3000:]}")

    def is_ready(self) -> bool:
        """Whether uploads are taken."""
        return self.client.get("/health/ready").is_success

    def _json(self, path: str) -> dict[str, Any]:
        response = self.client.get(path)
        response.raise_for_status()
        body: dict[str, Any] = response.json()
        return body


class Service(Running):
    """`with Service(folder) as service:`; further keyword arguments are settings, as `WINDOW_S="60"`."""

    def __init__(self, data: Path, **settings: str) -> None:
        super().__init__(free_port(), data.with_suffix(".log"))
        self.data = data
        self.environment = environment(data, PORT=str(self.port), **settings)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.stop()

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "callscribe", "up"], env=self.environment, stdout=output, stderr=output
            )
        self.until(self.is_ready, "the service to be ready")

    def stop(self) -> int:
        """As Ctrl-C does; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def kill(self, *words: str) -> int:
        """`kill -9` of the process below `up` whose command line holds all the words; its pid."""
        process = self._find(*words)
        process.kill()
        return int(process.pid)

    @contextmanager
    def halted(self, *words: str) -> Iterator[None]:
        """Inside the `with` that process does nothing."""
        process = self._find(*words)
        process.suspend()
        try:
            yield
        finally:
            process.resume()

    def _find(self, *words: str) -> psutil.Process:
        for process in psutil.Process(self.process.pid).children(recursive=True):
            if set(words) <= set(" ".join(process.cmdline()).split()):
                return process
        raise AssertionError(f"no process {words}")

    @property
    def database_url(self) -> str:
        """That of the embedded PostgreSQL; raises `Unavailable` while it does not run."""
        return find(self.data / "postgres").url

    def check(self) -> None:
        """Raise `AssertionError` if `callscribe up` has ended."""
        assert self.process.poll() is None, f"`callscribe up` ended: {self.log.read_text()[-2000:]}"

    def media(self) -> list[Path]:
        """Every file in the media store."""
        return sorted(path for path in (self.data / "media").rglob("*") if path.is_file())

    def temporary_files(self) -> list[str]:
        """What the API holds open in the scratch folder, with or without a name."""
        held: list[str] = []
        for link in Path(f"/proc/{self._find('callscribe', 'api').pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                held.append(str(link.readlink()))
        return [file for file in held if file.startswith(str(self.data / "tmp"))]
