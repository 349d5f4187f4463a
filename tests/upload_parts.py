"""Uploads in parts, as tests send them to the API in this process."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func

from callscribe.store import partial_uploads
from callscribe.store.database import Database

Api = tuple[TestClient, Database]
PATH = "/api/v1/uploads"
NOBODY = "0f8fad5b-d9cb-469f-a165-70867728950e"


def begin(api: Api, size: int, key: str | None = None, **options: Any) -> str:
    headers = {"Idempotency-Key": key} if key else {}
    response = api[0].post(PATH, json={"filename": "call.mp3", "size": size, **options}, headers=headers)
    assert response.status_code == 201, response.text
    return str(response.json()["upload_id"])


def put(api: Api, upload_id: str, offset: int | str, content: bytes | Iterator[bytes]) -> Response:
    return api[0].put(f"{PATH}/{upload_id}/parts/{offset}", content=content)


def finish(api: Api, upload_id: str) -> Response:
    return api[0].post(f"{PATH}/{upload_id}/finish")


def received(api: Api, upload_id: str) -> int:
    state = api[0].get(f"{PATH}/{upload_id}").json()
    return int(state["received"])


def sent(api: Api, content: bytes, part: int = 3, **options: Any) -> str:
    """An upload with all its parts."""
    upload_id = begin(api, len(content), **options)
    for offset in range(0, len(content), part):
        assert put(api, upload_id, offset, content[offset : offset + part]).status_code == 200
    return upload_id


def accepted(response: Response, status: int = 202) -> tuple[str, str | None]:
    assert response.status_code == status, response.text
    assert response.json().keys() == {"task_id", "duplicate_of"}
    return response.json()["task_id"], response.json()["duplicate_of"]


def assert_problem(response: Response, status: int, code: str, *words: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == f"urn:callscribe:problem:{code}"
    for word in words:
        assert word in response.json()["detail"]


def stored(folder: Path) -> dict[str, bytes]:
    """What is in the media store, by key."""
    root = folder / "data" / "media"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def rests(database: Database, upload_id: str, hours: float) -> None:
    with database.transaction() as session:
        upload = partial_uploads.get(session, UUID(upload_id))
        upload.touched_at = func.now() - timedelta(hours=hours)
