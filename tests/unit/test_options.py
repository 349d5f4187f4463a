"""What may be wanted of a call beside its language: what is taken, kept and told."""

from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from callscribe.store.database import Database
from callscribe.store.tables import WindowRow
from callscribe.summary import templates
from tests.stored_calls import call_row
from tests.summarized_calls import done_call, summarize, summary

Api = tuple[TestClient, Database]


def send(api: TestClient, **form: object) -> Any:
    return api.post("/api/v1/transcribe", files={"file": ("a.mp3", b"sound")}, data={"again": "true", **form})


def task(api: TestClient, accepted: Any) -> dict[str, Any]:
    assert accepted.status_code == 202, accepted.text
    found: dict[str, Any] = api.get(f"/api/v1/tasks/{accepted.json()['task_id']}").json()
    return found


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Anna Petrova, Kubernetes", ["Anna Petrova", "Kubernetes"]),
        ("Anna\nMark\r\nSergey\n", ["Anna", "Mark", "Sergey"]),
        (["Anna, Mark", "Sergey"], ["Anna", "Mark", "Sergey"]),
        (" Анна \t Петрова ,, \n , Cafe\u0301\0", ["Анна Петрова", "Caf\u00e9"]),
        ("b,a,b,b ", ["b", "a"]),
        (["x" * 60] * 100, ["x" * 60]),
        ("", []),
        ([], []),
    ],
    ids=["commas", "lines", "repeated", "cleaned", "twice", "as much as goes", "empty", "none"],
)
def test_a_vocabulary_is_taken_apart_and_kept(shared_api: Api, sent: object, kept: list[str]) -> None:
    assert task(shared_api[0], send(shared_api[0], vocabulary=sent))["vocabulary"] == kept


@pytest.mark.parametrize(
    "sent", [["a,b"] * 51, "x" * 61, "a,\0,b"], ids=["too many", "too long", "nothing that can be read"]
)
def test_a_vocabulary_that_goes_too_far_is_refused(shared_api: Api, sent: object) -> None:
    refused = send(shared_api[0], vocabulary=sent)
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("vocabulary")


@pytest.mark.parametrize("template", templates.names(None))
def test_a_template_is_kept(shared_api: Api, template: str) -> None:
    assert task(shared_api[0], send(shared_api[0], template=template))["template"] == template


@pytest.mark.parametrize("language", ["ru", "en", None])
def test_the_language_of_the_summary_is_kept(shared_api: Api, language: str | None) -> None:
    assert task(shared_api[0], send(shared_api[0], summary_language=language))["summary_language"] == language


def test_a_summary_cannot_be_had_in_every_language(shared_api: Api) -> None:
    refused = send(shared_api[0], summary_language="fr")
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("summary_language")


@pytest.mark.parametrize("form", [{}, {"template": ""}], ids=["none", "empty"])
def test_a_call_is_a_meeting_unless_told_otherwise(shared_api: Api, form: dict[str, str]) -> None:
    assert task(shared_api[0], send(shared_api[0], **form))["template"] == "meeting"


@pytest.mark.parametrize("template", ["Meeting", "party", "\0", "../map"])
def test_of_an_unknown_template_it_is_told_which_there_are(shared_api: Api, template: str) -> None:
    refused = send(shared_api[0], template=template)
    assert refused.status_code == 422
    assert all(known in refused.json()["detail"] for known in templates.names(None))


def test_an_upload_in_parts_takes_the_same(shared_api: Api) -> None:
    api, _ = shared_api
    body = {"filename": "a.mp3", "size": 5, "again": True, "vocabulary": ["Anna, Mark", "Anna"], "template": "standup"}
    body |= {"summary_language": "en"}
    upload = f"/api/v1/uploads/{api.post('/api/v1/uploads', json=body).json()['upload_id']}"
    api.put(f"{upload}/parts/0", content=b"sound")
    found = task(api, api.post(f"{upload}/finish"))
    assert (found["vocabulary"], found["template"], found["summary_language"]) == (["Anna", "Mark"], "standup", "en")
    refused = api.post("/api/v1/uploads", json=body | {"template": "party"})
    assert refused.status_code == 422
    assert "standup" in refused.json()["detail"]


def test_a_call_from_before_there_were_templates_is_a_meeting(shared_api: Api) -> None:
    api, database = shared_api
    assert api.get(f"/api/v1/tasks/{done_call(database)}").json()["template"] == "meeting"


