"""From a file on the desk to a call that can be read, without a reload, over whatever happens on the way."""

import base64
import re
import wave
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, Request, Route, expect

from callscribe.models import PART_BYTES
from tests.browser.conftest import Open
from tests.service import CALL_EN, CALL_RU, Service
from tests.web_page import WebPage

FILES = "input[type=file]"
PARTS = "**/api/v1/uploads/*/parts/*"


def recording(sample: Path = CALL_EN) -> bytes:
    """A sample that nobody has uploaded before: the checksum of its sound, which nobody looks at, is another one."""
    flac = sample.read_bytes()
    return flac[:26] + uuid4().bytes + flac[42:]


def choose(page: Page, name: str, content: bytes, kind: str = "audio/flac") -> Locator:
    """The row of the upload."""
    page.locator(FILES).set_input_files({"name": name, "mimeType": kind, "buffer": content})
    return row(page, name)


def row(page: Page, name: str) -> Locator:
    """That of an upload."""
    return page.locator(".rows li", has_text=name)


def finished(page: Page, name: str) -> Locator:
    """The line of a call that is done."""
    return page.locator(".finished li", has_text=name)


def offsets(page: Page) -> list[int]:
    """Where each part begins that is sent from now on."""
    sent: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PUT":
            sent.append(int(request.url.rpartition("/")[2]))

    page.on("request", note)
    return sent


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """A recording of three parts in which nobody speaks."""
    path = tmp_path / f"{uuid4()}.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(uuid4().bytes + bytes(2 * PART_BYTES))
    return path


def test_a_recording_is_dropped_watched_and_read(page: Page, service: Service) -> None:
    name = f"{uuid4()}.flac"
    page.evaluate("window.loadedOnce = true")
    page.get_by_text("Options").click()
    page.get_by_label("Language spoken").select_option("Russian")
    page.get_by_label("Kind of call").select_option("Stand-up")
    page.get_by_label("Language of the summary").select_option("English")
    page.get_by_label("Who speaks").fill("Елена")
    page.get_by_label("Names and terms").fill("Kubernetes, , Елена")
    transfer = page.evaluate_handle(
        """([content, name]) => {
            const transfer = new DataTransfer();
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            transfer.items.add(new File([bytes], name, { type: "audio/flac" }));
            return transfer;
        }""",
        [base64.b64encode(recording(CALL_RU)).decode(), name],
    )
    page.locator(".zone").dispatch_event("dragover", {"dataTransfer": transfer})
    expect(page.locator(".zone.over")).to_be_visible()
    page.locator(".zone").dispatch_event("drop", {"dataTransfer": transfer})
    expect(page.locator(".zone.over")).to_have_count(0)
    line = finished(page, name)
    expect(line).to_contain_text("01:01")
    expect(line).to_contain_text("Russian")
    expect(row(page, name)).to_have_count(0)
    assert page.evaluate("window.loadedOnce")
    line.get_by_role("link").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    task = service.task(page.url.rpartition("=")[2])
    assert (task["language_asked"], task["template"], task["vocabulary"]) == ("ru", "standup", ["Елена", "Kubernetes"])
    assert task["summary_language"] == "en"
    turn = page.locator(".turn").first
    turn.hover()
    turn.get_by_role("button", name="Change who speaks").click()
    expect(turn.get_by_role("button", name="Елена", exact=True)).to_be_visible()
    page.reload()
    page.get_by_role("link", name="Upload").click()
    expect(page.locator("summary")).to_contain_text("Russian · Stand-up · English · names and terms: 2")


