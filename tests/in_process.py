"""The API in the test's own process, over a database of the test's own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from fastapi.testclient import TestClient

from callscribe.api.app import create_app
from callscribe.settings import Settings
from callscribe.store.database import Database
from callscribe.store.embedded import EmbeddedPostgres


@contextmanager
def new_database(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """A new database without tables."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres.conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    database = Database(postgres.url.replace("/postgres?", f"/{name}?"))
    yield database
    database.close()


@contextmanager
def api_over(database: Database, data: Path, **settings: Any) -> Iterator[TestClient]:
    """The API without workers; media lie in the folder `data` unless `settings` say otherwise."""
    before = tempfile.tempdir  # the application sets its own
    try:
        with TestClient(create_app(Settings(data_dir=data, database_url=database.url, **settings))) as client:
            yield client
    finally:
        tempfile.tempdir = before
