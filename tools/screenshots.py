"""Pictures of every page: a few for the documentation, all of them in an ignored folder.

    make screenshots

It starts a service with the small model of the tests, fills it with generated calls and the two samples, and takes each
page in both languages, light and dark, on a laptop, a tablet and a phone.
"""

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal, get_args
from uuid import UUID

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bench.corpus import load
from callscribe.client import CallScribe
from callscribe.store.database import Database
from tests.service import CALL_EN, CALL_RU, Service
from tests.web_page import WebPage

ROOT = Path(__file__).parent.parent
ALL = ROOT / "screenshots"
DOCS = ROOT / "docs" / "images"

Scheme = Literal["light", "dark"]
Language = Literal["en", "ru"]
HEIGHTS = {1440: 900, 1024: 768, 390: 844}
TITLES = {CALL_EN: "Release planning", CALL_RU: "Планёрка по проекту"}
_PATIENCE_MS = 120_000


@dataclass(frozen=True, slots=True)
class Shot:
    """A page, and what is there once it is complete."""

    name: str
    address: str
    ready: str


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at the page."""

    width: int
    scheme: Scheme
    language: Language

    def __str__(self) -> str:
        """As part of a file's name."""
        return f"{self.width}-{self.scheme}-{self.language}"


LOOKS = [Look(*one) for one in product(HEIGHTS, get_args(Scheme), get_args(Language))]
#: What the documentation shows, by the names of shots.
DOCUMENTED = {
    "upload": Look(1440, "light", "en"),
    "call": Look(1440, "light", "en"),
    "search": Look(1440, "light", "ru"),
    "history": Look(1440, "dark", "en"),
    "analytics": Look(1440, "light", "en"),
}


def shots(call: UUID) -> list[Shot]:
    """Every page; `call` is one that is done."""
    return [
        Shot("upload", "", "button.choose"),
        Shot("call", f"call?call={call}&t=25", ".word"),
        Shot("search", "search?q=релиз", "mark"),
        Shot("history", "history", "tbody tr"),
        Shot("analytics", "analytics?range=all", ".dot"),
    ]


def fill(service: Service, generated: int) -> dict[Path, UUID]:
    """Generated calls and the two samples, whose speakers are told apart; the ids of the samples' calls."""
    if generated:
        database = Database(service.database_url)
        load(database, generated)
        database.close()
    with CallScribe(f"http://127.0.0.1:{service.port}") as client:
        return {sample: _sample(client, sample) for sample in TITLES}


def _sample(client: CallScribe, sample: Path) -> UUID:
    task_id = client.upload(sample, again=True).task_id
    client.wait(task_id)
    said = json.loads(sample.with_suffix(".json").read_text("utf-8"))["utterances"]
    for segment in client.result(task_id).segments:
        middle = (segment.start + segment.end) / 2
        speaker = min(said, key=lambda one: abs((one["start"] + one["end"]) / 2 - middle))["speaker"]
        client.correct(task_id, segment.id, speaker=speaker)
    client.update(task_id, title=TITLES[sample], tags=["team"])
    client.resummarize(task_id)
    client.wait(task_id)
    return task_id


def take(browser: Browser, web: WebPage, shot: Shot, look: Look, folder: Path) -> Page:
    """Take one picture; the page is still open afterwards."""
    context = browser.new_context(
        viewport={"width": look.width, "height": HEIGHTS[look.width]},
        color_scheme=look.scheme,
        locale=look.language,
        timezone_id="Europe/Moscow",
        reduced_motion="reduce",
    )
    context.set_default_timeout(_PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{web.url}/{shot.address}")
    page.locator(shot.ready).first.wait_for()
    page.locator(".recent li" if look.width >= 1024 else "h1").first.wait_for()
    page.locator("[data-stale=true]").wait_for(state="detached")
    page.wait_for_function("language => document.documentElement.lang === language", arg=look.language)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=folder / f"{shot.name}-{look}.png", animations="disabled")
    return page


def main() -> int:
    """Take all of them."""
    shutil.rmtree(ALL, ignore_errors=True)
    ALL.mkdir()
    with tempfile.TemporaryDirectory() as folder, Service(Path(folder) / "data") as service:
        calls = fill(service, generated=400)
        with (
            WebPage(Path(folder), f"http://127.0.0.1:{service.port}") as web,
            sync_playwright() as playwright,
            playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"]) as browser,
        ):
            for look in LOOKS:
                for shot in shots(calls[CALL_RU if look.language == "ru" else CALL_EN]):
                    take(browser, web, shot, look, ALL).context.close()
                print(look)  # noqa: T201
    DOCS.mkdir(parents=True, exist_ok=True)
    for name, look in DOCUMENTED.items():
        with Image.open(ALL / f"{name}-{look}.png") as picture:
            picture.quantize(128).save(DOCS / f"{name}-{look.language}.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
