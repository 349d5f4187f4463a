"""Analytics, over an API that is made up; the charts themselves are tested in a browser."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from callscribe.api.schemas.analytics import AnalyticsOut
from callscribe.client import CallScribe
from callscribe.models import Period
from callscribe.ui import analytics, app
from tests.clients import URL, problem
from tests.made_up_api import task

PAGE = "from callscribe.ui import app, analytics; analytics.show(app.client())"
COUNTED = {
    "by": "day",
    "timezone": "UTC",
    "total": {"calls": 3, "hours": 1.5, "words": 9000},
    "series": [{"start": "2026-01-01", "calls": 3, "hours": 1.5, "words": 9000}],
    "languages": [{"language": "ru", "calls": 2}, {"language": None, "calls": 1}],
    "statuses": [{"status": "done", "calls": 3}],
    "processing": {"calls": 3, "hours": 1.5, "processing_hours": 0.1, "median": 0.07, "p95": 0.09},
    "speakers": [{"speaker": None, "seconds": 10.0, "share": 1.0}],
    "topics": [{"topic": "payment tests", "calls": 2}],
    "open_action_items": [{"owner": "Mark", "items": 5, "oldest": "2026-01-01T00:00:00Z"}],
}
Open = Callable[..., AppTest]


class Api:
    """Answers with the same figures, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: dict[str, dict[str, list[str]]] = {}
        self.refusal: httpx.Response | None = None

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1/")
        params = request.url.params
        self.asked[path] = {name: params.get_list(name) for name in params}
        if self.refusal and path != "tags":
            return self.refusal
        if path == "analytics":
            return httpx.Response(200, text=AnalyticsOut.model_validate(COUNTED).model_dump_json())
        if path == "tags":
            return httpx.Response(200, json=[])
        begun = datetime(2026, 1, 1, tzinfo=UTC)
        done = task(duration=3600.0, started_at=begun, finished_at=begun + timedelta(minutes=4), title="Planning")
        unknown = task(duration=None, started_at=begun, finished_at=begun)
        listed = [json.loads(one.model_dump_json()) for one in (done, unknown)]
        return httpx.Response(200, json={"tasks": listed, "total": 2, "next": None})


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def page(api: Api, monkeypatch: pytest.MonkeyPatch) -> Open:
    client = CallScribe(URL, transport=httpx.MockTransport(api.answer))
    monkeypatch.setattr(app, "client", lambda: client)

    def opened(**query: str) -> AppTest:
        test = AppTest.from_string(PAGE, default_timeout=60)
        for name, value in query.items():
            test.query_params[name] = value
        return test.run()

    return opened


def charts(test: AppTest) -> Any:
    """What the charts are made of."""
    assert not test.exception and not test.error
    return json.loads(test.get("bidi_component")[-1].proto.bytes)


def days_ago(days: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=days)).isoformat()


def current(ways: list[list[Any]]) -> list[str]:
    return [words for words, _, is_current in ways if is_current]


def test_the_last_month_by_day_is_shown_first(api: Api, page: Open) -> None:
    drawn = charts(page())
    assert api.asked["analytics"] == {"by": ["day"], "from": [days_ago(29)], "timezone": ["UTC"]}
    assert (current(drawn["ranges"]), current(drawn["periods"])) == (["30 days"], ["Day"])
    assert drawn["total"] == {"calls": 3, "hours": 1.5, "words": 9000}
    assert drawn["series"] == [["2026-01-01", 3, 1.5]]


@pytest.mark.parametrize(
    ("query", "days", "by"),
    [
        ({"range": "days-7"}, (6, None), Period.DAY),
        ({"range": "days-90"}, (89, None), Period.WEEK),
        ({"range": "days-365"}, (364, None), Period.MONTH),
        ({"range": "days-365", "by": "day"}, (364, None), Period.DAY),
        ({"range": "all"}, (None, None), Period.MONTH),
        ({"range": "nonsense", "by": "nonsense"}, (29, None), Period.DAY),
        ({"from": "2026-01-01", "to": "2026-01-31"}, ("2026-01-01", "2026-01-31"), Period.DAY),
        ({"from": "2026-01-01", "to": "2026-05-31", "range": "days-7"}, ("2026-01-01", "2026-05-31"), Period.WEEK),
        ({"to": "2026-01-31"}, (None, "2026-01-31"), Period.MONTH),
    ],
)
def test_ranges(
    api: Api, page: Open, query: dict[str, str], days: tuple[int | str | None, str | None], by: Period
) -> None:
    charts(page(**query))
    since, until = days
    asked = api.asked["analytics"]
    first = days_ago(since) if isinstance(since, int) else since
    assert asked.get("from", [None]) == [first]
    assert asked.get("to", [None]) == [until]
    assert asked["by"] == [by]


def test_filters_stay_when_the_range_changes(api: Api, page: Open) -> None:
    drawn = charts(page(tag="x", **{"from": "2026-01-01"}))
    assert api.asked["analytics"]["tag"] == api.asked["tasks"]["tag"] == ["x"]
    assert api.asked["tasks"]["status"] == ["done"]
    addresses = {words: href for words, href, _ in drawn["ranges"]}
    assert addresses == {
        "7 days": "analytics?tag=x&range=days-7",
        "30 days": "analytics?tag=x",
        "Quarter": "analytics?tag=x&range=days-90",
        "Year": "analytics?tag=x&range=days-365",
        "All": "analytics?tag=x&range=all",
    }
    assert {words: href for words, href, _ in drawn["periods"]}["Week"] == ("analytics?tag=x&from=2026-01-01&by=week")


def test_lists_lead_to_the_calls(page: Open) -> None:
    drawn = charts(page())
    rows = {one["name"]: one["rows"] for one in drawn["lists"]}
    assert rows == {
        "open-items": [["Mark", 5, ""]],
        "topics": [["payment tests", 2, "search?q=payment+tests"]],
        "speakers": [["Unknown", 1.0, ""]],
        "languages": [["Russian", 2, "history?language=ru"], ["Unknown", 1, ""]],
        "statuses": [["Done", 3, "history?status=done"]],
    }
    ((title, length, took, address),) = drawn["took"]
    assert (title, length, took) == ("Planning", 3600, 240)
    assert address.startswith("call?call=")


def test_days_that_are_none_are_told(api: Api, page: Open) -> None:
    api.refusal = problem("bad-request", 422, "from: give a day, as 2026-01-31.")
    test = page(**{"from": "yesterday"})
    assert [error.value for error in test.error] == ["from: give a day, as 2026-01-31."]


def test_a_service_that_does_not_answer_is_told_by_the_frame_alone(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    client = CallScribe(URL, transport=httpx.MockTransport(api.answer))
    monkeypatch.setattr(app, "client", lambda: client)
    api.refusal = problem("unavailable", 503, "The database does not answer; try again in a moment.")
    monkeypatch.setattr(app, "PAGES", {"": analytics.show})
    test = AppTest.from_string("from callscribe.ui import app; app.main()", default_timeout=60).run()
    assert not test.exception
    assert not test.error
