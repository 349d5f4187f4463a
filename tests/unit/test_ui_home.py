"""The first page, over an API that is made up; uploads themselves are tested in a browser."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from callscribe.api.schemas.tasks import ErrorOut
from callscribe.models import CallStatus
from callscribe.ui import app, i18n, rows
from tests.made_up_api import Api, task

PAGE = "from callscribe.ui import app, home; home.show(app.client())"
EVIL = '<img src=x onerror="alert(1)">'
Open = Callable[[], AppTest]


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def page(api: Api, monkeypatch: pytest.MonkeyPatch) -> Open:
    client = api.client()
    monkeypatch.setattr(app, "client", lambda: client)
    return lambda: AppTest.from_string(PAGE, default_timeout=60).run()


def shown(test: AppTest) -> str:
    assert not test.exception
    assert not test.error
    return "\n".join(str(piece.proto.body) for piece in test.get("html"))


def told(test: AppTest) -> Any:
    """What the uploading part is told."""
    (component,) = test.get("bidi_component")
    return json.loads(component.proto.bytes)


def test_the_first_visit_is_an_invitation(page: Open) -> None:
    test = page()
    assert "Turn a call into text" in shown(test)
    assert "In progress" not in shown(test)
    part = told(test)
    assert part["first"] is True
    assert [sample["address"] for sample in part["samples"]] == [
        "samples/release-call-en.flac",
        "samples/planning-call-ru.flac",
    ]


def test_uploads_know_what_the_service_takes(api: Api, page: Open) -> None:
    api.tasks = [task(), task(), task()]
    part = told(page())
    assert part["limits"] == {"bytes": 3_000_000, "formats": ["mp3", "wav"]}
    assert part["templates"] == [["meeting", "Meeting"], ["retrospective", "retrospective"]]
    assert [code for code, _ in part["languages"]] == ["auto", "ru", "en"]
    assert (part["first"], part["samples"]) == (False, [])


def test_who_has_tried_one_sample_can_try_the_other(api: Api, page: Open) -> None:
    api.tasks = [task()]
    part = told(page())
    assert (part["first"], len(part["samples"])) == (False, 2)


def test_calls_on_their_way_say_where_they_are(api: Api, page: Open) -> None:
    api.tasks = [
        task(CallStatus.TRANSCRIBING, seconds_left=130.0, first_words=f"Good morning {EVIL}", title=EVIL),
        task(CallStatus.QUEUED, queue_position=1),
        task(CallStatus.QUEUED, queue_position=2),
    ]
    read = shown(page())
    assert "Transcribing · 25% · about 2 min left" in read
    assert '<progress value="0.250"' in read
    assert "Waiting · next in line" in read
    assert "Waiting · number 2 in line" in read
    assert "Good morning &lt;img src=x" in read
    assert "<img" not in read
    assert "Latest calls" not in read


def test_of_many_calls_on_their_way_the_first_are_shown(api: Api, page: Open) -> None:
    api.tasks = [task(CallStatus.QUEUED, queue_position=place) for place in range(1, 16)]
    test = page()
    assert len(test.button) == 10
    others = "&amp;".join(f"status={status}" for status in ("queued", "preparing", "transcribing", "summarizing"))
    assert f'<a href="history?{others}">and 5 more</a>' in shown(test)


def test_a_call_on_its_way_can_be_canceled(api: Api, page: Open) -> None:
    going = task(CallStatus.PREPARING)
    api.tasks = [going]
    test = page()
    test.button(key=f"cancel-{going.task_id}").click().run()
    assert api.wanted == [("POST", f"tasks/{going.task_id}/cancel")]
    assert "In progress" not in shown(test)


def test_a_call_that_failed_lately_says_why_and_can_be_tried_again(api: Api, page: Open) -> None:
    now = datetime.now(UTC)
    error = ErrorOut(code="bad-media", message=f"No sound in {EVIL}; upload another.")
    lately = task(CallStatus.FAILED, finished_at=now - timedelta(hours=23), error=error)
    long_ago = task(CallStatus.FAILED, finished_at=now - timedelta(hours=25), error=error)
    api.tasks = [lately, long_ago]
    test = page()
    assert shown(test).count("No sound in &lt;img") == 1
    assert [button.key for button in test.button] == [f"retry-{lately.task_id}"]
    test.button(key=f"retry-{lately.task_id}").click().run()
    assert api.wanted == [("POST", f"tasks/{lately.task_id}/retry")]


def test_the_latest_calls_are_listed(api: Api, page: Open) -> None:
    api.tasks = [task(title=EVIL, tags=["budget", EVIL], language="ru")] + [task(language="de") for _ in range(11)]
    read = shown(page())
    assert read.count("<li>") == 10
    assert f'<a href="call?call={api.tasks[0].task_id}"><strong>&lt;img' in read
    assert '<span class="tag">budget</span><span class="tag">&lt;img' in read
    assert '<span class="language">Russian</span>' in read
    assert '<span class="language">de</span><span class="length">1:02:05</span>' in read
    assert '<a href="history">All calls</a>' in read
    assert "<img" not in read


def test_what_was_there_stays_while_the_service_does_not_answer(api: Api, page: Open) -> None:
    api.tasks = [task(title="Budget"), task(CallStatus.TRANSCRIBING, title="Release")]
    test = page()
    api.be_down()
    test.run()
    assert "Budget" in shown(test)
    assert "Release" in shown(test)
    assert told(test)["limits"]["bytes"] == 3_000_000


def test_a_visit_while_the_service_does_not_answer_can_begin_to_upload(api: Api, page: Open) -> None:
    api.be_down()
    test = page()
    assert "Turn a call" not in shown(test)
    assert told(test)["limits"] == {"bytes": 500_000_000, "formats": []}


@pytest.mark.parametrize(
    ("seconds", "english", "russian"),
    [
        (4, "less than a minute left", "осталось меньше минуты"),
        (89, "about 1 min left", "осталось около 1 мин"),
        (3540, "about 59 min left", "осталось около 59 мин"),
        (3599, "about 1 h 0 min left", "осталось около 1 ч 0 мин"),
        (9000, "about 2 h 30 min left", "осталось около 2 ч 30 мин"),
    ],
)
def test_the_time_left_in_round_figures(
    monkeypatch: pytest.MonkeyPatch, seconds: float, english: str, russian: str
) -> None:
    assert rows.left(seconds) == english
    monkeypatch.setattr(i18n, "language", lambda: "ru")
    assert rows.left(seconds) == russian
