"""Media in a bucket: what it takes, what it leaves behind, and what a user reads when it does not work."""

import os
import socket
import subprocess
import sys
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from callscribe import wiring
from callscribe.errors import ConfigError, NotFound, Unavailable
from callscribe.ports import MediaStore
from callscribe.settings import Settings
from callscribe.store import s3
from callscribe.store.s3 import S3Store
from tests.s3_server import (
    ACCESS_KEY,
    SECRET_KEY,
    Environ,
    Hits,
    S3Server,
    answering,
    is_completion,
    is_deletion,
    is_fetch,
    is_upload_of_part,
    refusing,
    s3_server,
)

BIG = 12_000_000  # bytes: several parts
BROKEN = refusing("500 Internal Server Error", "InternalError")


@pytest.fixture(scope="module")
def server() -> S3Server:
    return s3_server()


@pytest.fixture
def bucket(server: S3Server) -> str:
    return server.new_bucket()


@pytest.fixture
def store(server: S3Server, bucket: str, tmp_path: Path) -> S3Store:
    return S3Store(server.settings(f"{bucket}/media"), tmp_path)


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "_BACKOFF", timedelta(milliseconds=10))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "_SILENCE", timedelta(seconds=0.3))
    monkeypatch.setattr(s3, "_RETRY", timedelta(seconds=0.1))


def fetched(store: MediaStore, key: str) -> bytes:
    with store.local(key) as file:
        return file.read_bytes()


def sentence(store: S3Store) -> str:
    """What all operations say, which must be the same."""
    with pytest.raises(Unavailable) as putting:
        store.put("call/source", BytesIO(b"x"))
    with pytest.raises(Unavailable) as fetching:
        fetched(store, "call/source")
    with pytest.raises(Unavailable) as deleting:
        store.delete("call")
    with pytest.raises(Unavailable) as looking:
        store.stat("call/source")
    with pytest.raises(Unavailable) as reading:
        store.read("call/source", 0, 1)
    (told,) = {str(error.value) for error in (putting, fetching, deleting, looking, reading)}
    assert SECRET_KEY not in told
    return told


@pytest.mark.parametrize(
    ("prefix", "folder"),
    [("", ""), ("/", ""), ("/media", "media/"), ("/a/b/", "a/b/"), ("/a b%20c/ж", "a b%20c/ж/")],
)
def test_objects_lie_below_the_prefix(server: S3Server, bucket: str, tmp_path: Path, prefix: str, folder: str) -> None:
    S3Store(server.settings(bucket), tmp_path).put("abc/neighbour", BytesIO(b"kept"))
    store = S3Store(server.settings(f"{bucket}{prefix}"), tmp_path)
    store.put("call/source", BytesIO(b"x"))
    assert server.keys(bucket) == sorted([f"{folder}call/source", "abc/neighbour"])
    assert fetched(store, "call/source") == b"x"
    store.delete("call")
    assert server.keys(bucket) == ["abc/neighbour"]


def test_thousands_of_objects_are_deleted(server: S3Server, bucket: str, store: S3Store) -> None:
    server.fill(bucket, (f"media/call/windows/{index:04d}.flac" for index in range(2100)))
    store.put("call2/source", BytesIO(b"kept"))
    store.delete("call")
    assert server.keys(bucket) == ["media/call2/source"]


def test_an_object_that_may_not_be_deleted_is_told(server: S3Server, store: S3Store) -> None:
    store.put("call/source", BytesIO(b"x"))
    answer = (
        b"<DeleteResult><Error><Key>media/call/source</Key><Code>AccessDenied</Code><Message/></Error></DeleteResult>"
    )
    with server.failing(answering("200 OK", answer), is_deletion), pytest.raises(Unavailable, match="allow reading"):
        store.delete("call")


