"""The page of one call."""

from uuid import UUID

import streamlit as st

from callscribe.api.schemas.results import Result
from callscribe.api.schemas.tasks import Task
from callscribe.client import CallScribe
from callscribe.models import FINISHED, CallStatus
from callscribe.ui import markup
from callscribe.ui.i18n import text
from callscribe.ui.live import live


def show(client: CallScribe) -> None:
    """Draw the call that the address asks for by `?call=<id>`."""
    try:
        task_id = UUID(st.query_params.get("call", ""))
    except ValueError:
        st.error(text("page.bad-address"))
        return

    def call() -> bool:
        task = client.task(task_id)
        _head(task)
        _buttons(client, task)
        _messages(task)
        _result(client.result(task_id))
        return task.status not in FINISHED

    live("call", call)


def _head(task: Task) -> None:
    st.html(markup.heading(task.title) + markup.facts(task, st.context.timezone))


def _buttons(client: CallScribe, task: Task) -> None:
    with st.container(horizontal=True):
        if task.status in (CallStatus.FAILED, CallStatus.CANCELED):
            if st.button(text("call.retry"), key="retry", type="primary", icon=":material/replay:"):
                client.retry(task.task_id)
                st.rerun()
        elif task.status not in FINISHED and st.button(
            text("call.cancel"), key="cancel", icon=":material/stop_circle:"
        ):
            client.cancel(task.task_id)
            st.rerun()
        with st.popover(text("call.delete"), key="delete", icon=":material/delete:"):
            st.write(text("call.delete-sure"))
            if st.button(text("call.delete-yes"), key="delete-yes", type="primary"):
                client.delete(task.task_id)
                st.query_params.clear()
                st.rerun()


def _messages(task: Task) -> None:
    if task.error:
        st.error(task.error.message)
    for notice in task.warnings:
        st.warning(notice.message)


def _result(result: Result) -> None:
    if result.summary:
        st.subheader(text("call.summary"))
        st.html("".join(markup.paragraph(part) for part in result.summary.splitlines() if part))
    for name, points in (
        ("key-points", result.key_points),
        ("decisions", result.decisions),
        ("action-items", result.action_items),
    ):
        if points:
            st.subheader(text(f"call.{name}"))
            st.html(markup.points(points))
    if result.segments:
        st.subheader(text("call.transcript"))
        st.html(markup.transcript(result.segments))
    elif result.status is CallStatus.DONE:
        st.html(markup.paragraph(text("call.transcript-none")))
