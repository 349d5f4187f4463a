"""Which calls a page shows, as its address says, and the fields by which that is changed."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlencode

import streamlit as st

from callscribe.client import CallScribe
from callscribe.client.parameters import Filters
from callscribe.errors import CallScribeError
from callscribe.models import CallStatus
from callscribe.ui import components
from callscribe.ui.i18n import LANGUAGES, language_name, text, texts

#: Names of the address as those of the client.
_DAYS = {"from": "since", "to": "until"}
_LISTS = ("status", "language", "tag")


def chosen() -> Filters:
    """The calls that the address asks for; its days are those of the visitor."""
    asked = st.query_params
    filters: dict[str, Any] = {name: asked.get_all(name) for name in _LISTS if asked.get_all(name)}
    filters |= {_DAYS[name]: asked[name] for name in _DAYS if asked.get(name)}
    if st.context.timezone and filters.keys() & {"since", "until"}:
        filters["timezone"] = st.context.timezone
    return cast(Filters, filters)


def address(page: str, values: Mapping[str, str | Sequence[str]]) -> str:
    """That of a page with what it is to show; what is empty is left out."""
    query = urlencode({name: value for name, value in values.items() if value}, doseq=True)
    return f"{page}?{query}" if query else page


def values() -> dict[str, list[str]]:
    """All that the address says."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def tags(client: CallScribe) -> dict[str, str]:
    """All tags, the most used first; none where the service does not tell."""
    try:
        return {tag.tag: tag.tag for tag in client.tags()}
    except CallScribeError:
        return {}  # the calls themselves say what is wrong


def show(
    client: CallScribe,
    page: str,
    *,
    words: str | None,
    kept: Sequence[str],
    lines: Sequence[str] = (),
    sorts: Sequence[str] = (),
) -> None:
    """Draw the fields of a page: `words` names that of the text, if there is one, `lines` further ones.

    `kept` is what stays when the filters are cleared, `sorts` the orders to choose from, the usual one first.
    """
    data = {
        "page": page,
        "values": values(),
        "words": words and {"name": words, "label": text(f"{page}.label"), "placeholder": text(f"{page}.placeholder")},
        "kept": kept,
        "lines": [{"name": name, "label": text(f"filters.{name}")} for name in lines],
        "choices": [_choice("status", _statuses()), _choice("language", _languages()), _choice("tag", tags(client))],
        "sorts": [(name, text(f"{page}.sort-{name}")) for name in sorts],
        "texts": texts("filters"),
    }
    components.show("filters", data)


def _choice(name: str, options: Mapping[str, str]) -> dict[str, object]:
    """With what the address asks for, even if it is not among the options."""
    unknown = {value: value for value in st.query_params.get_all(name) if value not in options}
    return {"name": name, "label": text(f"filters.{name}"), "options": list({**options, **unknown}.items())}


def _statuses() -> dict[str, str]:
    return {status: text(f"status.{status}") for status in CallStatus}


def _languages() -> dict[str, str]:
    return {code: language_name(code) for code in sorted(LANGUAGES)}
