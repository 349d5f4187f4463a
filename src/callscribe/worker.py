"""A worker: lanes that wait for a job, claim it, run its stage, and save its result together with the next job.

A lane does one job at a time. The ASR worker has one for decoding and one for the speech model, so that the first
window is transcribed while the rest of the call is still being decoded, and short calls do not wait behind a long one.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars

from callscribe.errors import CallScribeError, StageFailed, Stopped, Unavailable
from callscribe.jobs import lifecycle, queue, retry
from callscribe.jobs.heartbeat import Heartbeat, Stopping
from callscribe.jobs.queue import Job
from callscribe.models import Stage
from callscribe.pipeline import Handler, Save
from callscribe.ports import Dispatcher
from callscribe.presence import own_name
from callscribe.settings import Settings
from callscribe.store import calls
from callscribe.store.database import Database, after_commit
from callscribe.telemetry import metrics
from callscribe.telemetry.traces import span
from callscribe.trail import trail

log = logging.getLogger(__name__)

T = TypeVar("T")

_RECONNECT = 0.5  # seconds between attempts to reach a database that does not answer
_DIED = "The worker died each time it worked on this call; look into its log, then try again."


@dataclass(frozen=True)
class Lane:
    """Stages that share one thread, the first having precedence, and who tells of their jobs."""

    name: str
    handlers: Mapping[Stage, Handler]
    dispatcher: Dispatcher


class Worker:
    """Runs lanes until it is told to stop.

    `cleanup` removes the media of a call that was deleted meanwhile, `pulse` is called again and again as a sign of
    life, `presence` makes it seen under its name for as long as it runs.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        lanes: Sequence[Lane],
        cleanup: Callable[[Job], None],
        *,
        pulse: Callable[[], None] = lambda: None,
        presence: Callable[[str], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._database = database
        self._settings = settings
        self._lanes = lanes
        self._cleanup = cleanup
        self._pulse = pulse
        self._presence = presence
        self._stopping = Stopping(settings.shutdown_s)
        self._at_work: dict[str, Job] = {}
        self._errors: list[BaseException] = []
        self._next_look = 0.0
        self._name = own_name()

    def stop(self) -> None:
        """End in time: what can be finished is, the rest is handed back. Safe to call from a signal handler."""
        self._stopping.ask()

    def run(self) -> None:
        """Work until `stop` is called. A lane that dies of a bug stops the others and raises its error."""
        with self._presence(self._name):
            self._run()
        if self._errors:
            raise self._errors[0]

    def _run(self) -> None:
        # Daemons: a lane that is stuck in a library must not keep the process from its end.
        threads = [
            threading.Thread(target=self._run_lane, args=(lane,), name=f"lane {lane.name}", daemon=True)
            for lane in self._lanes
        ]
        for thread in threads:
            thread.start()
        log.info("worker %s is ready: %s", self._name, ", ".join(lane.name for lane in self._lanes))
        while not self._stopping.wait(self._settings.heartbeat_s):
            self._pulse()
        for lane in self._lanes:
            lane.dispatcher.close()
        for thread in threads:
            thread.join(self._stopping.left())
        for job in list(self._at_work.values()):
            with bound_contextvars(**_named(job)):
                self._give_up(job, Stopped("It could not be stopped in time."))

    def _run_lane(self, lane: Lane) -> None:
        try:
            while not self._stopping.is_set():
                self._turn(lane)
        except BaseException as exc:  # noqa: BLE001 - it is raised by `run`
            self._errors.append(exc)
            self.stop()

    def _turn(self, lane: Lane) -> None:
        try:
            self._take_back_silent()
            job = self._claim(lane)
            lane.dispatcher.acknowledge()
        except Unavailable:
            log.warning("the database does not answer; %s waits", lane.name)
            # Nobody can speak now: once it answers, the living get their time before their jobs are taken.
            self._next_look = time.monotonic() + self._settings.heartbeat_timeout_s
            self._stopping.wait(_RECONNECT)
            return
        if job is None:
            lane.dispatcher.wait(self._settings.poll_s)
            return
        self._at_work[lane.name] = job
        self._work(job, lane.handlers[job.stage])
        del self._at_work[lane.name]

    def _claim(self, lane: Lane) -> Job | None:
        with self._database.transaction() as session:
            claims = (queue.claim(session, stage, f"{self._name}:{lane.name}") for stage in lane.handlers)
            return next(filter(None, claims), None)

    def _work(self, job: Job, handler: Handler) -> None:
        with bound_contextvars(**_named(job)):
            log.info("%s begins, attempt %d", _what(job), job.attempt)
            begun = time.monotonic()
            with Heartbeat(self._database, job, self._settings.heartbeat_s, self._stopping) as heart:
                try:
                    with span(job):
                        save = handler(job, heart.report, self._transact)
                        self._transact(lambda session: _save_and_finish(session, job, save))
                except Stopped as exc:
                    self._give_up(job, exc)
                except Exception as exc:  # noqa: BLE001 - the edge: whatever a job dies of, the worker lives on
                    self._fail(job, exc)
                else:
                    took = time.monotonic() - begun
                    metrics.processing.labels(job.stage.value).observe(took)
                    log.info("%s done in %.1f s", _what(job), took)

    def _transact(self, action: Callable[[Session], T]) -> T:
        """Finished work is not lost because the database restarts: try until it answers, or until we must end."""
        while True:
            try:
                with self._database.transaction() as session:
                    return action(session)
            except Unavailable:
                if self._stopping.left() < 2 * _RECONNECT:
                    raise Stopped("The worker was asked to stop.") from None
                time.sleep(_RECONNECT)

    def _give_up(self, job: Job, reason: Stopped) -> None:
        log.info("%s given up: %s", _what(job), reason)
        try:
            with self._database.transaction() as session:
                queue.hand_back(session, job)
        except Stopped:  # canceled, deleted, or in other hands
            self._clean_up(job)
        except Unavailable:
            log.warning("the database is away; the job will be found by its silence")

    def _clean_up(self, job: Job) -> None:
        try:
            self._cleanup(job)
        except Unavailable as exc:
            log.error("if the call was deleted, some of its media may be left: %s", exc)

    def _fail(self, job: Job, error: Exception) -> None:
        # What the user is told is enough, unless there is a cause behind it.
        plain = isinstance(error, CallScribeError) and error.__cause__ is None
        log.error("%s failed: %s", _what(job), error if plain else trail(error))
        metrics.failed(job.stage, error)
        try:
            self._transact(lambda session: self._settle(session, job, error))
        except Stopped as exc:
            self._give_up(job, exc)

    def _settle(self, session: Session, job: Job, error: BaseException, *, pause: bool = True) -> None:
        decision = retry.decide(error, job.attempt, self._settings)
        if decision is None:
            queue.fail(session, job, lifecycle.failed(session, job.call_id, error))
        else:
            calls.lock_for_work(session, job.call_id)
            queue.retry_later(session, job, decision.delay if pause else 0.0, type(error).__name__)
            after_commit(session, metrics.retries.labels(job.stage.value).inc)

    def _take_back_silent(self) -> None:
        """Give the jobs of dead workers to living ones, as often as a job may be tried."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + self._settings.heartbeat_s
        with self._database.transaction() as session:
            found = queue.silent(session, self._settings.heartbeat_timeout_s)
        for job in found:
            with bound_contextvars(**_named(job)):
                self._take_back(job)

    def _take_back(self, job: Job) -> None:
        log.warning("%s: its worker fell silent", _what(job))
        died = StageFailed(_DIED)
        try:
            with self._database.transaction() as session:
                self._settle(session, job, died, pause=False)  # the silence was pause enough
                queue.notify(session, job.stage)
                after_commit(session, lambda: metrics.failed(job.stage, died))
        except Stopped:
            log.info("%s was taken care of already", _what(job))


def _save_and_finish(session: Session, job: Job, save: Save) -> None:
    save(session)
    queue.finish(session, job)


def _what(job: Job) -> str:
    return job.stage if job.window_index is None else f"{job.stage} of window {job.window_index}"


def _named(job: Job) -> dict[str, str | int]:
    """What each line of the log about the job says."""
    window = {} if job.window_index is None else {"window": job.window_index}
    return {"call_id": str(job.call_id), "stage": job.stage.value, "attempt": job.attempt, **window}
