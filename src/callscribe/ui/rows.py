"""Calls as the first page shows them: those on their way, those that failed, and the latest, as HTML."""

from collections.abc import Iterable
from html import escape

from callscribe.api.schemas.tasks import Task
from callscribe.models import CallStatus
from callscribe.ui import markup
from callscribe.ui.i18n import language_name, text

_MINUTE = 60


def title(task: Task) -> str:
    """The way to the call."""
    return f'<p class="title">{markup.link(markup.address(task.task_id), task.title)}</p>'


def progress(task: Task) -> str:
    """Where a call is and how long it still takes."""
    said = [text(f"status.{task.status}"), *ahead(task)]
    value = f'value="{task.progress:.3f}"'
    bar = "" if task.status is CallStatus.QUEUED else f'<progress {value} aria-label="{escape(task.title)}"></progress>'
    words = f'<p class="words">{escape(task.first_words)}</p>' if task.first_words else ""
    return f'<p class="status {task.status}">{escape(" · ".join(said))}</p>{bar}{words}'


def ahead(task: Task) -> list[str]:
    """What is still before a call that is not done: its place in the queue, or how far it is, and the time left."""
    told = []
    if task.queue_position is not None:
        told.append(text("home.next") if task.queue_position == 1 else text("home.place", n=task.queue_position))
    if task.status is not CallStatus.QUEUED:
        told.append(text("home.percent", n=int(100 * task.progress)))
    if task.seconds_left is not None:
        told.append(left(task.seconds_left))
    return told


def failure(task: Task) -> str:
    """Why a call failed, and what to do."""
    return f'<p class="failure">{escape(task.error.message if task.error else text("status.failed"))}</p>'


def left(seconds: float) -> str:
    """How long something still takes, in round figures."""
    if seconds < _MINUTE:
        return text("home.left-little")
    hours, minutes = divmod(round(seconds / _MINUTE), 60)
    return text("home.left-hours", n=hours, minutes=minutes) if hours else text("home.left-minutes", n=minutes)


def section(heading: str, rest: str = "") -> str:
    """A heading with what stands at the end of its line."""
    return f'<div class="section"><h2>{escape(heading)}</h2>{rest}</div>'


def finished(tasks: Iterable[Task], zone: str | None) -> str:
    """Calls to be read, a line each."""
    return f'<ul class="finished">{"".join(_finished(task, zone) for task in tasks)}</ul>'


def _finished(task: Task, zone: str | None) -> str:
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in task.tags)
    language = language_name(task.language) if task.language else ""
    length = "" if task.duration is None else markup.clock(task.duration)
    return (
        f'<li><a href="{markup.address(task.task_id)}"><strong>{escape(task.title)}</strong>'
        f'<span class="tags">{tags}</span><span class="language">{escape(language)}</span>'
        f'<span class="length">{length}</span><time>{escape(markup.moment(task.called_at, zone))}</time></a></li>'
    )
