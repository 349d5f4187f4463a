"""Deletion over HTTP, and what is left when it fails half-way: a call that everybody sees, to be deleted again."""

import logging
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from callscribe.store import calls
from callscribe.store.database import Database
from callscribe.store.files import FolderStore
from callscribe.store.tables import DeletionRow
from tests.stored_calls import call_row, new_call

Api = tuple[TestClient, Database]
NAME = "Разговор с Анной.mp3"

# The connection ends in the very moment of the commit, when the rows and the media are removed already.
_LOSE = """
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER lose AFTER DELETE ON calls DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lose()
"""


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """The folder of the media store."""
    return tmp_path / "data/media"


@pytest.fixture
def call_id(api: Api, media: Path) -> UUID:
    """A call with its recording and a window."""
    _, database = api
    call_id = new_call(database)
    with database.transaction() as session:
        calls.get(session, call_id).filename = NAME
    for name in ("source.flac", "windows/0000.flac", "playback.m4a"):
        FolderStore(media).put(f"{call_id}/{name}", BytesIO(b"x"))
    return call_id


def ask(client: TestClient, method: str, call_id: UUID, what: str = "") -> int:
    return client.request(method, f"/api/v1/tasks/{call_id}{what}").status_code


def deleted(database: Database) -> list[UUID]:
    """The calls that were deleted, as it is written down."""
    with database.transaction() as session:
        return list(session.scalars(select(DeletionRow.call_id)))


def told_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The calls whose deletion was logged."""
    return [vars(record)["call_id"] for record in caplog.records if record.getMessage() == "deleted"]


def assert_deleted_by_another_try(api: Api, call_id: UUID, media: Path) -> None:
    client, database = api
    assert deleted(database) == []
    assert ask(client, "GET", call_id) == 200
    assert str(call_id) in client.get("/api/v1/tasks").text
    assert ask(client, "DELETE", call_id) == 204
    assert deleted(database) == [call_id]
    assert list(media.iterdir()) == []


def test_a_deletion_is_logged_and_names_nothing(
    api: Api, call_id: UUID, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client, database = api
    neighbour = new_call(database)
    FolderStore(media).put(f"{neighbour}/source.flac", BytesIO(b"kept"))
    with caplog.at_level(logging.INFO, "callscribe"):
        assert ask(client, "DELETE", call_id) == 204
    assert told_of(caplog) == [str(call_id)]
    assert "Анн" not in caplog.text
    assert deleted(database) == [call_id]
    assert [path.name for path in media.iterdir()] == [str(neighbour)]
    assert call_row(database, neighbour).id == neighbour
    for method, what in [("GET", ""), ("GET", "/media"), ("HEAD", "/media"), ("GET", "/media?original=true")]:
        assert ask(client, method, call_id, what) == 404
        assert ask(client, method, neighbour, what) != 404
    assert ask(client, "DELETE", call_id) == 404


def test_without_the_media_store_nothing_is_deleted(
    api: Api, call_id: UUID, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client, database = api
    kept = media.rename(media.with_name("away"))
    media.mkdir()
    (media / str(call_id)).touch()  # what is no folder cannot be removed as one
    with caplog.at_level(logging.INFO, "callscribe"):
        assert ask(client, "DELETE", call_id) == 503
    assert told_of(caplog) == []
    (media / str(call_id)).unlink()
    media.rmdir()
    kept.rename(media)
    with database.transaction() as session:
        assert calls.exists(session, call_id)
    assert ask(client, "GET", call_id, "/media?original=true") == 200
    assert_deleted_by_another_try(api, call_id, media)


def test_a_database_that_goes_away_at_the_end_leaves_the_call(
    api: Api, call_id: UUID, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client, database = api
    with database.transaction() as session:
        session.execute(text(_LOSE))
    with caplog.at_level(logging.INFO, "callscribe"):
        assert ask(client, "DELETE", call_id) == 503
    assert told_of(caplog) == []
    assert list(media.iterdir()) == []
    with database.transaction() as session:
        session.execute(text("DROP FUNCTION lose CASCADE"))
    assert ask(client, "GET", call_id, "/media?original=true") == 404
    assert_deleted_by_another_try(api, call_id, media)
