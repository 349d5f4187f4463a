"""Says in the database that a process lives, and what it lacks, for as long as it runs.

In threads of its own: neither a database nor a language model that does not answer may keep the process from its work,
or from its end.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from sqlalchemy.orm import Session

from callscribe.errors import Unavailable
from callscribe.models import Notice
from callscribe.store import workers
from callscribe.store.database import Database

log = logging.getLogger(__name__)

#: Finds out what a process lacks: sentences for people that say what to do. It may take its time.
Look = Callable[[], Sequence[Notice]]

_GOODBYE_S = 2.0  # how long the end may wait for the database


def own_name() -> str:
    """A name that no other process has."""
    return f"{socket.gethostname()}:{os.getpid()}:{os.urandom(3).hex()}"


def nothing_lacks() -> Sequence[Notice]:
    """The look of who needs nothing that could be missing."""
    return ()


class Presence:
    """Seen by others inside the `with`."""

    def __init__(
        self,
        database: Database,
        role: str,
        interval: float,
        name: str,
        *,
        look: Look = nothing_lacks,
        pause: float = 60.0,
    ) -> None:
        """`interval` is the time between two signs of life, `pause` that between two looks, in seconds."""
        self._database = database
        self._role = role
        self._name = name
        self._interval = interval
        self._look = look
        self._pause = pause
        self._lacks: Sequence[Notice] = ()
        self._looked = threading.Event()
        self._over = threading.Event()
        self._silent = False
        self._beating = threading.Thread(target=self._beat_on, name=f"presence of {role}", daemon=True)

    def __enter__(self) -> Self:
        threading.Thread(target=self._look_on, name=f"what {self._role} lacks", daemon=True).start()
        self._beating.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._beating.join(_GOODBYE_S)

    def _look_on(self) -> None:
        while not self._over.is_set():
            self._lacks = self._look()
            self._looked.set()
            self._over.wait(self._pause)

    def _beat_on(self) -> None:
        # With the first sign of life it is known what is missing, unless that takes long to find out.
        self._looked.wait(self._interval)
        while not self._over.is_set():
            self._say(self._beat)
            self._over.wait(self._interval)
        self._say(lambda session: workers.leave(session, self._name))

    def _beat(self, session: Session) -> None:
        workers.beat(session, self._name, self._role, self._lacks)

    def _say(self, what: Callable[[Session], None]) -> None:
        try:
            with self._database.transaction() as session:
                what(session)
        except Unavailable as exc:
            if not self._silent:
                log.warning("nobody can see that this process lives: %s", exc)
            self._silent = True
        else:
            self._silent = False
