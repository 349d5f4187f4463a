"""What the service lacks, said once and calmly above every page, with what to do about it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

import httpx
import streamlit as st

from callscribe.api.schemas.system import System
from callscribe.client import CallScribe
from callscribe.errors import CallScribeError, Unavailable
from callscribe.ui.i18n import known, text

_MOST = 3
_DOWN = "service-is-down"
_HIDDEN = "banner-hidden"
#: Somebody may have decided that it shall be so.
_ADVICE = frozenset({"model-fallback", "llm-not-set", "llm-unreachable", "llm-model-missing"})
_COMMAND = re.compile(r"`((?:callscribe|ollama) [^`]+)`")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is missing; `words` have code between backticks."""

    code: str
    words: str


def show(client: CallScribe) -> bool:
    """Draw it, if there is anything to say; whether the service does not answer."""
    try:
        lines = list(_lacks(client.system()))
        is_down = False
    except CallScribeError as exc:
        lines = [_trouble(exc)]
        is_down = isinstance(exc, Unavailable)
    if st.session_state.get(_DOWN, False) and not is_down:
        missed(False)
        st.rerun()
    missed(is_down)
    hidden = st.session_state.get(_HIDDEN, frozenset())
    _draw([line for line in lines if line.code not in hidden][:_MOST])
    return is_down


def missed(is_down: bool = True) -> None:
    """Something could not be drawn, and is to be drawn anew when the service answers again."""
    st.session_state[_DOWN] = is_down


def _draw(lines: list[Line]) -> None:
    if not lines:
        return
    is_advice = all(line.code in _ADVICE for line in lines)
    with st.container(key="banner-advice" if is_advice else "banner", horizontal=True, vertical_alignment="center"):
        st.html(f'<div role="status">{"".join(f"<p>{_marked(line.words)}</p>" for line in lines)}</div>')
        if is_advice:
            codes = frozenset(line.code for line in lines)
            st.button(text("banner.hide"), key="banner-hide", type="tertiary", on_click=_hide, args=(codes,))


def _hide(codes: frozenset[str]) -> None:
    st.session_state[_HIDDEN] = st.session_state.get(_HIDDEN, frozenset()) | codes


def _lacks(system: System) -> Iterator[Line]:
    """The grave first."""
    for workers in system.workers:
        if not workers.count and (words := known(f"banner.{workers.role}-none")):
            yield Line(f"{workers.role}-none", words)
    told = [_told(notice.code, notice.message) for workers in system.workers for notice in workers.notices]
    # Of several models that are missing the same is to be said.
    yield from dict.fromkeys(sorted(told, key=lambda line: line.code in _ADVICE))


def _told(code: str, message: str) -> Line:
    """In the visitor's language where we know the notice, else as the service says it."""
    words = known(f"banner.{code}")
    if words is None:
        return Line(code, message)
    if "{command}" not in words:
        return Line(code, words)
    command = _COMMAND.search(message)
    return Line(code, words.format(command=command[1]) if command else message)


def _trouble(error: CallScribeError) -> Line:
    if isinstance(error.__cause__, httpx.HTTPError):
        return Line("api", text("banner.api"))
    if isinstance(error, Unavailable) and "database" in str(error):
        return Line("database", text("banner.database"))
    return Line(error.code, str(error))


def _marked(words: str) -> str:
    return "".join(_pieces(escape(words).split("`")))


def _pieces(parts: Iterable[str]) -> Iterator[str]:
    for index, part in enumerate(parts):
        yield f"<code>{part}</code>" if index % 2 else part
