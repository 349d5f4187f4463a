"""Corrections over HTTP, with and without sense."""

import json
from dataclasses import replace
from uuid import uuid4

from fastapi.testclient import TestClient

from callscribe.models import Chapter
from callscribe.store.database import Database
from tests.summarized_calls import assembled_call, done_call, ids, summarize, summary

RESULTS = "/api/v1/results"
JSON = {"Content-Type": "application/json"}


def test_corrections_over_http(api: tuple[TestClient, Database]) -> None:
    client, database = api
    call_id = done_call(database)
    first, second, *_ = ids(database, call_id)
    place = f"{RESULTS}/{call_id}/segments"
    both = client.patch(f"{place}/{first}", json={"text": "  Доброе\u00a0 утро,  Cafe\u0301 ", "speaker": "Anna"})
    assert both.status_code == 200
    (segment,) = both.json()
    assert (segment["text"], segment["speaker"]) == ("Доброе утро, Café", "Anna")
    parts = client.post(f"{place}/{second}/split", json={"at": 8, "speaker": "Mark"}).json()
    assert [(part["text"], part["speaker"]) for part in parts] == [("we move", None), ("the release", "Mark")]
    listed = client.get(f"{RESULTS}/{call_id}/corrections").json()
    assert [one["kind"] for one in listed] == ["text", "speaker", "split", "speaker"]
    assert listed[2]["after"][0] == parts[0]
    assert listed[3]["after"] == [parts[1]]
    result = client.get(f"{RESULTS}/{call_id}").json()
    assert (result["summary_outdated"], result["corrected_at"]) == (True, listed[-1]["made_at"])
    assert result["transcription"].startswith("Доброе утро, Café\nwe move\nthe release\n")
    original = client.get(f"{RESULTS}/{call_id}", params={"original": True}).json()
    assert original["transcription"] == "good morning\nwe move the release\nto Friday\nbye now"
    assert original["summary"] == result["summary"] == "All is well."


def test_chapters_stay_those_of_the_last_summary(api: tuple[TestClient, Database]) -> None:
    client, database = api
    written = replace(summary(), chapters=(Chapter(0, "Morning"), Chapter(11.5, "Friday")))
    call_id = done_call(database, written)
    chapters = [{"start": 0, "title": "Morning"}, {"start": 11.5, "title": "Friday"}]
    client.post(f"{RESULTS}/{call_id}/segments/{ids(database, call_id)[2]}/merge")
    assert client.get(f"{RESULTS}/{call_id}").json()["chapters"] == chapters
    client.post(f"/api/v1/tasks/{call_id}/resummarize")
    summarize(database, replace(written, chapters=written.chapters[:1]))
    assert client.get(f"{RESULTS}/{call_id}").json()["chapters"] == chapters[:1]
    waiting = client.get(f"{RESULTS}/{assembled_call(database)}").json()
    assert (waiting["chapters"], waiting["summary"]) == ([], None)


def test_a_speaker_is_renamed_over_http_and_that_is_undone(api: tuple[TestClient, Database]) -> None:
    client, database = api
    call_id = done_call(database)
    place = f"{RESULTS}/{call_id}"
    client.patch(f"{place}/segments/{ids(database, call_id)[1]}", json={"speaker": "Mark"})
    speakers: list[dict[str, object]] = [
        {"name": None, "talk_time": 4.5, "segments": 3},
        {"name": "Mark", "talk_time": 3.5, "segments": 1},
    ]
    assert client.get(place).json()["speakers"] == speakers
    renamed = client.patch(f"{place}/speakers", json={"from": None, "to": " Anna  K. "})
    assert (renamed.status_code, renamed.json()["segments"]) == (200, 3)
    assert renamed.json()["speakers"] == [{**speakers[0], "name": "Anna K."}, speakers[1]]
    last = client.get(f"{place}/corrections").json()[-1]
    assert (last["kind"], last["before"], last["after"]) == ("rename", [], [])
    assert last["renaming"] == {"from": None, "to": "Anna K.", "segments": 3}
    original = client.get(place, params={"original": True}).json()
    assert original["speakers"] == [{"name": None, "talk_time": 8.0, "segments": 4}]
    one, two = (client.delete(f"{place}/corrections/last") for _ in range(2))
    assert (one.status_code, one.json()) == (200, {"undone": last, "left": 1})
    assert (two.json()["left"], two.json()["undone"]["kind"], two.json()["undone"]["renaming"]) == (0, "speaker", None)
    assert two.json()["undone"]["before"] == client.get(place).json()["segments"][1:2]
    nothing = client.delete(f"{place}/corrections/last")
    assert (nothing.status_code, nothing.json()["type"]) == (404, "urn:callscribe:problem:not-found")
    assert client.get(place).json()["corrected_at"] is None


