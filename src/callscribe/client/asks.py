"""What can be asked of the API: each function describes a request; both clients have a method of the same name.

Times inside a call are seconds from its start. Every method raises the error of callscribe.errors that the API tells
of (`NotFound`, `Conflict`, `BadRequest`, ...), and `Unavailable` where nothing answers.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from pydantic import TypeAdapter

from callscribe.api.schemas.results import Result
from callscribe.api.schemas.tasks import Accepted, Task, TaskPage
from callscribe.client.core import Ask, Recording, Sent
from callscribe.client.watch import SILENCE_S, Watch
from callscribe.errors import BadRequest

Id = UUID | str

# After the last byte of a large file the API still has to put it into its store.
_STORING_S = 600.0
_TASK = TypeAdapter(Task).validate_json


def upload(
    path: Path | str,
    language: str = "auto",
    progress: Sent | None = None,
    *,
    again: bool = False,
    idempotency_key: str | None = None,
) -> Ask[Accepted]:
    """Upload a recording, from the disk piece by piece.

    `language` is `auto`, `ru` or `en`; `progress` is called with the bytes sent so far and those of the whole file.
    A file that is there already is not processed once more unless `again` is set: then `task_id` is that of the
    earlier task, and equal to `duplicate_of`. An upload repeated with the same `idempotency_key` is one upload.
    Raises `BadMedia`, `TooLarge`.
    """
    key = idempotency_key
    if key is not None and not (key.isascii() and key.isprintable() and key and key == key.strip()):
        raise BadRequest("idempotency_key: use printable ASCII characters, without spaces at the ends.")
    form = {"language": language} | ({"again": "true"} if again else {})
    return Ask(
        "POST",
        "/transcribe",
        TypeAdapter(Accepted).validate_json,
        headers={"Idempotency-Key": key} if key else {},
        recording=Recording(Path(path), form, progress),
        silence=_STORING_S,
    )


def task(task_id: Id) -> Ask[Task]:
    """Where a task is."""
    return Ask("GET", _at("/tasks", task_id), _TASK)


def tasks(cursor: str | None = None, limit: int = 50) -> Ask[TaskPage]:
    """A page of tasks, newest first; `cursor` is `next` of the page before."""
    return Ask("GET", "/tasks", TypeAdapter(TaskPage).validate_json, {"limit": limit, "cursor": cursor})


def wait(task_id: Id, progress: Callable[[Task], None] | None = None, timeout: float | None = None) -> Watch:
    """The task, once it is done, failed or canceled; `progress` is called with it at each change.

    Goes on over restarts of the service. Raises `TimeoutError` after `timeout` seconds.
    """
    events = Ask("GET", _at("/tasks", task_id, "events"), bytes, silence=SILENCE_S)
    return Watch(task(task_id), events, progress, timeout)


def cancel(task_id: Id) -> Ask[Task]:
    """Stop a task."""
    return Ask("POST", _at("/tasks", task_id, "cancel"), _TASK)


def retry(task_id: Id) -> Ask[Task]:
    """Go on with a failed or canceled task where it stopped."""
    return Ask("POST", _at("/tasks", task_id, "retry"), _TASK)


def delete(task_id: Id) -> Ask[None]:
    """Remove a task with its recording, transcript and summary."""
    return Ask("DELETE", _at("/tasks", task_id), lambda _: None)


def result(task_id: Id) -> Ask[Result]:
    """What there is of a transcript and its summary so far."""
    return Ask("GET", _at("/results", task_id), TypeAdapter(Result).validate_json)


def _at(base: str, task_id: Id, *rest: str | int) -> str:
    return "/".join([base, quote(str(task_id), safe=""), *map(str, rest)])
