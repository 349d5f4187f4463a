"""The head of a call's page, over an API that is made up; what call.js shows of a call is tested in a browser."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from callscribe.api.schemas.tasks import ErrorOut, NoticeOut, Task
from callscribe.client import CallScribe
from callscribe.models import DEFAULT_TEMPLATE, CallStatus, LanguageChoice, Stage
from callscribe.ui import app, call_markup, i18n
from callscribe.ui.i18n import catalog, texts
from tests.clients import ID, URL
from tests.made_up_api import system

EVIL = '<img src=x onerror="alert(1)">'
PAGE = "from callscribe.ui import app, call; call.show(app.client())"
Open = Callable[..., AppTest]


def task(status: CallStatus = CallStatus.DONE, **changes: Any) -> Task:
    values: dict[str, Any] = {
        "task_id": ID,
        "filename": "call.mp3",
        "title": "Release planning",
        "tags": ["project-x"],
        "vocabulary": [],
        "template": DEFAULT_TEMPLATE,
        "summary_language": None,
        "speakers_asked": None,
        "called_at": datetime(2026, 1, 2, 22, 30, 15, tzinfo=UTC),
        "size_bytes": 1,
        "language": "en",
        "language_asked": LanguageChoice.AUTO,
        "status": status,
        "stage": Stage.SUMMARIZE,
        "progress": 0.25,
        "queue_position": None,
        "seconds_left": None,
        "duration": 3725.4,
        "created_at": datetime(2026, 1, 2, 22, 30, tzinfo=UTC),
        "started_at": None,
        "finished_at": None,
        "words": 5120,
        "first_words": None,
        "duplicate_of": None,
        "warnings": [],
        "error": None,
    }
    return Task(**values | changes)


#: What the page asks for beside the call.
FOUND: dict[str, Any] = {
    "system": system().model_dump(mode="json"),
    "tags": [{"tag": "customer", "calls": 3}],
    "tasks": {"tasks": [], "total": 0, "next": None},
}


class Api:
    """Knows one call; remembers what is asked of it."""

    def __init__(self) -> None:
        self.task: Task | None = task()
        #: What becomes of it by the next thing that is asked.
        self.then: Task | None = self.task
        self.refusal: str | None = None
        self.asked: list[tuple[str, str, Any]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1/")
        if request.method != "GET":
            self.asked.append((request.method, path, json.loads(request.content or "null")))
            if self.refusal:
                return problem("conflict", 409, self.refusal)
            self.task = self.then
        if path in FOUND:
            return httpx.Response(200, json=FOUND[path])
        if request.method == "DELETE":
            return httpx.Response(204)
        if self.task is None:
            return problem("not-found", 404, "There is no call with this id; it may have been deleted.")
        return httpx.Response(200, content=self.task.model_dump_json())


def problem(code: str, status: int, detail: str) -> httpx.Response:
    body = {"type": f"urn:callscribe:problem:{code}", "title": "", "status": status, "detail": detail}
    return httpx.Response(status, json=body)


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def page(api: Api, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a call's page, as with `page()` or `page(call="nonsense")`."""
    client = CallScribe(URL, transport=httpx.MockTransport(api.answer))
    monkeypatch.setattr(app, "client", lambda: client)

    def opened(**query: str) -> AppTest:
        test = AppTest.from_string(PAGE, default_timeout=60)
        for name, value in ({"call": str(ID)} | query).items():
            test.query_params[name] = value
        return test.run()

    return opened


def shown(test: AppTest) -> str:
    assert not test.exception
    return " ".join(str(piece.proto.body) for piece in test.get("html"))


def buttons(test: AppTest) -> set[str]:
    return {str(button.key) for button in test.button if button.key} & {
        "retry",
        "cancel",
        "delete-yes",
        "summarize-yes",
    }


