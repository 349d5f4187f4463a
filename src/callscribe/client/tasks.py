"""What can be asked about tasks. Each function describes a request; both clients have a method of the same name."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Unpack

from pydantic import TypeAdapter

from callscribe.api.schemas.tasks import TagOut, Task, TaskPage
from callscribe.client.core import Ask, Pages
from callscribe.client.parameters import Filters, Id, moment, place, query
from callscribe.client.watch import SILENCE_S, Watch

_FULL_PAGE = 200
_ONE = TypeAdapter(Task).validate_json


def task(task_id: Id) -> Ask[Task]:
    """Where a task is. Raises `NotFound`."""
    return Ask("GET", place("tasks", task_id), _ONE)


def tasks(
    *,
    text: str | None = None,
    sort: str = "-created_at",
    limit: int = 50,
    cursor: str | None = None,
    **filters: Unpack[Filters],
) -> Ask[TaskPage]:
    """A page of the tasks that meet all conditions, the newest first; `cursor` is `next` of the page before.

    `text`: only calls that a search for it finds. `sort` is `created_at`, `called_at`, `duration` or `title`, with `-`
    before it for the largest first. `limit` is at most 200.
    """
    params = {"text": text, "sort": sort, "limit": limit, "cursor": cursor} | query(filters)
    return Ask("GET", "/tasks", TypeAdapter(TaskPage).validate_json, params)


def all_tasks(*, text: str | None = None, sort: str = "-created_at", **filters: Unpack[Filters]) -> Pages[Task]:
    """All tasks that meet all conditions, as of `tasks`, fetched page by page."""
    return Pages(
        lambda cursor: tasks(text=text, sort=sort, limit=_FULL_PAGE, cursor=cursor, **filters), lambda page: page.tasks
    )


def tags() -> Ask[list[TagOut]]:
    """The tags of all calls, the most used first."""
    return Ask("GET", "/tags", TypeAdapter(list[TagOut]).validate_json)


def wait(task_id: Id, progress: Callable[[Task], None] | None = None, timeout: float | None = None) -> Watch:
    """The task, once it is done, failed or canceled; `progress` is called with it at once and at each change.

    Goes on over restarts of the service. Raises `TimeoutError` after `timeout` seconds, and `NotFound`.
    """
    events = Ask("GET", place("tasks", task_id, "events"), bytes, silence=SILENCE_S)
    return Watch(task(task_id), events, progress, timeout)


def update(
    task_id: Id,
    *,
    title: str | None = None,
    tags: Sequence[str] | None = None,
    called_at: datetime | str | None = None,
) -> Ask[Task]:
    """Give a call another title, other tags (all of them from now on), or the date at which it took place."""
    changes = {"title": title, "tags": None if tags is None else list(tags), "called_at": moment(called_at)}
    given = {name: value for name, value in changes.items() if value is not None}
    return Ask("PATCH", place("tasks", task_id), _ONE, json=given)


def cancel(task_id: Id) -> Ask[Task]:
    """Stop a task. Raises `Conflict` where there is nothing to stop."""
    return Ask("POST", place("tasks", task_id, "cancel"), _ONE)


def retry(task_id: Id) -> Ask[Task]:
    """Go on with a failed or canceled task where it stopped. Raises `Conflict` for any other."""
    return Ask("POST", place("tasks", task_id, "retry"), _ONE)


def delete(task_id: Id) -> Ask[None]:
    """Remove a task with its recording, transcript and summary."""
    return Ask("DELETE", place("tasks", task_id), lambda _: None)


def resummarize(
    task_id: Id, *, template: str | None = None, language: str | None = None, model: str | None = None
) -> Ask[Task]:
    """Write the summary of a done task anew, as after corrections. The old one can be read until then.

    `template` says what kind of call it is, as `meeting`, `support`, `interview` or `standup`; `language` is `ru`, `en`
    or `auto`, that of the call. Both stay. `model`: of this summary alone.
    """
    asked = {"template": template, "language": language, "model": model}
    given = {name: value for name, value in asked.items() if value is not None} or None
    return Ask("POST", place("tasks", task_id, "resummarize"), _ONE, json=given)
