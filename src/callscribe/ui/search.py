"""What was said in any of the calls, found."""

import streamlit as st

from callscribe.api.schemas.search import SearchPage
from callscribe.client import CallScribe
from callscribe.errors import CallScribeError
from callscribe.ui import filters, found
from callscribe.ui.i18n import text

_SORTS = ("relevance", "newest")
#: Where it is kept how many pages of a search are shown.
_PAGES = "search-pages"


def show(client: CallScribe) -> None:
    """Draw the page: what the address asks for by `?q=`, and how to ask."""
    st.title(text("page.search"))
    filters.show(client, "search", words="q", kept=("q", "sort"), lines=("speaker",), sorts=_SORTS)
    asked = st.query_params.get("q", "").strip()
    if not asked:
        st.html(found.start())
        return

    @st.fragment
    def results() -> None:
        _results(client, asked)

    results()


def _results(client: CallScribe, asked: str) -> None:
    here = repr(filters.values())
    count = st.session_state.get(_PAGES, {}).get(here, 1)
    try:
        pages = _pages(client, asked, count)
    except CallScribeError as exc:
        st.error(str(exc))
        return
    if not pages[0].results:
        narrowed = filters.values().keys() - {"q", "sort"}
        st.html(found.nothing(filters.address("search", {"q": asked}) if narrowed else None))
        return
    st.html(found.results(pages, st.context.timezone))
    if pages[-1].next:
        st.button(text("search.more"), key="search-more", on_click=_show_pages, args=(here, count + 1))


def _pages(client: CallScribe, asked: str, count: int) -> list[SearchPage]:
    """The first so many; all of them anew each time, since calls come and grow."""
    speaker = st.query_params.get("speaker") or None
    sort = st.query_params.get("sort") or _SORTS[0]
    pages: list[SearchPage] = []
    while len(pages) < count and (not pages or pages[-1].next):
        cursor = pages[-1].next if pages else None
        pages.append(client.search(asked, speaker=speaker, sort=sort, cursor=cursor, **filters.chosen()))
    return pages


def _show_pages(here: str, count: int) -> None:
    st.session_state[_PAGES] = {here: count}
