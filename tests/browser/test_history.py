"""The list of all calls: filtered, sorted, and worked on many at once."""

from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.service import Service


@pytest.fixture
def tag(service: Service, tmp_path: Path) -> str:
    """That of four calls that failed, Alpha, Beta, Gamma and Delta, each a day older than the one before."""
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"ID3" + bytes(100))
    tag = uuid4().hex
    for day, title in enumerate(["Alpha", "Beta", "Gamma", "Delta"]):
        task_id = service.upload(broken)
        change = {"title": title, "tags": [tag], "called_at": f"2026-01-{20 - day}T22:30:00Z"}
        service.client.patch(f"/api/v1/tasks/{task_id}", json=change).raise_for_status()
        assert service.finished(task_id)["status"] == "failed"
    return tag


def expect_titles(page: Page, *titles: str) -> None:
    expect(page.locator("td.title a")).to_have_text(list(titles))


def test_calls_are_filtered_sorted_exported_and_deleted(opened: Open, tag: str) -> None:
    page = opened(f"history?tag={tag}&status=failed", locale="en-US")
    expect_titles(page, "Alpha", "Beta", "Gamma", "Delta")
    # Half past ten in the evening of UTC is the next day in Moscow.
    expect(page.get_by_role("row", name="Alpha").get_by_role("cell").nth(2)).to_have_text("2026-01-21 01:30")
    page.get_by_role("link", name="Title").click()
    expect_titles(page, "Alpha", "Beta", "Delta", "Gamma")
    expect(page.get_by_role("columnheader", name="Title")).to_have_attribute("aria-sort", "ascending")
    page.get_by_text("Date", exact=True).first.click()
    page.get_by_label("From").fill("2026-01-19")
    expect_titles(page, "Alpha", "Beta", "Gamma")
    page.keyboard.press("Escape")

    page.get_by_role("checkbox", name="Alpha").check()
    page.get_by_role("checkbox", name="Gamma").click(modifiers=["Shift"])
    expect(page.get_by_text("3 calls selected")).to_be_visible()
    page.get_by_role("checkbox", name="Beta").uncheck()
    expect(page.get_by_role("checkbox", name="Select all")).to_have_js_property("indeterminate", value=True)
    page.get_by_label("Format").select_option("md")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    with ZipFile(download.value.path()) as archive:
        assert sorted(archive.namelist()) == ["2026-01-18 Gamma.md", "2026-01-20 Alpha.md"]

    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Keep").click()
    expect_titles(page, "Alpha", "Beta", "Gamma")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text("Delete 2 calls?")
    page.get_by_role("button", name="Delete 2 calls").click()
    expect(page.get_by_role("status").get_by_text("2 calls deleted.")).to_be_visible()
    expect_titles(page, "Beta")


def test_calls_are_tagged_on_a_phone_in_russian(opened: Open, tag: str) -> None:
    page = opened(f"history?tag={tag}", locale="ru-RU", viewport={"width": 390, "height": 844})
    expect_titles(page, "Alpha", "Beta", "Gamma", "Delta")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("checkbox", name="Выбрать все").check()
    expect(page.get_by_text("Выбрано 4 звонка")).to_be_visible()
    page.get_by_text("Добавить тег").first.click()
    page.get_by_role("combobox", name="Тег").fill("<важно>")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Тег «<важно>» теперь у 4 звонков.")).to_be_visible()
    expect(page.locator("td.tags").get_by_role("link", name="<важно>")).to_have_count(4)


def test_a_call_that_goes_on_is_followed(service: Service, opened: Open, tmp_path: Path) -> None:
    tag = uuid4().hex
    page = opened(f"history?tag={tag}", locale="en-US")
    expect(page.get_by_text("No call meets these conditions.")).to_be_visible()
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"ID3" + bytes(100))
    task_id = service.upload(broken)
    service.client.patch(f"/api/v1/tasks/{task_id}", json={"title": "Late", "tags": [tag]}).raise_for_status()
    expect_titles(page, "Late")
    expect(page.get_by_role("row", name="Late")).to_contain_text("Failed")


def test_what_is_selected(opened: Open) -> None:
    page = opened("history")
    steps = page.evaluate(
        """async () => {
            const { Selection } = await import("/assets/table/selection.js");
            const order = ["a", "b", "c", "d", "e"];
            const selection = new Selection();
            const steps = [];
            const step = (how) => { how(); steps.push([...selection.ids].sort().join("")); };
            step(() => selection.set(order, "b", true, true));
            step(() => selection.set(order, "d", true, true));
            step(() => selection.set(order, "c", false, false));
            step(() => selection.set(order, "a", false, true));
            step(() => selection.all(order, true));
            step(() => selection.keep(["a", "x", "e"]));
            step(() => selection.all(order, false));
            return steps;
        }"""
    )
    assert steps == ["b", "bcd", "bd", "d", "abcde", "ae", ""]
    forms = page.evaluate(
        """async () => {
            const { plural } = await import("/assets/dom.js");
            const say = (language, forms, numbers) => {
                document.documentElement.lang = language;
                return numbers.map((number) => plural(forms, number));
            };
            return [
                say("en", ["{n} call", "{n} calls"], [1, 2]),
                say("ru", ["{n} звонок", "{n} звонка", "{n} звонков"], [1, 3, 11, 25]),
            ];
        }"""
    )
    assert forms == [["1 call", "2 calls"], ["1 звонок", "3 звонка", "11 звонков", "25 звонков"]]
