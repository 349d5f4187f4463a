"""Waiting for a task: by the API's events, and by asking again and again where those are not to be had."""

import math
import time
from collections.abc import Callable

from pydantic import ValidationError

from callscribe.api.schemas.tasks import Task
from callscribe.client.core import Ask
from callscribe.errors import Unavailable
from callscribe.models import FINISHED

#: Seconds between two looks.
PAUSE_S = 1.0
#: A stream of events that says nothing for longer is dead: the API sends a comment every 15 seconds.
SILENCE_S = 30.0
#: A service that is restarted, or whose database is, comes back within this time.
PATIENCE_S = 300.0


class Watch:
    """What is known of the task that is waited for; the clients only fetch what this asks for.

    Raises `TimeoutError` after `timeout` seconds, and `Unavailable` if nothing answers: at once if it never did.
    """

    def __init__(
        self, look: Ask[Task], events: Ask[bytes], progress: Callable[[Task], None] | None, timeout: float | None
    ) -> None:
        self.look = look
        self.events = events
        self.task: Task | None = None
        self._progress = progress
        self._timeout = timeout
        self._deadline = math.inf if timeout is None else time.monotonic() + timeout
        self._answered = -math.inf
        self._event: dict[str, str] = {}

    @property
    def ended(self) -> Task | None:
        """The task, once it is done, failed or canceled."""
        return self.task if self.task and self.task.status in FINISHED else None

    @property
    def listens(self) -> bool:
        """Whether to listen to events: not when the time is over before silence would be noticed."""
        return not self.ended and self._deadline - time.monotonic() > SILENCE_S

    def sees(self, task: Task) -> None:
        """This is the task now."""
        self._answered = time.monotonic()
        changed = task != self.task
        self.task = task
        if changed and self._progress:
            self._progress(task)

    def hears(self, line: str) -> None:
        """A line of the events. What is no task, or not to be understood, is left to the next look."""
        if line:
            name, _, value = line.partition(":")
            self._event[name] = value.removeprefix(" ")
            return
        event, self._event = self._event, {}
        if event.get("event") == "task":
            try:
                self.sees(self.look.read(event.get("data", "").encode()))
            except ValidationError:
                return

    def misses(self, error: Unavailable) -> None:
        """Nothing answered; raises the error unless it may pass."""
        self._event = {}
        if time.monotonic() - self._answered > PATIENCE_S:
            raise error

    def pause(self) -> float:
        """Seconds until the next look."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"The task has not ended after {self._timeout:g} seconds; it goes on all the same.")
        return min(PAUSE_S, left)
