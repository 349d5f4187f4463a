"""The dispatcher of embedded mode: PostgreSQL's LISTEN/NOTIFY."""

import logging
import threading
import time
from collections.abc import Collection

import psycopg

from callscribe.jobs.queue import CHANNEL
from callscribe.store.database import libpq_url

log = logging.getLogger(__name__)

_SLICE = 0.5  # seconds: how soon a closed dispatcher is noticed
_PAUSE = 1.0  # seconds until the next attempt to listen
_CONNECT = 5  # seconds a database may take to accept the connection


class PostgresDispatcher:
    """Wakes a lane when a job of its stages, or what else is asked for, is committed; without a connection: a pause."""

    def __init__(self, url: str, notifications: Collection[str]) -> None:
        self._url = libpq_url(url)
        self._notifications = frozenset(notifications)
        self._connection: psycopg.Connection | None = None
        self._using = threading.Lock()
        self._closed = threading.Event()

    def wait(self, timeout: float) -> None:
        """Return as soon as a job may be ready, or after `timeout` seconds."""
        with self._using:
            try:
                self._listen(time.monotonic() + timeout)
            except psycopg.Error as exc:
                log.warning("listening for jobs failed (%s); looking for them now and then instead", type(exc).__name__)
                self._drop()
                self._closed.wait(min(timeout, _PAUSE))

    def acknowledge(self) -> None:
        """Nothing to do: a notification is not told twice."""

    def close(self) -> None:
        """Release the connection; a `wait` under way returns first, and later ones return at once."""
        self._closed.set()
        with self._using:
            self._drop()

    def _listen(self, until: float) -> None:
        if self._connection is None and not self._closed.is_set():
            # The caller looked for jobs before we listen, so it has to look once more: return at once.
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=_CONNECT)
            self._connection.execute(f"LISTEN {CHANNEL}")
            return
        while self._connection and not self._closed.is_set() and (left := until - time.monotonic()) > 0:
            for notification in self._connection.notifies(timeout=min(left, _SLICE), stop_after=1):
                if notification.payload in self._notifications:
                    return

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
