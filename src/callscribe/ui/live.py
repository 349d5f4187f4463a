"""Parts of a page that draw themselves again."""

from collections.abc import Callable

import streamlit as st

from callscribe.errors import CallScribeError

_OFTEN_S = 2
#: For what others do meanwhile.
_SELDOM_S = 20
_OFTEN = "drawn-often"


def live(draw: Callable[[], bool]) -> None:
    """Draw now and again and again: often while `draw` says that something is going on, seldom otherwise.

    An error is shown as its sentence, in place of what could not be drawn.
    """
    often = st.session_state.get(_OFTEN, True)

    @st.fragment(run_every=_OFTEN_S if often else _SELDOM_S)
    def part() -> None:
        try:
            going_on = draw()
        except CallScribeError as exc:
            st.error(str(exc))
            going_on = exc.retryable
        if going_on != often:
            st.session_state[_OFTEN] = going_on
            st.rerun()

    part()
