"""What was said in any of the calls, found."""

import streamlit as st

from callscribe.client import CallScribe
from callscribe.ui.i18n import text


def show(client: CallScribe) -> None:
    """Draw the page."""
    st.title(text("page.search"))
