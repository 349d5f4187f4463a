"""From a file on the desk to its first line, without a reload."""

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.service import CALL_EN, Service

FILES = "input[type=file]"
_PATIENCE_MS = 300_000

expect.set_options(timeout=_PATIENCE_MS)


def recording() -> bytes:
    """A sample that nobody has uploaded before: the checksum of its sound, which nobody looks at, is another one."""
    flac = CALL_EN.read_bytes()
    return flac[:26] + uuid4().bytes + flac[42:]


def test_a_recording_is_uploaded_watched_and_read(page: Page, service: Service) -> None:
    name = f"{uuid4()}.flac"
    page.get_by_label("Language spoken").select_option("en")
    page.locator(FILES).set_input_files({"name": name, "mimeType": "audio/flac", "buffer": recording()})
    expect(page.locator("li", has_text=name)).to_contain_text("Uploaded")
    row = page.get_by_role("row", name=name)
    expect(row).to_contain_text("Done")
    expect(row).to_contain_text("01:02")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_text("Good morning, Mark.")).to_be_visible()
    task_id = page.url.rpartition("=")[2]
    assert service.task(task_id)["language_asked"] == "en"


def test_a_file_that_is_there_is_told_and_processed_again_if_asked_for(page: Page, service: Service) -> None:
    first, second = f"{uuid4()}.flac", f"{uuid4()}.flac"
    content = recording()
    page.locator(FILES).set_input_files({"name": first, "mimeType": "audio/flac", "buffer": content})
    expect(page.locator("li", has_text=first)).to_contain_text("Uploaded")
    page.locator(FILES).set_input_files({"name": second, "mimeType": "audio/flac", "buffer": content})
    told = page.locator("li", has_text=second)
    expect(told).to_contain_text("Already there")
    href = told.get_by_role("link", name="Open the call").get_attribute("href")
    assert href is not None
    there = service.task(href.rpartition("=")[2])
    assert there["filename"] == first
    told.get_by_role("button", name="Process again").click()
    expect(told).to_contain_text("Uploaded")
    expect(told.get_by_role("button")).to_have_count(0)
    page.get_by_role("row", name=second).get_by_role("link").click()
    expect(page.get_by_role("heading", name=second)).to_be_visible()
    assert service.task(page.url.rpartition("=")[2])["duplicate_of"] == there["task_id"]


def test_files_are_dropped_and_those_that_cannot_be_are_named_at_once(page: Page) -> None:
    good, empty, large = (f"{kind}-{uuid4()}.wav" for kind in ("good", "empty", "large"))
    transfer = page.evaluate_handle(
        """([good, empty, large]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(["not a sound"], good));
            transfer.items.add(new File([], empty));
            transfer.items.add(new File([new Uint8Array(3000001)], large));
            return transfer;
        }""",
        [good, empty, large],
    )
    page.locator(".drop").dispatch_event("drop", {"dataTransfer": transfer})
    expect(page.locator("li", has_text=empty)).to_contain_text("The file is empty; choose a recording.")
    expect(page.locator("li", has_text=large)).to_contain_text("The file is larger than 3 MB; compress it")
    expect(page.get_by_role("row", name=good)).to_contain_text("Failed")
    expect(page.get_by_role("row", name=re.compile("empty|large"))).to_have_count(0)


def test_an_upload_is_canceled(page: Page) -> None:
    name = f"{uuid4()}.wav"
    page.route("**/api/v1/transcribe", lambda _: None)  # it never ends
    page.locator(FILES).set_input_files({"name": name, "mimeType": "audio/wav", "buffer": b"sound"})
    row = page.locator("li", has_text=name)
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_contain_text("Canceled")
    expect(row.get_by_role("button")).to_have_count(0)


def test_an_answer_that_never_came_is_told(page: Page) -> None:
    page.route("**/api/v1/transcribe", lambda route: route.abort())
    page.locator(FILES).set_input_files({"name": "lost.wav", "mimeType": "audio/wav", "buffer": b"sound"})
    expect(page.locator("li", has_text="lost.wav")).to_contain_text("The connection was lost; add the file once more.")


def test_a_call_is_deleted_after_one_more_question(page: Page) -> None:
    name = f"{uuid4()}.wav"
    page.locator(FILES).set_input_files({"name": name, "mimeType": "audio/wav", "buffer": b"not a sound"})
    page.get_by_role("row", name=name).get_by_role("link").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("heading", name="Calls", exact=True)).to_be_visible()
    expect(page.get_by_role("row", name=name)).to_have_count(0)
