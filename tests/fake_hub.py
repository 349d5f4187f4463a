"""A model hub on this machine that has one model, whatever name it is asked for."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_REVISION = "0" * 40
#: Larger ones are said to be in large file storage, which gives their SHA-256.
_SMALL = 1_000


@dataclass
class FakeHub:
    """What it has, how it fails, and what it was asked for."""

    files: dict[str, bytes]
    #: Bytes after which each answer with a file ends, as if the connection were cut.
    cut_after: int | None = None
    #: Whether no file is given at all.
    busy: bool = False
    #: What is sent in place of files: so many times, or always (-1).
    damaged: dict[str, int] = field(default_factory=dict)
    #: Whether files are always sent from their beginning.
    ignores_ranges: bool = False
    #: The file and the byte from which on it was asked for.
    asked: list[tuple[str, int]] = field(default_factory=list)

    @classmethod
    def of(cls, model: Path) -> "FakeHub":
        """With the files of a folder."""
        return cls({path.name: path.read_bytes() for path in model.iterdir()})

    @contextmanager
    def running(self) -> Iterator[str]:
        """Its address, to be set as `HF_ENDPOINT`."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def siblings(self) -> list[dict[str, Any]]:
        """The files as the hub's API tells of them."""
        return [{"rfilename": name, "size": len(content)} | _hashes(content) for name, content in self.files.items()]

    def content(self, name: str) -> bytes:
        """What is sent of a file this time."""
        times = self.damaged.get(name, 0)
        if times == 0:
            return self.files[name]
        self.damaged[name] = times - 1
        return bytes(byte ^ 1 for byte in self.files[name])


@contextmanager
def hub(model: Path) -> Iterator[str]:
    """The address of one that has the files of a folder, and no faults."""
    with FakeHub.of(model).running() as address:
        yield address


def _hashes(content: bytes) -> dict[str, Any]:
    if len(content) > _SMALL:
        return {"lfs": {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "pointerSize": 134}}
    return {"blobId": hashlib.sha1(b"blob %d\0%b" % (len(content), content)).hexdigest()}


def _handler(fake: FakeHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.split("?")[0].split("/")[-1]
            if self.path.startswith("/api/models/"):
                body = {"id": "any/model", "sha": _REVISION, "siblings": fake.siblings()}
                self._answer(200, json.dumps(body).encode(), {"Content-Type": "application/json"})
            elif f"/resolve/{_REVISION}/" in self.path and len(fake.files.get(name, b"")) > _SMALL:
                self._answer(302, b"", {"Location": f"/storage/{name}"})
            elif self.path.endswith((f"/resolve/{_REVISION}/{name}", f"/storage/{name}")) and name in fake.files:
                self._answer_file(name)
            else:
                self._answer(404, b"{}", {"Content-Type": "application/json"})

        def _answer_file(self, name: str) -> None:
            first = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
            fake.asked.append((name, first))
            if fake.busy:
                self._answer(503, b"", {})
                return
            content = fake.content(name)
            if first and not fake.ignores_ranges:
                whole = {"Content-Range": f"bytes {first}-{len(content) - 1}/{len(content)}"}
                self._answer(206, content[first:], whole, fake.cut_after)
            else:
                self._answer(200, content, {}, fake.cut_after)

        def _answer(self, status: int, body: bytes, headers: dict[str, str], cut_after: int | None = None) -> None:
            self.send_response(status)
            for header, value in headers.items():
                self.send_header(header, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:cut_after])
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    return Handler
