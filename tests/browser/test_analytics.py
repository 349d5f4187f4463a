"""All calls in charts that can be read, pointed at, and had as tables."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.service import CALL_EN, Service


def test_charts_and_their_tables(opened: Open, service: Service) -> None:
    service.done(service.upload(CALL_EN, "en", name="planning.flac"))
    page = opened("analytics", viewport={"width": 390, "height": 844})
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


def test_axes(opened: Open) -> None:
    ticks, whole, nothing, shown = opened("").evaluate(
        """async () => {
            const { ticks, shown } = await import("/assets/charts/scale.js");
            return [ticks(0.37, 4), ticks(3, 4, true), ticks(0), shown(31, 300, 64)];
        }"""
    )
    assert ticks == [0, 0.1, 0.2, 0.3, 0.4]
    assert whole == [0, 1, 2, 3]
    assert nothing == [0, 1]
    assert shown == [0, 7, 14, 21, 28]
