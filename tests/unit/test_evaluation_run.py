"""The figures of an evaluation, put together and shown, without a speech engine."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from callscribe.errors import BadMedia, ConfigError, ModelMissing, StageFailed
from callscribe.evaluation import run
from callscribe.evaluation.manifest import Item, SpokenTurn
from callscribe.evaluation.report import Report, as_json, report
from callscribe.evaluation.run import Failed, Heard, Scored, Transcribe, evaluate
from callscribe.evaluation.tables import tables
from callscribe.models import LanguageChoice, Segment, Transcript, Word

TURNS = (SpokenTurn(0.0, 2.0, "Анна"), SpokenTurn(2.0, 4.0, "Иван"))
ITEMS = (
    Item("one", Path("one.wav"), "we ship on friday", LanguageChoice.EN),
    Item("two", Path("two.wav"), "мы выпускаем в пятницу двадцать пятого", LanguageChoice.AUTO, TURNS),
    Item("silence", Path("silence.wav"), ""),
)
SAID = {"one.wav": "we shop on friday", "two.wav": "мы выпускаем в пятницу 25-го", "silence.wav": ""}


def transcript(text: str, language: str | None, speaker: str | None) -> Transcript:
    if not text:
        return Transcript((), None)
    words = tuple(Word(i * 0.8, i * 0.8 + 0.7, word, 1.0) for i, word in enumerate(text.split()))
    return Transcript((Segment(0.0, 4.0, text, words, language or "", speaker),), language)


def transcribe(file: Path, language: LanguageChoice) -> Heard:
    detected = "ru" if language is LanguageChoice.AUTO else language.value
    return Heard(transcript(SAID[file.name], detected, "Спикер 1"), 4.0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at it is half a second later."""
    ticks = iter(i / 2 for i in range(1000))
    monkeypatch.setattr("callscribe.evaluation.run.time.perf_counter", lambda: next(ticks))


def evaluated(*items: Item, transcribe: Transcribe = transcribe, confusions: int = 20) -> Report:
    outcomes = evaluate(items, transcribe, drop_fillers=False)
    return report(outcomes, confusions=confusions, peak_memory_mb=123.0, fillers_dropped=False)


def shown(done: Report, *, with_files: bool = False) -> str:
    console = Console(file=io.StringIO(), width=300)
    for table in tables(done, with_files=with_files):
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.usefixtures("clock")
def test_figures_by_language_and_in_all() -> None:
    done = evaluated(*ITEMS)
    assert list(done.languages) == ["", "en", "ru"]
    assert done.languages["en"].words.rate == 0.25
    assert done.languages["ru"].words.rate == 0.0
    assert done.languages["ru"].raw_words.rate == pytest.approx(2 / 6)
    assert done.total.words.total == 9
    assert done.total.words.rate == pytest.approx(1 / 9)
    assert (done.total.duration, done.total.elapsed, done.total.rtfx) == (12.0, 1.5, 8.0)


def test_speakers_are_scored_where_turns_are_given() -> None:
    done = evaluated(*ITEMS)
    assert done.languages["en"].speakers is None
    with_collar, without = done.total.speakers or ()
    assert (without.total, without.confusion, without.rate) == (4.0, 2.0, 0.5)
    assert (with_collar.total, with_collar.confusion) == pytest.approx((3.0, 1.5))