def data(test: AppTest) -> Any:
    (component,) = [piece for piece in test.get("bidi_component") if piece.proto.component_name == "callscribe.call"]
    return json.loads(component.proto.bytes)


def test_what_a_call_is(page: Open) -> None:
    read = shown(page())
    assert "<h1>Release planning</h1>" in read
    assert '<span class="status done">Done</span>' in read
    facts = ("2026-01-02 22:30", "1:02:05", "English", "5120 words")
    assert [fact for fact in facts if f"<span>{fact}</span>" not in read] == []
    assert '<a class="tag" href="history?tag=project-x">project-x</a>' in read


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (CallStatus.QUEUED, {"cancel", "delete-yes"}),
        (CallStatus.TRANSCRIBING, {"cancel", "delete-yes"}),
        (CallStatus.SUMMARIZING, {"cancel", "delete-yes"}),
        (CallStatus.DONE, {"summarize-yes", "delete-yes"}),
        (CallStatus.FAILED, {"retry", "delete-yes"}),
        (CallStatus.CANCELED, {"retry", "delete-yes"}),
    ],
)
def test_what_can_be_done_fits_the_status(page: Open, api: Api, status: CallStatus, expected: set[str]) -> None:
    api.task = task(status)
    assert buttons(page()) == expected


def test_where_a_call_is_on_its_way(page: Open, api: Api) -> None:
    api.task = task(CallStatus.TRANSCRIBING, seconds_left=200.0)
    read = shown(page())
    assert '<progress value="0.250"' in read
    assert "25%" in read
    assert "about 3 min left" in read
    api.task = task(CallStatus.QUEUED, queue_position=4)
    assert "number 4 in line" in shown(page())


@pytest.mark.parametrize("action", ["retry", "cancel"])
def test_a_call_is_stopped_and_gone_on_with(page: Open, api: Api, action: str) -> None:
    api.task = task(CallStatus.FAILED if action == "retry" else CallStatus.TRANSCRIBING)
    api.then = task(CallStatus.QUEUED if action == "retry" else CallStatus.CANCELED)
    test = page()
    test.button(key=action).click().run()
    assert api.asked == [("POST", f"tasks/{ID}/{action}", None)]
    assert buttons(test) == {"cancel" if action == "retry" else "retry", "delete-yes"}


def test_what_is_refused_is_told_and_all_else_stays(page: Open, api: Api) -> None:
    api.task = task(CallStatus.TRANSCRIBING)
    api.refusal = "The call is done already, so there is nothing to cancel."
    test = page()
    test.button(key="cancel").click().run()
    assert api.refusal in shown(test)
    assert "Release planning" in shown(test)
    api.refusal = None
    test.button(key="cancel").click().run()
    assert "nothing to cancel" not in shown(test)


def test_a_failure_says_what_to_do_and_a_warning_what_is_different(page: Open, api: Api) -> None:
    warnings = [
        NoticeOut(code="extractive_summary", message="Start Ollama."),
        NoticeOut(code="new", message="By & by."),
    ]
    error = ErrorOut(code="bad-media", message="There is no sound; upload another.")
    api.task = task(CallStatus.FAILED, error=error, warnings=warnings)
    read = shown(page())
    assert "<strong>The file cannot be used.</strong> <span>There is no sound; upload another.</span>" in read
    assert "<summary>The summary consists of sentences of the call.</summary><p>Start Ollama.</p>" in read
    assert "<span>By &amp; by.</span>" in read


def test_title_tags_and_date_are_changed(page: Open, api: Api) -> None:
    test = page()
    test.text_input(key=f"title-{ID}").input("Budget")
    test.multiselect(key=f"tags-{ID}").select("customer")
    next(button for button in test.button if button.label == "Save").click().run()
    assert not test.exception
    # The date is left as it was, with its seconds, which the field does not show.
    assert api.asked == [("PATCH", f"tasks/{ID}", {"title": "Budget", "tags": ["project-x", "customer"]})]


