"""The first page: upload, what goes on, what went wrong, and the latest calls."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import streamlit as st

from callscribe.api.schemas.tasks import Task, TaskPage
from callscribe.client import CallScribe
from callscribe.errors import CallScribeError, Conflict, NotFound
from callscribe.models import FINISHED, CallStatus
from callscribe.ui import filters, markup, rows, upload
from callscribe.ui.i18n import plural, text
from callscribe.ui.live import latest, live

_UNFINISHED = [status for status in CallStatus if status not in FINISHED]
#: Calls of a kind that are shown; the others are among all calls.
_MOST = 10
#: For so long a failed call is news.
_NEWS = timedelta(days=1)
#: Who has so few calls may still want to try the samples.
_FEW = 2


def show(client: CallScribe) -> None:
    """Draw the page."""
    total = _total(client)
    is_first = total == 0
    words = markup.paragraph(text("home.first-sentence")) if is_first else ""
    heading = text("home.first-title" if is_first else "home.title")
    st.html(f'<div class="{"welcome" if is_first else "opening"}">{markup.heading(heading)}{words}</div>')
    upload.show(client, is_first=is_first, samples=total is not None and total < _FEW)
    live("home", lambda: _calls(client))


def _total(client: CallScribe) -> int | None:
    try:
        return client.tasks(limit=1).total
    except CallScribeError:
        return None


def _calls(client: CallScribe) -> bool:
    unfinished = latest("unfinished", lambda: client.tasks(status=_UNFINISHED, sort="created_at", limit=_MOST))
    failed = latest("failed", lambda: client.tasks(status=CallStatus.FAILED, limit=_MOST)).tasks
    done = latest("done", lambda: client.tasks(status=CallStatus.DONE, limit=_MOST)).tasks
    _in_progress(client, unfinished)
    _failed(client, [task for task in failed if _is_news(task)])
    if done:
        st.html(rows.section(text("home.latest"), markup.link("history", text("home.all"))))
        st.html(rows.finished(done, st.context.timezone))
    return bool(unfinished.tasks)


def _is_news(task: Task) -> bool:
    return task.finished_at is not None and datetime.now(UTC) - task.finished_at < _NEWS


def _in_progress(client: CallScribe, page: TaskPage) -> None:
    if not page.tasks:
        return
    st.html(rows.section(text("home.in-progress")))
    for task in page.tasks:
        if _row(task, rows.progress(task), text("home.cancel")):
            # It may have ended meanwhile, and what it came to will be drawn.
            with suppress(Conflict, NotFound):
                client.cancel(task.task_id)
            st.rerun()
    if more := page.total - len(page.tasks):
        others = filters.address("history", {"status": _UNFINISHED})
        st.html(f'<p class="more">{markup.link(others, plural("home.more", more))}</p>')


def _failed(client: CallScribe, tasks: Sequence[Task]) -> None:
    if not tasks:
        return
    st.html(rows.section(text("home.failed")))
    for task in tasks:
        if _row(task, rows.failure(task), text("home.retry")):
            with suppress(Conflict, NotFound):
                client.retry(task.task_id)
            st.rerun()


def _row(task: Task, state: str, action: str) -> bool:
    """A call with a button; whether it was pressed."""
    with st.container(key=f"row-{task.task_id}", horizontal=True, vertical_alignment="center"):
        # Apart from what changes, since whatever is drawn anew loses the keyboard's focus.
        with st.container(gap=None):
            st.html(rows.title(task))
            st.html(state)
        kind = "retry" if task.status in FINISHED else "cancel"
        return st.button(action, key=f"{kind}-{task.task_id}", type="secondary" if kind == "retry" else "tertiary")
