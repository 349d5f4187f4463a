"""Pieces of HTML. Whatever comes from a call or from a user is escaped here, and only here."""

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from html import escape
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from callscribe.api.schemas.results import SegmentOut
from callscribe.api.schemas.tasks import Task, TaskPage
from callscribe.models import FINISHED
from callscribe.ui.i18n import text


def paragraph(words: str) -> str:
    """Running text."""
    return f"<p>{escape(words)}</p>"


def heading(words: str) -> str:
    """The heading of a page."""
    return f"<h1>{escape(words)}</h1>"


def link(address: str, words: str) -> str:
    """A link inside the page."""
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def points(items: Iterable[str]) -> str:
    """A list."""
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def transcript(segments: Iterable[SegmentOut]) -> str:
    """Lines with the times they begin at."""
    lines = (f"<li><time>{clock(line.start)}</time><span>{escape(line.text)}</span></li>" for line in segments)
    return f'<ol class="transcript">{"".join(lines)}</ol>'


def facts(task: Task, zone: str | None) -> str:
    """Where a call is, how long it is and when it came."""
    length = "" if task.duration is None else f"<span>{clock(task.duration)}</span>"
    return f'<div class="facts">{status(task)}{length}<span>{_moment(task.created_at, zone)}</span></div>'


def history(page: TaskPage, zone: str | None) -> str:
    """The calls as a table; moments are told in the time zone of that name, or in UTC."""
    head = "".join(f"<th>{escape(text(name))}</th>" for name in ("name", "status", "length", "created"))
    rows = "".join(_row(task, zone) for task in page.tasks)
    older = f"<p>{link(f'?cursor={page.next}', text('calls.older'))}</p>" if page.next else ""
    return f'<table class="history"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{older}'


def _row(task: Task, zone: str | None) -> str:
    length = "" if task.duration is None else clock(task.duration)
    cells = (link(f"?task={task.task_id}", task.title), status(task), length, _moment(task.created_at, zone))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def status(task: Task) -> str:
    """The status in a word and a colour, and how far a call is that is being worked on."""
    word = escape(text(f"status.{task.status}"))
    bar = "" if task.status in FINISHED else f'<progress value="{task.progress:.3f}" aria-label="{word}"></progress>'
    return f'<span class="status {task.status}">{word}</span>{bar}'


def clock(seconds: float) -> str:
    """`MM:SS`, or `H:MM:SS` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def _moment(moment: datetime, zone: str | None) -> str:
    return f"{moment.astimezone(_zone(zone)):%Y-%m-%d %H:%M}"


def _zone(name: str | None) -> tzinfo:
    """UTC where the browser does not say, or names one that this machine does not know."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
