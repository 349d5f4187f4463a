"""Search over calls in a database, by way of the API."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from callscribe.models import CallStatus, InsightKind
from callscribe.store.database import Database
from tests.memory import add_window, remember

Api = tuple[TestClient, Database]


def ask(client: TestClient, q: str, **parameters: Any) -> dict[str, Any]:
    response = client.get("/api/v1/search", params={"q": q, **parameters})
    assert response.status_code == 200, response.text
    page: dict[str, Any] = response.json()
    return page


def titles(page: Mapping[str, Any]) -> list[str]:
    return [found["task"]["title"] for found in page["results"]]


def marked(match: Mapping[str, Any]) -> list[str]:
    return [match["text"][begin:end] for begin, end in match["marks"]]


@pytest.fixture(scope="module")
def client(shared_api: Api, calls: dict[str, UUID]) -> TestClient:  # noqa: ARG001 - they have to be there
    """Over a database with some calls."""
    return shared_api[0]


@pytest.fixture(scope="module")
def calls(shared_api: Api) -> dict[str, UUID]:
    """Some calls by their titles."""
    _, database = shared_api
    return {
        "planning": remember(
            database,
            "planning",
            [
                [("Анна", "Давайте начнём. Отчёт готов?"), ("Марк", "Мы договорились перенести релиз на пятницу.")],
                [("Анна", "Тогда бюджет на серверы нужен до понедельника."), ("Марк", "Я не подпишу этот договор.")],
            ],
            summary="Релиз перенесён, бюджет обсуждается.",
            insights=[(InsightKind.DECISION, "Перенести релиз на пятницу")],
            tags=["проект-север"],
            called_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
        ),
        "release": remember(
            database,
            "release",
            [[("Anna", "Good morning. The payment tests are failing again."), ("Mark", "Let us move the release.")]],
            summary="The release was moved.",
            language="en",
            called_at=datetime(2026, 3, 5, 9, tzinfo=UTC),
        ),
        "Аренда офиса": remember(
            database,
            "Аренда офиса",
            [[(None, "Договор аренды истекает в июне."), (None, "Давайте её продлим.")]],
            called_at=datetime(2026, 4, 1, 9, tzinfo=UTC),
        ),
        "потеря": remember(
            database, "потеря", [[("Анна", "Договор потерян.")]], status=CallStatus.FAILED, duration=3600
        ),
    }


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("договориться", {"planning", "Аренда офиса", "потеря"}),  # договор- is one stem to Snowball
        ("релизы", {"planning"}),
        ("отчет", {"planning"}),
        ("отчёты", {"planning"}),
        ("ОТЧЁТ", {"planning"}),
        ("releases", {"release"}),
        ("fail", {"release"}),
        ("release OR релиз", {"release", "planning"}),
        ("релиз OR release -payment", {"planning"}),
        ("бюджет пятница", {"planning"}),  # in two windows
        ('"перенести релиз"', {"planning"}),
        ('"релиз перенести"', set()),
        ('"не подпишу"', {"planning"}),
        ('"подпишу не"', set()),
        ("договор -аренда", {"planning", "потеря"}),
        ("-договор", {"release"}),
        ("перен*", {"planning"}),
        ("pay*", {"release"}),
        ("Марк", {"planning"}),  # a speaker
        ("Анна бюджет", {"planning"}),
        ("север", {"planning"}),  # a tag
        ("офис", {"Аренда офиса"}),  # a title
        ("обсуждаться", {"planning"}),  # a summary
        ("что за договор на аренду", {"Аренда офиса"}),  # common words do not have to be there
        ("жираф", set()),
    ],
)
def test_what_is_found(client: TestClient, calls: dict[str, UUID], q: str, expected: set[str]) -> None:
    page = ask(client, q)
    assert set(titles(page)) == expected
    assert page["total"] == len(expected)
    assert page["corrected"] is None
    assert {found["task"]["task_id"] for found in page["results"]} == {str(calls[title]) for title in expected}


def test_a_match_says_who_says_it_and_when(client: TestClient, calls: dict[str, UUID]) -> None:
    (found,) = ask(client, "перенёс релиз")["results"]
    summary, speech = found["matches"]
    assert (summary["kind"], summary["start"], summary["speaker"]) == ("summary", None, None)
    assert summary["text"] == "Релиз перенесён, бюджет обсуждается."
    assert marked(summary) == ["Релиз", "перенесён"]  # as it is written, with its ё
    assert speech["kind"] == "speech"
    assert (speech["speaker"], speech["start"], speech["end"]) == ("Марк", 5, 10)
    assert marked(speech) == ["релиз"]  # "перенести" has another stem than "перенёс"
    result = client.get(f"/api/v1/results/{calls['planning']}").json()
    (segment,) = [segment for segment in result["segments"] if segment["id"] == speech["segment_id"]]
    assert segment["text"] == speech["text"]


def test_a_name_shows_what_is_said_under_it(client: TestClient) -> None:
    (found,) = ask(client, "Mark")["results"]
    (match,) = found["matches"]
    assert (match["text"], match["marks"], match["speaker"]) == ("Let us move the release.", [], "Mark")


def test_a_title_is_a_match(client: TestClient) -> None:
    (found,) = ask(client, "офисы")["results"]
    assert [(match["kind"], marked(match)) for match in found["matches"]] == [("title", ["офиса"])]


def test_what_is_in_the_title_comes_first_then_the_newest(api: Api) -> None:
    client, database = api
    lines = [[("Анна", "Про бюджет поговорим потом.")]]
    for day in (1, 3, 2):
        remember(database, f"call {day}", lines, called_at=datetime(2026, 1, day, tzinfo=UTC))
    remember(database, "Бюджет", [[("Анна", "Начнём.")]], called_at=datetime(2020, 1, 1, tzinfo=UTC))
    remember(database, "in summary", lines, summary="О бюджете.", called_at=datetime(2021, 1, 1, tzinfo=UTC))
    assert titles(ask(client, "бюджеты")) == ["Бюджет", "in summary", "call 3", "call 2", "call 1"]
    assert titles(ask(client, "бюджеты", sort="newest")) == ["call 3", "call 2", "call 1", "in summary", "Бюджет"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"status": "failed"}, {"потеря"}),
        ({"status": ["failed", "done"]}, {"planning", "Аренда офиса", "потеря"}),
        ({"language": "en"}, set()),
        ({"tag": "проект-север"}, {"planning"}),
        ({"from": "2026-04-01"}, {"Аренда офиса", "потеря"}),
        ({"to": "2026-03-01"}, {"planning"}),
        ({"to": "2026-03-01T09:00:00Z"}, set()),
        ({"from": "2026-03-01T12:00:00+03:00", "to": "2026-03-31"}, {"planning"}),
        ({"min_duration": 3600}, {"потеря"}),
        ({"max_duration": 60}, {"Аренда офиса"}),
        ({"speaker": "Анна"}, {"потеря"}),  # in "planning" it is Mark who says it
        ({"speaker": "Марк", "status": "done"}, {"planning"}),
    ],
)
def test_filters(client: TestClient, parameters: dict[str, Any], expected: set[str]) -> None:
    page = ask(client, "договор", **parameters)
    assert set(titles(page)) == expected
    assert page["total"] == len(expected)


@pytest.mark.parametrize(
    ("typed", "corrected", "expected"),
    [
        ("догвор аренды", "договор аренды", {"Аренда офиса"}),
        ("релис", "релиз", {"planning"}),
        ("relaese", "release", {"release"}),
        ("htkbp", "релиз", {"planning"}),
        ("буджет -релис", "бюджет -релис", {"planning"}),
        ('"перенести релис"', '"перенести релиз"', {"planning"}),
        ("жираф релис", None, set()),
        ("договор payment", None, set()),  # both are there, in no call together: nothing is mistyped
    ],
)
def test_typing_errors(client: TestClient, typed: str, corrected: str | None, expected: set[str]) -> None:
    page = ask(client, typed)
    assert (page["corrected"], set(titles(page))) == (corrected, expected)


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_pages_hold_every_call_once_while_others_come(api: Api, sort: str) -> None:
    client, database = api
    moments = [datetime(2026, 1, 1 + number // 2, tzinfo=UTC) for number in range(9)]
    there = {
        str(remember(database, "a" if number % 3 else "бюджет", [[("Анна", "Бюджет.")]], called_at=moment))
        for number, moment in enumerate(moments)
    }
    seen: list[str] = []
    parameters: dict[str, Any] = {"limit": 2, "sort": sort}
    whole = ask(client, "бюджет", limit=100, sort=sort)
    while True:
        page = ask(client, "бюджеты", **parameters)
        seen += [found["task"]["task_id"] for found in page["results"]]
        if page["next"] is None:
            break
        parameters["cursor"] = page["next"]
        remember(database, "бюджет", [[("Анна", "Бюджет.")]], called_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert seen == [found["task"]["task_id"] for found in whole["results"]]
    assert (set(seen), whole["total"]) == (there, 9)


def test_later_pages_of_a_corrected_question_are_corrected_too(api: Api) -> None:
    client, database = api
    for number in range(3):
        remember(database, str(number), [[("Анна", "Бюджет.")]])
    first = ask(client, "буджет", limit=2)
    second = ask(client, "буджет", limit=2, cursor=first["next"])
    assert (len(second["results"]), second["corrected"], second["next"]) == (1, "бюджет", None)


def test_a_growing_transcript_is_found(api: Api) -> None:
    client, database = api
    call_id = remember(database, "a", [[("Анна", "Начнём.")]], status=CallStatus.TRANSCRIBING)
    assert ask(client, "договор")["total"] == 0
    add_window(database, call_id, 1, [("Марк", "Договор подписан.")])
    assert ask(client, "договор")["total"] == 1
    add_window(database, call_id, 1, [("Марк", "Ничего нет.")])  # the same window, once more
    assert ask(client, "договор")["total"] == 0


def test_what_is_deleted_is_not_found(api: Api) -> None:
    client, database = api
    call_id = remember(database, "a", [[("Anna", "The release is moved.")]], summary="The release.")
    assert ask(client, "relaese")["total"] == 1
    assert client.delete(f"/api/v1/tasks/{call_id}").status_code == 204
    assert ask(client, "release")["total"] == 0
    assert ask(client, "relaese")["corrected"] is None


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"q": ""},
        {"q": "!!!"},
        {"q": "x" * 501},
        {"q": " ".join(f"word{number}" for number in range(21))},
        {"q": "a", "limit": 0},
        {"q": "a", "limit": 101},
        {"q": "a", "sort": "oldest"},
        {"q": "a", "from": "yesterday"},
        {"q": "a", "from": "2026-01-01T10:00:00"},
        {"q": "a", "status": "finished"},
        {"q": "a", "language": "Russian"},
        {"q": "a", "min_duration": "nan"},
        {"q": "a", "speaker": "\x00"},
        {"q": "a", "tag": "\x00"},
        {"q": "a", "cursor": "x"},
        {"q": "a", "cursor": "W10"},
        {"q": "a", "cursor": "Ü"},
    ],
)
def test_what_has_no_meaning_is_told_so(client: TestClient, parameters: dict[str, Any]) -> None:
    response = client.get("/api/v1/search", params=parameters)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "q",
    [
        "'", "\\", "a'b", "a\\b", "'; DROP TABLE calls; --", "a:*", "!a", "(a", "a & b | !c", "<->", "a <-> b", "%",
        "a*b*", "'*", "\\*", "don't", "и/или", "http://example.com/a?b=c", "анна@example.com", "🙂 договор", "1.5 2,5",
        "a\x00b", "ﬁ", "x" * 500, '"' * 9 + "a", "-a -b", "a OR -b",
    ],
)  # fmt: skip
def test_nothing_that_is_typed_breaks_it(client: TestClient, q: str) -> None:
    assert client.get("/api/v1/search", params={"q": q}).status_code in (200, 422)


def test_a_cursor_of_another_order_is_refused(api: Api) -> None:
    client, database = api
    for number in range(3):
        remember(database, str(number), [[("Анна", "Бюджет.")]])
    cursor = ask(client, "бюджет", limit=1)["next"]
    response = client.get("/api/v1/search", params={"q": "бюджет", "cursor": cursor, "sort": "newest"})
    assert response.status_code == 422
    assert "another `sort`" in response.json()["detail"]
