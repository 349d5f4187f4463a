"""Every page as it looks; the pictures stay in the folder `screenshots`."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from tests.service import CALL_EN, CALL_RU, Service
from tests.web_page import WebPage
from tools import screenshots
from tools.screenshots import Look, take

LOOKS = [Look(1440, "light", "en"), Look(1024, "dark", "ru"), Look(390, "light", "ru"), Look(390, "dark", "en")]
NAMES = [shot.name for shot in screenshots.shots(UUID(int=0))]


@pytest.fixture(scope="module")
def calls(service: Service) -> Mapping[Path, UUID]:
    screenshots.ALL.mkdir(exist_ok=True)
    return screenshots.fill(service, generated=0)


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_a_page(browser: Browser, web: WebPage, calls: Mapping[Path, UUID], number: int, look: Look) -> None:
    shot = screenshots.shots(calls[CALL_RU if look.language == "ru" else CALL_EN])[number]
    page = take(browser, web, shot, look, screenshots.ALL)
    try:
        assert page.evaluate("document.documentElement.scrollWidth") <= look.width
        assert page.evaluate("document.documentElement.lang") == look.language
        for gone in ("stMainMenu", "stAppDeployButton", "stException"):
            expect(page.locator(f"[data-testid={gone}]")).not_to_be_visible()
    finally:
        page.context.close()
