"""A model hub on this machine that has one speech model, whatever name it is asked for."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_REVISION = "0" * 40


@contextmanager
def hub(model: Path) -> Iterator[str]:
    """Its address, to be set as `HF_ENDPOINT`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(model))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(model: Path) -> type[BaseHTTPRequestHandler]:
    files = {path.name: path.read_bytes() for path in model.iterdir()}

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path, name = self.path.split("?")[0], self.path.split("/")[-1]
            if "/tree/" in path:
                self._answer_json(
                    [{"type": "file", "path": name, "size": len(files[name]), "oid": _REVISION} for name in files]
                )
            elif "/revision/" in path:
                siblings = [{"rfilename": name} for name in files]
                self._answer_json({"id": "any/model", "sha": _REVISION, "siblings": siblings})
            elif "/resolve/" in path and name in files:
                self._answer(200, files[name], "application/octet-stream")
            else:
                self._answer(404, b"{}", "application/json")

        def _answer_json(self, body: object) -> None:
            self._answer(200, json.dumps(body).encode(), "application/json")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
            self.send_header("X-Repo-Commit", _REVISION)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    return Handler
