import random
from collections.abc import Callable, Iterable

import pytest

from callscribe.models import Insight, InsightKind, Segment, Summary, Transcript, Word
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
