"""A transcript is corrected on the running service, and its summary follows."""

from typing import Any

from tests.service import CALL_EN, Service

DECIDED = "We decided to buy a second server."


def ask(service: Service, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    response = service.client.request(method, f"/api/v1{path}", json=body)
    assert response.is_success, response.text
    return response.json()


def test_corrections_and_the_summary_after_them(service: Service) -> None:
    task_id = service.upload(CALL_EN)
    first = service.done(task_id)
    assert (first["corrected_at"], first["summary_outdated"]) == (None, False)
    assert DECIDED not in first["decisions"]
    one, two, three = first["segments"][:3]
    place = f"/results/{task_id}/segments"

    (said,) = ask(service, "PATCH", f"{place}/{two['id']}", {"text": DECIDED, "speaker": "Mark"})
    assert (said["text"], said["speaker"], said["start"], said["end"]) == (DECIDED, "Mark", two["start"], two["end"])
    parts = ask(service, "POST", f"{place}/{one['id']}/split", {"at": one["text"].index("Thank"), "speaker": "Anna"})
    assert [(part["text"], part["speaker"]) for part in parts] == [
        ("Good morning, Mark.", one["speaker"]),
        ("Thank you for joining the release planning call.", "Anna"),
    ]
    assert parts[1]["start"] == next(word["start"] for word in one["words"] if word["text"] == "Thank")
    fourth = first["segments"][3]
    (whole,) = ask(service, "POST", f"{place}/{three['id']}/merge")
    assert (whole["text"], whole["end"]) == (f"{three['text']} {fourth['text']}", fourth["end"])

    corrected = service.result(task_id)
    assert corrected["segments"] == [*parts, said, whole, *first["segments"][4:]]
    assert corrected["summary_outdated"]
    assert corrected["summary"] == first["summary"]
    original = ask(service, "GET", f"/results/{task_id}?original=true")
    assert original["segments"] == first["segments"]
    made = ask(service, "GET", f"/results/{task_id}/corrections")
    assert [each["kind"] for each in made] == ["text", "speaker", "split", "speaker", "merge"]
    assert (made[0]["before"], made[4]["before"]) == ([two], [three, fourth])

    task = ask(service, "POST", f"/tasks/{task_id}/resummarize")
    assert (task["status"], task["progress"]) == ("summarizing", 1)
    renewed = service.done(task_id)
    assert DECIDED in renewed["decisions"]
    assert {person["name"] for person in renewed["participants"]} == {"Anna", "Mark", "Speaker 1", "Speaker 2"}
    assert (renewed["summary_outdated"], renewed["corrected_at"]) == (False, corrected["corrected_at"])
    assert renewed["segments"] == corrected["segments"]
    assert ask(service, "GET", f"/results/{task_id}?original=true")["segments"] == first["segments"]


def test_a_speaker_is_renamed_and_all_is_undone(service: Service) -> None:
    task_id = service.upload(CALL_EN)
    first = service.done(task_id)
    one, two = first["speakers"]
    assert (one["name"], two["name"]) == ("Speaker 1", "Speaker 2")
    assert one["segments"] + two["segments"] == len(first["segments"])
    assert {(hint["speaker"], hint["name"]) for hint in first["speaker_suggestions"]} == {
        ("Speaker 1", "Anna"),
        ("Speaker 2", "Mark"),
    }
    assert first["chapters"] == []
    name = f"Zoe {task_id[:8]}"
    renamed = ask(service, "PATCH", f"/results/{task_id}/speakers", {"from": "Speaker 2", "to": name})
    assert renamed == {"segments": two["segments"], "speakers": [one, {**two, "name": name}]}
    result = service.result(task_id)
    assert [person["name"] for person in result["participants"]] == ["Speaker 1", name]
    owners = {item["owner"] for item in result["items"] if item["kind"] == "action_item"}
    assert name in owners
    assert owners <= {"Speaker 1", name}
    found = ask(service, "GET", f"/search?q=payment&speaker={name}")
    assert [one["task"]["task_id"] for one in found["results"]] == [task_id]
    ask(service, "POST", f"/results/{task_id}/segments/{first['segments'][0]['id']}/merge")
    assert [ask(service, "DELETE", f"/results/{task_id}/corrections/last")["left"] for _ in range(2)] == [1, 0]
    assert service.result(task_id) == first
    assert ask(service, "GET", f"/search?q=payment&speaker={name}")["results"] == []
