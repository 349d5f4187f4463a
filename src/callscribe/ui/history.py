"""All calls: found by date, status, language and tag, sorted, exported and deleted many at once."""

from collections.abc import Mapping
from typing import get_args
from urllib.parse import urlencode

import streamlit as st

from callscribe.api.schemas.tasks import Task, TaskPage
from callscribe.client import CallScribe
from callscribe.client.parameters import query
from callscribe.export import Form
from callscribe.models import FINISHED
from callscribe.ui import bulk, components, filters, markup
from callscribe.ui.i18n import catalog, language, language_name, plural, text, texts
from callscribe.ui.live import live

_SORT = "-called_at"
#: The columns by which one can sort, and how they are sorted first.
_FIRST = {"title": "title", "called_at": "-called_at", "duration": "-duration"}
_COLUMNS = ("title", "called_at", "duration", "language", "status", "tags")
_PAGE = 50
#: Where it is kept what happened last, and which page is before which, as the API only tells which comes after.
_OUTCOME, _BEFORE = "history-outcome", "history-before"


def show(client: CallScribe) -> None:
    """Draw the calls that the address asks for."""
    st.title(text("page.history"))
    filters.show(client, "history", words="text", kept=("sort",))
    live("history", lambda: _table(client))


def _table(client: CallScribe) -> bool:
    asked = st.query_params
    words, sort, cursor = asked.get("text") or None, asked.get("sort") or _SORT, asked.get("cursor") or None
    page = client.tasks(text=words, sort=sort, limit=_PAGE, cursor=cursor, **filters.chosen())
    data = {
        "rows": [_row(task) for task in page.tasks],
        "columns": [_column(name, sort) for name in _COLUMNS],
        "total": plural("history.total", page.total),
        "pages": _pages(page, cursor),
        "export": _export(words),
        "forms": [(form, text(f"history.{form}")) for form in get_args(Form)],
        "tags": list(filters.tags(client)),
        "outcome": st.session_state.pop(_OUTCOME, None),
        "empty": text("history.none" if filters.values() else "history.none-yet"),
        "texts": texts("history"),
        "plurals": {name: catalog(language())[f"history.{name}"] for name in ("selected", "delete-sure", "delete-yes")},
    }
    act = components.show("table", data, "act").act
    if act:
        st.session_state[_OUTCOME] = bulk.perform(client, act)
        st.rerun()
    return any(task.status not in FINISHED for task in page.tasks)


def _row(task: Task) -> Mapping[str, object]:
    return {
        "id": str(task.task_id),
        "href": markup.address(task.task_id),
        "title": task.title,
        "note": task.error.message if task.error else "",
        "called_at": markup.moment(task.called_at, st.context.timezone),
        "duration": "" if task.duration is None else markup.clock(task.duration),
        "language": language_name(task.language) if task.language else "",
        "status": task.status,
        "word": text(f"status.{task.status}"),
        "progress": None if task.status in FINISHED else task.progress,
        "tags": [(tag, filters.address("history", {"tag": tag})) for tag in task.tags],
    }


def _column(name: str, sort: str) -> Mapping[str, object]:
    """With the order that it is in, and the address that changes it, where it can be sorted."""
    column = {"name": name, "label": text(f"history.{name}")}
    if name not in _FIRST:
        return column
    now = {name: "ascending", f"-{name}": "descending"}.get(sort, "none")
    other = {"ascending": f"-{name}", "descending": name, "none": _FIRST[name]}[now]
    return column | {"sort": now, "href": _here(sort=other)}


def _pages(page: TaskPage, cursor: str | None) -> Mapping[str, object]:
    """Which calls of all are shown, and the addresses of those around them."""
    number = _number() if cursor else 1
    before = st.session_state.setdefault(_BEFORE, {})
    older = newer = None
    if page.next:
        before[page.next] = cursor
        older = _here(cursor=page.next, page=str(number + 1))
    if cursor:
        previous = before.get(cursor)
        newer = _here(cursor=previous, page=str(number - 1)) if previous and number > 2 else _here()
    first = (number - 1) * _PAGE
    shown = text("history.range", first=first + 1, last=first + len(page.tasks), total=page.total)
    return {"number": number, "shown": shown if older or newer else "", "newer": newer, "older": older}


def _number() -> int:
    """Of the page, as far as the address can be believed; it is only shown."""
    number = st.query_params.get("page", "")[:6]
    return max(2, int(number)) if number.isdecimal() else 2


def _here(**changes: str) -> str:
    """The address of these calls from the first on, with changes."""
    kept = {name: value for name, value in filters.values().items() if name not in ("cursor", "page")}
    return filters.address("history", {**kept, **changes})


def _export(words: str | None) -> str:
    """What to ask the API for to get all these calls."""
    return urlencode(query(filters.chosen()) | ({"text": words} if words else {}), doseq=True)
