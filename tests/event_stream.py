"""A client of server-sent events, as a browser's EventSource, but one that does not connect again by itself."""

import json
import socket
import threading
from http.client import HTTPConnection, HTTPException
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from tests.stored_calls import eventually

Event = tuple[str, dict[str, Any]]

_SILENCE_S = 120


class EventStream:
    """`with EventStream(url) as stream:`; what comes is gathered by a thread until the end of either side."""

    def __init__(self, url: str, last_event_id: str | None = None) -> None:
        at = urlsplit(url)
        self.events: list[Event] = []
        self.comments = 0
        self.last_event_id = last_event_id
        #: Why the stream broke off; None while it is open and when it ended as it should.
        self.error: Exception | None = None
        self._connection = HTTPConnection(at.netloc, timeout=_SILENCE_S)
        headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
        self._connection.request("GET", at.path, headers=headers)
        self._response = self._connection.getresponse()
        assert self._response.status == 200, self._response.read()
        assert self._response.headers["content-type"].startswith("text/event-stream")
        self._socket = self._connection.sock
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        eventually(lambda: self.last_event_id or not self.is_open)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.is_open:
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()

    @property
    def is_open(self) -> bool:
        """Whether something may come yet."""
        return self._thread.is_alive()

    def tasks(self, task_id: str | None = None) -> list[dict[str, Any]]:
        """The states of a task, or of all tasks, in the order in which they came."""
        return [data for kind, data in self.events if kind == "task" and task_id in (None, data["task_id"])]

    def heard(self, task_id: str, **state: object) -> bool:
        """Whether the newest state of a task is this."""
        return any(state.items() <= task.items() for task in self.tasks(task_id)[-1:])

    def heard_of_end(self, task_id: str) -> bool:
        """Whether the task is told to be deleted."""
        return ("deleted", {"task_id": task_id}) in self.events

    def wait_for(self, task_id: str, **state: object) -> None:
        """Return when the newest state of a task is this."""
        eventually(lambda: self.heard(task_id, **state))

    def _read(self) -> None:
        try:
            fields: dict[str, str] = {}
            while line := self._response.readline().decode():
                name, _, value = line.rstrip("\n").partition(":")
                if line == "\n":
                    self._dispatch(fields)
                    fields = {}
                elif name:
                    fields[name] = value.removeprefix(" ")
                else:
                    self.comments += 1
        except (OSError, HTTPException) as exc:
            self.error = exc

    def _dispatch(self, fields: dict[str, str]) -> None:
        self.last_event_id = fields.get("id", self.last_event_id)
        if "data" in fields:
            self.events.append((fields["event"], json.loads(fields["data"])))
