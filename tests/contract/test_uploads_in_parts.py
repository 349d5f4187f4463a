"""Uploads in parts by several API processes, over each media store that many machines can share."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from callscribe import wiring
from callscribe.errors import NotFound
from callscribe.models import PART_BYTES
from callscribe.settings import Settings
from callscribe.store import partial_uploads
from callscribe.store.database import Database
from tests.in_process import api_over
from tests.s3_server import s3_server


def in_bucket(_folder: Path) -> dict[str, Any]:
    server = s3_server()
    settings = server.settings(f"{server.new_bucket()}/media")
    return {name: getattr(settings, name) for name in settings.model_fields_set}


#: From a folder of the test's own to the settings of an empty store.
STORES: dict[str, Callable[[Path], dict[str, Any]]] = {
    "folder": lambda folder: {"media_url": f"file://{folder}/shared"},
    "s3": in_bucket,
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    return STORES[request.param](tmp_path)


@pytest.fixture
def apis(database: Database, store: dict[str, Any], tmp_path: Path) -> Iterator[list[TestClient]]:
    """Two processes' worth of API, each with a data folder of its own."""
    with ExitStack() as stack:
        yield [stack.enter_context(api_over(database, tmp_path / name, **store)) for name in ("one", "two")]


def test_each_part_may_go_to_another_process(apis: list[TestClient], store: dict[str, Any], tmp_path: Path) -> None:
    one, two = apis
    content = os.urandom(PART_BYTES + 6_000_000)
    wanted = {"filename": "call.wav", "size": len(content)}
    given_up, upload_id = [one.post("/api/v1/uploads", json=wanted).json()["upload_id"] for _ in range(2)]
    for upload in (given_up, upload_id):
        for api, offset in ((one, 0), (two, PART_BYTES)):
            part = content[offset : offset + PART_BYTES]
            answer = api.put(f"/api/v1/uploads/{upload}/parts/{offset}", content=part)
            assert answer.json()["received"] == offset + len(part)
    assert two.delete(f"/api/v1/uploads/{given_up}").status_code == 204
    answers = [api.post(f"/api/v1/uploads/{upload_id}/finish") for api in (one, two)]
    assert {answer.status_code for answer in answers} == {202}
    (task_id,) = {answer.json()["task_id"] for answer in answers}
    assert two.get(f"/api/v1/tasks/{task_id}/media?original=true").content == content

    media = wiring.media_store(Settings(data_dir=tmp_path / "one", **store))
    for upload in (given_up, upload_id):
        for offset in (0, PART_BYTES):
            with pytest.raises(NotFound):
                media.stat(partial_uploads.part_key(UUID(upload), offset))


def test_a_part_that_is_not_there_is_told(apis: list[TestClient], store: dict[str, Any], tmp_path: Path) -> None:
    one, two = apis
    upload_id = one.post("/api/v1/uploads", json={"filename": "a.wav", "size": 4}).json()["upload_id"]
    assert two.put(f"/api/v1/uploads/{upload_id}/parts/0", content=b"abcd").status_code == 200
    wiring.media_store(Settings(data_dir=tmp_path / "one", **store)).delete(partial_uploads.folder(UUID(upload_id)))
    answer = one.post(f"/api/v1/uploads/{upload_id}/finish")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:callscribe:problem:not-found")
    assert "begin a new one" in answer.json()["detail"]
