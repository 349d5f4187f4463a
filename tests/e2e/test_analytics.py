"""Figures about real calls, and ticking off what they ask for, on the running service."""

from typing import Any

import pytest

from tests.service import CALL_EN, CALL_RU, Service

TAG = "analytics"


@pytest.fixture(scope="module")
def samples(service: Service) -> list[dict[str, Any]]:
    """The results of both samples; the calls took place around a midnight of Moscow."""
    tasks = [service.upload(file) for file in (CALL_EN, CALL_RU)]
    for task_id, moment in zip(tasks, ("2026-05-31T20:59:59Z", "2026-05-31T21:00:00Z"), strict=True):
        service.done(task_id)
        change = {"called_at": moment, "tags": [TAG]}
        service.client.patch(f"/api/v1/tasks/{task_id}", json=change).raise_for_status()
    return [service.result(task_id) for task_id in tasks]


def analytics(service: Service, **parameters: str) -> dict[str, Any]:
    response = service.client.get("/api/v1/analytics", params={"tag": TAG, **parameters})
    response.raise_for_status()
    found: dict[str, Any] = response.json()
    return found


def test_both_samples_in_numbers(service: Service, samples: list[dict[str, Any]]) -> None:
    found = analytics(service, by="month", timezone="Europe/Moscow")
    words = [sum(len(segment["words"]) for segment in result["segments"]) for result in samples]
    assert [(period["start"], period["calls"], period["words"]) for period in found["series"]] == [
        ("2026-05-01", 1, words[0]),
        ("2026-06-01", 1, words[1]),
    ]
    assert (found["total"]["calls"], found["total"]["words"]) == (2, sum(words))
    assert found["total"]["hours"] * 3600 == pytest.approx(61.584 + 62.763, abs=0.1)
    assert found["languages"] == [{"language": "en", "calls": 1}, {"language": "ru", "calls": 1}]
    assert found["statuses"] == [{"status": "done", "calls": 2}]
    assert found["processing"]["calls"] == 2
    assert 0 < found["processing"]["median"] <= found["processing"]["p95"]
    assert {one["speaker"] for one in found["speakers"]} == {
        *("Speaker 1", "Speaker 2"),
        *("Спикер 1", "Спикер 2", "Спикер 3"),
    }
    spoken = sum(segment["end"] - segment["start"] for result in samples for segment in result["segments"])
    assert sum(one["seconds"] for one in found["speakers"]) == pytest.approx(spoken)
    assert sum(one["share"] for one in found["speakers"]) == pytest.approx(1)
    assert {"payment tests", "release", "тесты оплаты", "бюджет"} <= {one["topic"] for one in found["topics"]}
    assert {one["calls"] for one in found["topics"]} == {1}


def test_an_action_item_is_ticked_off(service: Service, samples: list[dict[str, Any]]) -> None:
    result = samples[0]
    promised = next(item for item in result["items"] if item["text"] == "I will fix the payment tests by Wednesday.")
    evidence = [segment for segment in result["segments"] if segment["id"] in promised["segments"]]
    assert " ".join(segment["text"] for segment in evidence).count(promised["quote"]) == 1
    assert evidence[0]["start"] <= promised["start"] < promised["end"] <= evidence[-1]["end"]
    before = {one["owner"]: one["items"] for one in analytics(service)["open_action_items"]}
    assert sum(before.values()) == sum(len(result["action_items"]) for result in samples)
    assert promised["owner"] == "Speaker 2"
    place = f"/api/v1/results/{result['task_id']}/action-items/{promised['position']}"
    assert service.client.patch(place, json={"done": True}).status_code == 204
    assert service.result(result["task_id"])["items"][promised["position"]] == {**promised, "done": True}
    after = {one["owner"]: one["items"] for one in analytics(service)["open_action_items"]}
    assert after.get("Speaker 2", 0) == before.pop("Speaker 2") - 1
    assert {owner: count for owner, count in after.items() if owner != "Speaker 2"} == before


def test_a_tick_outlives_a_new_summary(service: Service, samples: list[dict[str, Any]]) -> None:
    task_id = samples[1]["task_id"]
    position = next(item["position"] for item in samples[1]["items"] if item["kind"] == "action_item")
    place = f"/api/v1/results/{task_id}/action-items/{position}"
    assert service.client.patch(place, json={"done": True}).status_code == 204
    took = analytics(service)["processing"]["processing_hours"]
    before = service.result(task_id)["items"]
    service.client.post(f"/api/v1/tasks/{task_id}/resummarize").raise_for_status()
    assert service.done(task_id)["items"] == before
    assert analytics(service)["processing"]["processing_hours"] == took
