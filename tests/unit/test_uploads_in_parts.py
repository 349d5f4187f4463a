"""Uploads in parts: what is taken, what is refused, and that they end as uploads of whole files do."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from callscribe.errors import Unavailable
from callscribe.models import PART_BYTES
from callscribe.store import partial_uploads, uploads
from callscribe.store.database import Database
from callscribe.store.files import FolderStore
from callscribe.store.tables import UploadRow
from tests.stored_calls import at_once, call_row

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


def test_parts_become_a_call(api: Api, tmp_path: Path) -> None:
    content = os.urandom(PART_BYTES + 1_500_000)
    answer = api[0].post(
        PATH,
        json={
            "filename": "C:\\calls\\Звонок.mp3",
            "size": len(content),
            "language": "ru",
            "vocabulary": [" Anna \0 Petrova ", "Kubernetes"],
            "template": "interview",
        },
    )
    assert answer.status_code == 201
    upload_id = answer.json()["upload_id"]
    state = {"upload_id": upload_id, "size": len(content), "received": 0, "part_bytes": 8388608}
    assert answer.json() == state
    for offset in (0, PART_BYTES):
        answer = put(api, upload_id, offset, content[offset : offset + PART_BYTES])
        state["received"] = min(offset + PART_BYTES, len(content))
        assert (answer.status_code, answer.json()) == (200, state)
        assert api[0].get(f"{PATH}/{upload_id}").json() == state
    assert list(stored(tmp_path)) == [f"uploads/{upload_id}/{offset:012d}" for offset in (0, PART_BYTES)]

    task_id, duplicate_of = accepted(finish(api, upload_id))
    assert duplicate_of is None
    assert stored(tmp_path) == {f"{task_id}/original": content}
    task = api[0].get(f"/api/v1/tasks/{task_id}").json()
    assert (task["filename"], task["size_bytes"], task["status"]) == ("Звонок.mp3", len(content), "queued")
    row = call_row(api[1], UUID(task_id))
    assert (row.language_asked, row.vocabulary, row.template) == ("ru", ["Anna Petrova", "Kubernetes"], "interview")
    assert accepted(finish(api, upload_id)) == (task_id, None)
    assert received(api, upload_id) == len(content)


def test_it_ends_as_an_upload_of_the_whole_file(api: Api, tmp_path: Path) -> None:
    whole = api[0].post("/api/v1/transcribe", files={"file": ("a.mp3", b"content")})
    task_id, _ = accepted(whole)
    same = sent(api, b"content")
    other = sent(api, b"content", language="ru")
    again = sent(api, b"content", again=True)
    for _ in range(2):
        assert accepted(finish(api, same), 200) == (task_id, task_id)
    made = [accepted(finish(api, upload_id)) for upload_id in (other, again)]
    assert [duplicate_of for _, duplicate_of in made] == [task_id, task_id]
    assert stored(tmp_path).keys() == {f"{one}/original" for one in (task_id, *(new for new, _ in made))}
    for upload_id, answer in zip((other, again), made, strict=True):
        assert accepted(finish(api, upload_id)) == answer


def test_a_part_that_is_not_the_next_is_refused(api: Api, tmp_path: Path) -> None:
    upload_id = begin(api, 10)
    assert_problem(put(api, upload_id, 4, b"efgh"), 409, "conflict", "byte 0")
    assert put(api, upload_id, 0, b"abcd").json()["received"] == 4
    assert put(api, upload_id, 0, b"abcd").json()["received"] == 4  # its answer was lost
    assert_problem(put(api, upload_id, 0, b"abc"), 409, "conflict", "byte 4")
    assert_problem(put(api, upload_id, 6, b"gh"), 409, "conflict", "byte 4")
    assert_problem(put(api, upload_id, 10**30, b"gh"), 409, "conflict", "byte 4")
    assert_problem(put(api, upload_id, 4, b"efghijk"), 422, "bad-request", "10 bytes")
    assert put(api, upload_id, 4, b"").json()["received"] == 4
    assert_problem(finish(api, upload_id), 409, "conflict", "4 of 10 bytes")
    assert put(api, upload_id, 4, b"efghij").json()["received"] == 10
    task_id, _ = accepted(finish(api, upload_id))
    assert_problem(put(api, upload_id, 10, b"k"), 422, "bad-request")
    assert stored(tmp_path) == {f"{task_id}/original": b"abcdefghij"}


@pytest.mark.parametrize("offset", ["-1", "x", "1.5"])
def test_an_offset_that_is_none_is_refused(api: Api, offset: str) -> None:
    assert_problem(put(api, begin(api, 10), offset, b"abcd"), 422, "bad-request", "offset")


def in_pieces(content: bytes) -> Iterator[bytes]:
    """Without a length that could be announced."""
    for at in range(0, len(content), 65536):
        yield content[at : at + 65536]


@pytest.mark.parametrize("send", [bytes, in_pieces], ids=["announced", "chunked"])
def test_a_part_may_have_so_many_bytes(
    api: Api, tmp_path: Path, send: Callable[[bytes], bytes | Iterator[bytes]]
) -> None:
    upload_id = begin(api, PART_BYTES + 1)
    refused = put(api, upload_id, 0, send(bytes(PART_BYTES + 1)))
    assert_problem(refused, 413, "too-large", "8388608 bytes", "parts")
    assert (received(api, upload_id), stored(tmp_path)) == (0, {})
    assert put(api, upload_id, 0, send(bytes(PART_BYTES))).json()["received"] == PART_BYTES


def test_only_a_file_may_be_larger_than_a_part(api: Api) -> None:
    body = b'{"filename": "' + b"a" * PART_BYTES + b'", "size": 1}'
    refused = api[0].post(PATH, content=body, headers={"Content-Type": "application/json"})
    assert_problem(refused, 413, "too-large")
    assert api[0].post("/api/v1/transcribe", files={"file": ("a", bytes(PART_BYTES + 1))}).status_code == 202


@pytest.mark.parametrize(
    ("body", "status", "code", "word"),
    [
        ({"size": 0}, 422, "bad-media", "empty"),
        ({"size": 500_000_001}, 413, "too-large", "500 MB"),
        ({"size": 10**40}, 413, "too-large", "500 MB"),
        ({"size": -1}, 422, "bad-request", "size"),
        ({"size": "many"}, 422, "bad-request", "size"),
        ({"size": None}, 422, "bad-request", "size"),
        ({"filename": None}, 422, "bad-request", "filename"),
        ({"filename": "a" * 1001}, 422, "bad-request", "filename"),
        ({"language": "de"}, 422, "bad-request", "language"),
        ({"again": "maybe"}, 422, "bad-request", "again"),
        ({"vocabulary": ["a"] * 101}, 422, "bad-request", "vocabulary"),
        ({"vocabulary": ["a" * 61]}, 422, "bad-request", "vocabulary"),
        ({"vocabulary": ["\0"]}, 422, "bad-request", "vocabulary"),
        ({"vocabulary": "Anna"}, 422, "bad-request", "vocabulary"),
        ({"template": "\0"}, 422, "bad-request", "template"),
        ({"parts": 2}, 422, "bad-request", "parts"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_taken_is_refused_before_it_is_sent(
    api: Api, body: dict[str, Any], status: int, code: str, word: str
) -> None:
    refused = api[0].post(PATH, json={"filename": "a.mp3", "size": 1} | body)
    assert_problem(refused, status, code, word)
    with api[1].transaction() as session:
        assert session.query(UploadRow).count() == 0


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"null"])
def test_what_is_no_json_is_refused(api: Api, body: bytes) -> None:
    assert_problem(api[0].post(PATH, content=body, headers={"Content-Type": "application/json"}), 422, "bad-request")


def test_any_name_is_taken(api: Api) -> None:
    for name, shown in [("", "recording"), ("a\0b\n/c\x07.mp3", "c.mp3"), ("..", "recording"), ("е" * 999, None)]:
        upload_id = sent(api, shown.encode() if shown else b"a", filename=name)
        task_id, _ = accepted(finish(api, upload_id), 202 if name != ".." else 200)
        found = api[0].get(f"/api/v1/tasks/{task_id}").json()["filename"]
        assert found == shown if shown else len(found) == 200


@pytest.mark.parametrize("upload_id", [NOBODY, "x"])
def test_there_must_be_such_an_upload(api: Api, upload_id: str) -> None:
    status, code = (404, "not-found") if upload_id == NOBODY else (422, "bad-request")
    client = api[0]
    for response in (
        client.get(f"{PATH}/{upload_id}"),
        put(api, upload_id, 0, b"a"),
        finish(api, upload_id),
        client.delete(f"{PATH}/{upload_id}"),
    ):
        assert_problem(response, status, code)


def test_what_is_given_up_leaves_nothing(api: Api, tmp_path: Path) -> None:
    upload_id, other = sent(api, b"abcdef"), sent(api, b"another")
    assert api[0].delete(f"{PATH}/{upload_id}").status_code == 204
    assert {key.split("/")[1] for key in stored(tmp_path)} == {other}
    assert_problem(finish(api, upload_id), 404, "not-found")
    assert_problem(api[0].delete(f"{PATH}/{upload_id}"), 404, "not-found")
    task_id, _ = accepted(finish(api, other))
    assert api[0].delete(f"{PATH}/{other}").status_code == 204
    assert api[0].get(f"/api/v1/tasks/{task_id}").status_code == 200


def test_what_rests_for_a_day_is_forgotten(api: Api, tmp_path: Path) -> None:
    old, young, done = sent(api, b"old"), sent(api, b"young"), sent(api, b"done")
    task_id, _ = accepted(finish(api, done))
    for upload_id, hours in [(old, 24.1), (young, 23.9), (done, 100)]:
        rests(api[1], upload_id, hours)
    new = begin(api, 1)
    assert {key.split("/")[-2] for key in stored(tmp_path)} == {young, task_id}
    with api[1].transaction() as session:
        assert {str(row.id) for row in session.query(UploadRow)} == {young, new}


def test_a_part_or_the_end_keeps_an_upload_from_being_forgotten(api: Api) -> None:
    growing, complete = begin(api, 5), sent(api, b"complete")
    for upload_id in (growing, complete):
        rests(api[1], upload_id, 30)
    put(api, growing, 0, b"abc")
    with api[1].transaction() as session:
        partial_uploads.complete(session, UUID(complete))
    begin(api, 1)
    assert received(api, growing) == 3
    accepted(finish(api, complete))


def test_few_are_forgotten_at_a_time_and_none_that_is_at_work(api: Api) -> None:
    old = [begin(api, 5) for _ in range(25)]
    for upload_id in old:
        rests(api[1], upload_id, 30)
    counts = []
    with api[1].transaction() as session:
        partial_uploads.lock(session, UUID(old[0]))
        for _ in range(4):
            begin(api, 1)
            counts.append(sum(api[0].get(f"{PATH}/{upload_id}").status_code == 200 for upload_id in old))
    assert counts == [15, 5, 1, 1]


def test_parts_that_cannot_be_removed_do_not_stop_anybody(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_store: FolderStore, _prefix: str) -> None:
        raise Unavailable("The media store does not answer.")

    old, upload_id = sent(api, b"old"), sent(api, b"abcdef")
    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "delete", refuse)
        rests(api[1], old, 30)
        begin(api, 1)
        task_id, _ = accepted(finish(api, upload_id))
    assert f"uploads/{upload_id}/000000000000" in stored(tmp_path)
    assert accepted(finish(api, upload_id)) == (task_id, None)
    rests(api[1], upload_id, 30)
    begin(api, 1)
    assert stored(tmp_path).keys() == {f"{task_id}/original"}


def test_a_key_is_the_same_for_whole_files_and_parts(api: Api, tmp_path: Path) -> None:
    first = accepted(finish(api, sent(api, b"one", key="k", again=True)))
    assert accepted(finish(api, sent(api, b"one", key="k", again=True))) == first
    whole = api[0].post("/api/v1/transcribe", files={"file": ("a", b"one")}, headers={"Idempotency-Key": "k"})
    assert accepted(whole) == first
    assert_problem(finish(api, sent(api, b"two", key="k")), 422, "bad-request", "Idempotency-Key")
    assert [key for key in stored(tmp_path) if key.endswith("original")] == [f"{first[0]}/original"]


@pytest.mark.parametrize("again", [True, False])
def test_finished_ten_times_at_once_it_is_one_call(api: Api, tmp_path: Path, again: bool) -> None:
    upload_id = sent(api, os.urandom(2_000_000), 1_000_000, again=again)
    answers = at_once([partial(finish, api, upload_id)] * 10)
    ((task_id, duplicate_of),) = {accepted(answer) for answer in answers}
    assert duplicate_of is None
    assert stored(tmp_path).keys() == {f"{task_id}/original"}
    assert api[0].get("/api/v1/tasks").json()["total"] == 1


def test_a_part_sent_ten_times_at_once_is_taken_once(api: Api, tmp_path: Path) -> None:
    content = os.urandom(3_000_000)
    upload_id = begin(api, len(content))
    for offset in range(0, len(content), 1_000_000):
        part = content[offset : offset + 1_000_000]
        answers = at_once([partial(put, api, upload_id, offset, part)] * 10)
        assert {answer.status_code for answer in answers} == {200}
        assert received(api, upload_id) == offset + 1_000_000
    task_id, _ = accepted(finish(api, upload_id))
    assert stored(tmp_path) == {f"{task_id}/original": content}


def test_of_different_parts_at_once_one_wins(api: Api, tmp_path: Path) -> None:
    parts = [bytes([letter]) * (1000 + letter) for letter in range(10)]
    upload_id = begin(api, 5000)
    answers = at_once([partial(put, api, upload_id, 0, part) for part in parts])
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    (kept,) = stored(tmp_path).values()
    assert len(kept) == received(api, upload_id)
    assert kept in parts


def test_given_up_while_it_is_finished_it_is_gone(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id = sent(api, b"abcdef")
    settle = partial_uploads.settle

    def late(session: Session, *details: Any) -> None:
        assert api[0].delete(f"{PATH}/{upload_id}").status_code == 204
        settle(session, *details)

    monkeypatch.setattr(partial_uploads, "settle", late)
    assert_problem(finish(api, upload_id), 404, "not-found")
    assert stored(tmp_path) == {}
    assert api[0].get("/api/v1/tasks").json()["total"] == 0


def test_a_part_that_was_lost_is_told(api: Api, tmp_path: Path) -> None:
    for damage in (Path.unlink, lambda path: path.write_bytes(b"")):
        upload_id = sent(api, b"abcdef")
        damage(tmp_path / "data" / "media" / partial_uploads.part_key(UUID(upload_id), 3))
        assert_problem(finish(api, upload_id), 404, "not-found", "not in the media store", "begin a new one")
    assert api[0].get("/api/v1/tasks").json()["total"] == 0


def test_what_fails_on_the_way_can_be_asked_again(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store stops answering, the word of the commit is lost: the next attempt works, and there is one call."""
    upload_id = begin(api, 6)

    def refuse(_store: FolderStore, _key: str, _file: BinaryIO) -> None:
        raise Unavailable("The media store does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "put", refuse)
        assert_problem(put(api, upload_id, 0, b"abcdef"), 503, "unavailable")
    assert received(api, upload_id) == 0
    assert put(api, upload_id, 0, b"abcdef").status_code == 200
    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "put", refuse)
        assert_problem(finish(api, upload_id), 503, "unavailable")

    settle = partial_uploads.settle

    def lose_the_confirmation(session: Session, *details: Any) -> None:
        settle(session, *details)
        session.commit()
        raise OperationalError("COMMIT", {}, Exception("server closed the connection"))

    with monkeypatch.context() as patch:
        patch.setattr(partial_uploads, "settle", lose_the_confirmation)
        assert_problem(finish(api, upload_id), 503, "unavailable")
    task_id, _ = accepted(finish(api, upload_id))
    assert stored(tmp_path)[f"{task_id}/original"] == b"abcdef"
    assert api[0].get("/api/v1/tasks").json()["total"] == 1


def test_another_sender_of_the_same_file_comes_first(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id = sent(api, b"abcdef")
    lock = uploads.lock
    others: list[str] = []

    def late(session: Session, upload: uploads.Upload) -> None:
        monkeypatch.setattr(uploads, "lock", lock)
        others.append(accepted(api[0].post("/api/v1/transcribe", files={"file": ("a", b"abcdef")}))[0])
        lock(session, upload)

    monkeypatch.setattr(uploads, "lock", late)
    answer = accepted(finish(api, upload_id), 200)
    assert answer == (others[0], others[0])
    assert accepted(finish(api, upload_id), 200) == answer
    assert stored(tmp_path).keys() == {f"{others[0]}/original"}
