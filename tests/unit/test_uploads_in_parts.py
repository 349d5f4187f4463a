"""Uploads in parts: what is taken, what is refused, and that they end as uploads of whole files do."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from callscribe.models import PART_BYTES
from callscribe.store.tables import UploadRow
from tests.stored_calls import call_row
from tests.upload_parts import (
    NOBODY,
    PATH,
    Api,
    accepted,
    assert_problem,
    begin,
    finish,
    put,
    received,
    sent,
    stored,
)


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

    assert api[0].delete(f"/api/v1/tasks/{task_id}").status_code == 204
    assert stored(tmp_path) == {}
    assert_problem(finish(api, upload_id), 404, "not-found")


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


def test_a_key_is_the_same_for_whole_files_and_parts(api: Api, tmp_path: Path) -> None:
    first = accepted(finish(api, sent(api, b"one", key="k", again=True)))
    assert accepted(finish(api, sent(api, b"one", key="k", again=True))) == first
    whole = api[0].post("/api/v1/transcribe", files={"file": ("a", b"one")}, headers={"Idempotency-Key": "k"})
    assert accepted(whole) == first
    assert_problem(finish(api, sent(api, b"two", key="k")), 422, "bad-request", "Idempotency-Key")
    assert [key for key in stored(tmp_path) if key.endswith("original")] == [f"{first[0]}/original"]