def test_what_is_not_taken_is_told_before_a_byte_is_sent(page: Page, tmp_path: Path) -> None:
    large, text, empty, good = (tmp_path / name for name in ("large.wav", "notes.txt", "empty.mp3", "good.flac"))
    with large.open("wb") as file:
        file.truncate(500_000_001)
    text.write_text("no sound")
    empty.touch()
    good.write_bytes(recording())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or "") if request.method == "POST" else None)
    page.locator(FILES).set_input_files([large, text, empty, good])
    expect(row(page, "large.wav")).to_contain_text("The file is larger than 500 MB; compress it")
    expect(row(page, "notes.txt")).to_contain_text("This is neither audio nor video")
    expect(row(page, "empty.mp3")).to_contain_text("The file is empty; choose a recording.")
    expect(page.locator(".title, .finished", has_text="good.flac").first).to_be_visible()
    assert [name for name in ("large", "notes", "empty") if any(name in body for body in asked)] == []
    page.get_by_role("button", name="Hide: notes.txt").click()
    expect(row(page, "notes.txt")).to_have_count(0)


def test_a_lost_connection_is_waited_for_and_the_upload_goes_on(page: Page, service: Service, long: Path) -> None:
    sent = offsets(page)

    def lose(route: Route) -> None:
        if route.request.url.endswith("/0"):
            route.continue_()
        else:
            route.abort("connectionfailed")

    page.route(PARTS, lose)
    page.locator(FILES).set_input_files(long)
    expect(row(page, long.name)).to_contain_text("waiting for the connection; it goes on by itself")
    expect(row(page, long.name)).to_contain_text(re.compile("^.*4[0-9]%"))
    page.unroute(PARTS)
    page.evaluate("dispatchEvent(new Event('online'))")
    line = finished(page, long.name)
    expect(line).to_be_visible()
    assert sent[0] == 0
    assert set(sent[1:]) == {PART_BYTES, 2 * PART_BYTES}
    task_id = str(line.get_by_role("link").get_attribute("href")).rpartition("=")[2]
    kept = service.client.get(f"/api/v1/tasks/{task_id}/media", params={"original": "true"})
    assert kept.content == long.read_bytes()


def test_an_upload_goes_on_after_a_reload_with_the_same_file(page: Page, long: Path) -> None:
    page.route(PARTS, lambda route: route.continue_() if route.request.url.endswith("/0") else None)
    with page.expect_request(re.compile(f"/parts/{PART_BYTES}$")):
        page.locator(FILES).set_input_files(long)
    questions: list[str] = []

    def leave(dialog: Dialog) -> None:
        questions.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.get_by_text("Options").click()  # browsers ask only who has done something on the page
    page.reload()
    assert questions == ["beforeunload"]
    expect(row(page, long.name)).to_contain_text("Stopped at 49%. Choose the same file again")
    sent = offsets(page)
    with page.expect_request(PARTS):
        page.locator(FILES).set_input_files(long)
    expect(row(page, long.name)).to_contain_text("went on from 49%")
    assert sent == [PART_BYTES]
    page.get_by_role("button", name=f"Cancel: {long.name}").click()
    expect(row(page, long.name)).to_contain_text("Canceled")


def test_an_upload_that_was_given_up_is_forgotten(page: Page, service: Service, long: Path) -> None:
    page.route(PARTS, lambda _: None)
    with page.expect_response("**/api/v1/uploads") as begun:
        page.locator(FILES).set_input_files(long)
    upload = f"/api/v1/uploads/{begun.value.json()['upload_id']}"
    assert service.client.get(upload).status_code == 200
    with page.expect_response(f"**{upload}"):
        page.get_by_role("button", name=f"Cancel: {long.name}").click()
    expect(row(page, long.name)).to_contain_text("Canceled")
    assert service.client.get(upload).status_code == 404
    page.reload()
    expect(page.get_by_role("button", name="Choose files")).to_be_visible()
    expect(row(page, long.name)).to_have_count(0)


