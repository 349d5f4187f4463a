"""The list of calls: filtered, sorted, page by page; titles, tags and dates."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from callscribe.models import CallStatus
from callscribe.store import calls
from callscribe.store.database import Database
from tests.memory import remember

Api = tuple[TestClient, Database]
TASKS = "/api/v1/tasks"


def listed(client: TestClient, **parameters: Any) -> dict[str, Any]:
    response = client.get(TASKS, params=parameters)
    assert response.status_code == 200, response.text
    page: dict[str, Any] = response.json()
    return page


def titles(page: dict[str, Any]) -> str:
    return " ".join(task["title"] for task in page["tasks"])


@pytest.fixture(scope="module")
def client(shared_api: Api) -> TestClient:
    """Over six calls, named for the order in which they were uploaded."""
    client, database = shared_api
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    durations = [30.0, None, 10.0, 20.0, None, 10.0]
    for number, duration in enumerate(durations):
        call_id = remember(
            database,
            "abcdef"[number],
            [[("Анна", "Договор." if number % 2 else "Бюджет.")]],
            called_at=moment - timedelta(days=number // 2),
            status=CallStatus.FAILED if number == 3 else CallStatus.DONE,
            language="en" if number == 4 else "ru",
            tags=["все", *(["нечет"] if number % 2 else [])],
        )
        with database.transaction() as session:
            calls.get(session, call_id).duration = duration
    return client


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, "f e d c b a"),
        ({"sort": "created_at"}, "a b c d e f"),
        ({"sort": "-title"}, "f e d c b a"),
        ({"sort": "title"}, "a b c d e f"),
        ({"status": "failed"}, "d"),
        ({"language": "en"}, "e"),
        ({"language": ["en", "ru"]}, "f e d c b a"),
        ({"tag": "нечет"}, "f d b"),
        ({"tag": ["нечет", "все"]}, "f d b"),
        ({"tag": ["нечет", "нет"]}, ""),
        ({"text": "договоры"}, "f d b"),
        ({"text": "договоры -бюджет", "status": "failed"}, "d"),
        ({"from": "2026-03-01"}, "b a"),
        ({"from": "2026-02-28", "to": "2026-02-28"}, "d c"),
        ({"to": "2026-02-27T12:00:01Z"}, "f e"),
        ({"from": "2026-03-02", "timezone": "Pacific/Kiritimati"}, "b a"),  # where it is 14 hours later
        ({"to": "2026-02-28", "timezone": "Pacific/Kiritimati"}, "f e"),
        ({"min_duration": 20}, "d a"),
        ({"max_duration": 10}, "f c"),
    ],
)
def test_conditions_and_orders(client: TestClient, parameters: dict[str, Any], expected: str) -> None:
    page = listed(client, **parameters)
    assert titles(page) == expected
    assert (page["total"], page["next"]) == (len(expected.split()), None)


@pytest.mark.parametrize("limit", [1, 2, 4])
@pytest.mark.parametrize("name", ["created_at", "called_at", "duration", "title"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_pages_join_to_the_whole(client: TestClient, name: str, sign: str, limit: int) -> None:
    whole = listed(client, sort=sign + name)
    seen: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = listed(client, sort=sign + name, limit=limit, **cursor)
        seen += page["tasks"]
        assert page["total"] == 6
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == whole["tasks"]
    values = [-1 if task[name] is None else task[name] for task in seen]
    assert values == sorted(values, reverse=bool(sign))


def test_tags_are_counted(client: TestClient) -> None:
    assert client.get("/api/v1/tags").json() == [{"tag": "все", "calls": 6}, {"tag": "нечет", "calls": 3}]


@pytest.mark.parametrize(
    "parameters",
    [
        {"sort": "status"},
        {"limit": 0},
        {"text": ""},
        {"text": "..."},
        {"text": "\x00"},
        {"tag": "x" * 51},
        {"tag": [str(number) for number in range(21)]},
        {"from": "2026-13-01"},
        {"timezone": "Europe/Atlantis"},
        {"timezone": "../../etc/passwd"},
        {"cursor": "x" * 1001},
        {"cursor": "e30"},
        {"sort": "title", "cursor": "WyJ0aXRsZSIsICJcdTAwMDAiLCAiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIl0"},
    ],
)
def test_what_has_no_meaning_is_told_so(client: TestClient, parameters: dict[str, Any]) -> None:
    response = client.get(TASKS, params=parameters)
    assert response.status_code == 422, response.text


def test_dates_at_the_ends_of_time_are_no_trouble(client: TestClient) -> None:
    assert listed(client, **{"from": "0001-01-01", "to": "9999-12-31"})["total"] == 6
    far_east = {"timezone": "Pacific/Kiritimati"}
    assert listed(client, **{"from": "0001-01-01", "to": "9999-12-30"}, **far_east)["total"] == 6
    assert listed(client, **{"from": "0001-01-01", "to": "9999-12-30"}, timezone="America/Los_Angeles")["total"] == 6
    assert listed(client, **{"from": "0001-01-01T00:00:00+14:00", "to": "9999-12-31T23:59:59-14:00"})["total"] == 6


def change(client: TestClient, call_id: UUID, **changes: Any) -> dict[str, Any]:
    response = client.patch(f"{TASKS}/{call_id}", json=changes)
    assert response.status_code == 200, response.text
    task: dict[str, Any] = response.json()
    assert task == client.get(f"{TASKS}/{call_id}").json()
    return task


def test_title_tags_and_date_can_be_changed(api: Api) -> None:
    client, database = api
    call_id = remember(database, "запись.mp3", [[("Анна", "Начнём.")]])
    task = change(client, call_id, title=" Планы\n на  год ", tags=["сделка", "2026", "сделка"])
    assert (task["title"], task["tags"], task["filename"]) == ("Планы на год", ["сделка", "2026"], "запись.mp3")
    moved = change(client, call_id, called_at="2025-12-31T23:30:00+03:00")
    assert datetime.fromisoformat(moved["called_at"]) == datetime(2025, 12, 31, 20, 30, tzinfo=UTC)
    assert (moved["title"], moved["tags"]) == ("Планы на год", ["сделка", "2026"])
    assert change(client, call_id) == moved
    assert change(client, call_id, tags=[])["tags"] == []

    def finds(q: str) -> bool:
        return bool(client.get("/api/v1/search", params={"q": q}).json()["total"])

    assert (finds("план"), finds("сделка"), finds("запись")) == (True, False, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": " \n "},
        {"title": "\x00"},
        {"title": "x" * 201},
        {"title": "\ud800"},
        {"title": 5},
        {"tags": "a"},
        {"tags": [""]},
        {"tags": ["x" * 51]},
        {"tags": [str(number) for number in range(21)]},
        {"called_at": "2026-01-01"},
        {"called_at": "2026-01-01T10:00:00"},
        {"called_at": "0001-01-01T00:00:00+03:00"},
        {"called_at": "9999-12-31T23:59:59-03:00"},
        {"called_at": 1e300},
        {"status": "done"},
        [],
        None,
    ],
)
def test_a_change_that_has_no_meaning_changes_nothing(api: Api, changes: Any) -> None:
    client, database = api
    call_id = remember(database, "a")
    before = client.get(f"{TASKS}/{call_id}").json()
    response = client.patch(
        f"{TASKS}/{call_id}", content=json.dumps(changes), headers={"content-type": "application/json"}
    )
    assert response.status_code == 422, response.text
    assert client.get(f"{TASKS}/{call_id}").json() == before


def test_a_change_that_cannot_be_read_is_told_so(api: Api) -> None:
    for body in (b"\xff\xfe", b"{", b""):
        response = api[0].patch(f"{TASKS}/{UUID(int=0)}", content=body, headers={"content-type": "application/json"})
        assert response.status_code == 422, body
        assert "form" not in response.json()["detail"]


def test_a_call_that_is_not_there_cannot_be_changed(api: Api) -> None:
    response = api[0].patch(f"{TASKS}/{UUID(int=0)}", json={"title": "a"})
    assert response.status_code == 404
