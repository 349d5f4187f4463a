import random
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from callscribe.evaluation import golden
from callscribe.evaluation.summaries import score
from callscribe.evaluation.summary_score import total
from callscribe.models import Brief, Insight, InsightKind, Segment, Summary, Transcript, Word
from callscribe.summary.extractive import ExtractiveSummarizer
from callscribe.summary.text import count_words, sentences
from tests.transcripts import said, sample, unpunctuated

#: What a person lists who reads the sample calls: words that name each item, in the order of the call.
DECISIONS = {
    "release-call-en": ["move the release to friday", "meet again on thursday at ten"],
    "planning-call-ru": ["перенести релиз на пятницу", "следующая встреча в четверг"],
}
ACTION_ITEMS = {
    "release-call-en": [
        "fix the payment tests by wednesday",
        "send the status report to the customers tomorrow",
        "add the new price list",
        "server budget before monday",
    ],
    "planning-call-ru": [
        "исправлю тесты оплаты до среды",
        "предупредить клиентов",
        "отправлю клиентам письмо завтра",
        "подготовь бюджет",
        "подготовлю бюджет",
    ],
}
CALLS = ["release-call-en", "planning-call-ru"]


def summarize(transcript: Transcript) -> Summary:
    return ExtractiveSummarizer().summarize(transcript, lambda _: None)


def of(summary: Summary, kind: InsightKind) -> list[Insight]:
    return [insight for insight in summary.insights if insight.kind == kind]


def assert_found(wanted: Iterable[str], found: list[Insight]) -> None:
    """Each wanted item is found, in order, and there is nothing else."""
    quotes = [insight.quote.lower() for insight in found]
    assert [next((q for q in quotes if words in q), words) for words in wanted] == quotes


@pytest.mark.parametrize("as_heard", [lambda t: t, unpunctuated], ids=["punctuated", "unpunctuated"])
@pytest.mark.parametrize("call", CALLS)
def test_finds_what_a_person_lists_and_nothing_else(call: str, as_heard: Callable[[Transcript], Transcript]) -> None:
    summary = summarize(as_heard(sample(call)))
    assert_found(DECISIONS[call], of(summary, InsightKind.DECISION))
    assert_found(ACTION_ITEMS[call], of(summary, InsightKind.ACTION_ITEM))


@pytest.mark.parametrize("call", CALLS)
def test_a_short_call_takes_a_few_sentences_in_their_order(call: str) -> None:
    transcript = sample(call)
    said_in_call = [sentence.text for sentence in sentences(transcript.segments)]
    told = [sentence.text for sentence in sentences(said(summarize(transcript).text).segments)]
    assert 3 <= len(told) <= 7
    positions = [said_in_call.index(sentence) for sentence in told]
    assert positions == sorted(set(positions))


@pytest.mark.parametrize("call", CALLS)
def test_key_points_are_statements_about_the_subject(call: str) -> None:
    points = of(summarize(sample(call)), InsightKind.KEY_POINT)
    assert 3 <= len(points) <= 10
    assert not [point for point in points if point.quote.endswith("?") or count_words(point.quote) < 4]
    assert any("payment page" in p.quote or "три раза быстрее" in p.quote for p in points)
    assert not [p for p in points if "joining" in p.quote or "планёрку" in p.quote or "Добрый" in p.quote]


def test_participants_speak_for_themselves() -> None:
    transcript = sample("release-call-en")
    anna, mark = summarize(transcript).participants
    assert (anna.name, mark.name) == ("Anna", "Mark")
    assert anna.talk_time == pytest.approx(sum(s.end - s.start for s in transcript.segments if s.speaker == "Anna"))
    assert "I will fix the payment tests by Wednesday." in mark.statements
    assert not set(anna.statements) & set(mark.statements)


def test_unknown_speakers_are_no_participants() -> None:
    assert summarize(said("The new server is faster than the old one.")).participants == ()


def test_repetition_is_told_once() -> None:
    line = "The database server loses orders every night."
    others = ["The customers of the shop complain about orders.", "Our shop sells three products in Germany."]
    assert summarize(said(line, others[0], line, others[1], line)).text.count(line) == 1


