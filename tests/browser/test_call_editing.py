"""What came out of a call beside its transcript, and correcting the transcript in place."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import srt  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Open, ready, until
from tests.service import CALL_EN, Service
from tests.web_page import WebPage

Result = dict[str, Any]


@pytest.fixture
def call(service: Service) -> Result:
    """The result of a call of the test's own."""
    return service.done(service.upload(CALL_EN, "en"))


@pytest.fixture
def open_call(opened: Open) -> Open:
    """Opens the page of a call; further keyword arguments are the browser's."""
    return lambda call, **settings: opened(f"call?call={call['task_id']}", **settings)


def turn(page: Page, text: str) -> Locator:
    return page.locator(".turn", has_text=text)


def line(page: Page, text: str) -> Locator:
    return page.locator(".segment", has_text=text)


def part(page: Page, name: str) -> Locator:
    """A section of the panel."""
    return page.get_by_role("complementary").get_by_role("region", name=name)


def speakers(service: Service, call: Result) -> list[str | None]:
    return [segment["speaker"] for segment in service.result(call["task_id"])["segments"]]


def say_who(service: Service, call: Result, *names: str) -> None:
    """Of the first segments, one after the other."""
    for segment, name in zip(call["segments"], names, strict=False):
        path = f"/api/v1/results/{call['task_id']}/segments/{segment['id']}"
        service.client.patch(path, json={"speaker": name}).raise_for_status()


def refused(route: Route) -> None:
    body = '{"detail": "The call is still summarizing; correct its transcript when it is done."}'
    route.fulfill(status=409, content_type="application/problem+json", body=body)


def test_a_speaker_is_renamed_everywhere_and_here_and_that_is_undone(
    open_call: Open, service: Service, call: Result
) -> None:
    page = open_call(call)
    talk = part(page, "Who spoke how much")
    talk.get_by_role("button", name="Rename Speaker 1").click()
    talk.get_by_label("Who speaks").fill("Anna")
    talk.get_by_role("button", name="In the whole call").click()
    expect(talk.get_by_role("img")).to_have_attribute("aria-label", re.compile(r"^Anna \d+%, Speaker 2 \d+%"))
    assert speakers(service, call)[:3] == ["Anna", "Speaker 2", "Anna"]
    second = turn(page, "Good morning, Anna.")
    second.hover()
    second.get_by_role("button", name="Change who speaks").click()
    second.get_by_role("button", name="Anna", exact=True).click()
    expect(second.get_by_text("both will be one")).to_be_visible()
    second.get_by_role("button", name="Only here").click()
    expect(page.locator(".turn").first).to_contain_text("Good morning, Anna.")
    assert speakers(service, call)[:3] == ["Anna", "Anna", "Anna"]
    page.get_by_role("button", name="Show the original").click()
    expect(page.get_by_text("As it was recognised")).to_be_visible()
    expect(talk.get_by_text("Speaker 2")).to_be_visible()
    expect(page.get_by_role("button", name="Correct the text")).to_have_count(0)
    page.get_by_role("button", name="Show it corrected").click()
    page.get_by_role("button", name="Undo the last correction").click()
    expect(page.locator(".turn").first).not_to_contain_text("Good morning, Anna.")
    page.get_by_role("button", name="Undo the last correction").click()
    expect(talk.get_by_text("Speaker 1")).to_be_visible()
    assert speakers(service, call)[:3] == ["Speaker 1", "Speaker 2", "Speaker 1"]


def test_a_word_is_corrected_where_it_stands_and_then_found(open_call: Open, service: Service, call: Result) -> None:
    page = open_call(call)
    line(page, "by Wednesday.").scroll_into_view_if_needed()
    page.locator(".word", has_text=re.compile("^Wednesday")).first.dblclick()
    area = page.get_by_role("textbox", name="Correct the text")
    expect(area).to_have_value("I will fix the payment tests by Wednesday.")
    area.fill("I will fix the payment tests by Quincyday.")
    page.route("**/segments/*", refused)
    area.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="The call is still summarizing")).to_be_visible()
    expect(area).to_have_value("I will fix the payment tests by Quincyday.")
    page.unroute("**/segments/*")
    area.press("Enter")
    expect(area).to_have_count(0)
    expect(line(page, "by Quincyday.")).to_be_visible()
    assert "Quincyday" in service.result(call["task_id"])["transcription"]
    page.get_by_role("link", name="Search").click()
    box = page.get_by_role("searchbox", name="What was said")
    box.fill("quincyday")
    box.press("Enter")
    found = page.get_by_role("link", name=re.compile("Quincyday"))
    expect(found).to_be_visible()
    found.click()
    expect(line(page, "by Quincyday.")).to_be_visible()


def test_a_segment_is_split_and_joined_by_keyboard(open_call: Open, service: Service, call: Result) -> None:
    page = open_call(call)
    first = turn(page, "Good morning, Mark.")
    first.get_by_role("button", name="Correct the text").press("Enter")
    area = page.get_by_role("textbox", name="Correct the text")
    expect(area).to_be_focused()
    area.press("Control+Home")
    page.get_by_role("button", name="Split here").press("Enter")
    expect(page.get_by_text("Put the cursor where the second part begins.")).to_be_visible()
    for _ in "Good morning, Mark.":
        area.press("ArrowRight")
    page.get_by_role("button", name="Split here").press("Enter")
    expect(area).to_have_count(0)
    expect(page.locator(".segment")).to_have_count(len(call["segments"]) + 1)
    assert service.result(call["task_id"])["segments"][0]["text"] == "Good morning, Mark."
    first.get_by_role("button", name="Correct the text").press("Enter")
    page.get_by_role("button", name="Join with the next").press("Enter")
    expect(page.locator(".segment")).to_have_count(len(call["segments"]))
    first.get_by_role("button", name="Correct the text").press("Enter")
    area.press("Escape")
    expect(area).to_have_count(0)
    assert service.result(call["task_id"])["segments"][0]["text"] == call["segments"][0]["text"]