#: Bodies of a renaming.
NO_RENAMING: list[dict[str, object]] = [
    {},
    {"from": None},
    {"to": "Anna"},
    {"from": None, "to": ""},
    {"from": None, "to": " \t"},
    {"from": None, "to": "a\x00"},
    {"from": "a\x00", "to": "Anna"},
    {"from": None, "to": "a\ud800"},
    {"from": None, "to": "a" * 101},
    {"from": 1, "to": ["Anna"]},
    {"old": None, "new": "Anna"},
]


def test_renamings_without_sense_are_refused(api: tuple[TestClient, Database]) -> None:
    client, database = api
    call_id = done_call(database)
    for body in NO_RENAMING:
        response = client.patch(f"{RESULTS}/{call_id}/speakers", content=json.dumps(body), headers=JSON)
        assert (body, response.status_code) == (body, 422)
    for missing, names in ((call_id, {"from": "Anna", "to": "Kate"}), (uuid4(), {"from": None, "to": "Kate"})):
        assert client.patch(f"{RESULTS}/{missing}/speakers", json=names).status_code == 404
    assert client.delete(f"{RESULTS}/{uuid4()}/corrections/last").status_code == 404
    waiting = assembled_call(database)
    assert client.patch(f"{RESULTS}/{waiting}/speakers", json={"from": None, "to": "Kate"}).status_code == 409
    assert client.delete(f"{RESULTS}/{waiting}/corrections/last").status_code == 409


#: Method, path after the segment's, body.
NONSENSE: list[tuple[str, str, dict[str, object]]] = [
    ("PATCH", "", {}),
    ("PATCH", "", {"text": None}),
    ("PATCH", "", {"text": ""}),
    ("PATCH", "", {"text": " \n"}),
    ("PATCH", "", {"text": "a\nb"}),
    ("PATCH", "", {"text": "a\x00b"}),
    ("PATCH", "", {"text": "a\ud800b"}),
    ("PATCH", "", {"text": "a" * 10_001}),
    ("PATCH", "", {"text": 5}),
    ("PATCH", "", {"speaker": ""}),
    ("PATCH", "", {"speaker": "a" * 101}),
    ("PATCH", "", {"speaker": "a\x00"}),
    ("POST", "/split", {}),
    ("POST", "/split", {"at": 0}),
    ("POST", "/split", {"at": -3}),
    ("POST", "/split", {"at": 12}),
    ("POST", "/split", {"at": 10**30}),
    ("POST", "/split", {"at": 3, "speaker": " "}),
]


def test_nonsense_is_refused_over_http(api: tuple[TestClient, Database]) -> None:
    client, database = api
    call_id = done_call(database)
    place = f"{RESULTS}/{call_id}/segments/{ids(database, call_id)[0]}"
    for method, path, body in NONSENSE:
        response = client.request(method, f"{place}{path}", content=json.dumps(body), headers=JSON)
        assert (body, response.status_code) == (body, 422)
        assert response.json()["type"] == "urn:callscribe:problem:bad-request"
    assert client.get(f"{RESULTS}/{call_id}/corrections").json() == []


def test_a_body_that_is_no_json_object_is_refused(api: tuple[TestClient, Database]) -> None:
    client, _ = api
    for content in (b"{", b"[]", b"", b"\xc3("):
        for method, path in (("PATCH", ""), ("POST", "/split")):
            response = client.request(method, f"{RESULTS}/{uuid4()}/segments/1{path}", content=content, headers=JSON)
            assert (content, response.status_code, response.json()["status"]) == (content, 422, 422)


def test_ids_of_no_segment(api: tuple[TestClient, Database]) -> None:
    client, database = api
    call_id = done_call(database)
    for segment_id, status in ((0, 422), (-1, 422), (2**63, 422), (2**63 - 1, 404)):
        place = f"{RESULTS}/{call_id}/segments/{segment_id}"
        assert client.patch(place, json={"text": "hello"}).status_code == status
        assert client.post(f"{place}/split", json={"at": 1}).status_code == status
        assert client.post(f"{place}/merge").status_code == status


def test_calls_that_are_not_there_or_not_done_over_http(api: tuple[TestClient, Database]) -> None:
    client, database = api
    missing = uuid4()
    assert client.get(f"{RESULTS}/{missing}/corrections").status_code == 404
    assert client.post(f"/api/v1/tasks/{missing}/resummarize").status_code == 404
    waiting = assembled_call(database)
    assert client.post(f"/api/v1/tasks/{waiting}/resummarize").status_code == 409
    assert client.post(f"{RESULTS}/{waiting}/segments/{ids(database, waiting)[0]}/merge").status_code == 409
    summarize(database, summary())
    answer = client.post(f"/api/v1/tasks/{waiting}/resummarize")
    assert (answer.status_code, answer.json()["status"], answer.json()["progress"]) == (202, "summarizing", 1)
