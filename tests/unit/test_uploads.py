"""The same upload twice: one task for one key, and a word about a file that is there already."""

import os
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from callscribe.models import CallStatus
from callscribe.store import calls, uploads
from callscribe.store.database import Database
from callscribe.store.uploads import Upload
from tests.stored_calls import at_once, call_row

Api = tuple[TestClient, Database]
Answer = tuple[int, dict[str, Any]]  # status and body
PATH = "/api/v1/transcribe"


def send(api: Api, content: bytes, key: str | bytes | None = None, **fields: str) -> Answer:
    headers = {} if key is None else {b"Idempotency-Key": key if isinstance(key, bytes) else key.encode()}
    response = api[0].post(PATH, files={"file": ("call.mp3", content)}, data=fields, headers=headers)
    return response.status_code, response.json()


def accepted(answer: Answer, status: int = 202) -> tuple[str, str | None]:
    """The answer's task and the one it is a duplicate of."""
    assert answer[0] == status, answer
    assert answer[1].keys() == {"task_id", "duplicate_of"}
    return answer[1]["task_id"], answer[1]["duplicate_of"]


def assert_refused(answer: Answer, *words: str) -> None:
    assert (answer[0], answer[1]["type"]) == (422, "urn:callscribe:problem:bad-request")
    for word in words:
        assert word in answer[1]["detail"]


def tasks(api: Api) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = api[0].get("/api/v1/tasks").json()["tasks"]
    return listed


def media(folder: Path) -> list[str]:
    """The calls that have something in the media store."""
    return sorted({path.parent.name for path in (folder / "data" / "media").rglob("*") if path.is_file()})


def put_into(database: Database, task_id: str, status: CallStatus) -> None:
    with database.transaction() as session:
        calls.lock(session, UUID(task_id)).status = status


def test_a_new_file_is_no_duplicate(api: Api) -> None:
    first, second = accepted(send(api, b"one")), accepted(send(api, b"two"))
    assert first[0] != second[0]
    assert (first[1], second[1]) == (None, None)
    assert [task["duplicate_of"] for task in tasks(api)] == [None, None]


def test_the_same_file_is_told_and_not_stored(api: Api, tmp_path: Path) -> None:
    task_id, _ = accepted(send(api, b"one", language="en"))
    for _ in range(2):
        assert accepted(send(api, b"one", language="en", again="false"), 200) == (task_id, task_id)
    assert [task["task_id"] for task in tasks(api)] == media(tmp_path) == [task_id]


def test_the_same_file_is_processed_if_asked_for(api: Api, tmp_path: Path) -> None:
    first, _ = accepted(send(api, b"one"))
    second, of_second = accepted(send(api, b"one", again="true"))
    third, of_third = accepted(send(api, b"one", again="true"))
    assert len({first, second, third}) == 3
    assert (of_second, of_third) == (first, first)  # the oldest, not the one before
    assert {task["task_id"]: task["duplicate_of"] for task in tasks(api)} == {first: None, second: first, third: first}
    assert media(tmp_path) == sorted([first, second, third])
    assert accepted(send(api, b"one"), 200) == (first, first)


def test_another_language_is_another_wish(api: Api) -> None:
    automatic, _ = accepted(send(api, b"one"))
    russian, of_russian = accepted(send(api, b"one", language="ru"))
    assert (russian != automatic, of_russian) == (True, automatic)
    assert accepted(send(api, b"one", language="ru"), 200) == (russian, russian)
    assert accepted(send(api, b"one", language="auto"), 200) == (automatic, automatic)


@pytest.mark.parametrize("status", CallStatus)
def test_only_failed_and_canceled_tasks_do_not_count(api: Api, status: CallStatus) -> None:
    task_id, _ = accepted(send(api, b"one"))
    put_into(api[1], task_id, status)
    if status in {CallStatus.FAILED, CallStatus.CANCELED}:
        new, duplicate_of = accepted(send(api, b"one"))
        assert (new != task_id, duplicate_of) == (True, None)
    else:
        assert accepted(send(api, b"one"), 200) == (task_id, task_id)


def test_a_deleted_task_does_not_count(api: Api) -> None:
    task_id, _ = accepted(send(api, b"one", "key"))
    assert api[0].delete(f"/api/v1/tasks/{task_id}").status_code == 204
    new, duplicate_of = accepted(send(api, b"one", "key"))
    assert (new != task_id, duplicate_of) == (True, None)


def test_a_file_too_large_for_memory_is_known_too(api: Api) -> None:
    content = os.urandom(3_000_000)
    task_id, _ = accepted(send(api, content))
    assert accepted(send(api, content), 200) == (task_id, task_id)
    accepted(send(api, content[:-1] + bytes([content[-1] ^ 1])))


def test_the_same_key_gets_the_same_answer(api: Api, tmp_path: Path) -> None:
    first = accepted(send(api, b"one", "key 1", language="ru"))
    second = accepted(send(api, b"one", "key 2", language="ru", again="true"))
    put_into(api[1], first[0], CallStatus.FAILED)
    for _ in range(2):
        assert accepted(send(api, b"one", "key 1", language="ru")) == first
        assert accepted(send(api, b"one", "key 2", language="ru", again="true")) == second
    assert second[1] == first[0]
    assert len(tasks(api)) == len(media(tmp_path)) == 2


