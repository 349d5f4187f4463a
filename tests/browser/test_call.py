"""Reading and hearing a call: the transcript follows the sound, and the sound the transcript."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Open, ready, until
from tests.service import CALL_EN, Service
from tests.web_page import WebPage

_SAID = """(texts) => texts.map((text, at) => {
    const start = 10 * at;
    const words = text.split(" ").map((word, number) => (
        { start: start + number, end: start + number + 0.8, text: word, probability: word === "hm" ? 0.2 : 0.9 }
    ));
    return { id: at + 1, start, end: start + words.length, speaker: null, text, language: "en", words };
})"""


@pytest.fixture(scope="module")
def call(service: Service) -> dict[str, Any]:
    """The result of a call that is done."""
    return service.done(service.upload(CALL_EN, "en"))


def address(call: dict[str, Any], second: float | None = None) -> str:
    return f"call?call={call['task_id']}" + ("" if second is None else f"&t={second:.1f}")


def word(page: Page, text: str) -> Locator:
    return page.locator(".word", has_text=re.compile(f"^{re.escape(text)}$")).first


def start_of(call: dict[str, Any], text: str) -> float:
    return next(float(word["start"]) for line in call["segments"] for word in line["words"] if word["text"] == text)


def position(page: Page) -> Locator:
    return page.get_by_role("slider", name="Position in the recording")


def test_the_current_word_follows_the_sound_and_the_sound_a_click_on_a_word(opened: Open, call: dict[str, Any]) -> None:
    page = opened(address(call))
    ready(page)
    expect(page.locator(".word.current")).to_have_count(0)
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "audio.currentTime > 1")
    expect(page.locator(".word.current")).to_have_count(1)
    page.get_by_role("button", name="Pause", exact=True).click()
    until(page, "audio.paused")
    start = start_of(call, "customers")
    page.locator(".segment", has_text="customers who reported").scroll_into_view_if_needed()
    word(page, "customers").click()
    until(page, f"audio.currentTime >= {start} && !audio.paused")
    page.keyboard.press("k")
    until(page, "audio.paused")
    heard = page.locator("audio").evaluate("(audio) => audio.currentTime")
    assert start <= heard < start_of(call, "Monday.")
    expect(page.locator(".turn[aria-current]")).to_contain_text("customers who reported")


def test_the_keys_of_the_page_play_but_not_while_somebody_types(opened: Open, call: dict[str, Any]) -> None:
    page = opened(address(call))
    ready(page)
    page.keyboard.press("l")
    expect(position(page)).to_have_attribute("aria-valuetext", "00:10 of 01:02")
    page.keyboard.press("ArrowRight")
    expect(position(page)).to_have_attribute("aria-valuetext", "00:15 of 01:02")
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'о', code: 'KeyJ' }))")
    expect(position(page)).to_have_attribute("aria-valuetext", "00:05 of 01:02")
    page.keyboard.press("]")
    expect(page.get_by_label("Speed")).to_have_value("1.25")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).not_to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("the release")
    expect(page.get_by_role("search")).to_contain_text("1 of 3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("search")).to_contain_text("2 of 3")
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_role("search")).to_contain_text("1 of 3")
    assert page.locator("audio").evaluate("(audio) => audio.paused")
    page.keyboard.press("Escape")
    page.keyboard.press(" ")
    until(page, "!audio.paused")


def test_a_link_to_a_second_shows_what_is_said_there(opened: Open, call: dict[str, Any], web: WebPage) -> None:
    start = start_of(call, "customers")
    page = opened(address(call, start), permissions=["clipboard-read", "clipboard-write"])
    expect(page.locator(".word.current")).to_have_text("customers")
    ready(page)
    assert page.locator("audio").evaluate("(audio) => audio.paused")
    page.keyboard.press("j")
    expect(page.locator(".word.current")).not_to_have_text("customers")
    assert page.url.endswith(address(call, start))
    page.get_by_role("button", name="Copy a link to this second").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    shared = f"{web.url}/{address(call, round(start, 1) - 10)}"
    assert page.evaluate("navigator.clipboard.readText()") == shared
    assert page.url == shared
    marked = page.locator(".word.current").text_content()
    page.reload()
    expect(page.locator(".word.current")).to_have_text(marked or "")


def test_text_comes_without_a_reload_and_so_do_corrections(opened: Open, service: Service) -> None:
    task_id = service.upload(CALL_EN, "en")
    page = opened(f"call?call={task_id}")
    page.evaluate("window.isTheSame = true")
    expect(word(page, "Mark.")).to_be_visible()
    ready(page)
    segments = service.done(task_id)["segments"]
    for segment, speaker in zip(segments, ["Anna", "Mark", "Anna", "Mark"], strict=False):
        correction = {"speaker": speaker}
        service.client.patch(f"/api/v1/results/{task_id}/segments/{segment['id']}", json=correction).raise_for_status()
    chips = page.get_by_role("group", name="Speakers")
    expect(chips.get_by_role("button")).to_have_text(["Anna", "Mark", "Speaker 1", "Speaker 2"])
    chips.get_by_role("button", name="Mark").click()
    expect(page.locator(".turn", has_text="Thank you for joining")).to_have_class(re.compile("dim"))
    expect(page.locator(".turn", has_text="Good morning, Anna")).not_to_have_class(re.compile("dim"))
    service.client.delete(f"/api/v1/tasks/{task_id}").raise_for_status()
    expect(page.get_by_text(re.compile("deleted"))).to_be_visible()
    assert page.evaluate("window.isTheSame")


def test_a_call_that_is_done_while_its_player_waits_can_be_heard(opened: Open, call: dict[str, Any]) -> None:
    refused: list[str] = []

    def unfinished(route: Route) -> None:
        route.fulfill(json=route.fetch().json() | {"status": "transcribing"})

    def not_yet(route: Route) -> None:
        if route.request.method == "HEAD" and not refused:
            refused.append(route.request.url)
            route.fulfill(status=409)
        else:
            route.continue_()

    page = opened("")
    page.route(f"**/tasks/{call['task_id']}", unfinished)
    page.route(f"**/tasks/{call['task_id']}/media", not_yet)
    page.goto(page.url + address(call))
    ready(page)
    assert refused
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()


def test_on_a_phone_there_is_one_column_and_the_player_below_it(opened: Open, call: dict[str, Any]) -> None:
    page = opened(address(call), viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(page.get_by_role("tab", name="Transcript")).to_have_attribute("aria-selected", "true")
    expect(word(page, "Mark.")).to_be_visible()
    expect(page.get_by_role("heading", name="Summary")).not_to_be_visible()
    box = page.get_by_role("region", name="Player").bounding_box()
    assert box and box["y"] + box["height"] == pytest.approx(844, abs=1)
    page.get_by_role("tab", name="Summary").click()
    expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    expect(word(page, "Mark.")).not_to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_what_is_shown_of_a_transcript_stays_when_more_comes(opened: Open, call: dict[str, Any]) -> None:
    page = opened(address(call))
    expect(word(page, "Mark.")).to_be_visible()
    kept, texts = page.evaluate(
        f"""async () => {{
            const {{ Transcript }} = await import("/assets/call/transcript.js");
            const said = {_SAID};
            const player = Object.assign(new EventTarget(), {{ time: 0, element: document.body }});
            const transcript = new Transcript(player, {{}});
            const show = (texts) => transcript.render({{ isFinished: true, result: {{ segments: said(texts) }} }});
            const lines = () => [...transcript.list.querySelectorAll(".segment")];
            show(["one two", "three", "five"]);
            const before = lines();
            show(["one two", "four", "five", "six"]);
            const kept = lines().map((line) => before.includes(line));
            const texts = lines().map((line) => line.textContent);
            transcript.close();
            return [kept, texts];
        }}"""
    )
    assert kept == [True, True, True, False]
    assert [text.strip() for text in texts] == ["one two", "four", "five", "six"]


def test_a_transcript_is_told_in_turns_and_words_by_time(opened: Open, call: dict[str, Any]) -> None:
    page = opened(address(call))

    def told(script: str) -> Any:
        return page.evaluate(
            f"""async () => {{
                const turns = await import("/assets/call/turns.js");
                const {{ heightsOf }} = await import("/assets/call/bars.js");
                const said = {_SAID};
                {script}
            }}"""
        )

    of_two = 'const segments = said(["a b", "c", "d"]); segments[0].speaker = "A"; segments[1].speaker = "A";'
    parts = "turns.turnsOf(segments).map((turn) => [turn.speaker, turn.segments.length, turn.start, turn.end])"
    assert told(f"{of_two} return {parts}") == [["A", 2, 0, 11], [None, 1, 20, 21]]
    at = "[-1, 0, 0.95, 1.5, 9.5, 10, 99].map((second) => turns.wordAt(turns.indexOf(segments), second))"
    assert told(f"{of_two} return {at}") == [-1, 0, 1, 1, 1, 2, 3]
    found = 'turns.matchesOf(said(["Всё ещё", "еще"]), " ЕЩЕ ").map((one) => [one.segment, one.begin, one.end])'
    assert told(f"return {found}") == [[0, 4, 7], [1, 0, 3]]
    assert told('return turns.matchesOf(said(["a"]), " ")') == []
    pieces = 'turns.piecesOf({ ...said(["a b"])[0], text: "«a», b!" }).map((piece) => [piece.text, piece.word])'
    assert told(f"return {pieces}") == [["«", -1], ["a", 0], ["», ", -1], ["b", 1], ["!", -1]]
    assert told("return [0, 59.9, 61, 3600].map(turns.clock)") == ["00:00", "00:59", "01:01", "1:00:00"]
    heights = told("return [...heightsOf({ duration: 5, points: [100, 100, 0, 50, 100] }, 10, 4)]")
    assert heights[0] == 1 and heights[1] == 1 and heights[2] == heights[3] < 0.1
