"""`callscribe eval-summaries`: what golden calls say, and what of it a summary is found to have."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from callscribe import wiring
from callscribe.cli.eval_summaries import evaluate_summaries
from callscribe.errors import BadRequest, Unavailable
from callscribe.evaluation import golden
from callscribe.evaluation.golden import Fact, GoldenCall, GoldenItem
from callscribe.evaluation.summaries import score
from callscribe.evaluation.summary_score import Finds, Score, Share, total
from callscribe.models import DEFAULT_BRIEF, Brief, Insight, InsightKind, Summary, Transcript
from callscribe.ports import Report
from callscribe.settings import Settings
from callscribe.summary.extractive import ExtractiveSummarizer
from tests.service import ROOT

DECISION, ACTION, QUESTION = InsightKind.DECISION, InsightKind.ACTION_ITEM, InsightKind.QUESTION

EN = """\
title: The new lockers
language: en
template: standup
recorded: 2026-10-08

Fern: We have four hundred and ten lockers. {fact: four hundred ten lockers}
Leo: We've decided to close the harbour station. {decision}
Fern: Agreed, it is closed. {same}
Leo: I'll send you the list by tomorrow noon. {action owner=Leo due="by tomorrow noon" date=2026-10-09} {fact: list}
Fern: And somebody has to call the city. {action}
Leo: Who pays for that? {question}
"""
RU = """\
title: Новые датчики
language: ru
template: support
recorded: 2026-09-17