@pytest.mark.parametrize("other", [(b"two", "ru"), (b"one", "en"), (b"one", "auto")])
def test_a_key_is_refused_for_another_upload(api: Api, tmp_path: Path, other: tuple[bytes, str]) -> None:
    task_id, _ = accepted(send(api, b"one", "key", language="ru"))
    content, language = other
    for again in ("false", "true"):
        refused = send(api, content, "key", language=language, again=again)
        assert_refused(refused, "Idempotency-Key", "another file or language")
    assert media(tmp_path) == [task_id]


def test_a_file_that_is_there_does_not_use_up_a_key(api: Api) -> None:
    task_id, _ = accepted(send(api, b"one"))
    assert accepted(send(api, b"one", "key"), 200) == (task_id, task_id)
    new, _ = accepted(send(api, b"two", "key"))
    assert new != task_id


@pytest.mark.parametrize("key", ["a", " ", "~" * 255, '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "'; DROP TABLE calls"])
def test_a_key_is_any_printable_ascii(api: Api, key: str) -> None:
    first = accepted(send(api, b"one", key))
    assert accepted(send(api, b"one", key)) == first


@pytest.mark.parametrize(
    "key", [b"", b"a" * 256, b"a\0b", b"a\nb", b"a\tb", b"\x7f", "ключ".encode(), "ключ".encode("cp1251"), b"\xff"]
)
def test_other_keys_are_refused(api: Api, tmp_path: Path, key: bytes) -> None:
    assert_refused(send(api, b"one", key), "dempotency-")
    assert (tasks(api), media(tmp_path)) == ([], [])


def test_a_wish_that_is_no_wish_is_refused(api: Api) -> None:
    for again in ("maybe", "2", "\0", "да"):
        assert_refused(send(api, b"one", again=again), "again")


def test_one_key_ten_times_at_once_is_one_call(api: Api, tmp_path: Path) -> None:
    for _ in range(3):
        content, key = os.urandom(100_000), str(uuid4())
        answers = at_once([partial(send, api, content, key, again="true")] * 10)
        ((task_id, duplicate_of),) = {accepted(answer) for answer in answers}
        assert duplicate_of is None
        assert tasks(api)[0]["task_id"] == task_id
    assert len(tasks(api)) == len(media(tmp_path)) == 3


def test_one_file_ten_times_at_once_is_one_call(api: Api, tmp_path: Path) -> None:
    for _ in range(3):
        content = os.urandom(100_000)
        answers = at_once([partial(send, api, content)] * 10)
        assert sorted(status for status, _ in answers) == [200] * 9 + [202]
        assert len({body["task_id"] for _, body in answers}) == 1
    assert len(tasks(api)) == len(media(tmp_path)) == 3


def test_one_key_for_ten_files_at_once_is_one_call(api: Api, tmp_path: Path) -> None:
    answers = at_once([partial(send, api, os.urandom(1000), "key") for _ in range(10)])
    assert sorted(status for status, _ in answers) == [202] + [422] * 9
    assert len(tasks(api)) == len(media(tmp_path)) == 1


def test_what_is_wanted_again_ten_times_at_once_is_ten_calls(api: Api) -> None:
    first, _ = accepted(send(api, b"one"))
    answers = at_once([partial(send, api, b"one", again="true")] * 10)
    assert {accepted(answer)[1] for answer in answers} == {first}
    assert len(tasks(api)) == 11


@pytest.mark.parametrize("key", [None, "key"])
@pytest.mark.parametrize("step", ["_with_file", "_with_key", "lock"])
def test_whenever_the_same_upload_comes_first_it_is_the_answer(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, key: str | None
) -> None:
    """Somebody else's is recorded in the very moment before this step."""
    others: list[tuple[str, str | None]] = []
    rest = getattr(uploads, step)

    def late(session: Session, upload: Upload) -> object:
        monkeypatch.setattr(uploads, step, rest)
        others.append(accepted(send(api, b"one", key)))
        return rest(session, upload)

    monkeypatch.setattr(uploads, step, late)
    answer = send(api, b"one", key)
    ((task_id, _),) = others
    assert accepted(answer, 202 if key else 200) == (task_id, None if key else task_id)
    assert media(tmp_path) == [task_id]


def test_a_recording_stays_if_only_the_word_of_it_was_lost(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks after the commit and before its confirmation: the key finds the call, whole."""
    client, database = api
    remember = uploads.remember

    def lose_the_confirmation(session: Session, *details: Any) -> None:
        remember(session, *details)
        session.commit()
        raise OperationalError("COMMIT", {}, Exception("server closed the connection"))

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "remember", lose_the_confirmation)
        assert send(api, b"one", "key")[0] == 503
    task_id, _ = accepted(send(api, b"one", "key"))
    assert media(tmp_path) == [task_id]
    assert call_row(database, UUID(task_id)).idempotency_key == "key"
    assert len(client.get("/api/v1/tasks").json()["tasks"]) == 1
