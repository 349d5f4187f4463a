"""Recordings over HTTP: whole, in parts, and when there is nothing to give."""

import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from callscribe import wiring
from callscribe.api.app import create_app
from callscribe.models import CallStatus, MediaFacts
from callscribe.settings import Settings
from callscribe.store import calls
from callscribe.store.database import Database
from tests.media_site import COPY, SOUND, Site, in_bucket, on_disk
from tests.s3_server import is_fetch, refusing, s3_server


@pytest.fixture(params=[on_disk, in_bucket])
def site(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)  # the application sets its own
    settings: Settings = request.param(data_dir=tmp_path / "data", database_url=database.url)
    with TestClient(create_app(settings)) as client:
        yield Site(client, database, wiring.media_store(settings))


@pytest.fixture
def disk(api: tuple[TestClient, Database], tmp_path: Path) -> Site:
    """The same with a folder only, where the store makes no difference."""
    client, database = api
    return Site(client, database, wiring.media_store(Settings(data_dir=tmp_path / "data")))


def problem(answer: Response) -> str:
    """The sentence of a problem."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return str(answer.json()["detail"])


def test_a_player_gets_what_it_asks_for(site: Site) -> None:
    call_id = site.call()
    whole = site.get(call_id)
    assert (whole.status_code, whole.content) == (200, COPY)
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-length"] == str(len(COPY))
    assert whole.headers["content-type"] == "audio/mp4"
    # What a browser does: all from the start, its end for the index, then wherever somebody clicks.
    for asked, part in [
        ("bytes=0-", slice(0, None)),
        ("bytes=-4096", slice(-4096, None)),
        ("bytes=65536-", slice(65536, None)),
        ("bytes=32768-49151", slice(32768, 49152)),
        ("bytes=0-1", slice(0, 2)),
        ("bytes=69999-200000", slice(69999, None)),
    ]:
        answer = site.get(call_id, asked)
        begin, end, _ = part.indices(len(COPY))
        assert (answer.status_code, answer.content) == (206, COPY[part])
        assert answer.headers["content-range"] == f"bytes {begin}-{end - 1}/{len(COPY)}"
        assert answer.headers["content-length"] == str(end - begin)
        assert answer.headers["etag"] == whole.headers["etag"]


def test_a_large_file_comes_whole(site: Site) -> None:
    call_id = site.call()
    assert site.get(call_id, original=True).content == SOUND
    for begin, end in [(0, 2_499_999), (1, 1_048_576), (1_048_575, 2_097_152), (2_097_152, 2_499_999)]:
        answer = site.get(call_id, f"bytes={begin}-{end}", original=True)
        assert (answer.status_code, answer.content) == (206, SOUND[begin : end + 1])


@pytest.mark.parametrize("asked", ["bytes=-0", "bytes=70000-", "bytes=99999999999999999999-"])
def test_what_is_not_there_is_refused_with_the_size(disk: Site, asked: str) -> None:
    answer = disk.get(disk.call(), asked)
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */70000")
    assert problem(answer) == "The file has 70000 bytes; ask for some of these."


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=a-b", "bytes=0-1,5-6", "seconds=0-1", "\u00ff", "bytes=\u00b9-"])
def test_what_cannot_be_understood_gives_the_whole(disk: Site, asked: str) -> None:
    answer = disk.get(disk.call(), asked)
    assert (answer.status_code, answer.content) == (200, COPY)
    assert "content-range" not in answer.headers


def test_a_range_counts_only_for_the_same_file(site: Site) -> None:
    call_id = site.call()
    etag = site.get(call_id).headers["etag"]
    assert site.get(call_id, "bytes=0-3", if_range=etag).status_code == 206
    for other in ('"another"', f"W/{etag}", "Wed, 21 Oct 2015 07:28:00 GMT", "x"):
        answer = site.get(call_id, "bytes=0-3", if_range=other)
        assert (answer.status_code, answer.content) == (200, COPY)
    site.store.put(f"{call_id}/playback.m4a", BytesIO(b"another one"))
    assert site.get(call_id, "bytes=0-3", if_range=etag).content == b"another one"
    assert site.get(call_id).headers["etag"] != etag


def test_what_a_client_has_is_not_sent_again(site: Site) -> None:
    call_id = site.call()
    etag = site.get(call_id).headers["etag"]
    for ask in (site.get, site.head):
        for known in (etag, f'"x", W/{etag}', "*"):
            answer = ask(call_id, if_none_match=known, range="bytes=0-3")
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
        assert ask(call_id, if_none_match='"another"').status_code == 200
    original = site.get(call_id, original=True, if_none_match=etag)
    assert (original.status_code, original.content) == (200, SOUND)
    assert original.headers["etag"] != etag


def test_a_look_has_the_headers_and_no_body(site: Site) -> None:
    call_id = site.call()
    for original in (False, True):
        got, seen = site.get(call_id, original=original), site.head(call_id, original=original, range="bytes=0-3")
        assert (seen.status_code, seen.content, dict(seen.headers)) == (200, b"", dict(got.headers))


@pytest.mark.parametrize(
    ("container", "has_video", "kind"),
    [
        ("mp3", False, "audio/mpeg"),
        ("wav", False, "audio/wav"),
        ("ogg", False, "audio/ogg"),
        ("mov,mp4,m4a,3gp,3g2,mj2", False, "audio/mp4"),
        ("mov,mp4,m4a,3gp,3g2,mj2", True, "video/mp4"),
        ("matroska,webm", True, "video/x-matroska"),
        ("flac", False, "audio/flac"),
        ("amr", False, "audio/amr"),
        ("asf", False, "audio/x-ms-asf"),
        ("html", False, "application/octet-stream"),
        (None, False, "application/octet-stream"),
    ],
)
def test_the_type_is_what_was_found(disk: Site, container: str | None, kind: str, *, has_video: bool) -> None:
    facts = container and MediaFacts(container, "aac", 60.0, 16000, 1, 1, has_video=has_video)
    call_id = disk.call(facts=facts or None, filename="evil.html")
    answer = disk.get(call_id, original=True)
    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox"
    assert disk.get(call_id).headers["content-type"] == "audio/mp4"


def test_an_original_that_plays_everywhere_is_played_itself(disk: Site) -> None:
    call_id = disk.call(copy=None)
    with disk.database.transaction() as session:
        row = calls.get(session, call_id)
        row.playback_key = row.media_key
    answer = disk.get(call_id)
    assert (answer.content, answer.headers["content-type"]) == (SOUND, "audio/flac")
    assert "content-disposition" not in answer.headers


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("call (1).flac", "call%20%281%29.flac"),
        ("Звонок №5.mp3", "%D0%97%D0%B2%D0%BE%D0%BD%D0%BE%D0%BA%20%E2%84%965.mp3"),
        ('a";\r\nSet-Cookie: x=1;.html', "a%22%3B%0D%0ASet-Cookie%3A%20x%3D1%3B.html"),
        ("100%'*(a)/..\\b.wav", "100%25%27%2A%28a%29%2F..%5Cb.wav"),
    ],
)
def test_the_original_is_saved_under_its_name(disk: Site, name: str, sent: str) -> None:
    answer = disk.get(disk.call(filename=name), original=True)
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["content-disposition"].endswith(f"; filename*=UTF-8''{sent}")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (CallStatus.QUEUED, "still being prepared for playing; try again in some seconds"),
        (CallStatus.TRANSCRIBING, "still being prepared for playing; try again in some seconds"),
        (CallStatus.FAILED, "was not prepared for playing; retry the task"),
        (CallStatus.CANCELED, "was not prepared for playing; retry the task"),
    ],
)
def test_before_it_is_prepared_there_is_the_original(disk: Site, status: CallStatus, advice: str) -> None:
    call_id = disk.call(copy=None, facts=None, status=status)
    answer = disk.get(call_id)
    assert answer.status_code == disk.head(call_id).status_code == 409
    assert advice in problem(answer)
    assert disk.get(call_id, original=True).content == SOUND


def test_what_is_not_there_is_not_found(site: Site) -> None:
    unknown = site.get(uuid4())
    assert (unknown.status_code, site.head(uuid4()).status_code) == (404, 404)
    assert "no call with this id" in problem(unknown)
    call_id = site.call()
    site.store.delete(str(call_id))
    for original in (False, True):
        lost = site.get(call_id, original=original)
        assert (lost.status_code, site.head(call_id, original=original).status_code) == (404, 404)
        assert problem(lost) == "The recording's file is not in the media store any more."
    wrong = site.client.get("/api/v1/tasks/1/media")
    assert (wrong.status_code, site.client.get(f"/api/v1/tasks/{call_id}/media?original=x").status_code) == (422, 422)


@pytest.mark.parametrize("site", [in_bucket], indirect=True)
def test_a_store_that_fails_is_told_before_anything_is_sent(site: Site) -> None:
    call_id, server = site.call(), s3_server()
    with server.failing(refusing("403 Forbidden", "AccessDenied")):
        for answer in (site.get(call_id), site.get(call_id, "bytes=0-3")):
            assert answer.status_code == 503
            assert "does not let us use the bucket" in problem(answer)
        assert site.head(call_id).status_code == 503
    with server.failing(refusing("403 Forbidden", "AccessDenied"), is_fetch):  # after its size was told
        assert problem(site.get(call_id)).startswith("The media store at")
    assert site.get(call_id).content == COPY
