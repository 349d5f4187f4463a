"""What Streamlit runs for every visit: the frame around the page that the address asks for."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import streamlit as st

from callscribe.client import CallScribe
from callscribe.errors import Unavailable
from callscribe.settings import Settings
from callscribe.ui import analytics, banner, call, components, frame, history, home, search
from callscribe.ui.i18n import language, text

_HERE = Path(__file__).parent

#: What draws each page, by its address; the empty one is the first page.
PAGES: Mapping[str, Callable[[CallScribe], None]] = {
    "": home.show,
    "history": history.show,
    "search": search.show,
    "analytics": analytics.show,
    "call": call.show,
}


@st.cache_resource(on_release=CallScribe.close)
def _client(url: str) -> CallScribe:
    """One for all visits; its connections are shared by threads."""
    return CallScribe(url)


def client() -> CallScribe:
    """How pages reach the service."""
    return _client(Settings().api_url)


def main() -> None:
    """Draw the page that the address asks for."""
    pages = {
        path: st.Page(partial(draw, client()), title=text("page.name"), url_path=path, default=not path)
        for path, draw in PAGES.items()
    }
    page = st.navigation(list(pages.values()), position="hidden")
    # A file of our own: what Streamlit calls a Material icon would be fetched from a public server.
    st.set_page_config(text("page.name"), _HERE / "icon.svg", layout="wide", initial_sidebar_state="auto")
    st.html(_HERE / "style.css")
    components.show("navigate", {"pages": list(PAGES), "language": language()})
    if page is pages[""] and "call" in st.query_params:
        st.switch_page(pages["call"], query_params=st.query_params.to_dict())
    # It was deleted here; without an address it is still drawn if that comes in between.
    if page.url_path == "call" and ("call" not in st.query_params or call.was_deleted()):
        st.switch_page(pages[""])
    frame.show(client(), page.url_path)
    try:
        page.run()
    except Unavailable:
        banner.missed()


if __name__ == "__main__":
    main()
