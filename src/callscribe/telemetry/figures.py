"""What the whole service has to do, as metrics of the API.

Read from the database by one query in a while, in a thread of its own: neither the number of scrapes nor that of
workers adds to its work, and a database that does not answer does not hold up a scrape. Each process of the API gives
the same numbers.
"""

import logging
import shutil
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from callscribe.errors import CallScribeError, Unavailable
from callscribe.models import Stage
from callscribe.store.database import Database
from callscribe.store.figures import Figures, figures
from callscribe.trail import trail

log = logging.getLogger(__name__)

_EVERY_S = 10.0
_STALE_S = 60.0
_GOODBYE_S = 2.0  # how long the end may wait for the database
_NO_JOBS = dict.fromkeys((stage.value for stage in Stage), 0)
_NO_LETTERS = {("job", CallScribeError.code): 0, ("message", "rejected"): 0}
#: What workers say that they lack: see asr/readiness.py and summary/readiness.py.
_NOTHING_LACKS = dict.fromkeys(
    (
        ("asr", "model-missing"),
        ("asr", "model-fallback"),
        ("llm", "llm-unreachable"),
        ("llm", "llm-model-missing"),
        ("llm", "llm-not-set"),
    ),
    0,
)


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found, and when."""

    #: None: the database did not answer.
    found: Figures | None
    at: float


class ServiceFigures(Collector):
    """Looks again and again inside the `with`; `folders` are those whose disk may get full, by what they hold."""

    def __init__(
        self,
        database: Database,
        folders: Mapping[str, Path],
        *,
        silence: float,
        with_outbox: bool,
        every: float = _EVERY_S,
    ) -> None:
        """`silence`: seconds after which a worker that says nothing is dead; `every`: seconds between two looks."""
        self._database = database
        self._folders = folders
        self._silence = silence
        self._with_outbox = with_outbox
        self._every = every
        self._last: _Look | None = None
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look_on, name="figures", daemon=True)

    def __enter__(self) -> "ServiceFigures":
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._looking.join(_GOODBYE_S)

    def look(self) -> None:
        """Ask the database once."""
        try:
            with self._database.transaction() as session:
                found = figures(session, silence=self._silence, with_outbox=self._with_outbox)
        except Unavailable:  # the API says so to everybody who asks it for anything
            self._last = _Look(None, time.monotonic())
        except Exception as exc:  # noqa: BLE001 - the edge: whatever is wrong, the next look may be right
            log.error("the figures of the service cannot be read: %s", trail(exc))
            self._last = _Look(None, time.monotonic())
        else:
            self._last = _Look(found, time.monotonic())

    def collect(self) -> Iterable[Metric]:
        """The newest numbers; none that are older than a minute."""
        look = self._last
        is_fresh = look is not None and time.monotonic() - look.at < max(_STALE_S, 3 * self._every)
        found = look.found if look is not None and is_fresh else None
        yield GaugeMetricFamily("callscribe_database_up", "Whether the database answers.", value=found is not None)
        yield from _disks(self._folders)
        if found is not None:
            yield from _jobs(found)
            yield from _crew(found, with_relay=self._with_outbox)
            yield from _outbox(found)

    def _look_on(self) -> None:
        while not self._over.is_set():
            self.look()
            self._over.wait(self._every)


def _gauge(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"callscribe_{name}", meaning, labels=[label])
    for value, number in sorted(values.items()):
        family.add_metric([value], number)
    return family


def _pairs(name: str, meaning: str, labels: tuple[str, str], values: Mapping[tuple[str, str], float]) -> Metric:
    family = GaugeMetricFamily(f"callscribe_{name}", meaning, labels=labels)
    for pair, number in sorted(values.items()):
        family.add_metric(pair, number)
    return family


def _jobs(found: Figures) -> Iterable[Metric]:
    yield _gauge("queue_size", "Jobs that wait for a worker.", "stage", {**_NO_JOBS, **found.waiting})
    yield _gauge("jobs_running", "Jobs that are worked on.", "stage", {**_NO_JOBS, **found.running})
    yield _gauge(
        "oldest_job_age_seconds",
        "How long the job that waits longest could have been worked on.",
        "stage",
        {**_NO_JOBS, **found.oldest},
    )
    yield _pairs(
        "dead_letters",
        "Jobs that failed for good, by the error of their call, and messages that nobody understands.",
        ("kind", "error"),
        {**_NO_LETTERS, **found.dead},
    )


def _crew(found: Figures, *, with_relay: bool) -> Iterable[Metric]:
    needed = dict.fromkeys(("asr", "llm", "relay") if with_relay else ("asr", "llm"), 0)
    yield _gauge("workers", "Processes of a role that live.", "role", {**needed, **found.workers})
    yield _pairs(
        "workers_lacking",
        "Living processes that lack something.",
        ("role", "lack"),
        {**_NOTHING_LACKS, **found.lacking},
    )


def _outbox(found: Figures) -> Iterable[Metric]:
    if found.outbox is not None:
        size, lag = found.outbox
        yield GaugeMetricFamily("callscribe_outbox_size", "What is still to be announced on Kafka.", value=size)
        yield GaugeMetricFamily("callscribe_outbox_lag_seconds", "How long the oldest of it has waited.", value=lag)


def _disks(folders: Mapping[str, Path]) -> Iterable[Metric]:
    usages = {}
    for name, folder in folders.items():
        try:
            usages[name] = shutil.disk_usage(folder)
        except OSError as exc:  # a share that is gone for a while
            log.warning("the disk of the folder of %s cannot be looked at: %s", name, exc.strerror)
    yield _gauge("disk_free_bytes", "Room left where this is kept.", "folder", {n: u.free for n, u in usages.items()})
    yield _gauge(
        "disk_size_bytes", "Size of the disk where it is kept.", "folder", {n: u.total for n, u in usages.items()}
    )
