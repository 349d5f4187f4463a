"""Owners and ticks of action items, on a real PostgreSQL."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from callscribe.models import Insight, InsightKind, Stage, Summary
from callscribe.store import calls, transcripts
from callscribe.store.database import Database
from tests.memory import remember

LINES = [("Anna", "I will send the report."), ("Mark", "Good."), (None, "The price list is to be added.")]
API = tuple[TestClient, Database]


def item(text: str, *segments: int, kind: InsightKind = InsightKind.ACTION_ITEM, quote: str = "") -> Insight:
    return Insight(kind, text, segments or (0,), quote or f"Quote of {text}", 1.5, 2.5)


def summarize(database: Database, call_id: UUID, *items: Insight, topics: tuple[str, ...] = ()) -> None:
    with database.transaction() as session:
        transcripts.save_summary(session, call_id, Summary("All is well.", items, (), "test", topics=topics))


def items(api: API, call_id: UUID) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api[0].get(f"/api/v1/results/{call_id}").json()["items"]
    return found


def done(api: API, call_id: UUID) -> dict[str, bool]:
    return {one["text"]: one["done"] for one in items(api, call_id)}


def tick(api: API, call_id: UUID, position: object, done: object = True) -> int:
    return api[0].patch(f"/api/v1/results/{call_id}/action-items/{position}", json={"done": done}).status_code


@pytest.fixture
def call(shared_api: API) -> UUID:
    return remember(shared_api[1], "Release", [LINES])


def test_a_result_shows_what_each_item_rests_on(shared_api: API, call: UUID) -> None:
    assert items(shared_api, call) == []
    send = replace(item("Send it.", 0, 1), owner="Anna", due="by Friday", due_date=date(2026, 3, 6))
    summarize(shared_api[1], call, item("Well.", 1, kind=InsightKind.KEY_POINT), send)
    result = shared_api[0].get(f"/api/v1/results/{call}").json()
    first, second, _ = (segment["id"] for segment in result["segments"])
    common = {"done": False, "start": 1.5, "end": 2.5}
    assert result["items"] == [
        {
            "position": 0,
            "kind": "key_point",
            "text": "Well.",
            "owner": None,
            "due": None,
            "due_date": None,
            "quote": "Quote of Well.",
            "segments": [second],
            **common,
        },
        {
            "position": 1,
            "kind": "action_item",
            "text": "Send it.",
            "owner": "Anna",
            "due": "by Friday",
            "due_date": "2026-03-06",
            "quote": "Quote of Send it.",
            "segments": [first, second],
            **common,
        },
    ]
    assert (result["key_points"], result["action_items"]) == (["Well."], ["Send it."])


def test_a_call_that_was_on_another_day_has_other_due_dates(shared_api: API, call: UUID) -> None:
    items_due = [replace(item(text), due=text) for text in ("tomorrow", "before the launch")]
    summarize(shared_api[1], call, *items_due, item("Whenever."))
    for moment, day in (("2026-03-04T09:00:00Z", "2026-03-05"), ("2026-12-31T12:00:00Z", "2027-01-01")):
        changed = shared_api[0].patch(f"/api/v1/tasks/{call}", json={"called_at": moment})
        assert changed.status_code == 200
        assert [one["due_date"] for one in items(shared_api, call)] == [day, None, None]


def test_who_has_to_do_an_action_item_gets_a_new_name_with_the_speaker(shared_api: API, call: UUID) -> None:
    own, asked, other = (
        replace(item(text, 0), owner=owner, is_assigned=owner != "Anna")
        for text, owner in (("A", "Anna"), ("B", "Mark"), ("C", "Kate"))
    )
    summarize(shared_api[1], call, own, asked, other, item("D", 0, kind=InsightKind.DECISION))
    with shared_api[1].transaction() as session:
        calls.lock(session, call).stage = Stage.SUMMARIZE
    for old, new in (("Anna", "Ann"), ("Mark", "Marcus")):
        renamed = shared_api[0].patch(f"/api/v1/results/{call}/speakers", json={"from": old, "to": new})
        assert renamed.status_code == 200
    assert [one["owner"] for one in items(shared_api, call)] == ["Ann", "Marcus", "Kate", None]


def test_an_action_item_is_ticked_off_and_opened_again(shared_api: API, call: UUID) -> None:
    summarize(shared_api[1], call, item("A"), item("B"))
    for wanted in (True, True, False, False, True):
        assert tick(shared_api, call, 1, wanted) == 204
        assert done(shared_api, call) == {"A": False, "B": wanted}


def test_only_action_items_can_be_ticked_off(shared_api: API, call: UUID) -> None:
    assert tick(shared_api, call, 0) == 404
    summarize(shared_api[1], call, item("A", kind=InsightKind.DECISION), item("B"))
    for position, status in ((0, 404), (1, 204), (2, 404), (2**31 - 1, 404), (2**31, 422), (-1, 422), ("x", 422)):
        assert (position, tick(shared_api, call, position)) == (position, status)
    assert done(shared_api, call) == {"A": False, "B": True}
    assert tick(shared_api, uuid4(), 1) == 404
    assert shared_api[0].patch("/api/v1/results/x/action-items/1", json={"done": True}).status_code == 422


@pytest.mark.parametrize("body", [b"{}", b'{"done": 5}', b"[", b"\xff"])
def test_a_tick_without_sense_is_refused(shared_api: API, call: UUID, body: bytes) -> None:
    summarize(shared_api[1], call, item("A"))
    json = {"Content-Type": "application/json"}
    response = shared_api[0].patch(f"/api/v1/results/{call}/action-items/0", content=body, headers=json)
    assert (response.status_code, response.json()["status"]) == (422, 422)
    assert done(shared_api, call) == {"A": False}


def test_a_new_summary_keeps_the_ticks_of_what_it_says_again(shared_api: API, call: UUID) -> None:
    summarize(shared_api[1], call, item("A"), item("B", quote="b"), item("C"), item("D", quote="d"))
    for position in (0, 1, 2):
        assert tick(shared_api, call, position) == 204
    summarize(
        shared_api[1],
        call,
        item("Another D", quote="d"),
        item("C", quote="c", kind=InsightKind.KEY_POINT),
        item("Another B", quote="b"),
        item("A", quote="a"),
        item("New"),
    )
    assert done(shared_api, call) == {"Another D": False, "C": False, "Another B": True, "A": True, "New": False}
    summarize(shared_api[1], call, item("Yet another B", quote="b"))
    assert done(shared_api, call) == {"Yet another B": True}


def test_one_of_two_items_with_the_same_quote_does_not_tick_off_the_other(shared_api: API, call: UUID) -> None:
    summarize(shared_api[1], call, item("A", quote="both"), item("B", quote="both"))
    assert tick(shared_api, call, 1) == 204
    summarize(shared_api[1], call, item("B", quote="both"), item("A", quote="both"), item("New", quote="both"))
    assert done(shared_api, call) == {"B": True, "A": False, "New": False}


def test_a_summary_is_read_as_it_was_written(shared_api: API, call: UUID) -> None:
    summarize(shared_api[1], call, item("A", 2), topics=("budget", "отчёт"))
    with shared_api[1].transaction() as session:
        found = transcripts.summary(session, call)
    assert found == Summary("All is well.", (item("A", 2),), (), "test", topics=("budget", "отчёт"))
    summarize(shared_api[1], call)
    with shared_api[1].transaction() as session:
        assert transcripts.summary(session, call) == Summary("All is well.", (), (), "test")
