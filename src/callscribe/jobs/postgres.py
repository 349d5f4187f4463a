"""The dispatcher of embedded mode: PostgreSQL's LISTEN/NOTIFY."""

import logging
import threading
import time
from collections.abc import Collection

import psycopg

from callscribe.jobs.queue import CHANNEL
from callscribe.models import Stage
from callscribe.store.database import libpq_url

log = logging.getLogger(__name__)

_SLICE = 0.5  # seconds: how soon a closed dispatcher is noticed


class PostgresDispatcher:
    """Wakes a lane of a worker when a job of its stages is committed; without a connection it is just a pause."""

    def __init__(self, url: str, stages: Collection[Stage]) -> None:
        self._url = libpq_url(url)
        self._stages = frozenset(stage.value for stage in stages)
        self._connection: psycopg.Connection | None = None
        self._closed = threading.Event()

    def wait(self, timeout: float) -> None:
        """Return as soon as a job may be ready, or after `timeout` seconds."""
        until = time.monotonic() + timeout
        try:
            if self._connection is None:
                # The caller looked for jobs before we listen, so it has to look once more: return at once.
                self._connection = psycopg.connect(self._url, autocommit=True)
                self._connection.execute(f"LISTEN {CHANNEL}")
                return
            while not self._closed.is_set() and (left := until - time.monotonic()) > 0:
                for notification in self._connection.notifies(timeout=min(left, _SLICE), stop_after=1):
                    if notification.payload in self._stages:
                        return
        except psycopg.Error as exc:
            log.warning("listening for jobs failed (%s); looking for them now and then instead", type(exc).__name__)
            self._drop()
            self._closed.wait(min(timeout, 1.0))

    def close(self) -> None:
        """Let a `wait` under way return soon; the connection goes with the thread that waits."""
        self._closed.set()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
