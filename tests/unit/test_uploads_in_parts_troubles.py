"""Uploads in parts that are given up or forgotten, that several do at once, and what fails on their way."""

import os
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from callscribe.errors import Unavailable
from callscribe.store import partial_uploads, uploads
from callscribe.store.files import FolderStore
from callscribe.store.tables import UploadRow
from tests.stored_calls import at_once
from tests.upload_parts import (
    PATH,
    Api,
    accepted,
    assert_problem,
    begin,
    finish,
    put,
    received,
    rests,
    sent,
    stored,
)


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