@pytest.mark.usefixtures("clock")
def test_as_json() -> None:
    figures = as_json(evaluated(*ITEMS, confusions=1))
    assert set(figures) == {
        "total",
        "languages",
        "peak_memory_mb",
        "fillers_dropped",
        "files",
        "failed",
        "confusions",
    }
    first: dict[str, Any] = figures["files"][0]
    assert first == {
        "id": "one",
        "language": "en",
        "files": 1,
        "audio_s": 4.0,
        "processing_s": 0.5,
        "rtfx": 8.0,
        "wer": 0.25,
        "wer_confidence_95": None,
        "wer_raw": 0.25,
        "cer": round(1 / 17, 5),
        "words": {"total": 4, "substitutions": 1, "deletions": 0, "insertions": 0},
        "raw_words": {"total": 4, "substitutions": 1, "deletions": 0, "insertions": 0},
        "characters": {"total": 17, "substitutions": 1, "deletions": 0, "insertions": 0},
        "der": None,
    }
    assert figures["languages"]["ru"]["der"][1] == {
        "collar_s": 0.0,
        "der": 0.5,
        "total_s": 4.0,
        "missed_s": 0.0,
        "false_alarm_s": 0.0,
        "confusion_s": 2.0,
    }
    assert figures["files"][2]["wer"] is None
    assert figures["confusions"] == {
        "substitution": [
            {
                "count": 1,
                "reference": "ship",
                "hypothesis": "shop",
                "example": {
                    "file": "one",
                    "at_s": 0.8,
                    "reference": "we ship on friday",
                    "hypothesis": "we shop on friday",
                },
            }
        ],
        "deletion": [],
        "insertion": [],
    }


def test_ten_files_have_a_confidence_interval() -> None:
    items = [Item(str(number), Path("one.wav"), "we ship on friday") for number in range(10)]
    assert as_json(evaluated(*items))["total"]["wer_confidence_95"] == [0.25, 0.25]
    assert "25.0-25.0" in shown(evaluated(*items))


def test_tables() -> None:
    done = evaluated(*ITEMS)
    text = shown(done)
    assert [line.split()[0] for line in text.splitlines()[1:5]] == ["?", "en", "ru", "all"]
    assert "11.1 %" in text
    assert "0.25 s" in text
    assert "we shop on friday" in text
    assert "silence" not in text
    assert "silence" in shown(done, with_files=True)


@pytest.mark.parametrize("error", [BadMedia, StageFailed])
def test_a_recording_that_cannot_be_used_does_not_stop_the_others(error: type[Exception]) -> None:
    def refuse_one(file: Path, language: LanguageChoice) -> Heard:
        if file.name == "one.wav":
            raise error("This is no sound; give [another].")
        return transcribe(file, language)

    done = evaluated(*ITEMS, transcribe=refuse_one)
    assert done.failed == (Failed("one", "This is no sound; give [another]."),)
    assert [file.id for file in done.files] == ["two", "silence"]
    assert as_json(done)["failed"] == [{"id": "one", "reason": "This is no sound; give [another]."}]
    assert "give [another]" in shown(done)


def test_nothing_could_be_used() -> None:
    def refuse(_file: Path, _language: LanguageChoice) -> Heard:
        raise BadMedia("This is no sound; give another.")

    done = evaluated(*ITEMS, transcribe=refuse)
    total = as_json(done)["total"]
    assert (total["files"], total["wer"], total["rtfx"], total["der"]) == (0, None, None, None)
    assert "3 could not be transcribed" in shown(done, with_files=True)


def test_what_concerns_all_recordings_ends_it() -> None:
    def without_model(_file: Path, _language: LanguageChoice) -> Heard:
        raise ModelMissing("There is no model; pull one.")

    with pytest.raises(ModelMissing):
        list(evaluate(ITEMS, without_model, drop_fillers=False))


def test_what_is_needed_for_turns_is_asked_for_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("pyannote.metrics")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pyannote.metrics", None)
    done: list[Path] = []

    def note(file: Path, language: LanguageChoice) -> Heard:
        done.append(file)
        return transcribe(file, language)

    with pytest.raises(ConfigError, match=r"pip install 'callscribe\[eval\]'"):
        list(evaluate(ITEMS, note, drop_fillers=False))
    assert done == []
    outcomes: Iterator[Scored | Failed] = evaluate(ITEMS[:1], note, drop_fillers=False)
    assert len(list(outcomes)) == len(done) == 1


def test_the_peak_of_memory_is_in_megabytes() -> None:
    before = run.peak_memory_mb()
    assert 20 < before < 100_000
    block = b"x" * (int(before * 1e6) + 50_000_000)
    assert run.peak_memory_mb() >= before + 50
    del block
