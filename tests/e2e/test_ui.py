"""The web page against the running service; what a browser makes of it is in tests/browser."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from callscribe.ui import markup
from tests.calls import LongCall, repeated
from tests.log_lines import crashes
from tests.media_files import encode, speech, write_wav
from tests.service import CALL_EN, Service
from tests.web_page import WebPage

APP = Path(markup.__file__).with_name("app.py")
NOBODY = "http://127.0.0.1:9"
Open = Callable[..., AppTest]


@pytest.fixture
def page(service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Open]:
    """Opens the page, as with `page(call="...")`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLSCRIBE_API_URL", f"http://127.0.0.1:{service.port}")

    def opened(**query: str) -> AppTest:
        test = AppTest.from_file(APP, default_timeout=60)
        for name, value in query.items():
            test.query_params[name] = value
        return test.run()

    yield opened
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def long_call(tmp_path_factory: pytest.TempPathFactory) -> LongCall:
    return repeated(CALL_EN, tmp_path_factory.mktemp("calls") / "call.flac", 30)


def shown(test: AppTest) -> str:
    """All that is drawn, one piece a line."""
    assert not test.exception
    drawn = [*test.html, *test.title, *test.header, *test.subheader, *test.error, *test.warning]
    return "\n".join(str(getattr(piece, "body", None) or piece.value) for piece in drawn)


def test_a_call_is_on_the_first_page_and_beside_it(service: Service, page: Open) -> None:
    task_id = service.upload(CALL_EN, name="a <b>call.flac")
    service.done(task_id)
    drawn = shown(page())
    assert drawn.count(f'<a href="call?call={task_id}"><strong>a &lt;b&gt;call.flac</strong>') == 2
    assert "English" in drawn


def test_a_call_can_be_canceled_and_one_that_failed_retried_from_the_first_page(
    service: Service, page: Open, long_call: LongCall, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("no sound")
    failed = service.upload(tmp_path / "notes.txt")
    message = service.finished(failed)["error"]["message"]
    going = service.upload(long_call.file)
    test = page()
    assert message in shown(test)
    test.button(key=f"cancel-{going}").click().run()
    assert not test.exception
    assert service.task(going)["status"] == "canceled"
    test.button(key=f"retry-{failed}").click().run()
    assert not test.exception
    service.finished(failed)


def test_a_failed_call_says_why_and_can_be_retried(service: Service, page: Open, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no sound")
    task_id = service.upload(tmp_path / "notes.txt")
    task = service.finished(task_id)
    test = page(call=task_id)
    assert task["error"]["message"] in shown(test)
    test.button(key="retry").click().run()
    assert not test.exception
    assert service.finished(task_id)["finished_at"] > task["finished_at"]


def test_a_call_that_is_worked_on_can_be_canceled(service: Service, page: Open, long_call: LongCall) -> None:
    task_id = service.upload(long_call.file)
    test = page(call=task_id)
    assert '<progress value="' in shown(test)
    test.button(key="cancel").click().run()
    assert not test.exception
    assert '<span class="status canceled">Canceled</span>' in shown(test)
    assert service.task(task_id)["status"] == "canceled"
    assert "retry" in [button.key for button in test.button]


def test_a_warning_is_shown(service: Service, page: Open, tmp_path: Path) -> None:
    task_id = service.upload(encode(CALL_EN, tmp_path / "call.mkv", "aac", audio_tracks=2, seconds=8))
    service.done(task_id)
    test = page(call=task_id)
    assert "The file has 2 audio tracks; only the first was used." in shown(test)


def test_a_deleted_call_is_gone_and_the_list_is_next(service: Service, page: Open, tmp_path: Path) -> None:
    task_id = service.upload(write_wav(tmp_path / "call.wav", speech(seconds=8)))
    # Were it done just now, the list beside it would ask for the page to be drawn again, and the click be lost: here
    # all of the page is drawn at each click, in a browser only the part with the button.
    service.finished(task_id)
    test = page(call=task_id)
    test.button(key="delete-yes").click().run()
    assert "call" not in test.query_params
    assert '<header class="call">' not in shown(test)
    assert service.client.get(f"/api/v1/tasks/{task_id}").status_code == 404


@pytest.mark.parametrize(
    ("task_id", "sentence"),
    [
        (str(UUID(int=0)), "This call is not there any more; it was deleted."),
        ("nonsense", "This address leads to no call; choose one from the list."),
    ],
)
def test_an_address_of_no_call(page: Open, task_id: str, sentence: str) -> None:
    assert sentence in shown(page(call=task_id))


def test_a_service_that_is_down_is_told_once_and_seen_again(
    service: Service, page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    up = f"http://127.0.0.1:{service.port}"
    monkeypatch.setenv("CALLSCRIBE_API_URL", NOBODY)
    test = page()
    assert shown(test).count("<code>callscribe up</code>") == 1
    assert not test.error
    monkeypatch.setenv("CALLSCRIBE_API_URL", up)
    assert "<code>callscribe up</code>" not in shown(test.run())


@pytest.fixture(scope="module")
def web(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebPage]:
    with WebPage(tmp_path_factory.mktemp("ui"), f"http://127.0.0.1:{service.port}") as web:
        yield web


def test_uploads_go_through_the_page_to_the_api(service: Service, web: WebPage) -> None:
    with CALL_EN.open("rb") as content:
        answer = httpx.post(
            f"{web.url}/api/v1/transcribe",
            files={"file": (CALL_EN.name, content)},
            data={"again": "true"},
            timeout=60,
            trust_env=False,
        )
    assert answer.status_code == 202
    assert service.task(answer.json()["task_id"])["filename"] == CALL_EN.name


def test_problems_come_through_too(web: WebPage) -> None:
    answer = httpx.get(f"{web.url}/api/v1/tasks/{uuid4()}", trust_env=False)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_another_sites_page_gets_nothing(web: WebPage) -> None:
    answer = httpx.get(f"{web.url}/api/v1/tasks", headers={"origin": "http://elsewhere.example"}, trust_env=False)
    assert answer.status_code == 403


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 0)])
def test_it_stops_when_it_is_told_to(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with WebPage(tmp_path, NOBODY) as web:
        assert web.stop(number) == code
    assert crashes(web.log.read_text()) == []


def test_a_port_that_is_taken_is_an_error(web: WebPage) -> None:
    command = [sys.executable, "-m", "callscribe", "ui"]
    done = subprocess.run(command, env=web.environment, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert "address already in use" in done.stderr