class Breaking(BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > BIG * 2 // 3:
            raise OSError("the disk is broken")
        return super().read(size)


def test_a_file_that_breaks_off_leaves_nothing(server: S3Server, bucket: str, store: S3Store) -> None:
    with pytest.raises(Unavailable, match="disk space and permissions"):
        store.put("call/source", Breaking(b"x" * BIG))
    assert (server.keys(bucket), server.unfinished(bucket)) == ([], [])


@pytest.mark.parametrize("hits", [is_upload_of_part, is_completion])
def test_a_put_that_fails_leaves_nothing(server: S3Server, bucket: str, store: S3Store, hits: Hits) -> None:
    with server.failing(BROKEN, hits), pytest.raises(Unavailable, match=r"reports an error \(InternalError\)"):
        store.put("call/source", BytesIO(b"x" * BIG))
    assert (server.keys(bucket), server.unfinished(bucket)) == ([], [])


def test_unfinished_uploads_would_be_seen(server: S3Server, bucket: str) -> None:
    httpx.post(f"{server.url}/{bucket}/media/call/source?uploads").raise_for_status()
    assert server.unfinished(bucket) == ["media/call/source"]


def test_a_short_failure_is_not_noticed(server: S3Server, store: S3Store) -> None:
    content = bytes(range(256)) * 50_000
    with server.failing(BROKEN, is_upload_of_part, times=1) as fault:
        store.put("call/source", BytesIO(content))
    assert fault.times == 0
    for fetch in (partial(fetched, store, "call/source"), partial(store.read, "call/source", 0, len(content))):
        with server.failing(server.cut, is_fetch, times=1) as fault:
            assert fetch() == content
        assert fault.times == 0


def test_a_connection_that_keeps_breaking_is_unavailable(server: S3Server, store: S3Store, tmp_path: Path) -> None:
    store.put("call/source", BytesIO(b"x" * BIG))
    with server.failing(server.cut, is_fetch), pytest.raises(Unavailable, match="does not answer"):
        fetched(store, "call/source")
    with server.failing(server.cut, is_fetch), pytest.raises(Unavailable, match="does not answer"):
        store.read("call/source", 0, BIG)
    assert list(tmp_path.iterdir()) == []


def test_a_fetched_copy_is_removed(store: S3Store, tmp_path: Path) -> None:
    store.put("call/source.flac", BytesIO(b"x"))
    with pytest.raises(ZeroDivisionError), store.local("call/source.flac") as file:
        assert file.name == "source.flac"
        assert tmp_path in file.parents
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_an_error_while_a_copy_is_used_is_not_the_stores(store: S3Store) -> None:
    store.put("call/source", BytesIO(b"x"))
    with pytest.raises(FileNotFoundError), store.local("call/source"):
        raise FileNotFoundError


def test_without_a_folder_for_copies_it_is_unavailable(server: S3Server, bucket: str, tmp_path: Path) -> None:
    store = S3Store(server.settings(bucket), tmp_path / "gone")
    store.put("call/source", BytesIO(b"x"))
    with pytest.raises(Unavailable, match=f"disk space and permissions of {tmp_path}/gone"):
        fetched(store, "call/source")


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        ("403 Forbidden", "InvalidAccessKeyId", "correct CALLSCRIBE_S3_ACCESS_KEY and CALLSCRIBE_S3_SECRET_KEY"),
        ("403 Forbidden", "SignatureDoesNotMatch", "correct CALLSCRIBE_S3_ACCESS_KEY and CALLSCRIBE_S3_SECRET_KEY"),
        ("403 Forbidden", "AccessDenied", "allow reading, writing, listing and deleting there"),
        ("403 Forbidden", "RequestTimeTooSkewed", "clocks"),
        ("400 Bad Request", "AuthorizationHeaderMalformed", "correct CALLSCRIBE_S3_REGION"),
        ("301 Moved Permanently", "PermanentRedirect", "correct CALLSCRIBE_S3_REGION"),
        ("507 Insufficient Storage", "XMinioStorageFull", "reports an error (XMinioStorageFull)"),
        ("404 Not Found", "", "reports an error (404); look into its log or correct CALLSCRIBE_S3_ENDPOINT"),
    ],
)
def test_what_a_store_refuses_is_said(server: S3Server, store: S3Store, status: str, code: str, advice: str) -> None:
    with server.failing(refusing(status, code)):
        assert advice in sentence(store)


def test_wrong_credentials_are_told(server: S3Server, store: S3Store) -> None:
    authentication = f"{server.url}/moto-api/reset-auth"
    httpx.post(authentication, content=b"0").raise_for_status()  # requests without an account are refused from now on
    try:
        assert sentence(store) == (
            f"The media store at {server.url} does not accept the credentials; "
            "correct CALLSCRIBE_S3_ACCESS_KEY and CALLSCRIBE_S3_SECRET_KEY."
        )
    finally:
        httpx.post(authentication, content=b"inf").raise_for_status()


def test_a_missing_bucket_is_told(server: S3Server, tmp_path: Path) -> None:
    store = S3Store(server.settings("no-such-bucket/media"), tmp_path)
    assert "has no bucket no-such-bucket; create it or correct CALLSCRIBE_MEDIA_URL" in sentence(store)


