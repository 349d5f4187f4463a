"""All calls in charts that can be read, pointed at, and had as tables."""

import re

from playwright.sync_api import Browser, expect

from tests.service import CALL_EN, Service
from tests.web_page import WebPage

_PATIENCE_MS = 300_000

expect.set_options(timeout=_PATIENCE_MS)


def test_charts_and_their_tables(browser: Browser, web: WebPage, service: Service) -> None:
    service.done(service.upload(CALL_EN, "en", name="planning.flac"))
    with browser.new_context(locale="en-US", viewport={"width": 390, "height": 844}) as context:
        context.set_default_timeout(_PATIENCE_MS)
        page = context.new_page()
        page.goto(f"{web.url}/analytics")
        charts = page.get_by_role("figure")
        over_time = charts.filter(has=page.get_by_role("heading", name="Calls", exact=True))
        expect(over_time.get_by_role("img", name="Calls")).to_be_visible()
        over_time.get_by_text("As a table").click()
        expect(over_time.get_by_role("row")).to_have_count(31)
        processing = charts.filter(has=page.get_by_role("heading", name="Processing time"))
        expect(processing.get_by_role("link", name=re.compile("planning.flac: 1 min long")).first).to_be_attached()
        languages = charts.filter(has=page.get_by_role("heading", name="Languages"))
        expect(languages.get_by_role("link", name="English")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("link", name="Year").click()
        expect(page.get_by_role("link", name="Year")).to_have_attribute("aria-current", "true")
        expect(page).to_have_url(re.compile("range=days-365"))
        over_time.get_by_text("As a table").click()
        expect(over_time.get_by_role("row")).not_to_have_count(31)


def test_axes(browser: Browser, web: WebPage) -> None:
    page = browser.new_page()
    page.goto(web.url)
    ticks, whole, nothing, shown = page.evaluate(
        """async () => {
            const { ticks, shown } = await import("/assets/charts/scale.js");
            return [ticks(0.37, 4), ticks(3, 4, true), ticks(0), shown(31, 300, 64)];
        }"""
    )
    page.close()
    assert ticks == [0, 0.1, 0.2, 0.3, 0.4]
    assert whole == [0, 1, 2, 3]
    assert nothing == [0, 1]
    assert shown == [0, 7, 14, 21, 28]
