"""What is around every page: the way to the others, the latest calls, the language, and what the service lacks."""

import streamlit as st

from callscribe.client import CallScribe
from callscribe.models import FINISHED
from callscribe.ui import banner, markup
from callscribe.ui.i18n import LANGUAGES, language, text
from callscribe.ui.live import latest, live

_RECENT = 30


def show(client: CallScribe, path: str) -> None:
    """Draw it around the page at `path`."""
    live("banner", lambda: banner.show(client))
    with st.sidebar:
        st.html(markup.navigation(path))
        live("recent", lambda: _recent(client))
        st.html(markup.languages(LANGUAGES, language(), text("page.language")))


def _recent(client: CallScribe) -> bool:
    tasks = latest("recent", lambda: client.tasks(limit=_RECENT)).tasks
    st.html(markup.recent(tasks, st.query_params.get("call"), st.context.timezone))
    return any(task.status not in FINISHED for task in tasks)