def test_a_store_that_is_not_there_is_told(server: S3Server, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    store = S3Store(server.settings("bucket", s3_endpoint=f"http://127.0.0.1:{port}"), tmp_path)
    assert sentence(store) == (
        f"The media store at http://127.0.0.1:{port} does not answer; "
        "look whether it runs, or correct CALLSCRIBE_S3_ENDPOINT."
    )


@pytest.mark.usefixtures("impatient")
def test_a_store_that_says_nothing_is_given_up(server: S3Server, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        store = S3Store(server.settings("bucket", s3_endpoint=address), tmp_path)
        assert f"{address} does not answer" in sentence(store)


def test_missing_credentials_are_told(server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setenv("AWS_METADATA_ENDPOINT", f"http://127.0.0.1:{free.getsockname()[1]}")
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(variable, raising=False)
    store = S3Store(server.settings("bucket", s3_access_key=None, s3_secret_key=None), tmp_path)
    assert sentence(store) == (
        "There are no credentials for the media store; set CALLSCRIBE_S3_ACCESS_KEY and CALLSCRIBE_S3_SECRET_KEY."
    )


def test_the_settings_go_before_the_environment(
    server: S3Server, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "somebody-elses")
    sent = []

    def remember(environ: Environ) -> bool:
        sent.append((environ.get("HTTP_X_AMZ_SECURITY_TOKEN"), environ["HTTP_AUTHORIZATION"]))
        return False

    store = S3Store(server.settings(bucket), tmp_path)
    with server.failing(BROKEN, remember):
        store.put("call/source", BytesIO(b"x"))
    [(token, authorization)] = sent
    assert token is None
    assert f"Credential={ACCESS_KEY}/" in authorization


def test_a_missing_object_is_not_a_missing_bucket(store: S3Store) -> None:
    with pytest.raises(NotFound):
        fetched(store, "call/source")
    with pytest.raises(NotFound):
        store.stat("call/source")
    with pytest.raises(NotFound):
        store.read("call/source", 0, 1)


FETCHING = """
import sys
from pathlib import Path
from callscribe.settings import Settings
from callscribe.store.s3 import S3Store

def peak():
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024

file, scratch = Path(sys.argv[1]), Path(sys.argv[2])
store = S3Store(Settings(), scratch)
before = peak()
store.put("call/source", file)
with file.open("rb") as opened:
    store.put("call/source", opened)
with store.local("call/source") as copy:
    assert copy.stat().st_size == file.stat().st_size
store.delete("call")
print(peak() - before)
"""


def test_a_large_file_is_never_whole_in_memory(server: S3Server, bucket: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    with file.open("wb") as sparse:
        sparse.truncate(200_000_000)
    settings = {
        "CALLSCRIBE_MEDIA_URL": f"s3://{bucket}",
        "CALLSCRIBE_S3_ENDPOINT": server.url,
        "CALLSCRIBE_S3_ACCESS_KEY": ACCESS_KEY,
        "CALLSCRIBE_S3_SECRET_KEY": SECRET_KEY,
    }
    child = subprocess.run(
        [sys.executable, "-c", FETCHING, file, tmp_path], check=True, capture_output=True, env=os.environ | settings
    )
    assert int(child.stdout) < 60_000_000


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3:///prefix",
        "s3://a",
        "s3://bucket name/x",
        "s3://key:secret@bucket/x",
        "s3://bucket/a/../b",
        "s3://bucket/a//b",
        "S3//bucket",
        "https://bucket.s3.amazonaws.com",
        "/srv/media",
        "media",
        "file://media",
        "file://nas/media",
        "file:media",
        "file:///media?x",
        "file:///media#1",
        "file:///media%00",
        "file:///media%ff",
        "file://[media",
    ],
)
def test_an_address_of_another_shape_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError) as refused:
        wiring.media_store(Settings(data_dir=tmp_path, media_url=url))
    assert str(refused.value) == "CALLSCRIBE_MEDIA_URL must look like file:///folder or s3://bucket/prefix."


@pytest.mark.parametrize(
    "endpoint",
    ["localhost:9000", "ftp://host", "http://", "http://a b", "http://host:x", "http://u:p@host", "http://h?x"],
)
def test_an_endpoint_of_another_shape_is_refused(server: S3Server, tmp_path: Path, endpoint: str) -> None:
    with pytest.raises(ConfigError, match="CALLSCRIBE_S3_ENDPOINT must look like"):
        S3Store(server.settings("bucket", s3_endpoint=endpoint), tmp_path)


@pytest.mark.parametrize("setting", ["s3_access_key", "s3_region"])
def test_what_cannot_be_sent_is_refused(server: S3Server, tmp_path: Path, setting: str) -> None:
    with pytest.raises(ConfigError, match=f"CALLSCRIBE_{setting.upper()} must be one line"):
        S3Store(server.settings("bucket", **{setting: "two\nlines"}), tmp_path)


@pytest.mark.parametrize("host", ["", "localhost"])
def test_a_file_url_names_a_folder(tmp_path: Path, host: str) -> None:
    folder = tmp_path / "медиа 100%"
    address = folder.as_uri().replace("file://", f"file://{host}")
    store = wiring.media_store(Settings(data_dir=tmp_path / "data", media_url=address))
    store.put("call/source", BytesIO(b"x"))
    assert (folder / "call" / "source").read_bytes() == b"x"
    assert folder.stat().st_mode & 0o077 == 0


def test_media_lie_where_they_are_set_to(server: S3Server, bucket: str, tmp_path: Path) -> None:
    wiring.media_store(Settings(data_dir=tmp_path)).put("call/source", BytesIO(b"x"))
    assert (tmp_path / "media/call/source").read_bytes() == b"x"
    wiring.media_store(server.settings(bucket, data_dir=tmp_path)).put("call/source", BytesIO(b"x"))
    assert server.keys(bucket) == ["call/source"]
