"""An API that is made up, for pages: what it knows is set by the test, and what is asked of it is remembered."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from callscribe.api.schemas.system import Limits, Queue, System, Workers
from callscribe.api.schemas.tasks import NoticeOut, Task, TaskPage
from callscribe.client import CallScribe
from callscribe.models import DEFAULT_TEMPLATE, PART_BYTES, CallStatus, LanguageChoice, Stage
from tests.clients import URL, problem

_MOMENT = datetime(2026, 1, 2, 22, 30, 15, tzinfo=UTC)


def task(status: CallStatus = CallStatus.DONE, **changes: Any) -> Task:
    """A call of an hour, an id of its own."""
    values: dict[str, Any] = {
        "task_id": uuid4(),
        "filename": "call.mp3",
        "title": "call.mp3",
        "tags": [],
        "vocabulary": [],
        "template": DEFAULT_TEMPLATE,
        "summary_language": None,
        "speakers_asked": None,
        "called_at": _MOMENT,
        "size_bytes": 1,
        "language": None,
        "language_asked": LanguageChoice.AUTO,
        "status": status,
        "stage": Stage.TRANSCRIBE,
        "progress": 0.25,
        "queue_position": None,
        "seconds_left": None,
        "duration": 3725.4,
        "created_at": _MOMENT,
        "started_at": None,
        "finished_at": None,
        "words": 0,
        "first_words": None,
        "duplicate_of": None,
        "warnings": [],
        "error": None,
    }
    return Task(**values | changes)


def system(asr: int = 1, llm: int = 1, notices: dict[str, str] | None = None) -> System:
    """A service with so many workers; the ASR worker has these notices, sentences by code."""
    lacks = [NoticeOut(code=code, message=message) for code, message in (notices or {}).items()]
    return System(
        version="1.2.3",
        limits=Limits(max_upload_bytes=3_000_000, part_bytes=PART_BYTES, formats=["mp3", "wav"]),
        templates=["meeting", "retrospective"],
        workers=[Workers(role="asr", count=asr, notices=lacks), Workers(role="llm", count=llm, notices=[])],
        queue=Queue(waiting=0, running=0),
    )


class Api:
    """Answers as the API does; `refusal` is what it says instead while it is set."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self.system = system()
        self.refusal: httpx.Response | Exception | None = None
        #: Method and path of what would change something; the call it is about is not seen again.
        self.wanted: list[tuple[str, str]] = []

    def client(self) -> CallScribe:
        """A client of it."""
        return CallScribe(URL, transport=httpx.MockTransport(self._answer))

    def be_down(self) -> None:
        """Nobody answers any more."""
        self.refusal = httpx.ConnectError("refused")

    def lose_its_database(self) -> None:
        """It says so whatever it is asked."""
        self.refusal = problem("unavailable", 503, "The database does not answer; try again in a moment.")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if isinstance(self.refusal, Exception):
            raise self.refusal
        if self.refusal:
            return self.refusal
        path = request.url.path.removeprefix("/api/v1/")
        if request.method != "GET":
            self.wanted.append((request.method, path))
            self.tasks = [task for task in self.tasks if str(task.task_id) not in path]
            return httpx.Response(202, text=task().model_dump_json())
        if path == "system":
            return httpx.Response(200, text=self.system.model_dump_json())
        assert path == "tasks"
        return self._page(request.url.params)

    def _page(self, params: httpx.QueryParams) -> httpx.Response:
        asked = params.get_list("status")
        found = [task for task in self.tasks if not asked or task.status in asked]
        page = TaskPage(tasks=found[: int(params["limit"])], total=len(found), next=None)
        return httpx.Response(200, text=page.model_dump_json())
