"""Pieces of HTML that several pages share. Whoever makes HTML escapes what comes from a call or from a user."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from html import escape
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from callscribe.api.schemas.tasks import Task
from callscribe.models import FINISHED, CallStatus
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


def address(task_id: UUID, second: float | None = None) -> str:
    """Where a call's page is, and a second of it."""
    return f"call?call={task_id}" + ("" if second is None else f"&t={second:.1f}")


def navigation(current: str) -> str:
    """The pages one can go to."""
    ways = (("", "upload"), ("history", "history"), ("search", "search"), ("analytics", "analytics"))
    links = "".join(_way(path, name, path == current) for path, name in ways)
    brand = f'<a class="brand" href="./"><span>{escape(text("page.name"))}</span></a>'
    return f'{brand}<nav class="ways" aria-label="{escape(text("page.menu"))}">{links}</nav>'


def _way(path: str, name: str, current: bool) -> str:
    here = ' aria-current="page"' if current else ""
    words = escape(text(f"page.{name}"))
    return f'<a href="{path or "./"}"{here}><span class="icon {name}"></span><span>{words}</span></a>'


def recent(tasks: Iterable[Task], current: str | None, zone: str | None) -> str:
    """The latest calls, the one that is open being marked."""
    rows = "".join(_recent(task, str(task.task_id) == current, zone) for task in tasks)
    shown = f"<ul>{rows}</ul>" if rows else f"<p>{escape(text('page.none'))}</p>"
    return f'<section class="recent"><h2>{escape(text("page.recent"))}</h2>{shown}</section>'


def _recent(task: Task, current: bool, zone: str | None) -> str:
    here = ' aria-current="page"' if current else ""
    details = [moment(task.called_at, zone)] + ([] if task.duration is None else [clock(task.duration)])
    word = escape(text(f"status.{task.status}"))
    dot = "" if task.status is CallStatus.DONE else f'<span class="status {task.status}">{word}</span>'
    return (
        f'<li><a href="{address(task.task_id)}"{here}><strong>{escape(task.title)}</strong>'
        f"<small>{' · '.join(details)}</small>{dot}</a></li>"
    )


def languages(names: Mapping[str, str], current: str, label: str) -> str:
    """A choice of languages by their own names; navigate.js does what it says."""
    links = "".join(
        f'<a href="#language-{code}" lang="{code}"{" aria-current=true" if code == current else ""}>{name}</a>'
        for code, name in names.items()
    )
    return f'<nav class="languages" aria-label="{escape(label)}">{links}</nav>'


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


def moment(when: datetime, zone: str | None) -> str:
    """Day and time in the time zone of that name, or in UTC."""
    return f"{when.astimezone(time_zone(zone)):%Y-%m-%d %H:%M}"


def time_zone(name: str | None) -> tzinfo:
    """UTC where the browser does not say, or names one that this machine does not know."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
