"""What every media store does, wherever it keeps its files."""

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from callscribe.errors import NotFound, Unavailable
from callscribe.ports import MediaStore
from callscribe.store.files import FolderStore
from callscribe.store.s3 import S3Store
from tests.s3_server import s3_server
from tests.stored_calls import at_once


def in_bucket(folder: Path) -> MediaStore:
    server = s3_server()
    return S3Store(server.settings(f"{server.new_bucket()}/media"), folder)


#: From a folder of the test's own to an empty store.
ADAPTERS: dict[str, Callable[[Path], MediaStore]] = {
    "folder": lambda folder: FolderStore(folder / "media"),
    "s3": in_bucket,
}

BIG = 12_000_000  # bytes: more than a store writes in one piece
OUTSIDE = ["..", "../x", "a/../../x", "a/..", "a/../b", "./a", "a/./b"]


@pytest.fixture(params=ADAPTERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MediaStore:
    return ADAPTERS[request.param](tmp_path)


def content(store: MediaStore, key: str) -> bytes:
    with store.local(key) as file:
        return file.read_bytes()


def is_there(store: MediaStore, key: str) -> bool:
    try:
        content(store, key)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("key", ["a", "call/source.m4a", "call/windows/0003.flac", "call/тест запись.ogg"])
@pytest.mark.parametrize("size", [0, 5, BIG])
def test_a_file_is_kept(store: MediaStore, tmp_path: Path, key: str, size: int) -> None:
    file = tmp_path / "upload"
    file.write_bytes(b"x" * size)
    store.put(key, file)
    assert content(store, key) == b"x" * size
    assert file.exists()


def test_an_open_file_is_read_from_its_start(store: MediaStore) -> None:
    file = BytesIO(b"sound" * 1000)
    file.seek(0, 2)
    store.put("call/source", file)
    assert content(store, "call/source") == b"sound" * 1000


def test_a_later_file_replaces_an_earlier_one(store: MediaStore) -> None:
    for size in (BIG, 3, 0, 7):
        store.put("call/source", BytesIO(b"x" * size))
        assert len(content(store, "call/source")) == size


@pytest.mark.parametrize("key", ["nothing", "call/nothing", "call", "call/source/below"])
def test_a_missing_file_is_not_found(store: MediaStore, key: str) -> None:
    store.put("call/source", BytesIO(b"x"))
    with pytest.raises(NotFound), store.local(key):
        pass
    with pytest.raises(NotFound):
        store.stat(key)
    with pytest.raises(NotFound):
        store.read(key, 0, 1)


@pytest.mark.parametrize("size", [0, 5, BIG])
def test_the_size_is_known(store: MediaStore, size: int) -> None:
    store.put("call/тест запись.ogg", BytesIO(b"x" * size))
    assert store.stat("call/тест запись.ogg").size == size


def test_a_file_that_takes_anothers_place_has_another_version(store: MediaStore) -> None:
    versions = set()
    for content in (b"one", b"two", b"three"):
        store.put("call/source", BytesIO(content))
        versions.add(store.stat("call/source").version)
        assert store.stat("call/source").version in versions
    assert len(versions) == 3


def test_any_part_can_be_read(store: MediaStore) -> None:
    content = Random(1).randbytes(BIG)
    store.put("call/source", BytesIO(content))
    for start, length in [(0, 1), (0, BIG), (5_242_879, 2), (BIG - 1, 1), (BIG - 3, 10), (1_000_000, 4_000_000)]:
        assert store.read("call/source", start, length) == content[start : start + length]


def test_many_read_at_once(store: MediaStore) -> None:
    content = Random(2).randbytes(BIG)
    store.put("call/source", BytesIO(content))
    starts = range(0, BIG, BIG // 10)
    parts = at_once([partial(store.read, "call/source", start, 100_000) for start in starts])
    assert parts == [content[start : start + 100_000] for start in starts]


def test_a_reader_never_sees_half_of_a_file(store: MediaStore) -> None:
    over = threading.Event()

    def read() -> set[tuple[int, frozenset[int]]]:
        seen = set()
        while not over.is_set():
            if is_there(store, "call/source"):
                found = content(store, "call/source")
                seen.add((len(found), frozenset(found)))
        return seen

    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(read)
        try:
            for letter in b"abcdef":
                store.put("call/source", BytesIO(bytes([letter]) * BIG))
        finally:
            over.set()
    seen = reading.result()
    assert seen
    assert seen <= {(BIG, frozenset({letter})) for letter in b"abcdef"}


class Breaking(BytesIO):
    """A file that cannot be read to its end."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > BIG // 2:
            raise OSError("the disk is broken")
        return super().read(size)


def test_a_put_that_fails_changes_nothing(store: MediaStore) -> None:
    store.put("call/source", BytesIO(b"before"))
    for key in ("call/source", "call/other"):
        with pytest.raises(Unavailable):
            store.put(key, Breaking(b"x" * BIG))
    assert content(store, "call/source") == b"before"
    assert not is_there(store, "call/other")


def test_a_file_that_is_not_there_cannot_be_put(store: MediaStore, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        store.put("call/source", tmp_path / "nothing")
    assert not is_there(store, "call/source")


@pytest.mark.parametrize("key", OUTSIDE)
def test_a_key_that_leads_elsewhere_is_refused(store: MediaStore, tmp_path: Path, key: str) -> None:
    store.put("a/b", BytesIO(b"kept"))
    (tmp_path / "x").write_bytes(b"a neighbour's")
    with pytest.raises(ValueError, match="not a key"):
        store.put(key, BytesIO(b"evil"))
    with pytest.raises(ValueError, match="not a key"), store.local(key):
        pass
    with pytest.raises(ValueError, match="not a key"):
        store.stat(key)
    with pytest.raises(ValueError, match="not a key"):
        store.read(key, 0, 1)
    with pytest.raises(ValueError, match="not a key"):
        store.delete(key)
    assert content(store, "a/b") == b"kept"
    assert (tmp_path / "x").read_bytes() == b"a neighbour's"


def test_the_empty_prefix_does_not_delete_everything(store: MediaStore) -> None:
    store.put("call/source", BytesIO(b"kept"))
    with pytest.raises(ValueError, match="not a key"):
        store.delete("")
    assert is_there(store, "call/source")


def test_deleting_a_folder_leaves_its_neighbours(store: MediaStore) -> None:
    kept = ["abcd/source", "ab", "abc.txt", "abd/abc/source", "other"]
    for key in ["abc/source", "abc/windows/0000.flac", "abc/windows/deeper/still", *kept]:
        store.put(key, BytesIO(key.encode()))
    store.delete("abc")
    assert not is_there(store, "abc/source")
    assert not is_there(store, "abc/windows/0000.flac")
    assert not is_there(store, "abc/windows/deeper/still")
    assert [content(store, key) for key in kept] == [key.encode() for key in kept]
    store.put("abc/source", BytesIO(b"again"))
    assert content(store, "abc/source") == b"again"


def test_deleting_nothing_is_fine(store: MediaStore) -> None:
    store.delete("call")
    store.put("call/source", BytesIO(b"x"))
    for _ in range(2):
        store.delete("call")
    assert not is_there(store, "call/source")


def test_many_may_delete_at_once(store: MediaStore) -> None:
    for round_ in range(5):
        for index in range(40):
            store.put(f"call/windows/{index:04d}.flac", BytesIO(bytes(round_ + 1)))
        at_once([partial(store.delete, "call")] * 4)
        assert not any(is_there(store, f"call/windows/{index:04d}.flac") for index in range(40))


def test_a_deleted_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    for key in ("call/source", "call/windows/0000.flac", "call/windows/deeper/still"):
        store.put(key, BytesIO(b"x"))
    (tmp_path / "call/windows/0001.flac#1").write_bytes(b"what a killed process was still writing")
    store.delete("call")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_used_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="disk space and permissions"):
        FolderStore(tmp_path / "file")
    store = FolderStore(tmp_path / "media")
    store.put("call/loop", BytesIO(b"x"))
    (tmp_path / "media/call/loop").unlink()
    (tmp_path / "media/call/loop").symlink_to("loop")
    with pytest.raises(Unavailable, match="disk space and permissions"):
        store.stat("call/loop")
    with pytest.raises(Unavailable, match="disk space and permissions"):
        store.read("call/loop", 0, 1)
    shutil.rmtree(tmp_path / "media")
    (tmp_path / "media").touch()
    with pytest.raises(Unavailable, match="disk space and permissions"):
        store.put("call/source", BytesIO(b"x"))
