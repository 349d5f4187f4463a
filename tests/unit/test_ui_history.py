"""The list of all calls, over an API that is made up."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from callscribe.api.schemas.tasks import ErrorOut, Task, TaskPage
from callscribe.client import CallScribe
from callscribe.models import CallStatus
from callscribe.ui import app, bulk
from tests.clients import URL, problem
from tests.made_up_api import task

PAGE = "from callscribe.ui import app, history; history.show(app.client())"
Open = Callable[..., AppTest]


class Api:
    """Gives its calls whatever is asked, and remembers that; calls in `refused` cannot be changed."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self.total = 0
        self.next: str | None = None
        self.asked: list[dict[str, list[str]]] = []
        self.changes: list[tuple[str, UUID, Any]] = []
        self.refused: dict[UUID, httpx.Response] = {}

    def client(self) -> CallScribe:
        return CallScribe(URL, transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        params, path = request.url.params, request.url.path
        if path.endswith("/tags"):
            return httpx.Response(200, json=[{"tag": "customer", "calls": 2}])
        if path.endswith("/tasks"):
            self.asked.append({name: params.get_list(name) for name in params})
            page = TaskPage(tasks=self.tasks, total=self.total or len(self.tasks), next=self.next)
            return httpx.Response(200, text=page.model_dump_json())
        return self.of_one(request, UUID(path.rpartition("/")[2]))

    def of_one(self, request: httpx.Request, task_id: UUID) -> httpx.Response:
        if task_id in self.refused:
            return self.refused[task_id]
        if request.method != "GET":
            self.changes.append((request.method, task_id, json.loads(request.content or "null")))
        if request.method == "DELETE":
            return httpx.Response(204)
        (known,) = [task for task in self.tasks if task.task_id == task_id]
        return httpx.Response(200, text=known.model_dump_json())


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def page(api: Api, monkeypatch: pytest.MonkeyPatch) -> Open:
    client = api.client()
    monkeypatch.setattr(app, "client", lambda: client)

    def opened(**query: str | list[str]) -> AppTest:
        test = AppTest.from_string(PAGE, default_timeout=60)
        for name, value in query.items():
            test.query_params[name] = value
        return test.run()

    return opened


def table(test: AppTest) -> Any:
    """What the table is told."""
    assert not test.exception
    assert not test.error
    return json.loads(test.get("bidi_component")[-1].proto.bytes)


def asked_by(address: str) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(address)
    return parts.path, parse_qs(parts.query)


def test_a_call_is_a_row(api: Api, page: Open) -> None:
    error = ErrorOut(code="bad-media", message="There is no sound.")
    api.tasks = [
        task(title="Plan <b>", language="ru", tags=["a&b"]),
        task(CallStatus.FAILED, error=error, duration=None, language="kk"),
        task(CallStatus.TRANSCRIBING),
    ]
    told = table(page())
    first, second, third = told["rows"]
    assert first == {
        "id": str(api.tasks[0].task_id),
        "href": f"call?call={api.tasks[0].task_id}",
        "title": "Plan <b>",
        "note": "",
        "called_at": "2026-01-02 22:30",
        "duration": "1:02:05",
        "language": "Russian",
        "status": "done",
        "word": "Done",
        "progress": None,
        "tags": [["a&b", "history?tag=a%26b"]],
    }
    assert (second["note"], second["duration"], second["language"]) == ("There is no sound.", "", "kk")
    assert third["progress"] == 0.25
    assert told["total"] == "3 calls"


def test_the_address_says_which_calls(api: Api, page: Open) -> None:
    asked: dict[str, str | list[str]] = {
        "text": "pay",
        "from": "2026-01-01",
        "to": "2026-01-31",
        "status": ["failed", "canceled"],
        "language": "ru",
        "tag": ["x", "y"],
        "sort": "title",
    }
    told = table(page(**asked))
    (sent,) = api.asked
    expected = {name: value if isinstance(value, list) else [value] for name, value in asked.items()}
    sent.pop("timezone", None)
    assert sent == expected | {"limit": ["50"]}
    exported = parse_qs(told["export"])
    exported.pop("timezone", None)
    assert exported == {name: value for name, value in expected.items() if name != "sort"}


def test_headers_sort_and_keep_the_filters(api: Api, page: Open) -> None:
    columns = {column["name"]: column for column in table(page(tag=["x", "y"], cursor="c", page="3"))["columns"]}
    assert api.asked[0]["sort"] == ["-called_at"]
    assert {name: column.get("sort") for name, column in columns.items()} == {
        "title": "none",
        "called_at": "descending",
        "duration": "none",
        "language": None,
        "status": None,
        "tags": None,
    }
    assert asked_by(columns["title"]["href"]) == ("history", {"tag": ["x", "y"], "sort": ["title"]})
    assert asked_by(columns["called_at"]["href"])[1]["sort"] == ["called_at"]
    assert asked_by(columns["duration"]["href"])[1]["sort"] == ["-duration"]


def test_pages_lead_on_and_back(api: Api, page: Open) -> None:
    api.tasks = [task() for _ in range(50)]
    api.total, api.next = 124, "second"
    test = page(tag="x")
    assert table(test)["pages"]["shown"] == "1–50 of 124"
    assert table(test)["pages"]["newer"] is None
    path, older = asked_by(table(test)["pages"]["older"])
    assert (path, older) == ("history", {"tag": ["x"], "cursor": ["second"], "page": ["2"]})

    def went(to: str, following: str | None) -> Any:
        api.next = following
        test.query_params.clear()
        for name, value in asked_by(to)[1].items():
            test.query_params[name] = value
        return table(test.run())["pages"]

    second = went(table(test)["pages"]["older"], "third")
    assert (api.asked[-1]["cursor"], second["shown"]) == (["second"], "51–100 of 124")
    assert asked_by(second["newer"]) == ("history", {"tag": ["x"]})
    third = went(second["older"], None)
    assert (third["older"], asked_by(third["newer"])[1]["cursor"]) == (None, ["second"])


@pytest.mark.parametrize("number", ["", "0", "-3", "x", "9" * 5000, "²"])
def test_a_page_number_that_cannot_be(api: Api, page: Open, number: str) -> None:
    api.tasks = [task()]
    assert table(page(cursor="c", page=number))["pages"]["newer"] == "history"


def test_no_calls(page: Open) -> None:
    assert table(page())["empty"] == "There are no calls yet."
    assert table(page(tag="x"))["empty"] == "No call meets these conditions."


def test_calls_are_deleted(api: Api) -> None:
    ids = [uuid4(), uuid4(), uuid4()]
    api.refused[ids[0]] = problem("not-found", 404, "There is no call with this id.")
    outcome = bulk.perform(api.client(), {"do": "delete", "ids": list(map(str, ids))})
    assert outcome == {"words": "3 calls deleted.", "failed": False}
    assert api.changes == [("DELETE", task_id, None) for task_id in ids[1:]]


def test_calls_that_cannot_be_deleted_are_named_with_the_reason(api: Api) -> None:
    ids = [uuid4(), uuid4()]
    api.refused[ids[0]] = problem("unavailable", 503, "The media store does not answer.")
    outcome = bulk.perform(api.client(), {"do": "delete", "ids": list(map(str, ids))})
    assert outcome == {
        "words": "1 call deleted. 1 call could not be changed: The media store does not answer.",
        "failed": True,
    }


def test_a_tag_is_added_to_those_that_lack_it(api: Api) -> None:
    api.tasks = [task(tags=["a"]), task(tags=["new"])]
    ids = [str(task.task_id) for task in api.tasks]
    outcome = bulk.perform(api.client(), {"do": "tag", "ids": ids, "tag": " new "})
    assert outcome == {"words": "2 calls have the tag “new” now.", "failed": False}
    assert api.changes == [("PATCH", api.tasks[0].task_id, {"tags": ["a", "new"]})]
