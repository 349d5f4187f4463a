"""Calls with media behind the API in the test's own process, on disk or in a bucket."""

from dataclasses import asdict, dataclass
from io import BytesIO
from random import Random
from uuid import UUID

from fastapi.testclient import TestClient
from httpx2 import Response

from callscribe.models import MediaFacts
from callscribe.ports import MediaStore
from callscribe.settings import Settings
from callscribe.store import calls
from callscribe.store.database import Database
from tests.s3_server import s3_server
from tests.stored_calls import new_call

FLAC = MediaFacts("flac", "flac", 60.0, 16000, 1, 1, has_video=False)
#: More than is read at once, and no multiple of that.
SOUND = Random(1).randbytes(2_500_000)
COPY = Random(2).randbytes(70_000)


@dataclass(frozen=True)
class Site:
    """The API in this process."""

    client: TestClient
    database: Database
    store: MediaStore

    def call(self, *, copy: bytes | None = COPY, facts: MediaFacts | None = FLAC, **columns: object) -> UUID:
        """A call whose recording is stored; `copy` is what is played, None that nothing can be yet."""
        call_id = new_call(self.database)
        with self.database.transaction() as session:
            row = calls.get(session, call_id)
            row.facts = asdict(facts) if facts else None
            self.store.put(row.media_key, BytesIO(SOUND))
            if copy is not None:
                row.playback_key = f"{call_id}/playback.m4a"
                self.store.put(row.playback_key, BytesIO(copy))
            for name, value in columns.items():
                setattr(row, name, value)
        return call_id

    def get(self, call_id: UUID, asked: str | None = None, *, original: bool = False, **headers: str) -> Response:
        return self._ask("GET", call_id, original, ({"range": asked} if asked else {}) | headers)

    def head(self, call_id: UUID, *, original: bool = False, **headers: str) -> Response:
        return self._ask("HEAD", call_id, original, headers)

    def _ask(self, method: str, call_id: UUID, original: bool, headers: dict[str, str]) -> Response:
        named = {name.replace("_", "-").encode(): value.encode("latin-1") for name, value in headers.items()}
        parameters = {"original": "true"} if original else {}
        return self.client.request(method, f"/api/v1/tasks/{call_id}/media", params=parameters, headers=named)


def on_disk(**settings: object) -> Settings:
    return Settings.model_validate(settings)


def in_bucket(**settings: object) -> Settings:
    server = s3_server()
    return server.settings(server.new_bucket(), **settings)
