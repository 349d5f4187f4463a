"""All calls: found by date, status, language and tag, sorted, exported and deleted many at once."""

import streamlit as st

from callscribe.client import CallScribe
from callscribe.ui.i18n import text


def show(client: CallScribe) -> None:
    """Draw the page."""
    st.title(text("page.history"))
