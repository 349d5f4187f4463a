"""The way of a summary through the database: what is wanted of it, and what is kept while it is written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from callscribe.errors import Stopped
from callscribe.jobs import queue
from callscribe.jobs.queue import Job
from callscribe.models import Brief, Stage, Summary, SummaryLanguage, Transcript
from callscribe.pipeline import Summarizing
from callscribe.ports import Drafts, Report
from callscribe.store import calls, transcripts
from callscribe.store.database import Database
from callscribe.summary.llm import LlmSummarizer
from tests.memory import remember
from tests.scripted_llm import ScriptedLlm, part
from tests.stored_calls import claimed

T = TypeVar("T")
LINES = [("Anna", f"Sentence {number} is about the server and the budget of the year.") for number in range(120)]


class Crash(Exception):
    """The machine is gone."""


def waiting(database: Database) -> UUID:
    """A long call whose summary is to be written."""
    call_id = remember(database, "Budget", [LINES], language="en")
    with database.transaction() as session:
        calls.lock(session, call_id).status = "summarizing"
        queue.enqueue(session, call_id, Stage.SUMMARIZE)
    return call_id


@dataclass
class Transactions:
    """Runs an action in a transaction of its own."""

    database: Database

    def __call__(self, action: Callable[[Session], T]) -> T:
        with self.database.transaction() as session:
            return action(session)


def write(database: Database, job: Job, llm: ScriptedLlm) -> None:
    save = Summarizing(LlmSummarizer(llm).summarize)(job, lambda _: None, Transactions(database))
    with database.transaction() as session:
        save(session)
        queue.finish(session, job)


def answer(question: str, _: object) -> Any:
    found = re.search(r"^\[(\d+)\] Anna: (.+)$", question, re.MULTILINE)
    if not found:
        return part()
    item = {"text": "It is about the server.", "quote": found[2], "segments": [int(found[1])]}
    return part(key_points=[item])


def test_another_worker_goes_on_where_one_died(database: Database) -> None:
    def until_the_crash(question: str, shape: object) -> Any:
        if len(dying.asked) == 4:
            raise Crash
        return answer(question, shape)

    call_id = waiting(database)
    dying = ScriptedLlm(until_the_crash, context=2048)
    with pytest.raises(Crash):
        write(database, claimed(database, Stage.SUMMARIZE), dying)
    with database.transaction() as session:
        queue.repeat(session, call_id, Stage.SUMMARIZE)
    second = ScriptedLlm(answer, context=2048)
    write(database, claimed(database, Stage.SUMMARIZE), second)
    # The question that was not answered comes first, and none of those that were.
    assert second.asked[0] == dying.asked[-1]
    assert set(second.asked).isdisjoint(dying.asked[:-1])
    with database.transaction() as session:
        resumed = transcripts.summary(session, call_id)

    whole = ScriptedLlm(answer, context=2048)
    undisturbed = waiting(database)
    write(database, claimed(database, Stage.SUMMARIZE), whole)
    with database.transaction() as session:
        wanted = transcripts.summary(session, undisturbed)
    assert len(whole.asked) == len(dying.asked[:-1]) + len(second.asked)
    assert resumed is not None
    assert wanted is not None
    assert [one.quote for one in resumed.insights] == [one.quote for one in wanted.insights]
    assert (resumed.text, resumed.title) == (wanted.text, wanted.title)


def test_a_worker_whose_job_was_given_away_keeps_nothing(database: Database) -> None:
    waiting(database)
    job = claimed(database, Stage.SUMMARIZE)
    with database.transaction() as session:
        queue.repeat(session, job.call_id, Stage.SUMMARIZE)
    claimed(database, Stage.SUMMARIZE)
    llm = ScriptedLlm(answer, context=2048)
    with pytest.raises(Stopped):
        write(database, job, llm)
    assert len(llm.asked) <= 1


def test_the_summarizer_is_told_what_is_wanted(database: Database) -> None:
    told: list[Brief] = []

    def listen(_: Transcript, __: Report, brief: Brief, ___: Drafts) -> Summary:
        told.append(brief)
        return Summary("All is well.", (), (), "test")

    call_id = waiting(database)
    with database.transaction() as session:
        call = calls.lock(session, call_id)
        call.template, call.summary_language, call.summary_model = "support", SummaryLanguage.RU, "gemma2:9b"
        call.called_at = datetime(2026, 3, 4, 12, tzinfo=UTC)
    Summarizing(listen)(claimed(database, Stage.SUMMARIZE), lambda _: None, Transactions(database))
    assert told == [Brief("support", "ru", "gemma2:9b", date(2026, 3, 4))]
