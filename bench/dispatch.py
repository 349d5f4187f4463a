"""Measures how long it takes from enqueuing a job to the start of its work in an idle worker.

    python -m bench.dispatch
    python -m bench.dispatch --jobs 50 --adapter kafka

The worker is a process of its own, `callscribe worker asr` with a stage that only notes the time; with Kafka,
`callscribe relay` is another. The clock is the kernel's monotonic one, which all processes share.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Sequence
from unittest.mock import patch
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from bench.processes import ADAPTERS, Installation, installed
from bench.table import Row, at_most, show
from callscribe import cli, wiring
from callscribe.jobs import queue
from callscribe.jobs.queue import Job
from callscribe.models import LanguageChoice, Stage
from callscribe.pipeline import Save, Transact
from callscribe.ports import Report
from callscribe.store import calls

#: Bounds of the 95th percentile in milliseconds.
_MOST_MS = {"embedded": 50.0, "kafka": 100.0}
#: Between two jobs, so that the worker is idle again.
_PAUSE_S = 0.1, 0.5
#: Until so many jobs in a row are begun within a second, the worker is starting and finding its place in its group.
_SETTLED, _SETTLED_MS, _AT_MOST = 5, 1000.0, 100


def note_the_time(job: Job, _report: Report, _transact: Transact) -> Save:
    print(job.window_index, time.monotonic_ns(), flush=True)
    return save_nothing


def save_nothing(_session: Session) -> None:
    pass


def work() -> None:
    """What the worker's process does."""
    with patch.object(wiring, "Transcribing", lambda _store, _engine: note_the_time):
        cli.app(["worker", "asr"])


class Dispatching:
    """Enqueues jobs of one call and reads when the worker began with them."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._worker = installation.start("bench.dispatch", "--work")
        self._call_id: UUID = uuid4()
        self._index = 0
        with installation.database.transaction() as session:
            calls.add(session, self._call_id, filename="a", size=1, media_key="a", language=LanguageChoice.EN)

    def latency_ms(self) -> float:
        """From the moment in which the commit is asked for to the start of the stage."""
        time.sleep(random.uniform(*_PAUSE_S))
        with self._installation.database.transaction() as session:
            queue.enqueue(session, self._call_id, Stage.TRANSCRIBE, self._index)
            enqueued = time.monotonic_ns()
        index, begun = (self._worker.readline() or "- 0").split()
        if index != str(self._index):
            raise SystemExit(f"Job {self._index} was not begun, but {index}: {self._installation.log_tail()}")
        self._index += 1
        return (int(begun) - enqueued) / 1e6

    def settle(self) -> None:
        quick = 0
        for _ in range(_AT_MOST):
            quick = quick + 1 if self.latency_ms() < _SETTLED_MS else 0
            if quick == _SETTLED:
                return
        raise SystemExit("The worker is not woken by its jobs; it only finds them when it looks by itself.")


def measure(adapter: str, jobs: int) -> Sequence[float]:
    """The latencies in milliseconds, sorted."""
    with installed(adapter) as installation:
        dispatching = Dispatching(installation)
        dispatching.settle()
        return sorted(dispatching.latency_ms() for _ in range(jobs))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adapter", choices=ADAPTERS, help="only this one (default: both)")
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work()
        return 0
    for adapter in [arguments.adapter] if arguments.adapter else ADAPTERS:
        latencies = measure(adapter, arguments.jobs)
        rows = [
            Row("median", f"{statistics.median(latencies):.1f} ms"),
            at_most("95th percentile", latencies[int(0.95 * len(latencies))], _MOST_MS[adapter], " ms"),
            Row("longest", f"{latencies[-1]:.1f} ms"),
        ]
        show(f"From enqueuing to the start of work, {adapter}, {arguments.jobs} jobs", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
