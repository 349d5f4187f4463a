"""What tests share: a PostgreSQL server, an empty database each, and one running service."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from callscribe.store.database import Database
from callscribe.store.embedded import EmbeddedPostgres
from tests.in_process import api_over, new_database
from tests.kafka_broker import Broker, any_kafka, needs_kafka
from tests.service import Service


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server for the tests of a run."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture
def empty_database(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """A database of the test's own, without tables."""
    with new_database(postgres) as database:
        yield database


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A migrated database of the test's own."""
    empty_database.migrate()
    return empty_database


@pytest.fixture
def api(database: Database, tmp_path: Path) -> Iterator[tuple[TestClient, Database]]:
    """The API in this process, without workers, and the database it works on; media lie in `tmp_path / "data"`."""
    with api_over(database, tmp_path / "data") as client:
        yield client, database


@pytest.fixture(scope="module")
def shared_api(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, Database]]:
    """The same for all tests of a file that only read what one of its fixtures has written."""
    with new_database(postgres) as database:
        database.migrate()
        with api_over(database, tmp_path_factory.mktemp("api") / "data") as client:
            yield client, database


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`callscribe up` with the fixture model, for tests that only use it."""
    with Service(tmp_path_factory.mktemp("service") / Path("data")) as service:
        yield service


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where clients reach a Kafka, as host:port, for tests that only use it."""
    with any_kafka(tmp_path_factory.mktemp("kafka")) as bootstrap:
        yield bootstrap


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A Kafka of the test's own, to be stopped, killed and started."""
    needs_kafka()
    with Broker(tmp_path / "kafka") as broker:
        yield broker
