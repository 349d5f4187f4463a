"""All calls in numbers and charts."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import streamlit as st

from callscribe.api.schemas.analytics import AnalyticsOut
from callscribe.client import CallScribe
from callscribe.client.parameters import Filters
from callscribe.errors import CallScribeError, Unavailable
from callscribe.models import CallStatus, Period
from callscribe.ui import components, filters, markup
from callscribe.ui.i18n import language_name, text, texts

#: Days of the ranges to choose from, today included; None: all calls.
_RANGES: Mapping[str, int | None] = {"days-7": 7, "days-30": 30, "days-90": 90, "days-365": 365, "all": None}
_USUAL = "days-30"
#: So many of the newest calls make the chart of processing times.
_NEWEST = 200


def show(client: CallScribe) -> None:
    """Draw the calls that the address asks for."""
    st.title(text("page.analytics"))
    filters.show(client, "analytics", words=None, kept=("by", "range"))
    try:
        data = _data(client)
    except Unavailable:
        raise  # it is told above the page
    except CallScribeError as exc:
        st.error(str(exc))
        return
    components.show("charts", data)


def _data(client: CallScribe) -> Mapping[str, object]:
    chosen = filters.chosen()
    first = _first_day()
    if first and not chosen.keys() & {"since", "until"}:
        chosen["since"] = first
    chosen["timezone"] = _zone()
    by = _by(chosen.get("since"), chosen.get("until"))
    found = client.analytics(by=by, **chosen)
    return {
        "ranges": [(text(f"analytics.{name}"), _here(name), name == _range()) for name in _RANGES],
        "periods": [(text(f"analytics.{period}"), _here(by=period), period == by) for period in Period],
        "by": by,
        "total": found.total.model_dump(),
        "median": found.processing.median,
        "series": [(one.start.isoformat(), one.calls, one.hours) for one in found.series],
        "took": _took(client, chosen),
        "lists": _lists(found),
        "texts": texts("analytics"),
    }


def _took(client: CallScribe, chosen: Filters) -> list[tuple[str, float, float, str]]:
    """Title, length and processing time in seconds, and address of the newest calls that are done."""
    only_done = Filters(**{**chosen, "status": CallStatus.DONE})
    return [
        (task.title, task.duration, (task.finished_at - task.started_at).total_seconds(), markup.address(task.task_id))
        for task in client.tasks(limit=_NEWEST, sort="-called_at", **only_done).tasks
        if task.duration and task.started_at and task.finished_at
    ]


def _lists(found: AnalyticsOut) -> list[Mapping[str, object]]:
    """Charts of bars: [(words, value, address)], with what the value is."""
    unknown = text("analytics.unknown")
    return [
        _bars("open-items", "items", [(row.owner or unknown, row.items, "") for row in found.open_action_items]),
        _bars("topics", "calls", [(row.topic, row.calls, _search(row.topic)) for row in found.topics]),
        _bars("speakers", "share", [(row.speaker or unknown, row.share, "") for row in found.speakers]),
        _bars(
            "languages",
            "calls",
            [
                (language_name(row.language), row.calls, filters.address("history", {"language": row.language}))
                if row.language
                else (unknown, row.calls, "")
                for row in found.languages
            ],
        ),
        _bars(
            "statuses",
            "calls",
            [
                (text(f"status.{row.status}"), row.calls, filters.address("history", {"status": row.status}))
                for row in found.statuses
            ],
        ),
    ]


def _bars(name: str, unit: str, rows: list[tuple[str, float, str]]) -> Mapping[str, object]:
    return {"name": name, "unit": unit, "rows": rows}


def _search(topic: str) -> str:
    return filters.address("search", {"q": topic})


def _range() -> str | None:
    """The range that the address names, the usual one, or None where it gives days of its own."""
    if {"from", "to"} & st.query_params.keys():
        return None
    named = st.query_params.get("range")
    return named if named in _RANGES else _USUAL


def _first_day() -> date | None:
    days = _RANGES[_range() or _USUAL]
    return None if days is None else _today() - timedelta(days=days - 1)


def _today() -> date:
    return datetime.now(markup.time_zone(st.context.timezone)).date()


def _zone() -> str:
    """The visitor's, as the API takes it."""
    name = st.context.timezone
    return name if name and markup.time_zone(name) is not UTC else "UTC"


def _by(since: object, until: object) -> Period:
    """What the address asks for, else what gives some ten to fifty columns."""
    asked = st.query_params.get("by")
    if asked in list(Period):
        return Period(asked)
    try:
        first = date.fromisoformat(str(since))
        last = date.fromisoformat(str(until)) if until else _today()
    except ValueError:
        return Period.MONTH
    days = (last - first).days
    return Period.DAY if days <= 45 else Period.WEEK if days <= 200 else Period.MONTH


def _here(named: str | None = None, **changes: str) -> str:
    """The address of this page with another range, or other changes."""
    kept: dict[str, Any] = filters.values() | changes
    if named:
        kept = {name: value for name, value in kept.items() if name not in ("from", "to", "by")}
        kept["range"] = "" if named == _USUAL else named
    return filters.address("analytics", kept)
