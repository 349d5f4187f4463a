"""The first page: upload, and all calls with where they are."""

import streamlit as st

from callscribe.client import CallScribe
from callscribe.models import FINISHED
from callscribe.ui import markup
from callscribe.ui.i18n import text
from callscribe.ui.live import live


def show(client: CallScribe) -> None:
    """Draw the page."""
    st.title(text("page.calls"))

    def history() -> bool:
        page = client.tasks()
        st.html(markup.history(page, st.context.timezone) if page.tasks else markup.paragraph(text("page.none")))
        return any(task.status not in FINISHED for task in page.tasks)

    live("home", history)
