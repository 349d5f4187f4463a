"""The corpus of the measurements looks as if the service had written it."""

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from uuid import uuid4

import numpy as np
import psycopg
import pytest
from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from bench import inflection
from bench.corpus import load
from bench.corpus_calls import Calls, Part
from bench.corpus_queries import Kind, words
from bench.corpus_words import lexicon
from callscribe.models import LanguageChoice, Segment, WindowTranscript, Word
from callscribe.store import passages, transcripts
from callscribe.store.database import Database
from callscribe.store.embedded import EmbeddedPostgres
from callscribe.store.tables import CallRow, JobRow, PassageRow, SegmentRow, SummaryRow, WindowRow

_CALLS, _SEGMENTS = 40, 60
_SCHEMA = """
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT format('%s %s', tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
ORDER BY 1
"""


def _schema(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.scalars(text(_SCHEMA)))


@pytest.fixture(scope="module")
def schema() -> list[str]:
    """What it was before the load."""
    return []


@pytest.fixture(scope="module")
def database(postgres: EmbeddedPostgres, schema: list[str]) -> Iterator[Database]:
    name = f"corpus_{uuid4().hex}"
    with psycopg.connect(postgres.conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    database = Database(postgres.url.replace("/postgres?", f"/{name}?"))
    with closing(database):
        database.migrate()
        schema += _schema(database)
        load(database, _CALLS, _SEGMENTS)
        yield database


def _longest(session: Session) -> CallRow:
    """A call with a summary, and more than one window."""
    query = select(CallRow).where(CallRow.status == "done").order_by(CallRow.duration.desc()).limit(1)
    return session.scalars(query).one()


def test_every_row_is_there(database: Database) -> None:
    with database.transaction() as session:
        done = session.scalar(select(func.count()).where(CallRow.status == "done"))
        assert session.scalar(select(func.count()).select_from(CallRow)) == _CALLS
        assert session.scalar(select(func.count()).select_from(SegmentRow)) == _CALLS * _SEGMENTS
        assert session.scalar(select(func.count()).select_from(SummaryRow)) == done
        assert session.scalar(select(func.count()).where(PassageRow.kind == "title")) == _CALLS
        windows = session.scalar(select(func.count()).select_from(WindowRow)) or 0
        assert session.scalar(select(func.count()).select_from(JobRow)) == 3 * _CALLS + windows


def test_nothing_of_the_schema_is_lost(database: Database, schema: list[str]) -> None:
    assert _schema(database) == schema


def _indexed(session: Session, call: CallRow) -> list[Row[tuple[str, int | None, str | None, int, float, str]]]:
    row = PassageRow
    seconds = func.round(row.seconds).label("seconds")
    query = select(row.kind, row.window_index, row.speaker, row.words, seconds, row.lexemes).where(
        row.call_id == call.id
    )
    return sorted(session.execute(query), key=str)


def test_search_looks_through_what_the_service_would_have_indexed(database: Database) -> None:
    with database.transaction() as session:
        call = _longest(session)
        before, spoken = _indexed(session, call), call.words
        windows = session.scalars(select(WindowRow.index).where(WindowRow.call_id == call.id)).all()
        passages.index_title(session, call.id)
        passages.index_summary(session, call.id)
        for window in windows:
            passages.index_window(session, call.id, window)
        session.refresh(call)
        assert len(windows) > 1
        assert (_indexed(session, call), call.words) == (before, spoken)


def test_a_transcript_and_its_summary_hold_together(database: Database) -> None:
    with database.transaction() as session:
        call = _longest(session)
        heard = transcripts.transcript(session, call.id, call.language).segments
        summary = transcripts.summary(session, call.id)
        windows = session.scalars(select(WindowRow).where(WindowRow.call_id == call.id).order_by(WindowRow.index)).all()
    assert all(segment.text == " ".join(word.text for word in segment.words) for segment in heard)
    times = [time for segment in heard for word in segment.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert all((segment.start, segment.end) == (segment.words[0].start, segment.words[-1].end) for segment in heard)
    assert [windows[0].start, windows[-1].end] == [0.0, call.duration]
    assert all(one.end == other.start for one, other in pairwise(windows))
    assert summary is not None
    assert 5 <= len(summary.insights) <= 10
    assert all(insight.quote in heard[insight.segments[0]].text for insight in summary.insights)
    assert {person.name for person in summary.participants} == {segment.speaker for segment in heard}


def test_work_can_go_on(database: Database) -> None:
    """The next segment gets an id that is free."""
    said = Segment(0.0, 1.0, "Да.", (Word(0.0, 1.0, "Да.", 0.9),), LanguageChoice.RU)
    with database.transaction() as session:
        heard = WindowTranscript((said,), "ru", 0.9, "test")
        transcripts.save_window_transcript(session, session.scalars(select(CallRow.id)).first() or uuid4(), 0, heard)
        session.rollback()


@pytest.mark.parametrize("kind", ["frequent", "phrases"])
def test_what_is_asked_for_is_found(database: Database, kind: Kind) -> None:
    query = "SELECT count(*) FROM passages WHERE lexemes @@ phraseto_tsquery('callscribe', translate(:q, 'ё', 'е'))"
    with database.transaction() as session:
        found = [session.scalar(text(query), {"q": word}) for word in words(kind)]
    assert sum(map(bool, found)) > 0.5 * len(found)


def test_words_are_asked_for_in_another_form_than_they_are_said_in_most() -> None:
    known = lexicon(1)
    lemmas = [known.text(known.lemma_first[lemma]) for language in known.languages for lemma in language.lemmas[:640]]
    asked = words("ordinary")
    assert len(set(asked) - set(lemmas)) > 0.9 * len(asked)


def test_a_part_is_always_the_same() -> None:
    part = Part(seed=1, first_call=500, all_calls=1000, sizes=np.array([5, 12, 70]), first_segment=10_000)
    assert dict(Calls(part).copies()) == dict(Calls(part).copies())


@pytest.mark.parametrize(
    ("forms", "some"),
    [
        (inflection.noun("ru", "отчёт"), "отчёта отчёту отчётом отчёте отчёты отчётов отчётами"),
        (inflection.noun("ru", "рынок|рынк"), "рынка рынки рынков"),
        (inflection.noun("ru", "задача"), "задачи задачу задачей задач задачах"),
        (inflection.noun("ru", "поставка"), "поставки поставок поставками"),
        (inflection.noun("ru", "компания"), "компании компанию компаний компаниях"),
        (inflection.noun("ru", "решение"), "решения решении решений"),
        (inflection.noun("ru", "показатель"), "показателя показателей показателями"),
        (inflection.noun("ru", "цель"), "цели целью целей целями"),
        (inflection.adjective("ru", "новый"), "нового новая новой новое новую новыми"),
        (inflection.adjective("ru", "последний"), "последнего последняя последнюю последними"),
        (inflection.verb("ru", "решить*")[0], "решил решила решу решит решат решите решился решится"),
        (inflection.verb("ru", "обсудить")[1], "обсужденный обсужденного обсуждено"),
        (inflection.verb("ru", "работать<до")[4], "доработал доработаем доработают"),
        (inflection.verb("ru", "показать:покаж")[0], "показал покажу покажет покажут покажите"),
        (inflection.noun("en", "company"), "companies"),
        (inflection.verb("en", "carry")[0], "carries carried carrying carrier"),
        (inflection.verb("en", "stop")[0], "stops stopped stopping"),
        (inflection.verb("en", "agree")[0], "agrees agreed agreeing"),
        (inflection.adjective("en", "stable"), "stably"),
    ],
)
def test_inflection(forms: list[str], some: str) -> None:
    assert set(some.split()) <= set(forms)
