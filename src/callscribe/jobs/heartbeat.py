"""Says that a job is being worked on, for as long as it is, and hears when it is not wanted any more."""

import logging
import math
import threading
import time
from types import TracebackType
from typing import Self

from callscribe.errors import Stopped, Unavailable
from callscribe.jobs import lifecycle, queue
from callscribe.jobs.queue import Job
from callscribe.store.database import Database

log = logging.getLogger(__name__)


_RESERVE = 0.8  # the part of the time left in which a job has to be able to finish


class Stopping:
    """Whether a worker is to end, and how much time it has left for that."""

    def __init__(self, grace_s: float) -> None:
        self._grace_s = grace_s
        self._asked = threading.Event()
        self._until = math.inf

    def ask(self) -> None:
        """From now on the time runs. Safe to call from a signal handler, and more than once."""
        self._until = min(self._until, time.monotonic() + self._grace_s)
        self._asked.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Whether the worker was asked to end, after at most so many seconds."""
        return self._asked.wait(timeout)

    def is_set(self) -> bool:
        """Whether the worker was asked to end."""
        return self._asked.is_set()

    def left(self) -> float:
        """Seconds until it has to have ended; infinite while nobody asks for it."""
        return max(0.0, self._until - time.monotonic())


class Heartbeat:
    """A thread beside the work. `report` is what the work calls now and then."""

    def __init__(self, database: Database, job: Job, interval: float, stopping: Stopping) -> None:
        self._database = database
        self._job = job
        self._interval = interval
        self._stopping = stopping
        self._over = threading.Event()
        self._lost = threading.Event()
        self._share = 0.0
        self._begun = time.monotonic()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat of job {job.id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def report(self, share: float) -> None:
        """Note how far the work is (0..1).

        Raises `Stopped` if it is not wanted any more, or the worker must end before it can be finished.
        """
        self._share = share
        if self._lost.is_set():
            raise Stopped("It was canceled or given to another worker.")
        if self._stopping.is_set() and not self._in_time(share):
            raise Stopped("The worker was asked to stop.")

    def _in_time(self, share: float) -> bool:
        elapsed = time.monotonic() - self._begun
        return share > 0 and elapsed * (1 - share) / share < _RESERVE * self._stopping.left()

    def _beat(self) -> None:
        while not self._over.wait(self._interval):
            try:
                with self._database.transaction() as session:
                    queue.heartbeat(session, self._job, self._share)
                with self._database.transaction() as session:
                    lifecycle.refresh_progress(session, self._job.call_id)
            except Stopped:
                self._lost.set()
                return
            except Unavailable:
                log.warning(
                    "no heartbeat, the database does not answer",
                    extra={"call_id": str(self._job.call_id), "stage": self._job.stage.value, "job": self._job.id},
                )
