"""Search: a form of a word is typed, and the moment at which it is said is played."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.service import CALL_EN, CALL_RU, Service


def test_a_word_form_leads_to_the_moment(service: Service, opened: Open) -> None:
    task_id = service.upload(CALL_RU, "ru")
    service.done(task_id)
    page = opened("search", locale="ru-RU", viewport={"width": 390, "height": 844})
    box = page.get_by_role("searchbox")
    expect(page.get_by_role("link", name="бюджет")).to_be_visible()
    box.press_sequentially("перенесли релизы")
    place = page.locator(f'a[href*="{task_id}&t="]', has=page.locator("mark", has_text="перенести")).first
    expect(place).to_be_visible()
    expect(page).to_have_url(re.compile(r"search\?q=%D0%BF"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    seconds = re.search(r"t=([\d.]+)", place.get_attribute("href") or "")
    place.click()
    expect(page).to_have_url(re.compile(f"call={task_id}&t="))
    slider = page.get_by_role("slider").first
    assert seconds
    expect(slider).to_have_attribute("aria-valuenow", re.compile(f"^{int(float(seconds[1]))}"))
    page.go_back()
    expect(box).to_have_value("перенесли релизы")
    expect(place).to_be_visible()


def test_filters_are_kept_in_the_address(service: Service, opened: Open) -> None:
    task_id = service.upload(CALL_EN, "en")
    service.done(task_id)
    page = opened("search?q=payment&language=en&language=ru&sort=newest", locale="en-US")
    expect(page.get_by_role("radio", name="Newest")).to_be_checked()
    expect(page.locator(f'a[href*="{task_id}"]').first).to_be_visible()
    page.get_by_text("Language: English +1").click()
    page.get_by_role("checkbox", name="English").uncheck()
    expect(page).to_have_url(re.compile(r"\?q=payment&language=ru&sort=newest$"))
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_text("Date", exact=True).click()
    page.get_by_role("button", name="Last 7 days").click()
    expect(page).to_have_url(re.compile(r"from=\d{4}-\d\d-\d\d"))
    page.get_by_role("link", name="Clear filters").click()
    expect(page).to_have_url(re.compile(r"search\?q=payment&sort=newest$"))
    expect(page.locator(f'a[href*="{task_id}"]').first).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Language: Russian")).to_be_visible()


def test_addresses_and_days(opened: Open) -> None:
    page = opened("search")
    same, other, address, count, day, words = page.evaluate(
        """async () => {
            const { addressOf, conditions, same } = await import("/assets/filters/address.js");
            const { daysAgo, said } = await import("/assets/filters/dates.js");
            const now = new Date(2026, 2, 1);
            return [
                same({ a: ["1", "2"], b: [] }, { a: ["2", "1"] }),
                same({ a: ["1"] }, { b: ["1"] }),
                addressOf("history", { tag: ["a&b", "ё"], from: [""] }),
                conditions({ kept: ["q"] }, { q: ["x"], tag: ["y"], from: [""], cursor: ["z"] }),
                daysAgo(1, now),
                [said("2026-02-28", "en", now), said("2025-02-28", "en", now), said("x", "en", now)],
            ];
        }"""
    )
    assert (same, other) == (True, False)
    assert address == "history?tag=a%26b&tag=%D1%91"
    assert count == 1
    assert day == "2026-02-28"
    assert words == ["Feb 28", "Feb 28, 2025", "x"]
