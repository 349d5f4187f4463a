"""Pieces of HTML of a call's page; whatever comes from a call or from a user is escaped."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from callscribe.api.schemas.tasks import Task
from callscribe.export import FORMATS
from callscribe.models import FINISHED
from callscribe.ui import found, markup, rows
from callscribe.ui.i18n import known, language_name, plural, text


def head(task: Task, zone: str | None) -> str:
    """What the call is and where it is."""
    facts = [_going(task), _fact(markup.moment(task.called_at, zone))]
    if task.duration is not None:
        facts.append(_fact(markup.clock(task.duration)))
    if task.language:
        facts.append(_fact(language_name(task.language)))
    if task.words:
        facts.append(_fact(plural("call.words", task.words)))
    tags = f'<div class="tags">{found.tags(task.tags)}</div>' if task.tags else ""
    return f'<header class="call">{markup.heading(task.title)}<div class="facts">{"".join(facts)}</div>{tags}</header>'


def notes(task: Task, refused: str | None) -> str:
    """What somebody should know: why it failed, what could not be done, what is to be said of the result."""
    told = [_note("bad", None, refused)] if refused else []
    if task.error:
        told.append(_note("bad", known(f"call.error-{task.error.code}"), task.error.message))
    told += [_warning(notice.code, notice.message) for notice in task.warnings]
    return f'<div class="notes">{"".join(told)}</div>'


def nowhere(sentence: str) -> str:
    """That there is no such call, and where the others are."""
    link = markup.link("history", text("page.history"))
    return f'<div class="nowhere"><p>{escape(sentence)}</p><p>{link}</p></div>'


def exports(task: Task, switches: Mapping[str, bool]) -> str:
    """Links to the call as a file of each format, and to the recording itself."""
    query = {name: str(on).lower() for name, on in switches.items() if not on}
    base = f"api/v1/results/{task.task_id}/export"
    rows = [_download(f"{base}?{urlencode({'format': form, **query})}", text(f"call.form-{form}")) for form in FORMATS]
    recording = _download(f"api/v1/tasks/{task.task_id}/media?original=true", text("call.recording"))
    return f'<ul class="downloads">{"".join(rows)}</ul><ul class="downloads">{recording}</ul>'


def _download(address: str, words: str) -> str:
    return f'<li><a href="{escape(address)}" download>{escape(words)}</a></li>'


def _going(task: Task) -> str:
    """The state of a call that is not done: how far it is, and what is still before it."""
    if task.status in FINISHED:
        return markup.status(task)
    return markup.status(task) + "".join(map(_fact, rows.ahead(task)))


def _fact(words: str) -> str:
    return f"<span>{escape(words)}</span>"


def _note(kind: str, title: str | None, sentence: str) -> str:
    heading = f"<strong>{escape(title)}</strong> " if title else ""
    return f'<div class="note {kind}" role="alert">{heading}<span>{escape(sentence)}</span></div>'


def _warning(code: str, message: str) -> str:
    """In a few words where they are known; what exactly it is and what to do is under them."""
    title = known(f"call.warning-{code}")
    if title is None:
        return f'<div class="note warn"><span>{escape(message)}</span></div>'
    return f'<details class="note warn"><summary>{escape(title)}</summary><p>{escape(message)}</p></details>'