def resummarize(api: TestClient, call_id: UUID, body: object = None) -> Any:
    return api.post(f"/api/v1/tasks/{call_id}/resummarize", json=body)


def test_a_summary_is_written_anew_by_another_template_which_stays(api: Api) -> None:
    client, database = api
    call_id = done_call(database)
    assert resummarize(client, call_id, {"template": "support"}).json()["template"] == "support"
    for body in (None, {}, {"template": None}):
        summarize(database, summary())
        again = resummarize(client, call_id, body)
        assert (again.status_code, again.json()["template"]) == (202, "support")
    assert call_row(database, call_id).template == "support"


def test_a_summary_is_written_anew_in_another_language_which_stays_by_a_model_which_does_not(api: Api) -> None:
    client, database = api
    call_id = done_call(database)
    again = resummarize(client, call_id, {"language": "en", "model": "gemma2:9b"})
    assert (again.status_code, again.json()["summary_language"]) == (202, "en")
    assert call_row(database, call_id).summary_model == "gemma2:9b"
    summarize(database, summary())
    assert resummarize(client, call_id).json()["summary_language"] == "en"
    assert call_row(database, call_id).summary_model is None
    summarize(database, summary())
    assert resummarize(client, call_id, {"language": "auto"}).json()["summary_language"] is None


def test_nonsense_starts_no_summary(api: Api) -> None:
    client, database = api
    call_id = done_call(database)
    bodies: list[object] = [{"template": "party"}, {"template": 1}, {"kind": "support"}, [], "support"]
    bodies += [{"language": "fr"}, {"model": ""}, {"model": "x" * 201}]
    for body in bodies:
        assert resummarize(client, call_id, body).status_code == 422
    assert call_row(database, call_id).status == "done"


@pytest.mark.parametrize(("sent", "kept"), [("1", 1), ("20", 20), ("", None), ([], None)])
def test_the_number_of_speakers_is_kept(shared_api: Api, sent: object, kept: int | None) -> None:
    assert task(shared_api[0], send(shared_api[0], speakers=sent))["speakers_asked"] == kept


@pytest.mark.parametrize("sent", ["0", "-1", "21", "1e9", "two", "\0", "9" * 400])
def test_a_number_of_speakers_that_cannot_be_is_refused(shared_api: Api, sent: str) -> None:
    refused = send(shared_api[0], speakers=sent)
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("speakers")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("agent,customer", ["agent", "customer"]), (["Анна", "Марк"], ["Анна", "Марк"]), ("agent", ["agent"]), ("", [])],
)
def test_channels_have_names(shared_api: Api, sent: object, kept: list[str]) -> None:
    api, database = shared_api
    found = task(api, send(api, channel_names=sent))
    assert call_row(database, UUID(found["task_id"])).channel_names == kept


@pytest.mark.parametrize("sent", ["a,b,c", "x" * 101, "a,\0"])
def test_names_of_channels_that_cannot_be_are_refused(shared_api: Api, sent: str) -> None:
    refused = send(shared_api[0], channel_names=sent)
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("channel_names")


def test_an_upload_in_parts_takes_speakers_and_channels_too(shared_api: Api) -> None:
    api, database = shared_api
    body = {"filename": "a.mp3", "size": 5, "again": True, "speakers": 3, "channel_names": ["agent", "customer"]}
    upload = f"/api/v1/uploads/{api.post('/api/v1/uploads', json=body).json()['upload_id']}"
    api.put(f"{upload}/parts/0", content=b"sound")
    found = task(api, api.post(f"{upload}/finish"))
    row = call_row(database, UUID(found["task_id"]))
    assert (row.speakers_asked, row.channel_names) == (3, ["agent", "customer"])
    assert api.post("/api/v1/uploads", json=body | {"speakers": 0}).status_code == 422


def test_what_was_left_out_can_be_read(shared_api: Api) -> None:
    api, database = shared_api
    call_id = done_call(database)
    with database.transaction() as session:
        window = session.get_one(WindowRow, (call_id, 0))
        window.dropped = [[3.0, 4.0, "Thanks for watching!", "silence"]]
    assert api.get(f"/api/v1/results/{call_id}").json()["dropped"] == 1
    assert api.get(f"/api/v1/results/{call_id}/dropped").json() == [
        {"start": 3.0, "end": 4.0, "text": "Thanks for watching!", "reason": "silence"}
    ]
    assert api.get(f"/api/v1/results/{UUID(int=0)}/dropped").status_code == 404
