"""CallScribe on many machines: every role a process of its own, one PostgreSQL, topics of its own on a Kafka."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Self
from uuid import UUID, uuid4

import psutil
import psycopg
from sqlalchemy import DateTime, func, select, text

from callscribe.jobs.broker import Broker
from callscribe.jobs.events import RESULTS
from callscribe.models import JobStatus, Stage
from callscribe.store.database import Database
from callscribe.store.embedded import EmbeddedPostgres
from tests.kafka_topics import PARTITIONS, published
from tests.service import Running, environment, free_port, outcome

#: Short windows, and a silence that is soon noticed.
QUICK = {"WINDOW_S": "20", "WINDOW_MAX_S": "40", "HEARTBEAT_S": "0.5", "HEARTBEAT_TIMEOUT_S": "3"}
QUICK |= {"POLL_S": "1", "JOB_RETRY_S": "1", "JOB_ATTEMPTS": "10"}
#: The processes of a small cluster.
NAMES = ("api", "relay", "llm", "asr-1", "asr-2")
_ROLES = {"api": ["api"], "relay": ["relay"], "asr": ["worker", "asr"], "llm": ["worker", "llm"]}
_STOP_S = 120  # orderly ends are quick; this is for a busy machine

# Notes what becomes of each job, with the time by the database's clock.
_HISTORY = """
CREATE TABLE history (
    job_id bigint, call_id uuid, stage text, window_index int, status text, owner text, attempt int, at timestamptz
);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO history VALUES (
        NEW.id, NEW.call_id, NEW.stage, NEW.window_index, NEW.status, NEW.owner, NEW.attempt, clock_timestamp()
    );
    RETURN NULL;
END $$;
CREATE TRIGGER note AFTER INSERT OR UPDATE OF status ON jobs FOR EACH ROW EXECUTE FUNCTION note();
"""
_UNANNOUNCED = """
SELECT (SELECT count(*) FROM jobs WHERE announced_at IS NULL AND status IN ('ready', 'failed'))
     + (SELECT count(*) FROM calls WHERE announced_at IS NULL AND finished_at IS NOT NULL)
     + (SELECT count(*) FROM rejected_messages WHERE announced_at IS NULL)
