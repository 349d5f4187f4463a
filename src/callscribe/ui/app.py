"""What Streamlit runs for every visit: the list of calls, or one call where the address has `?task=<id>`."""

from pathlib import Path
from uuid import UUID

import streamlit as st

from callscribe.client import CallScribe
from callscribe.settings import Settings
from callscribe.ui import home, task
from callscribe.ui.i18n import text

_HERE = Path(__file__).parent


@st.cache_resource(on_release=CallScribe.close)
def _client(url: str) -> CallScribe:
    """One for all visits; its connections are shared by threads."""
    return CallScribe(url)


def main() -> None:
    """Draw the page that the address asks for."""
    # A file of our own: what Streamlit calls a Material icon would be fetched from a public server.
    st.set_page_config(page_title=text("title"), page_icon=_HERE / "icon.svg")
    st.html(_HERE / "style.css")
    settings = Settings()
    client = _client(settings.api_url)
    asked = st.query_params.get("task")
    if asked is None:
        home.show(client, settings.max_upload_bytes, st.query_params.get("cursor"))
        return
    try:
        task_id = UUID(asked)
    except ValueError:
        st.error(text("task.bad-address"))
        return
    task.show(client, task_id)


main()
