"""The database's schema: from every earlier version to the one that the code describes."""

import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, select, text

from callscribe.errors import ConfigError
from callscribe.jobs import dead_letters
from callscribe.store import database as module
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
