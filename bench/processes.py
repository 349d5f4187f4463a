"""CallScribe's processes on a database of their own, with Kafka or without; all end with the measurement."""

import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

import psutil

from callscribe.store.database import Database
from callscribe.store.embedded import EmbeddedPostgres
from tests.kafka_broker import any_kafka
from tests.service import environment

#: What may carry the news of a job to a worker.
ADAPTERS = ("embedded", "kafka")

_STOP_S = 30
_POLL_S = 0.5


class Installation:
    """A migrated database, and what runs on it; processes are made in the main thread and end with it."""

    def __init__(self, folder: Path, database: Database, settings: Mapping[str, str], stack: ExitStack) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.database = database
        self._environment = environment(self.data, **settings)
        self._stack = stack
        self._processes: list[subprocess.Popen[str]] = []

    def start(self, module: str, *words: str) -> IO[str]:
        """Run `python -m module words`; its standard output. What it logs goes into `log` in the folder."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig=KILL", sys.executable, "-m", module, *words],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._processes.append(process)
        self._stack.callback(_end, process)
        assert process.stdout is not None
        return process.stdout

    def until(self, condition: Callable[[], object], what: str, patience_s: float) -> None:
        """Wait; end the measurement if a process ended, or if it takes far too long."""
        deadline = time.monotonic() + patience_s
        while not condition():
            if any(process.poll() is not None for process in self._processes):
                raise SystemExit(f"A process ended by itself: {self.log_tail()}")
            if time.monotonic() > deadline:
                raise SystemExit(f"Waited in vain for {what}: {self.log_tail()}")
            time.sleep(_POLL_S)

    def pulses(self) -> int:
        """How many ASR workers show life."""
        return len(list((self.data / "pulses").glob("asr-*")))

    def log_tail(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-2000:]


@contextmanager
def installed(adapter: str, **settings: str) -> Iterator[Installation]:
    """An installation in a temporary folder; keyword arguments are settings, as `WINDOW_S="60"`."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that all is cleaned up
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(EmbeddedPostgres(folder / "data" / "postgres"))
        database = Database(server.url)
        stack.callback(database.close)
        if adapter == "kafka":
            settings["KAFKA_BOOTSTRAP"] = stack.enter_context(any_kafka(folder / "kafka"))
            settings["KAFKA_PREFIX"] = f"{folder.name}-"
        installation = Installation(folder, database, settings, stack)
        migrating = [sys.executable, "-m", "callscribe", "migrate"]
        subprocess.run(migrating, env=environment(installation.data, **settings), check=True, capture_output=True)
        if adapter == "kafka":
            installation.start("callscribe", "relay")
        yield installation


def cpu_seconds() -> Mapping[str, float]:
    """What the processes below this one have used so far, by kind."""
    used: defaultdict[str, float] = defaultdict(float)
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's come and go; its first one inherits what they used
            kind = {"postgres": "PostgreSQL", "java": "Kafka"}.get(process.name(), "workers")
            used["relay" if "relay" in process.cmdline() else kind] += sum(process.cpu_times()[:4])
    return used


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
