"""The database's schema: from every earlier version to the one that the code describes."""

import threading
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, select, text

from callscribe.errors import ConfigError
from callscribe.jobs import dead_letters
from callscribe.store import database as module
from callscribe.store import passages
from callscribe.store.database import Database
from callscribe.store.tables import Base, CallRow


def migrate_to(database: Database, revision: str) -> None:
    """As an earlier version of CallScribe did."""
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    engine = create_engine(database.url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def test_the_migrations_make_what_the_code_describes(database: Database) -> None:
    engine = create_engine(database.url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_an_earlier_database_keeps_its_calls(empty_database: Database) -> None:
    migrate_to(empty_database, "0001")
    with empty_database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO calls (id, filename, size_bytes, media_key, language_asked, status, stage) "
                "VALUES (gen_random_uuid(), 'a.mp3', 1, 'a', 'ru', 'failed', 'prepare')"
            )
        )
        session.execute(
            text(
                "INSERT INTO jobs (call_id, stage, status, error) SELECT id, 'prepare', 'failed', 'BadMedia' FROM calls"
            )
        )
    with pytest.raises(ConfigError, match="run `callscribe migrate`"):
        empty_database.check()
    empty_database.migrate()
    empty_database.check()
    with empty_database.transaction() as session:
        (letter,) = dead_letters.find(session)
    assert letter.reason == "BadMedia"


_EARLIER_CALL = """
INSERT INTO calls (id, created_at, filename, size_bytes, media_key, language_asked, status, stage)
    VALUES (:id, '2026-01-02T03:04:05Z', 'Отчёт.mp3', 1, 'a', 'ru', 'done', 'summarize');
INSERT INTO windows (call_id, index, start, "end", speech, audio_key) VALUES (:id, 0, 0, 60, '[]', 'b');
INSERT INTO segments (call_id, window_index, start, "end", speaker, text, language, words) VALUES
    (:id, 0, 5, 7, 'Анна', 'Ещё бюджет.', 'ru', '[[5, 6, "Ещё", 1], [6, 7, "бюджет.", 1]]'),
    (:id, 0, 1, 2, 'Анна', 'Начнём.', 'ru', '[[1, 2, "Начнём.", 1]]'),
    (:id, 0, 3, 4, NULL, 'Да.', 'ru', '[[3, 4, "Да.", 1]]');
INSERT INTO summaries (call_id, text, engine, participants) VALUES (:id, 'О бюджете.', 'test', '[]');
INSERT INTO insights (call_id, position, kind, text, quote, start, "end", segments)
    VALUES (:id, 0, 'decision', 'Решено.', 'Решено.', 0, 1, '{}');
"""
_PASSAGES = """
SELECT kind, window_index, speaker, words, seconds, called_at, lexemes::text FROM passages ORDER BY kind, speaker
"""


def test_calls_of_an_earlier_database_are_found_as_new_ones_are(empty_database: Database) -> None:
    call_id = uuid4()
    migrate_to(empty_database, "0002")
    with empty_database.transaction() as session:
        for statement in _EARLIER_CALL.split(";")[:-1]:
            session.execute(text(statement), {"id": call_id})
    empty_database.migrate()
    with empty_database.transaction() as session:
        made = session.execute(text(_PASSAGES)).all()
        words = session.scalar(select(CallRow.words))
        passages.index_title(session, call_id)
        passages.index_summary(session, call_id)
        passages.index_window(session, call_id, 0)
        assert made == session.execute(text(_PASSAGES)).all()
        assert words == session.scalar(select(CallRow.words)) == 4
    assert [passage.kind for passage in made] == ["speech", "speech", "summary", "title"]


def test_notices_of_an_earlier_database_say_which_are_about_the_summary(empty_database: Database) -> None:
    migrate_to(empty_database, "0002")
    with empty_database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO calls (id, filename, size_bytes, media_key, language_asked, status, stage, notices) "
                "VALUES (gen_random_uuid(), 'a.mp3', 1, 'a', 'ru', 'done', 'summarize', :notices)"
            ),
            {"notices": '[{"code": "second_audio_track"}, {"code": "extractive_summary"}]'},
        )
    empty_database.migrate()
    with empty_database.transaction() as session:
        notices = session.scalar(select(CallRow.notices))
    assert notices == [{"code": "second_audio_track"}, {"code": "extractive_summary", "stage": "summarize"}]


def test_a_database_without_tables_is_refused(empty_database: Database) -> None:
    with pytest.raises(ConfigError, match="run `callscribe migrate`"):
        empty_database.check()


def test_a_database_of_a_later_version_is_served(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.check()


def test_several_may_migrate_at_once(empty_database: Database) -> None:
    errors: list[BaseException] = []

    def migrate() -> None:
        try:
            empty_database.migrate()
        except BaseException as exc:  # noqa: BLE001 - the test fails with it
            errors.append(exc)

    threads = [threading.Thread(target=migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    empty_database.check()
