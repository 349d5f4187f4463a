"""The page of one call: what it is and what can be done with it; call.js shows what was said."""

from math import isfinite
from uuid import UUID

import streamlit as st

from callscribe.client import CallScribe
from callscribe.errors import NotFound
from callscribe.models import FINISHED
from callscribe.ui import call_markup, call_tools, components, filters
from callscribe.ui.i18n import text, texts
from callscribe.ui.live import latest, live

#: Where it is kept which call was gone when it was last asked for.
_GONE = "call-gone"


def show(client: CallScribe) -> None:
    """Draw the call that the address asks for by `?call=<id>`, at the second `&t=` if there is one."""
    task_id = _asked()
    if task_id is None or st.session_state.get(_GONE) == task_id:
        st.html(call_markup.nowhere(text("page.bad-address" if task_id is None else "call.gone")))
        return
    tags = list(filters.tags(client))
    live("call", lambda: _head(client, task_id, tags))
    data = {"taskId": str(task_id), "second": _second(), "texts": texts("reader", "panel")}
    # Not in the part that draws itself again. What it sees to change, such as a summary begun anew, the head shows too.
    components.show("call", data, "changed")


def was_deleted() -> bool:
    """Whether the call that the address asks for is gone, since it was deleted here."""
    task_id = _asked()
    return task_id is not None and st.session_state.get(_GONE) == task_id and call_tools.was_deleted(task_id)


def _head(client: CallScribe, task_id: UUID, tags: list[str]) -> bool:
    try:
        task = latest(f"call-{task_id}", lambda: client.task(task_id))
    except NotFound:
        st.session_state[_GONE] = task_id
        st.rerun()
    with st.container(key="call-head"):
        st.html(call_markup.head(task, st.context.timezone))
        call_tools.show(client, task, tags)
        st.html(call_markup.notes(task, call_tools.refused(task)))
    return task.status not in FINISHED


def _asked() -> UUID | None:
    try:
        return UUID(st.query_params.get("call", ""))
    except ValueError:
        return None


def _second() -> float | None:
    try:
        second = float(st.query_params.get("t", ""))
    except ValueError:
        return None
    return second if isfinite(second) and second >= 0 else None
