"""Summaries that had to do without the LLM, on a real PostgreSQL."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from callscribe.errors import Unavailable
from callscribe.jobs import renewal
from callscribe.models import Notice, Stage, Summary
from callscribe.store import calls, corrections, drafts
from callscribe.store.database import Database
from callscribe.store.tables import DraftRow, SummaryRow
from tests.stored_calls import call_row, claim
from tests.summarized_calls import done_call, ids, summarize, summary

STOPGAP = replace(summary(), is_stopgap=True)


def renew(database: Database, after: timedelta = timedelta()) -> int:
    """As it would be so much later."""
    with database.transaction() as session:
        for row in session.scalars(select(SummaryRow)):
            row.created_at -= after
    with database.transaction() as session:
        return renewal.renew(session)


def test_a_stopgap_is_replaced(database: Database) -> None:
    written, stopgap = done_call(database, summary()), done_call(database, STOPGAP)
    assert renew(database) == 1
    assert [call_row(database, call).status for call in (written, stopgap)] == ["done", "summarizing"]
    assert renew(database) == 0
    summarize(database, summary(text="The LLM wrote this."))
    assert call_row(database, stopgap).status == "done"
    assert renew(database, timedelta(days=1)) == 0


def test_one_that_fails_again_and_again_is_left_alone(database: Database) -> None:
    done_call(database, STOPGAP)
    tries = 0
    for _ in range(10):
        if renew(database, timedelta(minutes=16)):
            tries += 1
            summarize(database, STOPGAP)
    assert tries == 3


def test_the_second_try_comes_later_than_the_first(database: Database) -> None:
    done_call(database, STOPGAP)
    assert renew(database) == 1
    summarize(database, STOPGAP)
    assert renew(database) == 0
    assert renew(database, timedelta(minutes=6)) == 1


def test_who_asks_for_a_summary_gets_all_tries_again(database: Database) -> None:
    call = done_call(database, STOPGAP)
    for _ in range(3):
        assert renew(database, timedelta(hours=1))
        summarize(database, STOPGAP)
    with database.transaction() as session:
        renewal.resummarize(session, call)
    summarize(database, STOPGAP)
    assert renew(database) == 1


def test_a_night_full_of_them_comes_in_portions_the_oldest_first(database: Database) -> None:
    waiting = [done_call(database, STOPGAP) for _ in range(12)]
    assert renew(database) == 10
    assert [call_row(database, call).status for call in waiting] == ["summarizing"] * 10 + ["done"] * 2


def test_corrections_that_were_made_meanwhile_are_kept(database: Database) -> None:
    call = done_call(database, STOPGAP)
    with database.transaction() as session:
        corrections.set_text(session, call, ids(database, call)[0], "hello")
    assert renew(database) == 1
    summarize(database, summary())
    with database.transaction() as session:
        assert calls.get(session, call).corrected_at is not None


def answers(database: Database, call: UUID) -> int:
    with database.transaction() as session:
        return session.scalar(select(func.count()).where(DraftRow.call_id == call)) or 0


def test_what_the_llm_answered_already_is_kept_until_it_has_written_the_summary(database: Database) -> None:
    call = done_call(database, STOPGAP)
    with database.transaction() as session:
        drafts.put(session, call, "question", "old answer")
        drafts.put(session, call, "question", "answer")
    renew(database)
    summarize(database, STOPGAP)
    with database.transaction() as session:
        assert drafts.get(session, call, "question") == "answer"
    assert answers(database, call) == 1
    renew(database, timedelta(hours=1))
    summarize(database, summary())
    assert answers(database, call) == 0


def test_nothing_is_renewed_while_the_llm_is_away(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    done_call(database, STOPGAP)
    lacks: list[Notice] = [Notice("llm-unreachable", "The LLM does not answer.")]

    def look() -> Sequence[Notice]:
        return tuple(lacks)

    renewing = renewal.renewing(look, database)
    assert list(renewing()) == lacks
    assert claim(database, Stage.SUMMARIZE) is None
    lacks.clear()
    with caplog.at_level(logging.INFO):
        assert list(renewing()) == []
    assert claim(database, Stage.SUMMARIZE) is not None
    assert "1 summaries" in caplog.text


def test_a_database_that_is_away_ends_no_look(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(database, "transaction", away)
    assert list(renewal.renewing(lambda: (), database)()) == []


def test_a_summary_says_that_it_is_a_stopgap(database: Database) -> None:
    written: Summary = STOPGAP
    call = done_call(database, written)
    with database.transaction() as session:
        assert session.get_one(SummaryRow, call).stopgap
