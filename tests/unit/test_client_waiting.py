"""How both clients wait for a task."""

import httpx
import pytest

from callscribe.api.schemas.tasks import Task
from callscribe.client import watch
from callscribe.errors import NotFound, Unavailable
from callscribe.models import CallStatus
from tests.clients import ID, Answering, Stream, problem, told
from tests.made_up_api import task


def at(status: CallStatus, progress: float = 0.25) -> Task:
    return task(status).model_copy(update={"progress": progress})


def event(state: Task) -> bytes:
    return f"event: task\ndata: {state.model_dump_json()}\nid: 1\n\n".encode()


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PAUSE_S", 0)


class Service:
    """Answers with one state after the other; where it has events, with a stream of these."""

    def __init__(self, looks: list[Task | httpx.Response | Exception], *streams: list[bytes | Exception]) -> None:
        self.looks = looks
        self.streams = list(streams)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/events"):
            return httpx.Response(200, stream=Stream(*self.streams.pop(0))) if self.streams else problem("x", 404)
        answer = self.looks.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return told(answer) if isinstance(answer, Task) else answer


QUEUED, HALF, DONE = at(CallStatus.QUEUED, 0), at(CallStatus.TRANSCRIBING, 0.5), at(CallStatus.DONE, 1)


def waited(client: Answering, service: Service) -> tuple[Task, list[float]]:
    seen: list[float] = []
    return client(service).wait(ID, lambda state: seen.append(state.progress)), seen


def test_waiting_listens_to_events(client: Answering) -> None:
    beginning = b": hello\n\nid: 0\nretry: 2000\n\n"
    service = Service([QUEUED], [beginning, event(QUEUED), event(HALF), b": still here\n\n", event(HALF) + event(DONE)])
    assert waited(client, service) == (DONE, [0, 0.5, 1])


@pytest.mark.usefixtures("no_pause")
def test_waiting_looks_again_and_again_where_there_are_no_events(client: Answering) -> None:
    assert waited(client, Service([QUEUED, QUEUED, HALF, DONE])) == (DONE, [0, 0.5, 1])


@pytest.mark.usefixtures("no_pause")
def test_waiting_goes_on_over_a_restart(client: Answering) -> None:
    away = httpx.ConnectError("refused")
    torn = event(HALF)[:-20]
    service = Service(
        [QUEUED, away, problem("unavailable", 503), httpx.Response(502, text="<html>"), HALF],
        [event(QUEUED), torn, httpx.ReadError("reset")],
        [event(DONE)],
    )
    assert waited(client, service) == (DONE, [0, 0.5, 1])


@pytest.mark.usefixtures("no_pause")
def test_events_that_nobody_understands_do_no_harm(client: Answering) -> None:
    strange = b'event: task\ndata: {"other": 1}\n\nevent: news\ndata: {}\n\nevent: deleted\ndata: {}\n\n'
    assert waited(client, Service([QUEUED, DONE], [strange]))[0] == DONE


@pytest.mark.usefixtures("no_pause")
def test_waiting_ends_when_the_task_is_deleted(client: Answering) -> None:
    with pytest.raises(NotFound):
        waited(client, Service([QUEUED, problem("not-found", 404)], [b"event: deleted\ndata: {}\n\n"]))


def test_waiting_ends_at_once_if_nobody_ever_answered(client: Answering) -> None:
    with pytest.raises(Unavailable):
        waited(client, Service([httpx.ConnectError("refused")]))


@pytest.mark.usefixtures("no_pause")
def test_waiting_ends_when_nobody_answers_for_long(client: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PATIENCE_S", 0)
    with pytest.raises(Unavailable):
        waited(client, Service([QUEUED, httpx.ConnectError("refused")]))


def test_waiting_has_an_end(client: Answering) -> None:
    with pytest.raises(TimeoutError, match="after 0 seconds"):
        client(lambda _: told(QUEUED)).wait(ID, timeout=0)


@pytest.mark.usefixtures("no_pause")
def test_who_waits_for_a_short_time_does_not_get_stuck_in_a_stream(client: Answering) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert not request.url.path.endswith("/events")
        return told(QUEUED)

    with pytest.raises(TimeoutError):
        client(answer).wait(ID, timeout=0.01)