def test_an_item_is_heard_and_ticked_off(open_call: Open, service: Service, call: Result) -> None:
    page = open_call(call)
    items = part(page, "Action items")
    item = next(item for item in call["items"] if item["kind"] == "action_item")
    row = items.get_by_role("listitem").filter(has_text=item["text"])
    ready(page)
    row.get_by_role("button", name="Play from").click()
    until(page, f"audio.currentTime >= {item['start']}")
    expect(page.locator(".turn[aria-current]")).to_contain_text(item["quote"])
    page.route("**/action-items/*", refused)
    box = row.get_by_role("checkbox", name=item["text"])
    box.click()
    expect(row.get_by_role("alert")).to_contain_text("The call is still summarizing")
    expect(box).not_to_be_checked()
    page.unroute("**/action-items/*")
    box.check()
    expect(row.get_by_role("alert")).to_have_count(0)
    service.until(lambda: service.result(call["task_id"])["items"][item["position"]]["done"], "the tick")
    page.reload()
    expect(box).to_be_checked()


def test_an_item_says_who_has_to_do_it_until_when_and_a_call_takes_the_title_that_is_offered(
    open_call: Open, service: Service, call: Result
) -> None:
    page = open_call(call)
    item = part(page, "Action items").get_by_role("listitem").filter(has_text="fix the payment tests")
    (told,) = [one for one in call["items"] if "fix the payment tests" in one["text"]]
    day = date.fromisoformat(told["due_date"])
    expect(item.locator(".owner")).to_have_text("Speaker 2")
    expect(item.locator(".due")).to_have_text(f"by Wednesday · {day:%b} {day.day}, {day.year}")
    summary = part(page, "Summary")
    expect(summary).to_contain_text(call["suggested_title"])
    summary.get_by_role("button", name="Use as the title").click()
    expect(page.get_by_role("heading", name=call["suggested_title"], exact=True)).to_be_visible()
    expect(summary.get_by_role("button", name="Use as the title")).to_have_count(0)
    assert service.task(call["task_id"])["title"] == call["suggested_title"]


def test_a_summary_that_is_older_than_the_corrections_is_written_anew(
    open_call: Open, service: Service, call: Result
) -> None:
    page = open_call(call)
    expect(part(page, "Summary")).to_be_visible()
    say_who(service, call, "Anna")
    outdated = page.get_by_text("The transcript was corrected since.")
    expect(outdated).to_be_visible()
    part(page, "Summary").get_by_role("button", name="Summarize again").click()
    expect(outdated).to_have_count(0)
    service.done(call["task_id"])
    assert not service.result(call["task_id"])["summary_outdated"]
    expect(part(page, "Summary")).to_contain_text(call["summary"][:40])


def test_a_call_is_exported_as_subtitles_and_renamed(open_call: Open, call: Result, tmp_path: Path) -> None:
    page = open_call(call)
    page.get_by_role("button", name="Details").click()
    page.get_by_role("textbox", name="Title").fill("Planning <b>")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Planning <b>")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Subtitles (srt)").click()
    assert download.value.suggested_filename.endswith(".srt")
    download.value.save_as(tmp_path / "call.srt")
    subtitles = list(srt.parse((tmp_path / "call.srt").read_text("utf-8")))
    assert "Good morning, Mark." in subtitles[0].content
    assert subtitles[-1].end <= timedelta(seconds=70)


def test_in_russian_a_call_is_deleted_after_one_more_question(
    open_call: Open, service: Service, call: Result, web: WebPage
) -> None:
    page = open_call(call, locale="ru-RU", viewport={"width": 390, "height": 844})
    expect(page.get_by_text("Готово").first).to_be_visible()
    page.get_by_role("tab", name="Резюме").click()
    expect(part(page, "Решения")).to_be_visible()
    page.get_by_role("button", name="Удалить").click()
    page.get_by_role("button", name="Удалить навсегда").click()
    page.wait_for_url(f"{web.url}/")
    assert service.client.get(f"/api/v1/tasks/{call['task_id']}").status_code == 404


def test_how_a_text_is_cut_and_segments_are_put_in_place(open_call: Open, call: Result) -> None:
    page = open_call(call)

    def told(expression: str) -> Any:
        return page.evaluate(
            f'async () => {{ const edits = await import("/assets/call/edits.js"); return {expression} }}'
        )

    carets = "[0, 3, 4, 5, 12].map((caret) => edits.placeOf('one  two 𝒳y', caret))"
    assert told(carets) == [None, 4, 4, 4, None]
    assert told("edits.placeOf('𝒳ab', 3)") == 2
    before = "[{ id: 1 }, { id: 2 }, { id: 3 }]"
    assert told(f"edits.replaced({before}, [2], [{{ id: 2, a: 1 }}, {{ id: 9 }}])") == [
        {"id": 1},
        {"id": 2, "a": 1},
        {"id": 9},
        {"id": 3},
    ]
    assert told(f"edits.replaced({before}, [2, 3], [{{ id: 2 }}])") == [{"id": 1}, {"id": 2}]
    said = "[['B', 0, 2], [null, 2, 3], ['B', 5, 6]].map(([speaker, start, end]) => ({ speaker, start, end }))"
    assert told(f"edits.tally({said})") == [
        {"name": "B", "talk_time": 3, "segments": 2},
        {"name": None, "talk_time": 1, "segments": 1},
    ]
