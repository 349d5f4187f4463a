"""Parts of a page that draw themselves again."""

from collections.abc import Callable

import streamlit as st

from callscribe.errors import CallScribeError

_OFTEN_S = 2
#: For what others do meanwhile.
_SELDOM_S = 20


def live(name: str, draw: Callable[[], bool]) -> None:
    """Draw now and again and again: often while `draw` says that something is going on, seldom otherwise.

    An error is shown as its sentence, in place of what could not be drawn. `name` tells the parts of a page apart.
    """
    key = f"{name}-drawn-often"
    often = st.session_state.get(key, True)

    @st.fragment(run_every=_OFTEN_S if often else _SELDOM_S)
    def part() -> None:
        try:
            going_on = draw()
        except CallScribeError as exc:
            st.error(str(exc))
            going_on = exc.retryable
        if going_on != often:
            st.session_state[key] = going_on
            st.rerun()

    part()
