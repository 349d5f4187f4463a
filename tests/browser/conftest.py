"""A browser as people use it: the system's Chromium, without a window."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.service import Service
from tests.web_page import WebPage

#: An action waits this long for what it acts on; on a busy machine all takes its time.
_PATIENCE_MS = 300_000

expect.set_options(timeout=_PATIENCE_MS)

#: Opens an address of the page, as with `opened("search?q=release", locale="ru-RU")`.
Open = Callable[..., Page]


def until(page: Page, condition: str) -> None:
    """Wait for something that is true of the `audio` element."""
    audio = page.locator("audio").element_handle()
    page.wait_for_function(f"(audio) => {condition}", arg=audio, polling=50)


def ready(page: Page) -> None:
    """Wait until it can be played."""
    until(page, "audio.readyState >= 1")


@pytest.fixture(scope="session", autouse=True)
def chromium() -> str:
    """Asked for before a service is started in vain."""
    chromium = shutil.which("chromium")
    if chromium is None:
        missing = "there is no Chromium; install the package `chromium`"
        if os.environ.get("CI") == "true":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    return chromium


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Not for the whole run: as long as it is there, other tests could not run an event loop of their own."""
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not work for root, nor in most containers; it sees our own pages only.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def web(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebPage]:
    with WebPage(tmp_path_factory.mktemp("ui"), f"http://127.0.0.1:{service.port}", MAX_UPLOAD_MB="3") as web:
        yield web


@pytest.fixture
def page(browser: Browser, web: WebPage) -> Iterator[Page]:
    """The first page; nothing in it may fail, and nothing may come from elsewhere."""
    context = browser.new_context(timezone_id="Europe/Moscow")
    context.set_default_timeout(_PATIENCE_MS)
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(web.url)
    page.get_by_text("choose files").wait_for()
    yield page
    context.close()
    assert errors == []
    assert [url for url in asked if not url.startswith((f"{web.url}/", "data:", "blob:"))] == []


@pytest.fixture
def opened(browser: Browser, web: WebPage) -> Iterator[Open]:
    """Opens an address of the page; further keyword arguments are the browser's. Nothing on it may fail."""
    contexts = []
    errors: list[str] = []

    def open_(address: str, **settings: Any) -> Page:
        context = browser.new_context(**{"locale": "en-US", "timezone_id": "Europe/Moscow", **settings})
        context.set_default_timeout(_PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{web.url}/{address}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []
