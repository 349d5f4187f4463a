"""What becomes of the owners, due dates and questions that a language model claims."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from callscribe.models import Brief, Insight, InsightKind, Segment, Summary, Transcript
from callscribe.ports import Drafts
from callscribe.summary.answers import Part
from callscribe.summary.llm import LlmSummarizer
from tests.scripted_llm import ScriptedLlm, part

CALL = (
    ("Anna", "The certificate runs out on Saturday."),
    ("Anna", "Mark, could you renew it by Thursday, please?"),
    ("Mark", "Sure, I will do it tomorrow morning."),
    ("Mark", "And Olga from the bank sends us the contract next week."),
    ("Anna", "Does the bank accept electronic signatures?"),
    ("Mark", "No idea."),
)
#: A Tuesday.
DAY = date(2026, 3, 3)


def transcript() -> Transcript:
    lines = [Segment(5.0 * i, 5.0 * i + 4, text, (), "en", who) for i, (who, text) in enumerate(CALL)]
    return Transcript(tuple(lines), "en")


def summary(drafts: Drafts | None = None, brief: Brief | None = None, **lists: list[dict[str, Any]]) -> Summary:
    llm = ScriptedLlm(lambda _, __: part(**lists))
    brief = brief or Brief(called_on=DAY)
    return LlmSummarizer(llm).summarize(transcript(), lambda _: None, brief, drafts)


def action(quote: str, segment: int, **claims: str | None) -> Insight:
    item = {"text": "The certificate is renewed.", "quote": quote, "segments": [segment]}
    if segment == 3:
        item["text"] = "The contract is sent."
    (found,) = summary(action_items=[item | claims]).insights
    assert found.kind is InsightKind.ACTION_ITEM
    return found


RENEW, DO_IT, SENDS = "could you renew it by Thursday", "I will do it tomorrow morning", "sends us the contract"


@pytest.mark.parametrize(
    ("quote", "segment", "claimed", "owner", "is_assigned"),
    [
        (DO_IT, 2, "Mark", "Mark", False),
        (DO_IT, 2, "mark", "Mark", False),
        (RENEW, 1, "Mark", "Mark", True),
        (SENDS, 3, "Olga", "Olga", True),
        # Names that nobody said, and words that are no names, are not believed; the call itself may tell.
        (DO_IT, 2, "Barbara", "Mark", False),
        (DO_IT, 2, "I", "Mark", False),
        (DO_IT, 2, "the bank", "Mark", False),
        (DO_IT, 2, "", "Mark", False),
        (RENEW, 1, None, "Mark", True),
    ],
)
def test_owners(quote: str, segment: int, claimed: str | None, owner: str | None, is_assigned: bool) -> None:
    found = action(quote, segment, owner=claimed)
    assert (found.owner, found.is_assigned) == (owner, is_assigned)


@pytest.mark.parametrize(
    ("quote", "segment", "claimed", "words", "day"),
    [
        (DO_IT, 2, "tomorrow morning", "tomorrow morning", date(2026, 3, 4)),
        (RENEW, 1, "By Thursday", "by Thursday", date(2026, 3, 5)),
        # A little way off, in the words of the call.
        (SENDS, 3, "next week", "next week", date(2026, 3, 13)),
        # Not said anywhere near, so the quote itself is asked.
        (DO_IT, 2, "2026-03-09", "tomorrow morning", date(2026, 3, 4)),
        (DO_IT, 2, "by Christmas", "tomorrow morning", date(2026, 3, 4)),
        (DO_IT, 2, None, "tomorrow morning", date(2026, 3, 4)),
        (SENDS, 3, None, None, None),
    ],
)
def test_due_dates(quote: str, segment: int, claimed: str | None, words: str | None, day: date | None) -> None:
    found = action(quote, segment, due=claimed)
    assert (found.due, found.due_date) == (words, day)


def test_a_day_is_known_only_of_a_call_whose_day_is_known() -> None:
    item = {"text": "The certificate is renewed.", "quote": DO_IT, "segments": [2], "due": "tomorrow morning"}
    (found,) = summary(brief=Brief(), action_items=[item]).insights
    assert (found.due, found.due_date) == ("tomorrow morning", None)


def test_other_kinds_have_neither_owner_nor_due_date() -> None:
    item = {"text": "The certificate has to be renewed by Thursday.", "quote": RENEW, "segments": [1]}
    (found,) = summary(decisions=[item]).insights
    assert (found.owner, found.is_assigned, found.due) == (None, False, None)


def test_questions_and_a_title() -> None:
    item = {
        "text": "Does the bank take electronic signatures?",
        "quote": "does the bank accept electronic signatures",
        "segments": [4],
    }
    found = summary(open_questions=[item])
    assert [(one.kind, one.quote) for one in found.insights] == [
        (InsightKind.QUESTION, "Does the bank accept electronic signatures?")
    ]
    assert found.title == "A call"


def test_what_is_claimed_twice_is_kept_once_with_the_evidence_of_both() -> None:
    first = {"text": "Mark renews the certificate.", "quote": RENEW, "segments": [1]}
    second = {"text": "The certificate is renewed by Mark.", "quote": "Sure, I will do it", "segments": [2]}
    (found,) = summary(action_items=[first, second]).insights
    assert found.segments == (1, 2)
    assert found.quote == "could you renew it by Thursday,"
    assert (found.owner, found.due) == ("Mark", "by Thursday")


def test_the_claims_that_are_not_borne_out_are_counted() -> None:
    invented = {"text": "The deal is closed.", "quote": "we have closed the deal for good", "segments": [0]}
    found = summary(decisions=[invented], key_points=[invented])
    assert (found.insights, found.ungrounded) == ((), 2)
    assert found.notices[0].code == "ungrounded_items"


class Memory:
    """Drafts of one call."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.kept.get(key)

    def put(self, key: str, text: str) -> None:
        self.kept[key] = text


