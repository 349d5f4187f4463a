"""Parts of a page that draw themselves again."""

from collections.abc import Callable
from typing import TypeVar, cast

import streamlit as st

from callscribe.errors import CallScribeError, Unavailable

_OFTEN_S = 2
#: For what others do meanwhile.
_SELDOM_S = 20

T = TypeVar("T")


def live(name: str, draw: Callable[[], bool]) -> None:
    """Draw now and again and again: often while `draw` says that something is going on, seldom otherwise.

    An error is shown as its sentence, in place of what could not be drawn; that the service does not answer is said
    above the page, and only there. `name` tells the parts of a page apart.
    """
    key = f"{name}-drawn-often"
    often = st.session_state.get(key, False)

    @st.fragment(run_every=_OFTEN_S if often else _SELDOM_S)
    def part() -> None:
        try:
            going_on = draw()
        except Unavailable:
            going_on = True
        except CallScribeError as exc:
            st.error(str(exc))
            going_on = exc.retryable
        if going_on != often:
            st.session_state[key] = going_on
            st.rerun()

    part()


def latest(name: str, fetch: Callable[[], T]) -> T:
    """What `fetch` gives or, while the service does not answer, gave last; where there is nothing, `Unavailable`."""
    try:
        st.session_state[name] = fetch()
    except Unavailable:
        if name not in st.session_state:
            raise
    return cast(T, st.session_state[name])
