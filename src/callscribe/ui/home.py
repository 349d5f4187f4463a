"""The first page: upload, and all calls with where they are."""

import streamlit as st

from callscribe.client import CallScribe
from callscribe.models import FINISHED
from callscribe.ui import markup, upload
from callscribe.ui.i18n import text
from callscribe.ui.live import live


def show(client: CallScribe, max_upload_bytes: int, cursor: str | None) -> None:
    """Draw the page; `cursor` says where in the list it begins."""
    st.title(text("title"))
    upload.show(max_upload_bytes)
    st.header(text("calls"))

    def history() -> bool:
        page = client.tasks(cursor=cursor)
        st.html(markup.history(page, st.context.timezone) if page.tasks else markup.paragraph(text("calls.none")))
        return any(task.status not in FINISHED for task in page.tasks)

    live(history)
