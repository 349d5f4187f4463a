"""Runs checks so that nothing hangs: each in a thread of its own, waited for so long and no longer."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence

from callscribe.checks.found import Check, Found
from callscribe.errors import CallScribeError
from callscribe.trail import trail

log = logging.getLogger(__name__)

#: Seconds after which a check that hangs is begun anew beside it.
_GIVEN_UP_S = 30.0


class Run:
    """A check under way."""

    def __init__(self, part: str, check: Check) -> None:
        self._part = part
        self._check = check
        self._found: Sequence[Found] = ()
        self._over = threading.Event()
        #: By the monotonic clock, in seconds.
        self.began_at = time.monotonic()
        # A daemon, since what it asks may never answer.
        threading.Thread(target=self._run, name=f"check of {part}", daemon=True).start()

    @property
    def is_over(self) -> bool:
        """Whether it has found something."""
        return self._over.is_set()

    def wait(self, seconds: float) -> Sequence[Found]:
        """What it finds within so many seconds; that the part is silent if it finds nothing."""
        if self._over.wait(max(0.0, seconds)):
            return self._found
        return (Found(self._part, "missing", "It does not answer in time; look whether it runs and can be reached."),)

    def _run(self) -> None:
        try:
            self._found = self._check()
        except CallScribeError as exc:
            log.warning("the check of the part %s failed: %s", self._part, trail(exc))
            self._found = (Found(self._part, "missing", str(exc)),)
        except Exception as exc:  # noqa: BLE001 - it goes to the log, and whoever looks is told of it
            log.error("the check of the part %s broke: %s", self._part, trail(exc))
            self._found = (Found(self._part, "missing", f"Unexpected {type(exc).__name__}; the log says where."),)
        self._over.set()


def look(checks: Mapping[str, Check], within_s: float = 10.0) -> list[Found]:
    """What the checks find, which are by the part to name where one does not answer; all run at once."""
    return together([Run(part, check) for part, check in checks.items()], within_s)


def together(runs: Sequence[Run], within_s: float) -> list[Found]:
    """What they find, in this order, within so many seconds altogether."""
    until = time.monotonic() + within_s
    return [found for run in runs for found in run.wait(until - time.monotonic())]


class Kept:
    """A check that may be asked often: its answer is kept for `keep_s` seconds, and it runs only once at a time."""

    def __init__(self, part: str, check: Check, keep_s: float = 0.0) -> None:
        self._part = part
        self._check = check
        self._keep_s = keep_s
        self._lock = threading.Lock()
        self._run: Run | None = None

    def run(self) -> Run:
        """The run to wait for: the last one, if that is under way or new enough."""
        with self._lock:
            last = self._run
            if last is None or time.monotonic() - last.began_at >= (self._keep_s if last.is_over else _GIVEN_UP_S):
                last = self._run = Run(self._part, self._check)
            return last