def talk(*lines: str, called_on: date | None = date(2026, 9, 24)) -> Summary:
    """The summary of a call in which each line is `Speaker: sentences`."""
    segments = []
    for number, line in enumerate(lines):
        speaker, text = line.split(": ", 1)
        segments.append(Segment(5.0 * number, 5.0 * number + 4, text, (), "en", speaker))
    transcript = Transcript(tuple(segments), "en")
    return ExtractiveSummarizer().summarize(transcript, lambda _: None, Brief(called_on=called_on))


Task = tuple[str, tuple[int, ...], str | None, bool, str | None, date | None]


def tasks(summary: Summary) -> list[Task]:
    found = of(summary, InsightKind.ACTION_ITEM)
    return [(one.text, one.segments, one.owner, one.is_assigned, one.due, one.due_date) for one in found]


@pytest.mark.parametrize(
    ("lines", "task"),
    [
        (
            ["Anna: So, um, I'll send you the report by Friday."],
            ("I'll send you the report by Friday.", (0,), "Anna", False, "by Friday", date(2026, 9, 25)),
        ),
        (
            ["Anna: Tom, could you review the contract?", "Tom: Okay, I'll do it until Thursday."],
            (
                "Tom, could you review the contract?",
                (0, 1),
                "Tom",
                True,
                "until Thursday",
                date(2026, 10, 1),
            ),
        ),
        (
            ["Anna: Please send me the signed contract.", "Tom: Sure, by Friday."],
            ("Please send me the signed contract.", (0, 1), "Tom", True, "by Friday", date(2026, 9, 25)),
        ),
        (
            ["Anna: The new rota is mine. You'll have it on Monday."],
            ("The new rota is mine.", (0,), "Anna", False, "on Monday", date(2026, 9, 28)),
        ),
        (
            ["Anna: The insurance wants a letter. Leave it to me."],
            ("The insurance wants a letter. Leave it to me.", (0,), "Anna", False, None, None),
        ),
        (
            ["Анна: Иван, подготовь договор до среды.", "Иван: Хорошо, сделаю."],
            ("Иван, подготовь договор до среды.", (0, 1), "Иван", True, "до среды", date(2026, 9, 30)),
        ),
    ],
)
def test_a_task_has_who_and_until_when_of_all_that_is_said_of_it(lines: list[str], task: Task) -> None:
    assert tasks(talk(*lines)) == [task]


def test_without_the_day_of_the_call_a_due_date_is_only_said() -> None:
    (task,) = tasks(talk("Anna: I'll send you the report by Friday.", called_on=None))
    assert task[-2:] == ("by Friday", None)


def test_two_tasks_of_one_turn_are_two() -> None:
    found = tasks(talk("Anna: I'll send the signed contract. I will also check the server logs."))
    assert [text for text, *_ in found] == ["I'll send the signed contract.", "I will also check the server logs."]


def test_an_item_that_somebody_is_given_is_not_that_of_the_first_speaker() -> None:
    (task,) = tasks(talk("Анна: Подготовьте отчёт о продажах.", "Иван: Зачем?", "Пётр: Да."))
    assert task[2:4] == (None, True)


def test_a_decision_rests_on_the_words_that_agree_to_it_too() -> None:
    lines = ["Anna: So we switch the shop over on Monday.", "Tom: Good, then it's Monday for the shop."]
    (decision,) = of(talk(*lines), InsightKind.DECISION)
    assert (decision.text, decision.segments) == ("We switch the shop over on Monday.", (0, 1))


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ("Then that's how we do it. Lena and Paul work on the sensors in July.", True),
        ("Все двойные списания возвращает банк. На этом останавливаемся.", True),
        ("Agreed, so that's how we do it.", False),
        ("Договорились.", False),
    ],
)
def test_a_decision_that_names_nothing_is_told_with_what_it_is_about(said: str, is_told: bool) -> None:
    found = [decision.text for decision in of(talk(f"Anna: {said}"), InsightKind.DECISION)]
    assert found == [said] * is_told


