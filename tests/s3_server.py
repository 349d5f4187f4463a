"""An S3-compatible store over real HTTP, one for all tests of a run: moto's server, with faults when asked for."""

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

import httpx
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

from callscribe.settings import Settings

ACCESS_KEY, SECRET_KEY = "test-key", "test-secret"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]
#: Picks requests.
Hits = Callable[[Environ], bool]


def is_upload_of_part(environ: Environ) -> bool:
    return "partNumber=" in environ["QUERY_STRING"]


def is_completion(environ: Environ) -> bool:
    return environ["REQUEST_METHOD"] == "POST" and "uploadId=" in environ["QUERY_STRING"]


def is_deletion(environ: Environ) -> bool:
    return environ["REQUEST_METHOD"] == "POST" and "delete" in environ["QUERY_STRING"]


def is_fetch(environ: Environ) -> bool:
    return environ["REQUEST_METHOD"] == "GET" and not environ["QUERY_STRING"]


def always(_: Environ) -> bool:
    return True


@dataclass
class Fault:
    """What goes wrong with the next `times` requests that `hits` picks."""

    app: App
    hits: Hits
    times: int

    def strikes(self, environ: Environ) -> bool:
        if not self.times or not self.hits(environ):
            return False
        self.times -= 1
        return True


class S3Server:
    """Serves on a free port of the loopback interface until the process ends."""

    def __init__(self) -> None:
        self._app: App = DomainDispatcherApplication(create_backend_app)
        self._fault: Fault | None = None
        server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def new_bucket(self) -> str:
        """The name of an empty bucket."""
        name = f"test-{uuid4().hex}"
        httpx.put(f"{self.url}/{name}", timeout=60).raise_for_status()
        return name

    def fill(self, bucket: str, keys: Iterable[str]) -> None:
        """Put empty objects there, faster than by HTTP."""
        backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        for key in keys:
            backend.put_object(bucket, key, b"")

    def settings(self, bucket_and_prefix: str, **changes: object) -> Settings:
        """Settings that lead there."""
        there = {
            "media_url": f"s3://{bucket_and_prefix}",
            "s3_endpoint": self.url,
            "s3_access_key": ACCESS_KEY,
            "s3_secret_key": SECRET_KEY,
        }
        return Settings.model_validate(there | changes)

    def keys(self, bucket: str) -> list[str]:
        """The keys of all objects."""
        return self._found(f"{bucket}?list-type=2", "Key")

    def unfinished(self, bucket: str) -> list[str]:
        """The keys of multipart uploads that were neither completed nor aborted."""
        return self._found(f"{bucket}?uploads", "Key")

    @contextmanager
    def failing(self, app: App, hits: Hits = always, times: int = 1_000_000) -> Iterator[Fault]:
        """Let `app` answer some requests in the server's place."""
        self._fault = Fault(app, hits, times)
        try:
            yield self._fault
        finally:
            self._fault = None

    def cut(self, environ: Environ, start: StartResponse) -> Iterator[bytes]:
        """Break the connection in the middle of an answer."""
        body = b"".join(self._app(environ, start))
        yield body[: len(body) // 2]
        raise ConnectionAbortedError

    def _found(self, path: str, tag: str) -> list[str]:
        return re.findall(f"<{tag}>(.*?)</{tag}>", httpx.get(f"{self.url}/{path}", timeout=60).raise_for_status().text)

    def _answer(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        fault = self._fault
        return (fault.app if fault and fault.strikes(environ) else self._app)(environ, start)


class _Quiet(MotoRequestHandler):
    def log(self, *_: object) -> None:
        """Keep the test's output clean."""


@cache
def s3_server() -> S3Server:
    """The server of this run, started when it is first wanted."""
    return S3Server()


def answering(status: str, body: bytes) -> App:
    """Answers every request with this."""

    def app(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))  # unread, it would break the connection
        start(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
        return [body]

    return app


def refusing(status: str, code: str = "") -> App:
    """Answers with an error as S3 does; without a code, as a server that is not S3."""
    return answering(status, f"<Error><Code>{code}</Code><Message>No.</Message></Error>".encode() if code else b"")
