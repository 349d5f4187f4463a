"""Measures the memory of the web page's process: many visitors, and a large file that one of them uploads.

python -m bench.page
"""

import argparse
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.table import Row, at_most, show
from bench.upload import Memory, wav_header
from tests.service import CALL_EN, Service
from tests.web_page import WebPage

_MB = 1_000_000
_MOST_MB = 200.0
_PATIENCE_MS = 600_000
_PAGES = ("", "search?q=release", "history", "analytics")


def recording(path: Path, size: int) -> Path:
    """A WAV file of so many bytes, silent, and nearly nothing on the disk."""
    with path.open("wb") as file:
        file.write(wav_header(size))
        file.truncate(size)
    return path


def visit(browser: Browser, web: WebPage, address: str) -> Page:
    """A visitor of its own, who stays."""
    page = browser.new_context(locale="en-US").new_page()
    page.set_default_timeout(_PATIENCE_MS)
    page.goto(f"{web.url}/{address}")
    page.locator(".recent li").first.wait_for()
    return page


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=500)
    parser.add_argument("--visitors", type=int, default=10)
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        service = stack.enter_context(Service(folder / "data", MAX_UPLOAD_MB=str(arguments.mb)))
        call = service.upload(CALL_EN)
        service.done(call)
        web = stack.enter_context(WebPage(folder, f"http://127.0.0.1:{service.port}"))
        memory = Memory(psutil.Process(web.process.pid))
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        browser = stack.enter_context(chromium)
        with memory.watched():
            pages = [f"call?call={call}", *_PAGES]
            for number in range(arguments.visitors - 1):
                visit(browser, web, pages[number % len(pages)])
            visitors = memory.peak
            page = visit(browser, web, "")
            file = recording(folder / "long.wav", arguments.mb * _MB)
            page.locator("input[type=file]").set_input_files(file)
            expect(page.locator(".rows li", has_text=file.name)).to_contain_text("Uploaded", timeout=_PATIENCE_MS)
    show(
        f"{arguments.visitors} visitors, and an upload of {arguments.mb} MB",
        [
            Row("page's process before the first visitor", f"{memory.at_rest:.0f} MB"),
            Row("with all but one visitor", f"{visitors:.0f} MB"),
            at_most("its peak with the upload", memory.peak, _MOST_MB, " MB"),
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
