"""Whether the API can take uploads, and what it says is missing."""

import shutil
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import text

from callscribe.models import Notice
from callscribe.store import workers
from callscribe.store.database import Database
from tests.in_process import api_over
from tests.s3_server import refusing, s3_server

Api = tuple[TestClient, Database]
NOBODY = "127.0.0.1:9"


def ready(client: TestClient, status: int = 200) -> dict[str, Any]:
    response = client.get("/health/ready")
    assert response.status_code == status, response.text
    body: dict[str, Any] = response.json()
    return body


def states(body: dict[str, Any]) -> dict[str, str]:
    return {part["part"]: part["state"] for part in body["parts"]}


def test_uploads_are_taken_without_workers(api: Api) -> None:
    body = ready(api[0])
    assert body.keys() == {"status", "parts"}
    assert body["status"] == "ok"
    assert states(body) == {
        "database": "ok",
        "migrations": "ok",
        "ASR workers": "warning",
        "LLM workers": "warning",
        "media store": "ok",
    }


def test_what_workers_report(api: Api) -> None:
    client, database = api
    with database.transaction() as session:
        workers.beat(session, "a", "asr", ())
        workers.beat(session, "b", "llm", [Notice("llm-unreachable", "Start it.")])
    body = ready(client)
    assert states(body)["ASR workers"] == states(body)["speech models of workers"] == "ok"
    assert {"part": "LLM of workers", "state": "warning", "message": "Start it."} in body["parts"]


def test_a_media_folder_that_is_gone_is_named_until_it_is_back(api: Api, tmp_path: Path) -> None:
    client, _ = api
    folder = tmp_path / "data" / "media"
    ready(client)
    folder.rename(tmp_path / "elsewhere")
    body = ready(client, 503)
    assert body["type"] == "urn:callscribe:problem:unavailable"
    assert body["detail"] == f"Media store: There is no folder {folder}; mount it, or start CallScribe anew."
    assert states(body)["media store"] == "missing"
    assert states(body)["database"] == "ok"
    shutil.move(tmp_path / "elsewhere", folder)
    ready(client)


def test_a_database_of_an_older_version(api: Api) -> None:
    client, database = api
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    body = ready(client, 503)
    assert body["detail"].startswith("Migrations: ")
    assert "run `callscribe migrate`" in body["detail"]


def test_all_that_is_missing_is_named(tmp_path: Path) -> None:
    with api_over(Database(f"postgresql://nobody@{NOBODY}/nothing"), tmp_path) as client:
        (tmp_path / "media").rmdir()
        body = ready(client, 503)
    assert body["detail"].startswith("Database: The database does not answer; try again in a moment. Media store: ")
    assert states(body) == {"database": "missing", "media store": "missing"}


def test_kafka_is_not_needed_for_uploads(database: Database, tmp_path: Path) -> None:
    with api_over(database, tmp_path, kafka_bootstrap=NOBODY) as client:
        body = ready(client)
    assert states(body)["Kafka"] == states(body)["relay"] == "warning"


def test_s3_is_not_asked_every_time(database: Database, tmp_path: Path) -> None:
    server = s3_server()
    bucket = server.new_bucket()
    there = server.settings(bucket).model_dump(include={"media_url", "s3_endpoint", "s3_access_key", "s3_secret_key"})
    puts: list[str] = []

    def noted(environ: dict[str, Any]) -> bool:
        puts.extend([environ["PATH_INFO"]] if environ["REQUEST_METHOD"] == "PUT" else [])
        return False

    with server.failing(refusing("500 No"), noted), api_over(database, tmp_path, **there) as client:
        assert states(ready(client))["media store"] == "ok"
        assert states(ready(client))["media store"] == "ok"
    assert len(puts) == 1


def test_the_process_lives_whatever_is_missing(tmp_path: Path) -> None:
    with api_over(Database(f"postgresql://nobody@{NOBODY}/nothing"), tmp_path) as client:
        response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