"""


class Step(NamedTuple):
    """A status that a job took."""

    job_id: int
    call_id: UUID
    stage: str
    window_index: int | None
    status: str
    #: A worker's name, as `host:pid:random:lane`.
    owner: str | None
    attempt: int
    at: datetime


class Cluster(Running):
    """`with Cluster(folder, kafka) as cluster:`; further keyword arguments are settings, as `WINDOW_S="60"`.

    Each process has a name: its role, `api`, `relay`, `llm` or `asr`, and a number if there are several, as `asr-1`.
    It has a data folder of its own, and ends with the test's process.
    """

    def __init__(self, folder: Path, kafka: str, *, names: Sequence[str], **settings: str) -> None:
        super().__init__(free_port(), folder / "log")
        folder.mkdir(parents=True, exist_ok=True)
        self.names = names
        self.broker = Broker(kafka, prefix=f"test-{uuid4().hex}.")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.postgres = EmbeddedPostgres(folder / "postgres")
        self._folder = folder
        self._settings = settings
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack:
            self._stack.callback(self.client.close)
            self._stack.enter_context(self.postgres)
            self._stack.callback(lambda: self.stop(*self.processes))
            assert self.command("migrate").returncode == 0
            with self.database.transaction() as session:
                session.execute(text(_HISTORY))
            self.start(*self.names)
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def database_url(self) -> str:
        return self.postgres.url

    @cached_property
    def database(self) -> Database:
        """For the test's own questions."""
        database = Database(self.database_url)
        self._stack.callback(database.close)
        return database

    def environment(self, name: str, **settings: str) -> dict[str, str]:
        """What the process of this name is started with."""
        shared = {
            "DATABASE_URL": self.postgres.conninfo,
            "KAFKA_BOOTSTRAP": self.broker.bootstrap,
            "KAFKA_PREFIX": self.broker.prefix,
            "KAFKA_PARTITIONS": str(PARTITIONS),
            "MEDIA_URL": (self._folder / "media").as_uri(),
            "ASR_THREADS": "1",
            "PORT": str(self.port),
        }
        return environment(self._folder / name, **{**shared, **self._settings, **settings})

    def check(self) -> None:
        ended = [name for name, process in self.processes.items() if process.poll() is not None]
        assert not ended, f"{ended} ended: {self.log.read_text()[-3000:]}"

    def command(self, *words: str, name: str = "test", **settings: str) -> subprocess.CompletedProcess[str]:
        """Run `callscribe words` to its end, on the machine of the process of this name."""
        command = [sys.executable, "-m", "callscribe", *words]
        variables = self.environment(name, **settings)
        return subprocess.run(command, env=variables, check=False, capture_output=True, text=True)

    def new_database(self) -> str:
        """The URL of an empty database on this PostgreSQL."""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self.postgres.conninfo, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.postgres.conninfo.replace("/postgres?", f"/{name}?")

    def start(self, *names: str, **settings: str) -> None:
        """Start these at the same instant, and wait until they work; `settings` are for them alone."""
        for name in names:
            role = name.partition("-")[0]
            with self.log.open("ab") as output:
                self.processes[name] = subprocess.Popen(
                    ["setpriv", "--pdeathsig=KILL", sys.executable, "-m", "callscribe", *_ROLES[role]],
                    env=self.environment(name, **settings),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                )
        self.until(lambda: all(map(self._works, names)), f"{', '.join(names)} to work")

    def start_missing(self) -> None:
        """Start those of its processes that were stopped or killed."""
        self.start(*(name for name in self.names if name not in self.processes))

    def stop(self, *names: str) -> list[int]:
        """SIGTERM to all, as when a service is scaled down; their exit codes."""
        processes = [self.processes.pop(name) for name in names]
        for process in processes:
            process.terminate()
        return [process.wait(_STOP_S) for process in processes]

    def kill(self, *names: str) -> None:
        """`kill -9` of all at once."""
        processes = [self.processes.pop(name) for name in names]
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()

    def end_postgres(self, how: signal.Signals) -> None:
        """By SIGKILL as in a crash, by SIGINT in order; `start_postgres` brings it back."""
        pid = (self._folder / "postgres/data/postmaster.pid").read_text().split("\n")[0]
        psutil.Process(int(pid)).send_signal(how)

    def start_postgres(self) -> None:
        """Start it again as soon as it has ended."""
        self.until(self.postgres.ensure_running, "PostgreSQL to be back")

    def now(self) -> datetime:
        """By the database's clock."""
        with self.database.transaction() as session:
            return session.execute(select(func.clock_timestamp(type_=DateTime(timezone=True)))).scalar_one()

    def history(self, task_id: str) -> list[Step]:
        """What became of the jobs of a call, also of one that was deleted, in order."""
        query = text("SELECT * FROM history WHERE call_id = :id ORDER BY at")
        with self.database.transaction() as session:
            return [Step(*row) for row in session.execute(query, {"id": UUID(task_id)})]

    def job(self, step: Step) -> list[Step]:
        """What became of the job of this step."""
        return [other for other in self.history(str(step.call_id)) if other.job_id == step.job_id]

    def steps(self, task_id: str, status: JobStatus, *stages: Stage) -> list[Step]:
        """Where its jobs took this status, those of the stages if any are named."""
        taken = [step for step in self.history(task_id) if step.status == status]
        return [step for step in taken if not stages or step.stage in stages]

    def worker_of(self, step: Step) -> str | None:
        """The name of the process that took the job, if it still runs."""
        pid = int((step.owner or "").split(":")[1])
        return next((name for name, process in self.processes.items() if process.pid == pid), None)

    def at_work(self, task_id: str, windows: int) -> None:
        """Wait until so many windows are transcribed, but not all."""
        self.until(lambda: len(self.steps(task_id, JobStatus.DONE, Stage.TRANSCRIBE)) >= windows, f"{windows} windows")
        assert self.task(task_id)["status"] == "transcribing"

    def done_once(self, task_id: str) -> dict[str, Any]:
        """The result, once the call is done; each of its jobs must have been finished exactly once."""
        result = self.done(task_id)
        finished = Counter((step.stage, step.window_index) for step in self.steps(task_id, JobStatus.DONE))
        windows: list[tuple[str, int | None]] = [(Stage.TRANSCRIBE, row.index) for row in self.windows(task_id)]
        others: list[tuple[str, int | None]] = [(stage, None) for stage in Stage if stage is not Stage.TRANSCRIBE]
        assert finished == Counter(windows + others)
        return result

    def check_results(self, task_ids: Collection[str], undisturbed: dict[str, Any]) -> None:
        """None lost, none doubled, each as `undisturbed`, and the world was told of each."""
        for task_id in task_ids:
            result = self.done_once(task_id)
            assert outcome(result) == outcome(undisturbed)
        assert self.outcomes(task_ids) == {task_id: {"done"} for task_id in task_ids}

    def outcomes(self, task_ids: Collection[str]) -> dict[str, set[str]]:
        """What `results-topic` says of these calls, once the relay has nothing left to announce."""
        self.until(lambda: not self.unannounced(), "the outbox to be empty")
        found: dict[str, set[str]] = {task_id: set() for task_id in task_ids}
        for event in published(self.broker, RESULTS):
            if event["call_id"] in found:
                found[event["call_id"]].add(event["outcome"])
        return found

    def unannounced(self) -> int:
        """How much the relay still has to publish."""
        with self.database.transaction() as session:
            return int(session.execute(text(_UNANNOUNCED)).scalar_one())

    def _works(self, name: str) -> bool:
        if name == "api":
            return self.is_ready()
        # `setpriv` becomes what it starts, so its process id stays.
        return any((self._folder / name / "pulses").glob(f"*-{self.processes[name].pid}"))
