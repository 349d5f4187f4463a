"""What can be done with a call as a whole."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import streamlit as st

from callscribe.api.schemas.tasks import Task
from callscribe.client import CallScribe
from callscribe.errors import CallScribeError
from callscribe.models import FINISHED, CallStatus, SummaryLanguage
from callscribe.ui import call_markup
from callscribe.ui.i18n import known, text
from callscribe.ui.live import latest
from callscribe.ui.markup import time_zone

_LONGEST_TITLE = 200
_MOST_TAGS = 20
#: Where it is kept which call was to be deleted last.
_DELETED = "call-deleted"
#: Where it is kept what was refused, and of which call.
_REFUSED = "call-refused"


def show(client: CallScribe, task: Task, tags: list[str]) -> None:
    """Draw the buttons that fit the call's state; `tags` can be chosen from."""
    with st.container(horizontal=True, key="call-tools"):
        if task.status in (CallStatus.FAILED, CallStatus.CANCELED):
            if st.button(text("call.retry"), key="retry", type="primary"):
                _do(task, lambda: client.retry(task.task_id))
        elif task.status not in FINISHED and st.button(text("call.cancel"), key="cancel"):
            _do(task, lambda: client.cancel(task.task_id))
        with _menu("details", ":material/edit_note:"):
            _details(client, task, tags)
        with _menu("export", ":material/download:"):
            _export(task)
        if task.status is CallStatus.DONE:
            with _menu("summarize", ":material/autorenew:"):
                _summarize(client, task)
        with _menu("delete", ":material/delete:"):
            _delete(client, task)


def refused(task: Task) -> str | None:
    """Why the last thing that was asked for this call could not be done."""
    of, sentence = st.session_state.get(_REFUSED, (None, None))
    return sentence if of == task.task_id else None


def was_deleted(task_id: UUID) -> bool:
    """Whether it is here that a call which is gone was deleted."""
    return bool(st.session_state.get(_DELETED) == task_id)


def _menu(name: str, icon: str) -> st.delta_generator.DeltaGenerator:
    return st.popover(text(f"call.{name}"), type="tertiary", icon=icon, key=name)


def _do(task: Task, action: Callable[[], object]) -> None:
    """Do it and draw the page again; what is wrong is told there."""
    try:
        action()
    except CallScribeError as exc:
        st.session_state[_REFUSED] = task.task_id, str(exc)
    else:
        st.session_state.pop(_REFUSED, None)
    st.rerun()


def _details(client: CallScribe, task: Task, tags: list[str]) -> None:
    """Keys are those of the call: what was typed for another one is not meant."""
    local = task.called_at.astimezone(time_zone(st.context.timezone)).replace(second=0, microsecond=0)
    with st.form("details-form", border=False):
        title = st.text_input(text("call.title"), task.title, _LONGEST_TITLE, key=f"title-{task.task_id}")
        chosen = st.multiselect(
            text("call.tags"),
            sorted({*tags, *task.tags}),
            task.tags,
            key=f"tags-{task.task_id}",
            placeholder=text("call.tags-hint"),
            max_selections=_MOST_TAGS,
            accept_new_options=True,
        )
        naive = local.replace(tzinfo=None)
        called_at = st.datetime_input(text("call.called-at"), naive, key=f"date-{task.task_id}", step=60)
        if st.form_submit_button(text("call.save"), type="primary"):
            moved = _moved(called_at, local)
            _do(task, lambda: client.update(task.task_id, title=title, tags=chosen, called_at=moved))


def _moved(chosen: datetime | None, before: datetime) -> datetime | None:
    """The moment that was chosen, in the zone of the one before; None if it is the same, to the minute."""
    moment = chosen and chosen.replace(tzinfo=before.tzinfo)
    return None if moment == before else moment


def _export(task: Task) -> None:
    """The formats with all that is switched on."""
    switches = {name: st.toggle(text(f"call.with-{name}"), True, key=name) for name in ("summary", "times", "speakers")}
    st.html(call_markup.exports(task, switches))


def _summarize(client: CallScribe, task: Task) -> None:
    names = _templates(client, task)
    template = st.selectbox(
        text("call.template"),
        names,
        names.index(task.template),
        format_func=lambda name: known(f"upload.template-{name}") or name,
        key=f"template-{task.task_id}",
    )
    languages = ["auto", *SummaryLanguage]
    language = st.selectbox(
        text("call.summary-language"),
        languages,
        languages.index(task.summary_language or "auto"),
        format_func=lambda name: text("call.summary-language-auto" if name == "auto" else f"language.{name}"),
        key=f"summary-language-{task.task_id}",
    )
    model = st.text_input(text("call.summary-model"), key=f"model-{task.task_id}", help=text("call.summary-model-help"))
    if st.button(text("call.summarize-yes"), key="summarize-yes", type="primary"):
        # What stays need not be there any more, so only what is to be another is asked for.
        asked = {
            "template": template if template != task.template else None,
            "language": language if language != (task.summary_language or "auto") else None,
            "model": model.strip() or None,
        }
        _do(task, lambda: client.resummarize(task.task_id, **asked))


def _templates(client: CallScribe, task: Task) -> list[str]:
    """Those there are, with the one that the call has, which may be gone."""
    try:
        names = latest("system", client.system).templates
    except CallScribeError:
        names = []
    return names if task.template in names else [task.template, *names]


def _delete(client: CallScribe, task: Task) -> None:
    st.write(text("call.delete-sure"))
    if st.button(text("call.delete-yes"), key="delete-yes", type="primary"):
        # Before it is done: the page learns of it at once and asks to be drawn again, which ends this.
        st.session_state[_DELETED] = task.task_id
        _do(task, lambda: client.delete(task.task_id))