def test_the_date_is_that_of_the_visitor(page: Open, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(st.context), "timezone", "Europe/Moscow")
    test = page()
    assert "2026-01-03 01:30" in shown(test)
    test.datetime_input(key=f"date-{ID}").set_value(datetime(2026, 3, 4, 9, 30))
    next(button for button in test.button if button.label == "Save").click().run()
    assert api.asked[0][2]["called_at"] == "2026-03-04T09:30:00+03:00"


def test_a_summary_is_asked_for_with_another_template(page: Open, api: Api) -> None:
    test = page()
    test.selectbox(key=f"template-{ID}").select("retrospective")
    test.selectbox(key=f"summary-language-{ID}").select("en")
    test.text_input(key=f"model-{ID}").set_value(" gemma2:9b ")
    test.button(key="summarize-yes").click().run()
    wanted = {"template": "retrospective", "language": "en", "model": "gemma2:9b"}
    assert api.asked == [("POST", f"tasks/{ID}/resummarize", wanted)]


def test_the_template_of_a_call_can_be_kept_though_there_is_none_of_this_name_any_more(page: Open, api: Api) -> None:
    api.task = api.then = task(template="gone")
    test = page()
    test.button(key="summarize-yes").click().run()
    assert api.asked == [("POST", f"tasks/{ID}/resummarize", None)]


def test_switches_change_the_links_of_the_export(page: Open) -> None:
    test = page()
    link = f'href="api/v1/results/{ID}/export?format=srt'
    assert f'{link}" download' in shown(test)
    assert f'href="api/v1/tasks/{ID}/media?original=true" download' in shown(test)
    test.toggle(key="speakers").set_value(False).run()
    assert f'{link}&amp;speakers=false" download' in shown(test)


def test_a_deleted_call_is_left_for_the_first_page(page: Open, api: Api) -> None:
    api.then = None
    test = page()
    test.button(key="delete-yes").click().run()
    assert [method for method, _, _ in api.asked] == ["DELETE"]
    assert test.session_state["call-deleted"] == test.session_state["call-gone"]


def test_a_call_that_somebody_else_deletes_is_told_calmly(page: Open, api: Api) -> None:
    test = page()
    api.task = None
    read = shown(test.run())
    assert "it was deleted" in read
    assert '<a href="history">All calls</a>' in read
    assert not test.button


def test_an_address_of_no_call(page: Open, api: Api) -> None:
    assert "This address leads to no call" in shown(page(call="nonsense"))
    api.task = None
    assert "it was deleted" in shown(page())


@pytest.mark.parametrize(
    ("second", "sought"), [("12.5", 12.5), ("0", 0.0), ("-1", None), ("nan", None), ("inf", None), ("x", None)]
)
def test_the_second_of_the_address(page: Open, second: str, sought: float | None) -> None:
    found = data(page(t=second))
    assert (found["taskId"], found["second"]) == (str(ID), sought)


def test_nothing_of_a_call_is_markup() -> None:
    evil = task(CallStatus.FAILED, title=EVIL, tags=[EVIL], language=EVIL, error=ErrorOut(code=EVIL, message=EVIL))
    evil.warnings = [NoticeOut(code=EVIL, message=EVIL), NoticeOut(code="damaged", message=EVIL)]
    made = call_markup.head(evil, None) + call_markup.notes(evil, EVIL)
    assert made.count("&lt;img") == 7
    assert "<img" not in made


def test_russian(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "language", lambda: "ru")
    read = shown(page())
    assert '<span class="status done">Готово</span>' in read
    assert "<span>5120 слов</span>" in read


def test_no_text_of_the_component_hides_another() -> None:
    names = [name.partition(".")[::2] for name in catalog("en")]
    ours = [rest for section, rest in names if section in {"reader", "panel"}]
    assert sorted(ours) == sorted(set(ours))
    assert texts("panel").keys() <= set(ours)