def test_uploads_wait_for_each_other_and_go_on_while_other_pages_are_looked_at(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(PARTS, hold)
    first, second = f"{uuid4()}.flac", f"{uuid4()}.flac"
    expect(choose(page, first, recording())).to_contain_text("0%")
    expect(choose(page, second, recording())).to_contain_text("Waits for its turn")
    page.get_by_role("link", name="Analytics").click()
    expect(page.get_by_role("heading", name="Analytics")).to_be_visible()
    page.get_by_role("link", name="Upload").click()
    expect(row(page, first)).to_contain_text("0%")
    page.get_by_role("link", name="Analytics").click()
    expect(page.get_by_role("heading", name="Analytics")).to_be_visible()
    held[0].continue_()
    page.unroute(PARTS)
    for name in (first, second):
        expect(page.locator(".recent li", has_text=name)).to_be_visible()


def test_a_file_that_is_there_is_told_and_processed_again_if_asked_for(page: Page, service: Service) -> None:
    first, second = f"{uuid4()}.flac", f"{uuid4()}.flac"
    content = recording()
    choose(page, first, content)
    expect(finished(page, first)).to_be_visible()
    told = choose(page, second, content)
    expect(told).to_contain_text("Already there")
    href = told.get_by_role("link", name="Open the call").get_attribute("href")
    there = service.task(str(href).rpartition("=")[2])
    assert there["filename"] == first
    told.get_by_role("button", name="Process again").click()
    expect(finished(page, second)).to_be_visible()
    finished(page, second).get_by_role("link").click()
    expect(page.get_by_role("heading", name=second)).to_be_visible()
    assert service.task(page.url.rpartition("=")[2])["duplicate_of"] == there["task_id"]


def test_a_refusal_of_the_service_is_told_in_its_words(page: Page) -> None:
    problem = {"type": "urn:callscribe:problem:x", "title": "No", "status": 422, "detail": "Not on Mondays."}
    page.route("**/api/v1/uploads", lambda route: route.fulfill(status=422, json=problem))
    expect(choose(page, "call.wav", b"sound", "audio/wav")).to_contain_text("Not on Mondays.")


def test_a_call_that_failed_says_why_and_is_tried_again(page: Page, service: Service) -> None:
    name = f"{uuid4()}.wav"
    choose(page, name, name.encode(), "audio/wav")
    failed = page.locator("[class*=st-key-row-]", has_text=name)
    expect(failed).to_contain_text("This is not an audio or video file that can be read")
    task_id = str(failed.get_by_role("link").get_attribute("href")).rpartition("=")[2]
    before = service.task(task_id)["finished_at"]
    failed.get_by_role("button", name="Retry").click()
    service.until(lambda: service.finished(task_id)["finished_at"] > before, "the call to be tried again")
    expect(failed).to_contain_text("This is not an audio or video file that can be read")


def test_a_phone_in_russian(opened: Open) -> None:
    page = opened("", locale="ru-RU", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(page.get_by_text("Выберите записи на устройстве")).to_be_visible()
    expect(page.get_by_role("button", name="Выбрать файлы")).to_be_in_viewport()
    page.get_by_text("Параметры").click()
    expect(page.get_by_label("Язык разговора")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    expect(choose(page, "notes.txt", b"no sound", "text/plain")).to_contain_text("Это не аудио и не видео")
    assert page.evaluate("document.documentElement.lang") == "ru"


@pytest.fixture(scope="module")
def unvisited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of a service that has no calls yet."""
    with (
        Service(tmp_path_factory.mktemp("unvisited") / "data") as service,
        WebPage(tmp_path_factory.mktemp("ui"), f"http://127.0.0.1:{service.port}") as web,
    ):
        yield web.url


def test_the_first_visit_offers_samples_that_are_one_click_away(browser: Browser, unvisited: str) -> None:
    page = browser.new_page(locale="en-US")
    page.goto(unvisited)
    expect(page.get_by_role("heading", name="Turn a call into text")).to_be_visible()
    page.get_by_role("button", name="Russian, 1 minute").click()
    expect(finished(page, CALL_RU.name)).to_be_visible()
    page.get_by_role("button", name="English, 1 minute").click()
    expect(finished(page, CALL_EN.name)).to_be_visible()
    expect(page.get_by_role("heading", name="Turn a call into text")).to_have_count(0)
    expect(page.get_by_role("button", name="English, 1 minute")).to_have_count(0)
    assert httpx.get(f"{unvisited}/samples/{CALL_EN.name}", trust_env=False).content == CALL_EN.read_bytes()
    page.close()