def test_an_open_question_is_told() -> None:
    (question,) = of(talk("Anna: Will the bank accept the new contract?", "Tom: No idea."), InsightKind.QUESTION)
    assert (question.text, question.segments) == ("Will the bank accept the new contract?", (0, 1))


def test_a_summary_in_another_language_than_the_call_is_not_to_be_had() -> None:
    def notices(language: str | None) -> list[str]:
        summary = ExtractiveSummarizer().summarize(sample(CALLS[0]), lambda _: None, Brief(language=language))
        return [notice.code for notice in summary.notices]

    assert (notices(None), notices("en"), notices("ru")) == ([], [], ["summary_language"])


def test_what_is_shown_has_no_fillers_and_a_quote_has() -> None:
    summary = talk("Anna: We've, um, we've decided to close the, the office in Berlin.", "Tom: Fine.")
    (decision,) = of(summary, InsightKind.DECISION)
    assert decision.text == "We've decided to close the office in Berlin."
    assert decision.quote == "We've, um, we've decided to close the, the office in Berlin."
    assert decision.text in summary.text


@pytest.mark.parametrize("call", CALLS)
def test_a_call_has_a_short_title(call: str) -> None:
    title = summarize(sample(call)).title
    assert title is not None
    assert 1 <= count_words(title) <= 8


def test_golden_calls_are_summarized_as_well_as_ever() -> None:
    scores = []
    for call in golden.read([Path(__file__).parents[1] / "data" / "golden"]):
        brief = Brief(called_on=call.recorded)
        scores.append(score(call, ExtractiveSummarizer().summarize(call.transcript, lambda _: None, brief), 0).score)
    whole = total(scores)
    least = {InsightKind.DECISION: 0.7, InsightKind.ACTION_ITEM: 0.75, InsightKind.QUESTION: 0.5}
    assert {kind: rate for kind in least if (rate := whole.finds[kind].f1 or 0) < least[kind]} == {}
    assert (whole.owner.rate or 0) >= 0.85
    assert (whole.due_date.rate or 0) >= 0.85
    assert whole.faithful.rate == 1
    assert whole.words <= 500


def test_small_talk_is_still_told_where_there_is_nothing_else() -> None:
    assert summarize(said("Hello.", "Bye.")).text == "Hello. Bye."


def test_an_insight_starts_where_its_sentence_does() -> None:
    text = "Good. I will send the report."
    words = tuple(Word(i, i + 0.5, part, 1.0) for i, part in enumerate(text.split()))
    (insight,) = of(summarize(Transcript((Segment(0, 7, text, words, "en"),), "en")), InsightKind.ACTION_ITEM)
    assert (insight.quote, insight.start, insight.end) == ("I will send the report.", 1, 5.5)


def test_a_sentence_runs_over_segments() -> None:
    transcript = Transcript(
        (Segment(0, 3, "Fine. We decided to move", (), "en"), Segment(3.2, 6, "the release to Friday.", (), "en")), "en"
    )
    (insight,) = of(summarize(transcript), InsightKind.DECISION)
    assert insight.quote == "We decided to move the release to Friday."
    assert insight.segments == (0, 1)


def test_says_in_the_asked_language_that_nothing_was_said() -> None:
    summary = ExtractiveSummarizer("ru").summarize(Transcript((), None), lambda _: None)
    assert summary.text == "В этой записи не найдено речи."


def test_a_call_of_ten_hours() -> None:
    chance = random.Random(7)
    words = [
        a + b for a in ("pro", "con", "re", "in", "ex") for b in ("ject", "tract", "port", "voice", "pand", "tend")
    ]
    lines = [" ".join(chance.choices(words, k=8)).capitalize() + "." for _ in range(12_000)]
    lines[6_000] = "We decided to close the office in Berlin."
    summary = summarize(said(*lines))
    assert count_words(summary.text) <= 500
    assert len(of(summary, InsightKind.KEY_POINT)) == 10
    (decision,) = of(summary, InsightKind.DECISION)
    assert decision.segments == (6_000,)
