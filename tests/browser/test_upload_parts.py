"""The parts of uploading that need no page, each in the browser, from where they are served."""

from typing import Any

import pytest
from playwright.sync_api import Page

_PARTS = ("pace", "check", "words", "options", "memory")


@pytest.fixture
def run(page: Page) -> Any:
    """Calls a function of JavaScript with all modules by their names."""

    def run(code: str, *values: Any) -> Any:
        load = f"Promise.all({list(_PARTS)}.map((name) => import(`/assets/upload/${{name}}.js`)))"
        names = f"const [{', '.join(_PARTS)}] = await {load};"
        return page.evaluate(f"async (values) => {{ {names} return ({code})(...values); }}", list(values))

    return run


def test_the_speed_is_smoothed_and_does_not_count_pauses(run: Any) -> None:
    steady, slower, later = run(
        """() => {
            const rate = new pace.Pace();
            for (let second = 0; second <= 10; second++) rate.note(second * 1000, second * 1000);
            const steady = rate.speed;
            rate.note(10_000, 11_000);
            const slower = rate.speed;
            rate.rest();
            rate.note(10_000, 900_000);
            rate.note(12_000, 901_000);
            return [steady, slower, rate.speed];
        }"""
    )
    assert steady == pytest.approx(1000)
    assert 700 < slower < 1000
    assert later == pytest.approx(2000)


@pytest.mark.parametrize(
    ("file", "refused"),
    [
        ({"name": "call.MP3", "size": 10, "type": ""}, None),
        ({"name": "call", "size": 10, "type": ""}, None),
        ({"name": "call.xyz", "size": 10, "type": "audio/x-new"}, None),
        ({"name": "notes.txt", "size": 10, "type": "text/plain"}, "kind"),
        ({"name": "notes.txt", "size": 0, "type": "text/plain"}, "kind"),
        ({"name": "call.mp3", "size": 0, "type": "audio/mpeg"}, "empty"),
        ({"name": "call.mp3", "size": 100, "type": "audio/mpeg"}, None),
        ({"name": "call.mp3", "size": 101, "type": "audio/mpeg"}, "large"),
        ({"name": "calls", "size": 4096, "type": "", "isFolder": True}, "folder"),
    ],
    ids=["capitals", "no ending", "new kind", "text", "empty text", "empty", "just so", "large", "folder"],
)
def test_what_is_refused(run: Any, file: dict[str, Any], refused: str | None) -> None:
    told = run("(file, limits) => check.refused(file, limits)", file, {"bytes": 100, "formats": ["mp3"]})
    assert told == ({"text": refused} if refused else None)


def test_figures_in_both_languages(run: Any) -> None:
    texts = {"speed": "{n} MB/s", "left-seconds": "{n} s", "left-minutes": "{n} min", "left-hours": "{n} h {minutes}"}
    code = """(texts, language) => {
        const said = new words.Words(texts, language);
        const left = [0.2, 59, 60, 3599, 9000].map((seconds) => said.left(seconds));
        return [said.size(500e6), said.size(1.25e6), said.size(900), said.speed(2.34e6), said.percent(0.999), left];
    }"""
    english = run(code, texts, "en")
    assert english[:5] == ["500 MB", "1.3 MB", "1 kB", "2.3 MB/s", "99%"]
    assert english[5] == ["1 s", "59 s", "1 min", "1 h 0", "2 h 30"]
    assert [said.replace("\xa0", " ") for said in run(code, texts, "ru")[1:5]] == ["1,3 МБ", "1 кБ", "2,3 MB/s", "99 %"]


def test_names_and_terms(run: Any) -> None:
    told = run("(text) => options.terms(text)", " Anna  Petrova, SLA;SLA,\n, " + "x" * 80)
    assert told == ["Anna Petrova", "SLA", "x" * 60]
    assert len(run("(text) => options.terms(text)", ",".join(map(str, range(150))))) == 100


def test_what_can_be_gone_on_with_is_remembered(run: Any) -> None:
    code = """() => {
        const file = { name: "a.mp3", size: 10, lastModified: 1 };
        const told = [memory.find(file, {})?.id];
        memory.keep(file, {}, { id: "one", received: 4 });
        told.push(memory.find(file, {}).received, memory.find(file, { language: "ru" }), memory.stopped().length);
        told.push(memory.find({ ...file, lastModified: 2 }, {}));
        memory.release([file]);
        told.push(memory.stopped().map(({ id, received }) => [id, received]));
        memory.forget(file);
        told.push(memory.find(file, {}));
        return told.map((value) => value ?? null);
    }"""
    assert run(code) == [None, 4, None, 0, None, [["one", 4]], None]