Нина: Мы решили закрыть пекарню на Лесной. {decision}
Артём: Я пришлю договор завтра до обеда. {action owner=Артём due="завтра до обеда" date=2026-09-18}
"""


def written(folder: Path, text: str = EN, name: str = "call.txt") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def call(tmp_path: Path) -> GoldenCall:
    return golden.parse(written(tmp_path))


def test_what_a_call_says(call: GoldenCall) -> None:
    assert (call.id, call.title, call.language, call.template) == ("call", "The new lockers", "en", "standup")
    assert call.recorded == date(2026, 10, 8)
    assert call.items == (
        GoldenItem(DECISION, (1, 2)),
        GoldenItem(ACTION, (3,), "Leo", "by tomorrow noon", date(2026, 10, 9)),
        GoldenItem(ACTION, (4,)),
        GoldenItem(QUESTION, (5,)),
    )
    assert call.facts == (Fact("four hundred ten lockers", 0), Fact("list", 3))
    first, second, *_ = call.transcript.segments
    assert (first.speaker, first.text, first.language) == ("Fern", "We have four hundred and ten lockers.", "en")
    assert (first.start, first.end, second.start, second.end) == (0, 2.8, 2.8, 5.6)  # 2.5 words a second
    assert call.transcript.language == "en"


@pytest.mark.parametrize(
    ("line", "number", "words"),
    [
        ("Fern: Yes. {verdict}", 12, "there is no mark {verdict}"),
        ("Fern: Yes. {fact: }", 12, "there is no mark {fact: }"),
        ("Fern: Yes. {action who=Leo}", 12, "there is no mark {action who=Leo}"),
        ("Fern: Yes. {action due=by Friday}", 12, "there is no mark {action due=by Friday}"),
        ("Fern: Yes. {action date=Friday}", 12, "Friday is no day"),
        ("Fern: Yes. {decision} Yes.", 12, "this is no turn"),
        ("Fern: Yes. {decision", 12, "this is no turn"),
        ("Fern: {decision}", 12, "this is no turn"),
        ("Yes.", 12, "this is no turn"),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, line: str, number: int, words: str) -> None:
    file = written(tmp_path, f"{EN}{line}\n")
    with pytest.raises(BadRequest) as caught:
        golden.parse(file)
    assert str(caught.value).startswith(f"{file}, line {number}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("title: The new lockers\n", "", "line 1: there is no `title`"),
        ("language: en", "language: de", "line 2: `language` is wrong; give one of ru, en"),
        ("template: standup", "template:", "line 3: there is no `template`"),
        ("2026-10-08\n\n", "yesterday\n\n", "line 4: yesterday is no day"),
        (EN.partition("\n\n")[2], "", "Nobody says anything"),
        (EN, "", "there is no `title`"),
        ("lockers. {fact: four hundred ten lockers}", "lockers. {same}", "line 6: {same} comes before any"),
    ],
)
def test_a_file_that_is_no_call_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(BadRequest) as caught:
        golden.parse(written(tmp_path, EN.replace(old, new)))
    assert words in str(caught.value)


def test_a_folder_is_its_text_files(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="There is no call in"):
        golden.read([tmp_path])
    ru, en = written(tmp_path, RU, "ru.txt"), written(tmp_path, EN, "en.txt")
    (tmp_path / "README.md").write_text("Two calls.")
    assert [call.id for call in golden.read([tmp_path])] == ["en", "ru"]
    assert [call.id for call in golden.read([ru, en])] == ["ru", "en"]
    with pytest.raises(BadRequest, match="cannot be read"):
        golden.read([tmp_path / "none.txt"])


def insight(kind: InsightKind, *segments: int, quote: str = "Agreed", **rest: Any) -> Insight:
    return Insight(kind, rest.pop("text", "It is so."), segments, quote, 0, 1, **rest)


def scored(call: GoldenCall, *insights: Insight, text: str = "") -> Score:
    return score(call, Summary(text, insights, (), "by hand"), 1.5).score


@pytest.mark.parametrize(
    ("segments", "finds"),
    [
        ([], Finds(missed=1)),
        ([(1,)], Finds(right=1)),
        ([(2,)], Finds(right=1)),
        ([(0, 1)], Finds(right=1)),
        ([(3,)], Finds(wrong=1, missed=1)),
        ([(1,), (2,)], Finds(right=1, repeated=1)),
        ([(1,), (0,), (5,)], Finds(right=1, wrong=2)),
    ],
)
def test_an_item_is_found_where_it_is_said(call: GoldenCall, segments: list[tuple[int, ...]], finds: Finds) -> None:
    figures = scored(call, *(insight(DECISION, *positions) for positions in segments))
    assert figures.finds[DECISION] == finds
    assert figures.finds[ACTION] == Finds(missed=2)
    assert figures.finds[QUESTION] == Finds(missed=1)


def test_an_item_of_another_kind_is_not_found(call: GoldenCall) -> None:
    figures = scored(call, insight(DECISION, 5), insight(InsightKind.KEY_POINT, 1))
    assert figures.finds[DECISION] == Finds(wrong=1, missed=1)
    assert figures.finds[QUESTION] == Finds(missed=1)


def test_each_of_two_items_is_matched_with_the_nearest(call: GoldenCall) -> None:
    wide = insight(ACTION, 3, 4, owner="Fern")
    assert scored(call, wide, insight(ACTION, 3, owner="Leo")).finds[ACTION] == Finds(right=2)
    assert scored(call, wide, insight(ACTION, 4)).owner == Share(0, 1)


def test_of_two_items_of_one_turn_that_of_the_same_owner_is_meant(tmp_path: Path) -> None:
    both = "{action owner=Leo due=tomorrow} {action owner=Fern}"
    call = golden.parse(written(tmp_path, EN.partition("Fern: ")[0] + f"Leo: You the list, I the rest. {both}\n"))
    figures = scored(call, insight(ACTION, 0, owner="Fern"), insight(ACTION, 0, owner="Leo", due="tomorrow"))
    assert (figures.owner, figures.due) == (Share(2, 2), Share(1, 1))


@pytest.mark.parametrize(
    ("found", "owner", "due", "due_date"),
    [
        ({}, Share(0, 1), Share(0, 1), Share(0, 1)),
        ({"owner": "leo"}, Share(1, 1), Share(0, 1), Share(0, 1)),
        ({"owner": "Fern"}, Share(0, 1), Share(0, 1), Share(0, 1)),
        ({"due": "Tomorrow noon,"}, Share(0, 1), Share(1, 1), Share(0, 1)),
        ({"due": "send it by tomorrow noon"}, Share(0, 1), Share(1, 1), Share(0, 1)),
        ({"due": "morrow"}, Share(0, 1), Share(0, 1), Share(0, 1)),
        ({"due_date": date(2026, 10, 9)}, Share(0, 1), Share(0, 1), Share(1, 1)),
        ({"due_date": date(2026, 10, 8)}, Share(0, 1), Share(0, 1), Share(0, 1)),
    ],
)
def test_owner_and_due_date_of_what_was_found(
    call: GoldenCall, found: dict[str, Any], owner: Share, due: Share, due_date: Share
) -> None:
    figures = scored(call, insight(ACTION, 3, **found))
    assert (figures.owner, figures.due, figures.due_date) == (owner, due, due_date)


def test_an_owner_that_nobody_named_is_wrong(call: GoldenCall) -> None:
    assert scored(call, insight(ACTION, 4)).owner == Share(0, 0)
    assert scored(call, insight(ACTION, 4, owner="Fern")).owner == Share(0, 1)
    assert scored(call, insight(DECISION, 4, owner="Fern")).owner == Share(0, 0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", 0),
        ("There are 410 lockers.", 1),
        ("It is four hundred and ten. Each locker is red.", 1),
        ("It is four hundred and ten. Each is red. A locker is.", 0),
        ("There are 400 lockers. Ten are red.", 0),
        ("They are 410 in all.", 0),
        ("There are 410 lockers, see the lists.", 2),
    ],
)
def test_a_fact_is_told_with_its_numbers(call: GoldenCall, text: str, told: int) -> None:
    assert scored(call, text=text).facts == Share(told, 2)


def test_a_fact_may_be_in_an_item_or_its_quote(call: GoldenCall) -> None:
    assert scored(call, insight(InsightKind.KEY_POINT, 0, text="410 lockers.")).facts == Share(1, 2)
    assert scored(call, insight(DECISION, 0, text="All", quote="four hundred and ten lockers")).facts == Share(1, 2)
    assert scored(call, insight(DECISION, 0, text="410"), insight(DECISION, 0, text="Lockers")).facts == Share(0, 2)


@pytest.mark.parametrize(
    ("segments", "quote", "right"),
    [
        ((1,), "decided to close", 1),
        ((1,), "decided  to\nclose", 1),
        ((1, 2), "harbour station. Agreed", 1),
        ((1,), "decided to open", 0),
        ((1,), "Decided to close", 0),
        ((2,), "decided to close", 0),
        ((1,), " ", 0),
        ((99,), "decided to close", 0),
    ],
)
def test_a_quote_is_verbatim_where_it_is_cited(
    call: GoldenCall, segments: tuple[int, ...], quote: str, right: int
) -> None:
    assert scored(call, insight(InsightKind.KEY_POINT, *segments, quote=quote)).faithful == Share(right, 1)


@pytest.mark.parametrize(
    ("finds", "rates"),
    [
        (Finds(), (None, None, None)),
        (Finds(missed=2), (None, 0, 0)),
        (Finds(wrong=2), (0, None, 0)),
        (Finds(right=3, wrong=1, missed=2, repeated=9), (0.75, 0.6, 2 / 3)),
    ],
)
def test_the_rates_of_finds(finds: Finds, rates: tuple[float | None, ...]) -> None:
    assert (finds.precision, finds.recall, finds.f1) == rates


def test_counts_of_calls_are_summed(call: GoldenCall) -> None:
    one = scored(call, insight(DECISION, 1), insight(ACTION, 3, owner="Leo"), text="There are 410 lockers.")
    other = scored(call, insight(DECISION, 3), insight(ACTION, 3, due="by tomorrow noon"), text="None.")
    both = total([one, other])
    assert both.calls == 2
    assert both.finds == {
        DECISION: Finds(1, 1, 1),
        ACTION: Finds(2, 0, 2),
        QUESTION: Finds(0, 0, 2),
    }
    assert (both.owner, both.due, both.due_date) == (Share(1, 2), Share(1, 2), Share(0, 2))
    assert (both.facts, both.faithful) == (Share(1, 4), Share(0, 4))
    assert (both.words, both.elapsed) == (4, 3)
    assert total([]).finds[DECISION] == Finds()


def test_every_mistake_is_said(call: GoldenCall) -> None:
    insights = (
        insight(ACTION, 3, quote="I'll send", owner="Fern"),
        insight(DECISION, 0, quote="We", text="All is well."),
    )
    remarks = score(call, Summary("", insights, (), "by hand"), 1).remarks
    assert {(remark.what, remark.said[0], remark.found) for remark in remarks} == {
        ("owner Fern for Leo", "Leo: I'll send you the list by tomorrow noon.", "It is so."),
        ("due None for by tomorrow noon", "Leo: I'll send you the list by tomorrow noon.", "It is so."),
        ("due date None for 2026-10-09", "Leo: I'll send you the list by tomorrow noon.", "It is so."),
        ("decision wrong", "Fern: We have four hundred and ten lockers.", "All is well."),
        ("decision missed", "Leo: We've decided to close the harbour station.", ""),
        ("action item missed", "Fern: And somebody has to call the city.", ""),
        ("question missed", "Leo: Who pays for that?", ""),
        ("fact missed: four hundred ten lockers", "Fern: We have four hundred and ten lockers.", ""),
        ("fact missed: list", "Leo: I'll send you the list by tomorrow noon.", ""),
    }


# The command.


class Llm:
    """Answers as the test says, and keeps what it was asked for."""

    name = "llm"

    def __init__(self, answer: Callable[[Transcript], Summary]) -> None:
        self._answer = answer
        self.briefs: list[Brief] = []

    def summarize(
        self, transcript: Transcript, _report: Report, brief: Brief = DEFAULT_BRIEF, _drafts: Any = None
    ) -> Summary:
        self.briefs.append(brief)
        return self._answer(transcript)


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two calls, for a CallScribe without an LLM."""
    for name, value in {"DATA_DIR": tmp_path / "data", "LLM_URL": ""}.items():
        monkeypatch.setenv(f"CALLSCRIBE_{name}", str(value))
    folder = tmp_path / "calls"
    folder.mkdir()
    written(folder, f"{EN}Fern: Mhm. {{question}}\n", "en.txt")  # which nobody finds
    written(folder, RU, "ru.txt")
    return folder