class Crash(Exception):
    """The machine is gone."""


def long_call() -> Transcript:
    lines = [Segment(5.0 * i, 5.0 * i + 4, f"Sentence {i} is about the server.", (), "en", "A") for i in range(200)]
    return Transcript(tuple(lines), "en")


def test_after_a_crash_it_goes_on_where_it_was() -> None:
    drafts = Memory()

    def until_the_crash(question: str, _: object) -> Any:
        if len(llm.asked) > 3:
            raise Crash
        return part(key_points=[{"text": "It is about the server.", "quote": _first(question), "segments": []}])

    llm = ScriptedLlm(until_the_crash, context=2048)
    with pytest.raises(Crash):
        LlmSummarizer(llm).summarize(long_call(), lambda _: None, drafts=drafts)
    assert len(drafts.kept) == 3

    def answer(question: str, _: object) -> Any:
        return part(key_points=[{"text": "It is about the server.", "quote": _first(question), "segments": []}])

    undisturbed = ScriptedLlm(answer, context=2048)
    wanted = LlmSummarizer(undisturbed).summarize(long_call(), lambda _: None)
    again = ScriptedLlm(answer, context=2048)
    assert LlmSummarizer(again).summarize(long_call(), lambda _: None, drafts=drafts) == wanted
    assert again.asked == undisturbed.asked[3:]
    # All of it is known now.
    once_more = ScriptedLlm(answer, context=2048)
    assert LlmSummarizer(once_more).summarize(long_call(), lambda _: None, drafts=drafts) == wanted
    assert once_more.asked == []


def test_what_was_answered_of_other_words_or_to_another_question_is_asked_anew() -> None:
    drafts = Memory()
    call = transcript()
    corrected = replace(call, segments=(replace(call.segments[0], text="It runs out on Sunday."), *call.segments[1:]))
    for asked, brief in ((call, Brief()), (corrected, Brief()), (call, Brief("support")), (call, Brief(language="ru"))):
        llm = ScriptedLlm(lambda _, __: part().model_copy(update={"summary": "Слова. Words of English."}))
        if brief.language == "ru":
            llm = ScriptedLlm(lambda _, __: part().model_copy(update={"summary": "Слова по-русски."}))
        LlmSummarizer(llm).summarize(asked, lambda _: None, brief, drafts)
        assert len(llm.asked) == 1
    assert len(drafts.kept) == 4


def test_what_was_answered_in_another_shape_is_asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an update, while a summary waits for the LLM."""
    drafts = Memory()
    LlmSummarizer(ScriptedLlm(lambda _, __: part())).summarize(transcript(), lambda _: None, drafts=drafts)
    drafts.kept = dict.fromkeys(drafts.kept, '{"summary": "Of an older shape."}')
    schema = Part.model_json_schema()
    monkeypatch.setattr(Part, "model_json_schema", lambda: schema | {"description": "Another one."})
    llm = ScriptedLlm(lambda _, __: part())
    assert LlmSummarizer(llm).summarize(transcript(), lambda _: None, drafts=drafts).text == "They talk."
    assert len(llm.asked) == 1


def _first(question: str) -> str:
    return question.split("] A: ", 1)[1].split("\n", 1)[0] if "] A: " in question else "Sentence 1 is about"