@pytest.fixture
def with_llm(monkeypatch: pytest.MonkeyPatch) -> Callable[[Llm], None]:
    """Have the settings name this LLM."""

    def use(llm: Llm) -> None:
        def summarizers(_settings: Settings) -> Any:
            return (lambda _model: llm), ExtractiveSummarizer()

        monkeypatch.setattr(wiring, "summarizers", summarizers)

    return use


def command(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command("eval-summaries")(evaluate_summaries)
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_the_figures_of_two_calls(calls: Path) -> None:
    done = command(calls, "--json", "-")
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert set(figures) == {"total", "languages", "calls", "failed"}
    assert [(each["id"], each["language"], each["engine"]) for each in figures["calls"]] == [
        ("en", "en", "extractive"),
        ("ru", "ru", "extractive"),
    ]
    assert set(figures["languages"]) == {"en", "ru"}
    all_calls = figures["total"]
    assert all_calls["calls"] == 2
    decisions = {"right": 2, "wrong": 0, "missed": 0, "precision": 1, "recall": 1, "f1": 1}
    assert all_calls["decision"].items() >= decisions.items()
    assert figures["languages"]["ru"]["action_item"].items() >= {"right": 1, "recall": 1}.items()
    assert all_calls["question"]["missed"] >= 1
    assert all_calls["faithful"]["rate"] == 1
    assert all_calls["longest_words"] <= 500
    assert all_calls["processing_s"] >= 0
    for name in ("owner", "due", "due_date", "facts"):
        assert set(all_calls[name]) == {"right", "of", "rate"}
    assert "question missed" in {miss["what"] for miss in figures["calls"][0]["misses"]}


def test_the_figures_as_tables(calls: Path, tmp_path: Path) -> None:
    done = command(calls / "en.txt", calls / "ru.txt", "--json", tmp_path / "figures.json")
    assert done.exit_code == 0, done.output
    assert ["all", "decision", "2", "0", "0"] in [line.split()[:5] for line in done.stdout.splitlines()]
    assert "Written by: extractive" in done.stdout
    assert "Fern: Mhm." not in done.stdout
    assert json.loads((tmp_path / "figures.json").read_text())["total"]["calls"] == 2
    assert "question missed\n    Fern: Mhm.\n" in command(calls, "--misses").stdout


def test_an_llm_is_told_the_kind_and_the_day_of_the_call(calls: Path, with_llm: Callable[[Llm], None]) -> None:
    llm = Llm(lambda _: Summary("410 lockers.", (), (), "llm", ungrounded=3))
    with_llm(llm)
    figures = json.loads(command(calls, "--json", "-").stdout)
    assert llm.briefs == [
        Brief("standup", called_on=date(2026, 10, 8)),
        Brief("support", called_on=date(2026, 9, 17)),
    ]
    assert {each["engine"] for each in figures["calls"]} == {"llm"}
    assert figures["total"]["ungrounded"] == 6
    assert figures["total"]["facts"]["right"] == 1


def test_an_llm_that_does_not_answer_has_no_figures(calls: Path, with_llm: Callable[[Llm], None]) -> None:
    def fails(_transcript: Transcript) -> Summary:
        raise Unavailable("The LLM is asleep; wake it.")

    with_llm(Llm(fails))
    done = command(calls, "--json", "-")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert isinstance(done.exception, Unavailable)
    assert "The LLM wrote no summary" in str(done.exception)
    assert "The LLM is asleep; wake it." in str(done.exception)
    assert command(calls, "--extractive").exit_code == 0


def test_a_call_that_the_llm_fails_on_is_listed_and_not_counted(calls: Path, with_llm: Callable[[Llm], None]) -> None:
    def fails_in_russian(transcript: Transcript) -> Summary:
        if transcript.language == "ru":
            raise Unavailable("The LLM knows no Russian; choose another.")
        return Summary("", (), (), "llm")

    with_llm(Llm(fails_in_russian))
    done = command(calls, "--json", "-")
    assert done.exit_code == 1
    figures = json.loads(done.stdout)
    assert (figures["total"]["calls"], list(figures["languages"])) == (1, ["en"])
    (failure,) = figures["failed"]
    assert failure["id"] == "ru"
    assert "The LLM knows no Russian; choose another." in failure["reason"]
    assert "The LLM knows no Russian; choose another." in command(calls).stdout


def test_a_folder_for_the_json_has_to_be_there(calls: Path) -> None:
    done = command(calls, "--json", calls / "none" / "figures.json")
    assert isinstance(done.exception, BadRequest)
    assert "--json" in str(done.exception)


# The golden calls.

GOLDEN = golden.read([ROOT / "tests" / "data" / name for name in ("golden", "golden-unseen")])


def test_half_of_the_golden_calls_are_in_each_language() -> None:
    assert [sum(call.language == language for call in GOLDEN) for language in ("ru", "en")] == [12, 12]
    assert all(call.id.startswith(f"{call.language}-") for call in GOLDEN)


@pytest.mark.parametrize("call", GOLDEN, ids=[call.id for call in GOLDEN])
def test_a_golden_call_has_something_to_find(call: GoldenCall) -> None:
    names = [f"{segment.speaker}" for segment in call.transcript.segments]
    kinds = [item.kind for item in call.items]
    assert kinds.count(DECISION) >= 1
    assert kinds.count(ACTION) >= 3
    assert kinds.count(QUESTION) >= 1
    assert len(call.facts) >= 4
    for item in call.items:
        assert item.owner is None or item.owner in names or item.owner[:3] in call.transcript.text
        said = " ".join(call.transcript.segments[position].text for position in item.turns)
        assert item.due is None or item.due in said
        assert item.due_date is None or (item.due and item.due_date >= call.recorded)


@pytest.mark.parametrize("call", GOLDEN, ids=[call.id for call in GOLDEN])
def test_a_perfect_summary_of_a_golden_call_has_perfect_figures(call: GoldenCall) -> None:
    def found(kind: InsightKind, *positions: int, **rest: Any) -> Insight:
        quote = " ".join(call.transcript.segments[position].text for position in positions)
        return insight(kind, *positions, quote=quote, **rest)

    items = [
        found(item.kind, *item.turns, owner=item.owner, due=item.due, due_date=item.due_date) for item in call.items
    ]
    points = [found(InsightKind.KEY_POINT, fact.turn) for fact in call.facts]
    figures = scored(call, *items, *points)
    assert {finds.f1 for finds in figures.finds.values()} == {1}
    assert (figures.facts.rate, figures.faithful.rate) == (1, 1)
    assert {share.rate for share in (figures.owner, figures.due, figures.due_date)} <= {1, None}
